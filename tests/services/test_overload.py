"""More than can be done: refused before work, and a long list and a lone parcel do not hold each other up."""

import asyncio

import asyncpg
import pytest

from app.errors import Unavailable
from app.services.filings import SubmissionAnswer
from tests.services.conftest import Opened, dossier
from tests.services.parcels import parcel

QUEUE_SECONDS = 1


async def test_when_the_oldest_waits_too_long_nothing_more_is_taken_and_all_that_was_is_answered(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_QUEUE_SECONDS=str(QUEUE_SECONDS))
    async with service_connection.transaction():
        await service_connection.execute("SELECT lane FROM lanes FOR UPDATE")  # no unit can end now
        under_way = asyncio.create_task(services.file([dossier(parcel(1))]))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(services.file([dossier(parcel(2))]))
        services.demand_room()
        await asyncio.sleep(QUEUE_SECONDS + 0.2)
        with pytest.raises(Unavailable) as refused:
            services.demand_room()
        with pytest.raises(Unavailable):
            await services.file([dossier(parcel(3))])
    assert refused.value.retry_after_seconds == 1
    for (answer,) in (await under_way, await waiting):
        assert isinstance(answer, SubmissionAnswer)
        assert answer.created
    services.demand_room()
    assert await service_connection.fetchval("SELECT count(*) FROM declarations") == 2


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
