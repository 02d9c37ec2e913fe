"""More than can be done: refused before work, and a long list and a lone parcel do not hold each other up."""

import asyncio
from contextlib import ExitStack

import asyncpg
import pytest

from app.errors import Unavailable
from app.services.clearance.admission import Admission
from app.services.filings import SubmissionAnswer
from tests.services.conftest import Opened, dossier
from tests.services.parcels import parcel

UNIT_SIZE = 2
LEAST = 8 * UNIT_SIZE


async def test_more_lone_filings_than_can_be_answered_soon_are_refused_and_the_others_are_answered(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_UNIT_SIZE=str(UNIT_SIZE))

    async def door(number: int) -> SubmissionAnswer | Exception:
        with services.admission:
            (answer,) = await services.file([dossier(parcel(number))])
        return answer

    async with service_connection.transaction():
        await service_connection.execute("SELECT lane FROM lanes FOR UPDATE")  # no unit can end now
        under_way = [asyncio.create_task(door(number)) for number in range(LEAST)]
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable) as refused:
            await door(LEAST)
    assert refused.value.retry_after_seconds == 1
    for answer in await asyncio.gather(*under_way):
        assert isinstance(answer, SubmissionAnswer)
        assert answer.created
    assert isinstance(await door(LEAST), SubmissionAnswer)
    assert await service_connection.fetchval("SELECT count(*) FROM declarations") == LEAST + 1


def test_the_bound_follows_what_is_answered_in_the_time_that_one_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("app.services.clearance.admission.time.monotonic", lambda: now)
    admission = Admission(least=2, longest_wait_seconds=0.5)
    assert _taken(admission) == 2
    admission.answered(2000)
    now += 2
    assert _taken(admission) == 500  # 1,000 a second were answered
    now += 2
    assert _taken(admission) == 2  # the database stands still


def test_no_party_takes_the_room_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("app.services.clearance.admission.time.monotonic", lambda: now)
    admission = Admission(least=16, longest_wait_seconds=1)
    with ExitStack() as room:
        assert _held(room, admission, "LOUD") == 14  # the last eighth is for whoever is not known yet
        assert [admission.is_full() for _ in range(32)].count(False) == 2  # of whom one in 16 is asked
        assert _held(room, admission, "QUIET") == 2
        assert _held(room, admission, "LOUD") == 0
    with ExitStack() as room:
        assert _held(room, admission, "LOUD") == 8  # another party filed a moment ago
        assert not admission.is_full()
        assert _held(room, admission, "QUIET") == 8
        assert admission.is_full()
    now += 1.5
    assert not admission.is_full()
    now += 1.5
    with ExitStack() as room:
        assert _held(room, admission, "LOUD") == 14  # it is alone again
    with ExitStack() as room:
        assert _held(room, admission, "QUIET") + _held(room, admission, "THIRD") == 16


def test_a_party_always_gets_one_place_where_there_is_one() -> None:
    admission = Admission(least=1, longest_wait_seconds=1)
    with ExitStack() as room:
        assert _held(room, admission, "ONE") == 1
    with ExitStack() as room:
        assert _held(room, admission, "TWO") == 1
        assert _held(room, admission, "ONE") == 0


def _held(room: ExitStack, admission: Admission, party: str) -> int:
    """How many places a party gets before it is refused; held as long as the room is."""
    for count in range(10_000):
        try:
            room.enter_context(admission.held_by(party))
        except Unavailable:
            return count
    return 10_000


def _taken(admission: Admission) -> int:
    """How many enter before one is refused; all of them leave again."""
    with ExitStack() as entered:
        for count in range(10_000):
            try:
                entered.enter_context(admission)
            except Unavailable:
                return count
    raise AssertionError("nothing was refused")


async def test_a_lone_parcel_goes_before_the_rest_of_a_long_list_and_the_list_goes_on(open_services: Opened) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_UNIT_SIZE="8")
    bulk = asyncio.create_task(services.file([dossier(parcel(n)) for n in range(60)]))
    await asyncio.sleep(0)
    for n in range(1000, 1003):
        (lone,) = await services.file([dossier(parcel(n))])
        assert isinstance(lone, SubmissionAnswer)
    assert not bulk.done()
    singles = [asyncio.create_task(services.file([dossier(parcel(n))])) for n in range(2000, 2300)]
    answers = await bulk  # singles without end would not keep it waiting: a quarter of each unit is its own
    assert not all(single.done() for single in singles)
    assert all(isinstance(answer, SubmissionAnswer) and answer.created for answer in answers)
    await asyncio.gather(*singles)
