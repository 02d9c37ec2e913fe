"""Times in buckets: narrow enough for percentiles, and of one size however much is counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.measures import bucket_of, percentile, upper_seconds


@given(some.floats(min_value=0, max_value=5e8))
def test_a_time_lies_within_its_bucket(seconds: float) -> None:
    upper = upper_seconds(bucket_of(seconds))
    assert seconds <= upper * 1.000001
    assert upper <= max(1.0, seconds * 1.123)


@given(some.lists(some.floats(min_value=0, max_value=1e6), min_size=1))
def test_a_percentile_is_at_most_an_eighth_too_long(times: list[float]) -> None:
    found = percentile(Counter(map(bucket_of, times)), 0.5)
    exact = sorted(times)[(len(times) + 1) // 2 - 1]
    assert found is not None
    assert exact <= found * 1.000001
    assert found <= max(1.0, exact * 1.123)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile({}, 0.5) is None


@pytest.mark.parametrize(("seconds", "bucket"), [(-5, 0), (0, 0), (0.99, 0), (1, 1), (10, 21), (1e30, 180)])
def test_buckets_are_what_is_stored(seconds: float, bucket: int) -> None:
    assert bucket_of(seconds) == bucket
