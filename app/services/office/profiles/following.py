"""Following live traffic: what profiles in force hit, and what those in their shadow would have hit.

The lanes are read behind the intake, each link once: its place moves in the transaction that keeps the hits. Where no
profile is in force or in its shadow nothing is read at all.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from app.domain.canonical import decode_assessment
from app.domain.decision import DecidedFinding, FindingKind
from app.domain.profile_states import ProfileState
from app.errors import Unavailable
from app.repositories import profile_trials as trials
from app.repositories import profiles as rows
from app.repositories.evidence import AssessmentRow, EventRow
from app.repositories.profiles import Defined, HitRow
from app.repositories.statistics import Behind, links_after
from app.rules.kernel import Rule
from app.rules.profiles.compiling import compiled
from app.rules.profiles.definition import decode_profile
from app.services.auditing.records import payload_of
from app.services.clearance.unit import Means
from app.services.clearance.views import unseal_assessments
from app.services.database_errors import CONNECTION_LOST, borrowed
from app.services.office.profiles.trying import Answers, Parcel, answers, opened
from app.services.office.statistics.counting import moved_numbers

log = logging.getLogger(__name__)
_PAGE: Final = 1000
_SHADOW_PAGE: Final = 200  # documents are opened for each
_PREFIX: Final = "PRF-"
# After the last profile was retired: so long its hits may still be on their way, or not be followed yet.
_LATECOMERS: Final = timedelta(hours=1)


class Follower:
    """The chore that keeps hits."""

    def __init__(self, pool: asyncpg.Pool, means: Means) -> None:
        self._pool = pool
        self._means = means

    async def work(self) -> int:
        """Follow one page of the lane that is furthest behind; answers how many links, 0 where there is nothing."""
        async with borrowed(self._pool) as connection:
            await self._means.registry.refresh(connection)
            async with connection.transaction():
                if not await trials.locked(connection):
                    return 0
                shadows = [
                    rule
                    for state in (ProfileState.SHADOW, ProfileState.PROPOSED)
                    for rule in _compiled(await rows.in_state(connection, state.value))
                ]
                if not shadows and not await rows.hits_follow(connection, datetime.now(UTC) - _LATECOMERS):
                    await trials.caught_up(connection)
                    return 0
                behind = await trials.lanes_behind(connection)
                return await self._page(connection, behind[0], shadows) if behind else 0

    async def _page(self, connection: asyncpg.Connection, behind: Behind, shadows: Sequence[Rule]) -> int:
        links = await links_after(connection, behind, _SHADOW_PAGE if shadows else _PAGE)
        if not links:  # a month that was dropped: what is gone is not followed
            await trials.placed(connection, behind.lane, behind.after + behind.links)
            return behind.links
        found = await trials.assessments_of(connection, _moved(links), held_only=not shadows)
        await rows.add_hits(connection, await self._in_force(connection, found))
        if shadows:
            await self._in_shadow(connection, found, shadows)
        await trials.placed(connection, behind.lane, links[-1].position)
        return len(links)

    async def _in_force(self, connection: asyncpg.Connection, found: list[AssessmentRow]) -> list[HitRow]:
        held = [row for row in found if row.outcome]
        hits = []
        heads = await trials.received(connection, {row.declaration_id for row in held})
        for row, text in await self._unsealed(connection, held):
            findings = decode_assessment(text).findings
            district = heads[row.declaration_id].customs_code
            hits += [_hit(row, each, district) for each in findings if each.rule_id.startswith(_PREFIX)]
        return hits

    async def _unsealed(
        self, connection: asyncpg.Connection, held: list[AssessmentRow]
    ) -> list[tuple[AssessmentRow, bytes]]:
        """All at once; one by one where one is damaged: that is for `tongguan audit verify` to say."""
        try:
            found = await unseal_assessments(connection, self._means.envelope, held)
        except Unavailable:
            if len(held) == 1:
                return []
            return [one for row in held for one in await self._unsealed(connection, [row])]
        return [(row, stored.assessment) for row, stored in found]

    async def _in_shadow(
        self, connection: asyncpg.Connection, found: list[AssessmentRow], shadows: Sequence[Rule]
    ) -> None:
        parcels = await opened(connection, self._means, found)
        asked: Counter[tuple[str, int, date]] = Counter()
        hits = []
        for rule in shadows:  # one after the other: two versions of one profile have one id
            for parcel, answer in await self._asked(connection, parcels, rule):
                if parcel.row.accepted_on not in rule.in_force:
                    continue
                asked[str(rule.id), int(rule.version), parcel.row.accepted_on] += 1
                if rule.id in answer:
                    hits.append(_shadow_hit(rule, parcel, certain=answer[rule.id]))
        await rows.add_hits(connection, hits)
        await rows.add_assessed(connection, [(*place, number) for place, number in sorted(asked.items())])

    async def _asked(
        self, connection: asyncpg.Connection, parcels: Sequence[Parcel], rule: Rule
    ) -> list[tuple[Parcel, Answers]]:
        """What one shadow says of each parcel; nothing where it breaks or is too slow.

        So it holds up neither hits nor other shadows, and its figures stay true: they count what it was asked about.
        """
        try:
            async with connection.transaction():
                said = await answers(connection, self._means, parcels, [rule])
        except CONNECTION_LOST:
            raise
        except Exception:
            log.exception("a shadow was left out", extra={"profile": str(rule.id), "version": str(rule.version)})
            return []
        return list(zip(parcels, said, strict=True))


def _moved(links: Sequence[EventRow]) -> list[tuple[UUID, int]]:
    return [
        (link.declaration_id, number)
        for link in links
        if link.declaration_id and (payload := payload_of(link))
        for number in moved_numbers(payload)
    ]


def _hit(row: AssessmentRow, found: DecidedFinding, district: str) -> HitRow:
    return HitRow(
        profile_id=found.rule_id,
        version=int(found.rule_version),
        shadow=False,
        declaration_id=row.declaration_id,
        revision=row.revision,
        day=row.accepted_on,
        certain=found.kind is FindingKind.FINDING,
        outcome=row.outcome,
        district=district,
    )


def _shadow_hit(rule: Rule, parcel: Parcel, *, certain: bool) -> HitRow:
    row = parcel.row
    return HitRow(
        profile_id=str(rule.id),
        version=int(rule.version),
        shadow=True,
        declaration_id=row.declaration_id,
        revision=row.revision,
        day=row.accepted_on,
        certain=certain,
        outcome=row.outcome,
        district=parcel.received.customs_code,
    )


def _compiled(defined: Sequence[Defined]) -> list[Rule]:
    return [compiled(profile_id, version, decode_profile(content)) for profile_id, version, content in defined]
