"""Calendar months as civil law counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.months import last_day_of_period


@pytest.mark.parametrize(
    ("begin", "last"),
    [
        (date(2024, 1, 15), date(2024, 7, 15)),
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2022, 8, 31), date(2023, 2, 28)),
        (date(2024, 2, 29), date(2024, 8, 29)),
        (date(2023, 12, 31), date(2024, 6, 30)),
        (date(2023, 6, 30), date(2023, 12, 30)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(begin: date, last: date) -> None:
    assert last_day_of_period(begin, 6) == last


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 36))
def test_a_later_begin_never_ends_earlier(begin: date, months: int) -> None:
    assert last_day_of_period(begin, months) <= last_day_of_period(begin + timedelta(days=1), months)
    assert last_day_of_period(begin, 0) == begin
