"""Random inspection: uniform, repeatable, the same for every version, provable afterwards."""

import math
import uuid
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sampling import Drawn, commitment, disagreements, draw_ppm, secret_of_day

KEY = bytes(range(32))
DAY = date(2024, 6, 18)
DRAWS = 50_000
BINS = 100


def test_the_draws_of_a_day_are_uniform() -> None:
    secret = secret_of_day(KEY, DAY)
    counts = [0] * BINS
    for number in range(DRAWS):
        counts[draw_ppm(secret, uuid.UUID(int=number)) * BINS // 1_000_000] += 1
    expected = DRAWS / BINS
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    freedom = BINS - 1
    assert abs(chi_square - freedom) < 5 * math.sqrt(2 * freedom)


@pytest.mark.parametrize("rate_ppm", [1_000, 55_000, 200_000])
def test_the_share_below_a_rate_is_that_rate(rate_ppm: int) -> None:
    secret = secret_of_day(KEY, DAY)
    drawn = sum(draw_ppm(secret, uuid.UUID(int=number)) < rate_ppm for number in range(DRAWS))
    share = rate_ppm / 1_000_000
    assert abs(drawn - DRAWS * share) < 5 * math.sqrt(DRAWS * share * (1 - share))


@given(st.binary(min_size=32, max_size=64), st.dates(), st.uuids())
def test_a_draw_is_in_range_and_repeats(key: bytes, day: date, declaration_id: uuid.UUID) -> None:
    secret = secret_of_day(key, day)
    draw = draw_ppm(secret, declaration_id)
    assert 0 <= draw < 1_000_000
    assert draw == draw_ppm(secret_of_day(key, day), declaration_id)


@given(st.dates(), st.dates())
def test_every_day_has_a_secret_of_its_own(one: date, other: date) -> None:
    assert (secret_of_day(KEY, one) == secret_of_day(KEY, other)) == (one == other)


def test_another_secret_does_not_fit_the_commitment() -> None:
    secret, other = secret_of_day(KEY, DAY), secret_of_day(KEY, date(2024, 6, 19))
    assert commitment(other) != commitment(secret)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        secret_of_day(b"short", DAY)


def test_a_draw_never_changes() -> None:
    """Recorded: a change of these values would roll the dice again for stored declarations."""
    secret = secret_of_day(KEY, DAY)
    assert commitment(secret) == "3445eaf1240a4293ba121c1ffac7d339bbfe8fda065e277d141f39c4d1abd656"
    assert draw_ppm(secret, uuid.UUID(int=1)) == 94_835


def test_what_was_not_drawn_and_not_picked_disagrees_with_nothing() -> None:
    secret, key = secret_of_day(bytes(32), date(2024, 6, 18)), uuid.UUID(int=1)
    undrawn = Drawn(declaration_id=key, revision=1, rate_ppm=1_000_000, draw_ppm=None, picked=False)
    assert disagreements(secret, [undrawn]) == []
    claimed = disagreements(secret, [msgspec.structs.replace(undrawn, picked=True)])
    assert [each.what for each in claimed] == ["draw"]
