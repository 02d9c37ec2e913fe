"""What a rehearsal found so far: counted slice by slice, kept as JSON between them. Pure.

A rehearsal looks at declarations received in a range of days, spread evenly over the days and the newest of each; what
it says for a day is scaled by how many the day had.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.domain.decision import Outcome
from app.repositories.profile_trials import FOUND, Fate
from app.services.office.profiles.trying import Answers, Parcel

LONGEST_DAYS: Final = 92
MOST_SAMPLED: Final = 20_000
MOST_EXAMPLES: Final = 30
MOST_COUNTED: Final = 200_000  # of one day


class Example(msgspec.Struct, frozen=True):
    """A declaration that would have been hit."""

    declaration_id: UUID
    district: str
    day: date
    outcome: str
    certain: bool


class DayFound(msgspec.Struct):
    """One day of a rehearsal."""

    day: date
    received: int  # how many the day had, counted up to a bound
    sampled: int = 0
    hits: int = 0
    newly: int = 0  # of those that were released by themselves then

    @property
    def cases(self) -> float:
        """Further cases that the profile would have made on the day."""
        return self.newly * self.received / self.sampled if self.sampled else 0.0


class Progress(msgspec.Struct):
    """Where a rehearsal stands and what it found."""

    days: list[DayFound] = []
    at: tuple[datetime, UUID] | None = None  # behind this place of the last day is what was not looked at yet
    hits: int = 0
    uncertain: int = 0
    newly: int = 0
    inspected: int = 0
    found: int = 0  # refused, detained or returned in the end
    overlap: dict[str, int] = {}
    examples: list[Example] = []
    failed: str | None = None  # a word for why it ended without a result: broken, slow

    @property
    def sampled(self) -> int:
        """How many were looked at."""
        return sum(day.sampled for day in self.days)

    @property
    def received(self) -> int:
        """How many there were."""
        return sum(day.received for day in self.days)

    @property
    def cases_per_day(self) -> float:
        """What the profile would cost: further cases a day."""
        return sum(day.cases for day in self.days) / len(self.days) if self.days else 0.0

    @property
    def hit_rate(self) -> float | None:
        """Of what would have been hit, the share that was refused, detained or returned; None without a hit."""
        return self.found / self.hits if self.hits else None


_decoder = msgspec.json.Decoder(Progress)


def decode_progress(content: bytes) -> Progress:
    """The inverse of `encode_progress`."""
    return _decoder.decode(content)


def encode_progress(progress: Progress) -> bytes:
    """The bytes that are kept between slices."""
    return msgspec.json.encode(progress)


def days_of(first_day: date, last_day: date) -> list[date]:
    """Both days and those between, newest first."""
    return [last_day - timedelta(days=number) for number in range((last_day - first_day).days + 1)]


def quota(sample: int, days: int) -> int:
    """How many may be looked at of each day."""
    return max(1, sample // days)


def count(
    progress: Progress, profile_id: str, parcels: Sequence[Parcel], said: Sequence[Answers], fates: Iterable[Fate]
) -> None:
    """Add a slice of the last day."""
    by_id = {fate.declaration_id: fate for fate in fates}
    for parcel, answers in zip(parcels, said, strict=True):
        if profile_id in answers:
            _count_hit(progress, parcel, by_id, certain=answers[profile_id])
            for other in answers.keys() - {profile_id}:
                progress.overlap[other] = progress.overlap.get(other, 0) + 1


def _count_hit(progress: Progress, parcel: Parcel, fates: Mapping[UUID, Fate], *, certain: bool) -> None:
    key, day, outcome = parcel.row.declaration_id, progress.days[-1], Outcome(parcel.row.outcome)
    fate, newly = fates.get(key), outcome is Outcome.RELEASED
    progress.hits += 1
    progress.uncertain += not certain
    progress.newly += newly
    day.hits += 1
    day.newly += newly
    if fate is not None:
        progress.inspected += fate.inspected
        progress.found += fate.status in FOUND
    if len(progress.examples) < MOST_EXAMPLES:
        district = parcel.received.customs_code
        progress.examples.append(Example(key, district, parcel.row.accepted_on, outcome.word, certain))
