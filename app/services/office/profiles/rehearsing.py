"""Rehearsals: a chore takes the oldest that waits and does a slice of it; each slice is one transaction."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from app.domain.duties import Permission, demand
from app.domain.period import day_begins
from app.domain.profile_states import REHEARSABLE, ProfileState
from app.errors import Conflict, Malformed
from app.repositories import profile_trials as trials
from app.repositories import profiles as rows
from app.repositories.evidence import latest_assessments
from app.repositories.profiles import RehearsalRow
from app.rules.kernel import Rule
from app.rules.profiles.compiling import compiled
from app.services.audit import Act, record_acts
from app.services.clearance.receipts import actor_of
from app.services.clearance.unit import Means
from app.services.database_errors import CONNECTION_LOST, Unanswered, borrowed
from app.services.filings import Caller
from app.services.office.profiles.moving import demand_reach, moved, profile_of, state_zh, version_of
from app.services.office.profiles.rehearsal import (
    LONGEST_DAYS,
    MOST_COUNTED,
    MOST_SAMPLED,
    DayFound,
    Progress,
    count,
    days_of,
    decode_progress,
    encode_progress,
    quota,
)
from app.services.office.profiles.trying import answers, opened

log = logging.getLogger(__name__)
_SLICE: Final = 100
_MOST_TRIES: Final = 3
_LAST_ID: Final = UUID(int=2**128 - 1)
_DAY: Final = timedelta(days=1)


class Rehearsals:
    """Asking for rehearsals, and doing them."""

    def __init__(self, pool: asyncpg.Pool, means: Means) -> None:
        self._pool = pool
        self._means = means
        self._tries: Counter[UUID] = Counter()  # of the slice that is next, by rehearsal

    async def ask(
        self, caller: Caller, profile_id: str, version: int, days: tuple[date, date], sample: int, at: datetime
    ) -> UUID:
        """Ask for a rehearsal over the declarations received on these days."""
        demand(caller.duties, Permission.EDIT_PROFILES)
        _demand_bounds(days, sample)
        rehearsal_id = uuid4()
        async with borrowed(self._pool) as connection, connection.transaction():
            row = await version_of(connection, profile_id, version)
            demand_reach(caller, profile_of(row))
            if ProfileState(row.state) not in REHEARSABLE:
                raise Conflict(
                    f"Version {version} is {ProfileState(row.state).word}; edit it and rehearse the new version.",
                    zh=f"第 {version} 版“{state_zh(ProfileState(row.state))}”，请编辑为新版本后再试算。",
                )
            asked = RehearsalRow(
                profile_id=profile_id,
                rehearsal_id=rehearsal_id,
                version=version,
                asked_by=caller.party_code,
                asked_at=at,
                first_day=days[0],
                last_day=days[1],
                sample=sample,
                progress=encode_progress(Progress()),
                finished_at=None,
            )
            await rows.add_rehearsal(connection, asked)
            act = Act("profile.rehearse", {"profile": profile_id, "version": version})
            await record_acts(connection, [act], actor_of(caller), at)
        return rehearsal_id

    async def work(self) -> bool:
        """Do one slice of the oldest rehearsal that waits; False where none does.

        A slice that the database does not answer is tried a few times, then the rehearsal is over: it would hold up all
        that wait behind it.
        """
        row: RehearsalRow | None = None
        try:
            async with borrowed(self._pool) as connection:
                await self._means.registry.refresh(connection)
                async with connection.transaction():
                    row = await rows.waiting_rehearsal(connection)
                    if row is None:
                        return False
                    await self._worked(connection, row)
        except (Unanswered, asyncpg.PostgresError):
            if row is not None:
                self._tries[row.rehearsal_id] += 1
            raise
        self._tries.pop(row.rehearsal_id, None)
        return True

    async def _worked(self, connection: asyncpg.Connection, row: RehearsalRow) -> None:
        progress = decode_progress(row.progress)
        if self._tries[row.rehearsal_id] < _MOST_TRIES:
            done = await self._slice(connection, row, progress)
        else:
            log.error("a rehearsal was too slow", extra={"profile": row.profile_id})
            progress.failed, done = "slow", True
        await rows.rehearsed(connection, row, encode_progress(progress), datetime.now(UTC) if done else None)
        if done and not progress.failed:
            await _note_rehearsed(connection, row)

    async def _slice(self, connection: asyncpg.Connection, row: RehearsalRow, progress: Progress) -> bool:
        """Look at the next declarations; whether that was all."""
        try:
            async with connection.transaction():
                return await self._looked(connection, row, progress)
        except (asyncpg.PostgresError, *CONNECTION_LOST):
            raise  # of the database: the next round tries the same slice again
        except Exception:
            log.exception("a rehearsal failed", extra={"profile": row.profile_id})
            progress.failed = "broken"
            return True

    async def _looked(self, connection: asyncpg.Connection, row: RehearsalRow, progress: Progress) -> bool:
        days = days_of(row.first_day, row.last_day)
        if progress.at is None:
            if len(progress.days) == len(days):
                return True
            await _begin_day(connection, progress, days[len(progress.days)])
        return await self._look(connection, row, progress, len(days))

    async def _look(self, connection: asyncpg.Connection, row: RehearsalRow, progress: Progress, days: int) -> bool:
        day = progress.days[-1]
        wanted = min(_SLICE, quota(row.sample, days) - day.sampled)
        since, _ = _instants(day.day)
        found = await trials.received_between(connection, since, progress.at or _end_of(day.day), max(wanted, 0))
        if found:
            await self._count(connection, row, progress, [each.declaration_id for each in found])
            day.sampled += len(found)
        last_of_day = len(found) < _SLICE or day.sampled >= quota(row.sample, days)
        progress.at = None if last_of_day else (found[-1].received_at, found[-1].declaration_id)
        return last_of_day and len(progress.days) == days

    async def _count(
        self, connection: asyncpg.Connection, row: RehearsalRow, progress: Progress, ids: Sequence[UUID]
    ) -> None:
        version = await version_of(connection, row.profile_id, row.version)
        rule = compiled(row.profile_id, row.version, profile_of(version))
        stored = await latest_assessments(connection, ids)
        parcels = await opened(connection, self._means, list(stored.values()))
        said = await answers(connection, self._means, parcels, [rule, *self._others(row.profile_id)])
        hits = [parcel.row.declaration_id for parcel, each in zip(parcels, said, strict=True) if row.profile_id in each]
        count(progress, row.profile_id, parcels, said, await trials.fates(connection, hits))

    def _others(self, profile_id: str) -> list[Rule]:
        return [rule for rule in self._means.registry.current.book.profiles if rule.id != profile_id]


async def _begin_day(connection: asyncpg.Connection, progress: Progress, day: date) -> None:
    since, until = _instants(day)
    progress.days.append(DayFound(day, await trials.how_many(connection, since, until, MOST_COUNTED)))
    progress.at = _end_of(day)


async def _note_rehearsed(connection: asyncpg.Connection, row: RehearsalRow) -> None:
    version = await version_of(connection, row.profile_id, row.version)
    if version.state == ProfileState.DRAFT:
        await moved(connection, version, ProfileState.REHEARSED, row.asked_by, datetime.now(UTC))


def _instants(day: date) -> tuple[datetime, datetime]:
    return day_begins(day), day_begins(day + _DAY)


def _end_of(day: date) -> tuple[datetime, UUID]:
    return _instants(day)[1] - timedelta(microseconds=1), _LAST_ID


def _demand_bounds(days: tuple[date, date], sample: int) -> None:
    first_day, last_day = days
    if last_day < first_day or (last_day - first_day).days >= LONGEST_DAYS:
        raise Malformed(
            f"Rehearse over 1 to {LONGEST_DAYS} days, the first one before the last.",
            zh=f"试算的起止日期应为 1 至 {LONGEST_DAYS} 天。",
        )
    if not 1 <= sample <= MOST_SAMPLED:
        raise Malformed(f"Look at 1 to {MOST_SAMPLED} declarations.", zh=f"样本应为 1 至 {MOST_SAMPLED} 票。")
