"""Verifiable inspection: commitments before the day, secrets after it, and whether the draws on record fit.

**When a secret may be seen.** Whoever knows the secret of a day can compute the draw of every declaration of that day.
A declaration accepted on day D is drawn with D's secret when its last document comes, which may be days later. Were the
secret public by then, a sender could compute that a parcel will be inspected and withhold its papers, or withdraw it.
So a secret is published only when (1) the day has ended in Shanghai, (2) the deadline for documents has passed for the
last declaration of the day, with an hour to spare, and (3) no declaration of that day or an earlier one still waits.
What is completed after that is before an officer already and is not drawn any more: its draw is unknown, and it stays
with the officer (`clearance.facts`). A corrected declaration is accepted anew, with the secret of the new day.

Commitments are stored when they are first published, and audited: a key that was changed afterwards does not fit what
is stored, which is noticed (`faults`) and cannot be repaired by publishing again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from app.domain.duties import Permission, demand
from app.domain.period import shanghai_day
from app.domain.sampling import Disagreement, Drawn, commitment, day_ends, disagreements, secret_of_day
from app.errors import Conflict, NotFound
from app.repositories import sampling
from app.repositories.evidence import latest_assessments
from app.repositories.heads import load_heads
from app.repositories.sampling import Commitment, Secret
from app.services.audit import Act, record_acts
from app.services.chores import begun
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.reading import visible
from app.services.sampling_record import Published, beginning, drawn, drawn_behind, lines_of

log = logging.getLogger(__name__)
DAYS_AHEAD: Final = 30
_EVERY_SECONDS: Final = 900
_TO_SPARE: Final = timedelta(hours=1)
_MOST_DAYS: Final = 400
_ACTOR: Final = "office"


class PublishedDay(msgspec.Struct, frozen=True):
    """A day: its commitment, and its secret once it may be seen."""

    day: date
    commitment: Commitment
    secret: Secret | None
    secret_from: datetime  # at the earliest
    fault: bool  # the key of this installation gives another commitment

    @property
    def proven(self) -> bool | None:
        """Whether the secret fits the commitment; None while it is secret."""
        return None if self.secret is None else commitment(self.secret.secret) == self.commitment.commitment


class Checked(msgspec.Struct, frozen=True):
    """One declaration's draw, recomputed where the secret is public."""

    declaration_id: UUID
    day: date
    published: PublishedDay | None
    drawn: Drawn
    disagreements: tuple[Disagreement, ...] | None  # None while the secret is not public


class Sampling:
    """What is published, and what can be computed again."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._pool = backing.pool

    def publishing(self) -> asyncio.Task[None]:
        """For ever: commitments of the days to come, secrets of days that are over."""
        return begun("sampling", lambda: self.publish(datetime.now(UTC)), _EVERY_SECONDS)

    async def publish(self, now: datetime) -> None:
        """Publish what is due; what was published before stays."""
        today = shanghai_day(now)
        days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
        new = [Commitment(day, commitment(self._secret(day)), now) for day in days]
        async with borrowed(self._pool) as connection, connection.transaction():
            added = await sampling.add_commitments(connection, new)
            revealed = await self._reveal(connection, now)
            acts = []
            if added:
                told = [f"{each.day} {each.commitment}" for each in new if each.day in added]
                acts.append(Act("sampling.commit", {"commitments": told}))
            acts += [Act("sampling.reveal", {"day": str(each.day), "secret": each.secret.hex()}) for each in revealed]
            if acts:
                await record_acts(connection, acts, _ACTOR, now)

    async def days(self, first_day: date, last_day: date) -> list[PublishedDay]:
        """What is published of some days, newest first. For everybody: that is what commitments are for."""
        first_day = max(first_day, last_day - timedelta(days=_MOST_DAYS))
        async with borrowed(self._pool) as connection:
            found = await sampling.commitments(connection, first_day, last_day)
            secrets = await sampling.secrets(connection, first_day, last_day)
        return [self._published(each, secrets.get(each.day)) for each in found]

    async def day(self, day: date) -> PublishedDay:
        """What is published of one day; NotFound where nothing is."""
        found = await self.days(day, day)
        if not found:
            raise NotFound(
                "Nothing was published for this day: the service did not run on it, or it is too far ahead.",
                zh="该日没有公布内容：当日系统未运行，或日期过远。",
            )
        return found[0]

    async def declaration(self, caller: Caller, declaration_id: UUID) -> Checked:
        """The draw of a declaration's latest assessment, recomputed where the secret of its day is public."""
        demand(caller.duties, Permission.VIEW_SAMPLING)
        async with borrowed(self._pool) as connection:
            visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
            row = (await latest_assessments(connection, [declaration_id])).get(declaration_id)
            if row is None:
                raise NotFound(
                    "The declaration has not been assessed yet: nothing was drawn.", zh="清单尚未审核，未抽取。"
                )
            book = (await self._backing.means.registry.refresh(connection)).book
            found = await drawn(connection, self._backing.means.envelope, book, [row])
        if not found:
            raise NotFound("The record of this draw cannot be read any more: its key is gone.", zh="记录已无法读取。")
        published = next(iter(await self.days(row.accepted_on, row.accepted_on)), None)
        secret = published.secret if published else None
        compared = tuple(disagreements(secret.secret, found)) if secret else None
        return Checked(declaration_id, row.accepted_on, published, found[0], compared)

    async def export(self, caller: Caller, day: date) -> AsyncIterator[str]:
        """The list of a day's draws as CSV, a page at a time; whoever has it can verify it without us.

        Of a day whose secret is public only, from when on everybody can compute every draw: before, the list proves
        nothing, and would tell officers of one district who is picked in all. A connection is borrowed for each page
        only: who reads slowly keeps none from others.
        """
        demand(caller.duties, Permission.VIEW_SAMPLING)
        published = await self.day(day)
        if published.secret is None:
            raise Conflict(
                "The secret of this day is not public yet: its list would prove nothing. The page says from when on.",
                zh="当日密值尚未公布，清单无从验证；公布时间见抽样页面。",
            )
        yield beginning(told(published))
        envelope, after = self._backing.means.envelope, None
        while True:
            async with borrowed(self._pool) as connection:
                book = (await self._backing.means.registry.refresh(connection)).book
                rows, after = await drawn_behind(connection, envelope, book, day, after)
            if after is None:
                return
            yield lines_of(rows)

    async def _reveal(self, connection: asyncpg.Connection, now: datetime) -> list[Secret]:
        """Publish the secrets that may be seen; one that does not fit its commitment proves nothing and is not."""
        waiting = await sampling.first_waiting(connection)
        revealed = []
        for each in await sampling.unrevealed(connection, shanghai_day(now)):
            if now < self._secret_from(each.day) or (waiting is not None and waiting <= each.day):
                continue
            secret = Secret(each.day, self._secret(each.day), now)
            if commitment(secret.secret) != each.commitment:
                log.error("the sampling key does not fit the commitment of %s: it was changed", each.day)
            elif await sampling.add_secret(connection, secret):
                revealed.append(secret)
        return revealed

    def _published(self, each: Commitment, secret: Secret | None) -> PublishedDay:
        fault = secret is None and commitment(self._secret(each.day)) != each.commitment
        return PublishedDay(each.day, each, secret, self._secret_from(each.day), fault)

    def _secret_from(self, day: date) -> datetime:
        return day_ends(day) + timedelta(hours=self._backing.means.deadline_hours) + _TO_SPARE

    def _secret(self, day: date) -> bytes:
        return secret_of_day(self._backing.means.sampling_key, day)


def told(published: PublishedDay) -> Published:
    """What a list says was published."""
    secret = published.secret.secret.hex() if published.secret else ""
    return Published(str(published.day), published.commitment.commitment, secret)
