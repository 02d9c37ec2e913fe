"""Snoozing: cases of a buyer or of an article are not shown in the queues of a district until a day.

It changes no decision and stops no clock; who asks for them sees them. Every snooze is audited and may be ended early.
"""

import enum
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from app.domain.duties import Permission, demand
from app.domain.identity import mentions_identity_number
from app.errors import Conflict, Malformed, NotFound, Problem
from app.repositories import snoozes as stored
from app.repositories.bulk import Connection
from app.repositories.queues import Snoozed
from app.repositories.snoozes import SnoozeRow
from app.repositories.together import Statement, together
from app.security.blind_index import item_index
from app.security.tags import Tags
from app.services.audit import Act, Fact, record_acts
from app.services.clearance.receipts import actor_of
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.reading import in_district

MOST_DAYS: Final = 14
MOST_IN_DISTRICT: Final = 200  # each one costs every page a little
LONGEST_REASON: Final = 500
_PURPOSE: Final = b"snooze"


class SnoozeKind(enum.IntEnum):
    """Whose cases are not shown. Stored as the number; a number is never given twice."""

    BUYER = 1
    ARTICLE = 2

    @property
    def word(self) -> str:
        """The word of addresses and JSON: ``buyer``."""
        return self.name.lower()


class NewSnooze(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer asks for, on a case: its buyer, or the article `item_no` of it."""

    declaration_id: UUID
    kind: SnoozeKind
    item_no: str | None = None
    days: int
    reason: str


class Snooze(msgspec.Struct, frozen=True, kw_only=True):
    """A snooze that counts now, as officers see it."""

    snooze_id: UUID
    district: str
    kind: SnoozeKind
    declaration_id: UUID
    made_by: str
    made_at: datetime
    ends_at: datetime
    reason: str


class Snoozes:
    """Making, showing and ending snoozes."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._tags = Tags(backing.keyring.blind_index_key)

    async def make(self, caller: Caller, wanted: NewSnooze) -> UUID:
        """Hide cases for some days; the district is the one of the case."""
        demand(caller.duties, Permission.WORK_CASES)
        _demand_sense(wanted)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            district, tag = await self._what(connection, caller, wanted)
            if await stored.active_count(connection, district, now) >= MOST_IN_DISTRICT:
                raise Conflict(
                    f"The district has {MOST_IN_DISTRICT} snoozes already; end some of them first.",
                    zh=f"本关区已有 {MOST_IN_DISTRICT} 条暂缓，请先结束部分暂缓。",
                )
            row = SnoozeRow(
                uuid4(), district, wanted.kind, tag, wanted.declaration_id, caller.party_code, now,
                now + timedelta(days=wanted.days), self._sealed(wanted.reason), None, None,
            )  # fmt: skip
            await stored.add(connection, row)
            facts: dict[str, Fact] = {
                "snooze": str(row.snooze_id), "kind": wanted.kind.word, "district": district, "days": wanted.days,
                "declaration": str(wanted.declaration_id),
            }  # fmt: skip
            await record_acts(connection, [Act("case.snooze", facts)], actor_of(caller), now)
        return row.snooze_id

    async def active(self, caller: Caller) -> list[Snooze]:
        """What hides cases of the caller's districts now, what ends first first."""
        demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            rows = await stored.active(connection, caller.districts, datetime.now(UTC))
        return [self._shown(row) for row in rows]

    async def end(self, caller: Caller, snooze_id: UUID) -> None:
        """End a snooze now."""
        demand(caller.duties, Permission.WORK_CASES)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            if not await stored.end(connection, snooze_id, caller.districts, caller.party_code, now):
                raise NotFound(
                    "There is no such snooze in your districts, or it has ended already.",
                    zh="您的关区内没有这条暂缓，或已经结束。",
                )
            act = Act("case.snooze_ended", {"snooze": str(snooze_id)})
            await record_acts(connection, [act], actor_of(caller), now)

    async def _what(self, connection: Connection, caller: Caller, wanted: NewSnooze) -> tuple[str, int]:
        """District and tag; NotFound where the case, or what is to be snoozed of it, is not there."""
        found = await stored.subject(connection, wanted.declaration_id)
        if found is None or not in_district(caller, found.district):
            raise NotFound("There is no such case in your districts.", zh="您的关区内没有这个案件。")
        if wanted.kind is SnoozeKind.BUYER:
            if found.buyer_index is None:
                raise NotFound("The buyer of this case is not known yet.", zh="本案件的订购人尚不明确。")
            return found.district, self._tags.buyer(found.buyer_index)
        tag = self._tags.item(item_index(found.platform_code, wanted.item_no or ""))
        if tag not in found.tags:
            raise NotFound("The case has no article of this number.", zh="本案件没有该货号的商品。")
        return found.district, tag

    def _sealed(self, reason: str) -> bytes:
        return self._backing.means.envelope.seal_alone(reason.strip().encode(), _PURPOSE)

    def _shown(self, row: SnoozeRow) -> Snooze:
        return Snooze(
            snooze_id=row.snooze_id,
            district=row.district,
            kind=SnoozeKind(row.kind),
            declaration_id=row.declaration_id,
            made_by=row.made_by,
            made_at=row.made_at,
            ends_at=row.ends_at,
            reason=self._backing.means.envelope.unseal_alone(row.reason, _PURPOSE).decode(),
        )


async def hidden_in(connection: Connection, caller: Caller, now: datetime) -> Snoozed:
    """What the queues of an officer do not show now."""
    (rows,) = await together(connection, [hidden_wanted(caller, now)])
    return hidden_from(rows)


def hidden_wanted(caller: Caller, now: datetime) -> Statement:
    """What is snoozed now in an officer's districts."""
    return stored.active_tags_wanted(caller.districts, now)


def hidden_from(rows: Sequence[Any]) -> Snoozed:
    """What was found to be snoozed."""
    return Snoozed([district for district, _ in rows], [tag for _, tag in rows])


def _demand_sense(wanted: NewSnooze) -> None:
    problems = []
    if not 1 <= wanted.days <= MOST_DAYS:
        problems.append(
            Problem("/days", "out_of_range", f"应为 1 至 {MOST_DAYS} 天", f"must be from 1 to {MOST_DAYS} days")
        )
    if not wanted.reason.strip() or len(wanted.reason) > LONGEST_REASON:
        problems.append(Problem("/reason", "empty", "请填写理由", f"say why, in at most {LONGEST_REASON} characters"))
    elif mentions_identity_number(wanted.reason):
        problems.append(
            Problem("/reason", "identity_number", "理由中不得含身份证号码", "must not hold an identity number")
        )
    if wanted.kind is SnoozeKind.ARTICLE and not wanted.item_no:
        problems.append(Problem("/item_no", "missing", "请填写货号", "name the article by its number"))
    if problems:
        raise Malformed("The snooze cannot be made like this.", zh="暂缓信息有误。", problems=tuple(problems))
