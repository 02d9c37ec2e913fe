"""Reading risk profiles: the list with figures, one with its history, what differs between two versions."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from app.domain.duties import Permission, demand
from app.domain.period import shanghai_day
from app.domain.profile_states import ProfileState
from app.repositories import profile_trials as trials
from app.repositories import profiles as rows
from app.repositories.profile_trials import HitSum
from app.repositories.profiles import RehearsalRow, StepRow, VersionRow
from app.rules.profiles.definition import Compare, Condition, Profile
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.profiles.became import Became, Fates
from app.services.office.profiles.moving import profile_of, unknown
from app.services.office.profiles.rehearsal import Progress, decode_progress
from app.services.reading import in_district

Sentence = Callable[[Compare], str]
STATISTICS_DAYS: Final = 30
LONGEST_STATISTICS_DAYS: Final = 92


class Version(msgspec.Struct, frozen=True):
    """One version: what it says and how it stands."""

    row: VersionRow
    profile: Profile

    @property
    def state(self) -> ProfileState:
        """How it stands."""
        return ProfileState(self.row.state)


class Summary(msgspec.Struct, frozen=True):
    """A profile in the list: the version that counts or else the newest, the newest, and its hits of late."""

    profile_id: str
    shown: Version
    newest: Version
    hits: int
    found: int


class Rehearsed(msgspec.Struct, frozen=True):
    """A rehearsal with what it found; examples are of the reader's districts."""

    row: RehearsalRow
    progress: Progress


class Whole(msgspec.Struct, frozen=True):
    """Everything about one profile; versions newest first, steps oldest first."""

    profile_id: str
    versions: tuple[Version, ...]
    steps: tuple[StepRow, ...]
    rehearsals: tuple[Rehearsed, ...]

    def version(self, number: int) -> Version:
        """One version; NotFound where there is none."""
        found = next((each for each in self.versions if each.row.version == number), None)
        if found is None:
            raise unknown()
        return found


class Figures(msgspec.Struct, frozen=True):
    """Hits by day, and how many a shadow was asked about: (version, day, assessed)."""

    first_day: date
    last_day: date
    hits: tuple[HitSum, ...]
    asked: tuple[tuple[int, date, int], ...]


class Difference(msgspec.Struct, frozen=True):
    """A part of a profile that two versions say differently; None: it is not there."""

    part: str
    before: str | None
    after: str | None


class ProfileReading:
    """What officers may see of profiles."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._became = Became(pool)

    async def all(self, caller: Caller, at: datetime) -> list[Summary]:
        """Every profile, by id."""
        demand(caller.duties, Permission.VIEW_PROFILES)
        last_day = shanghai_day(at)
        first_day = last_day - timedelta(days=STATISTICS_DAYS - 1)
        async with borrowed(self._pool) as connection:
            versions = await rows.versions(connection)
            hits = await trials.hits_of(connection, first_day, last_day)
        found: Counter[str] = Counter()
        for each in (await self._became.fates(first_day, last_day)).values():
            found[each.profile_id] += 0 if each.shadow else each.found
        by_id: dict[str, list[VersionRow]] = {}
        for row in versions:
            by_id.setdefault(row.profile_id, []).append(row)
        return [
            _summary(profile_id, known, hits.get(profile_id, 0), found[profile_id])
            for profile_id, known in sorted(by_id.items())
        ]

    async def one(self, caller: Caller, profile_id: str) -> Whole:
        """One profile with everything that happened to it; NotFound where there is none."""
        demand(caller.duties, Permission.VIEW_PROFILES)
        async with borrowed(self._pool) as connection:
            versions = await rows.versions(connection, profile_id)
            steps = await rows.steps(connection, profile_id)
            rehearsals = await rows.rehearsals(connection, profile_id)
        if not versions:
            raise unknown()
        return Whole(
            profile_id,
            tuple(_version(row) for row in versions),
            tuple(steps),
            tuple(_rehearsed(row, caller) for row in rehearsals),
        )

    async def lately(self, caller: Caller, profile_id: str, last_day: date) -> Figures:
        """The figures of a month, for a page: hits as they are, what became of them as it was remembered."""
        demand(caller.duties, Permission.VIEW_PROFILES)
        first_day = last_day - timedelta(days=STATISTICS_DAYS - 1)
        async with borrowed(self._pool) as connection:
            hits = await trials.hits_by_day(connection, profile_id, first_day, last_day)
            asked = await trials.asked_in_shadow(connection, profile_id, first_day, last_day)
        fates = await self._became.fates(first_day, last_day)
        return Figures(first_day, last_day, tuple(_with_fate(each, fates) for each in hits), tuple(asked))

    async def figures(self, caller: Caller, profile_id: str, first_day: date, last_day: date) -> Figures:
        """What a profile hit on the acceptance days of a range, and what became of it."""
        demand(caller.duties, Permission.VIEW_PROFILES)
        first_day = max(first_day, last_day - timedelta(days=LONGEST_STATISTICS_DAYS - 1))
        async with borrowed(self._pool) as connection:
            if not await rows.versions(connection, profile_id):
                raise unknown()
            hits = await trials.hit_sums(connection, profile_id, first_day, last_day)
            asked = await trials.asked_in_shadow(connection, profile_id, first_day, last_day)
        return Figures(first_day, last_day, tuple(hits), tuple(asked))


def plain_sentence(compare: Compare) -> str:
    """A comparison in the words of the vocabulary's names."""
    return f"{compare.field} {compare.comparison} {', '.join(compare.values)}"


def differences(before: Profile, after: Profile, sentence: Sentence = plain_sentence) -> list[Difference]:
    """Where two versions differ, part by part; comparisons are compared where they stand in the tree."""
    old, new = _parts(before, sentence), _parts(after, sentence)
    return [
        Difference(part, old.get(part), new.get(part))
        for part in dict.fromkeys([*old, *new])
        if old.get(part) != new.get(part)
    ]


def _parts(profile: Profile, sentence: Sentence) -> Mapping[str, str]:
    parts: dict[str, str] = {
        "name_zh": profile.name_zh,
        "name_en": profile.name_en,
        "explanation": profile.explanation,
        "first_day": str(profile.first_day),
        "last_day": str(profile.last_day or ""),
        "districts": ", ".join(profile.districts),
        "action": profile.action,
        "rate_ppm": str(profile.rate_ppm),
    }
    return parts | dict(_lines(profile.condition, "1", sentence))


def _lines(condition: Condition, place: str, sentence: Sentence) -> list[tuple[str, str]]:
    if isinstance(condition, Compare):
        return [(place, sentence(condition))]
    kind: Any = type(condition).__struct_config__.tag
    lines = [(place, str(kind))]
    for number, part in enumerate(condition.of, 1):
        lines += _lines(part, f"{place}.{number}", sentence)
    return lines


def _summary(profile_id: str, versions: list[VersionRow], hits: int, found: int) -> Summary:
    newest = _version(versions[0])
    current = next((_version(row) for row in versions if row.current), newest)
    return Summary(profile_id, current, newest, hits, found)


def _with_fate(hits: HitSum, fates: Fates) -> HitSum:
    fate = fates.get((hits.profile_id, hits.version, hits.shadow, hits.day))
    if fate is None:
        return hits
    return msgspec.structs.replace(hits, inspected=fate.inspected, found=fate.found, released=fate.released)


def _version(row: VersionRow) -> Version:
    return Version(row, profile_of(row))


def _rehearsed(row: RehearsalRow, caller: Caller) -> Rehearsed:
    progress = decode_progress(row.progress)
    progress.examples = [each for each in progress.examples if in_district(caller, each.district)]
    return Rehearsed(row, progress)
