"""No body is measured twice: readers go on where they were, and numbers never repeat."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bench.parcels import Parcels
from bench.supply import Reader, Supply, supply


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Supply]:
    with supply(tmp_path) as made:
        yield made


def test_a_reader_gets_every_body_once_and_another_reader_gets_the_same(bodies: Supply) -> None:
    first, second = Reader(), Reader()
    taken = bodies.take(first, 20) + bodies.take(first, 20)
    assert len({msgspec.json.decode(body)["order"]["order_no"] for body in taken}) == 40
    assert sorted(bodies.take(second, 40)) == sorted(taken)


def test_order_and_waybill_numbers_do_not_repeat_between_seeds() -> None:
    parcels = [parcel for seed in range(4) for parcel in Parcels(seed, datetime.now(UTC)).take(200)]
    assert len({parcel.order.order_no for parcel in parcels}) == len(parcels)
    assert len({parcel.waybill.waybill_no for parcel in parcels}) == len(parcels)
