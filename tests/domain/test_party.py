"""Dated standings: a change counts on its days and on no other, whatever was on record."""

from datetime import date, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.domain.party import CREDIT_CLASSES, Standing, StandingPeriod, restated, standing_on, timeline

FIRST = date(2024, 1, 1)
days = st.integers(0, 60).map(lambda number: FIRST + timedelta(days=number))
standings = st.builds(Standing, st.booleans(), st.sampled_from((None, *CREDIT_CLASSES)))
histories = st.dictionaries(days, st.tuples(standings, st.none() | st.integers(0, 30)), max_size=6).map(
    lambda found: [
        StandingPeriod(first, None if length is None else first + timedelta(days=length), standing)
        for first, (standing, length) in found.items()
    ]
)


def suspended(standing: Standing) -> Standing:
    return msgspec.structs.replace(standing, suspended=True, reason="x")


def stored(before: list[StandingPeriod], after: list[StandingPeriod]) -> list[StandingPeriod]:
    """The register after writing periods into it: one that begins the same day is replaced, none is deleted."""
    return list(
        ({period.first_day: period for period in before} | {period.first_day: period for period in after}).values()
    )


@given(histories, days, st.none() | st.integers(0, 40))
def test_a_change_counts_on_its_days_and_on_no_other(
    before: list[StandingPeriod], first_day: date, length: int | None
) -> None:
    last_day = None if length is None else first_day + timedelta(days=length)
    after = stored(before, restated(before, suspended, first_day, last_day))
    for number in range(-2, 130):
        day = FIRST + timedelta(days=number)
        was = standing_on(before, day)
        changed = first_day <= day and (last_day is None or day <= last_day)
        assert standing_on(after, day) == (suspended(was) if changed else was), day


@given(histories, days)
def test_what_is_written_anew_has_neither_gaps_nor_overlaps(before: list[StandingPeriod], first_day: date) -> None:
    written = restated(before, suspended, first_day)
    assert written[0].first_day == first_day
    assert written[-1].last_day is None
    for earlier, later in pairwise(written):
        assert earlier.last_day is not None
        assert later.first_day == earlier.last_day + timedelta(days=1)


def test_without_an_entry_a_party_is_ordinary_and_not_suspended() -> None:
    assert standing_on([], FIRST) == Standing(suspended=False, credit_class=None)


@given(histories)
def test_a_timeline_says_of_every_day_what_counts_and_never_overlaps(periods: list[StandingPeriod]) -> None:
    line = timeline(periods)
    for earlier, later in pairwise(line):
        assert earlier.last_day is not None
        assert earlier.last_day < later.first_day
        assert earlier.standing != later.standing
    for day in (FIRST + timedelta(days=number) for number in range(120)):
        assert standing_on(line, day) == standing_on(periods, day)
