"""Registers count from the next unit of work on, in every worker, and changing them disturbs nobody."""

import asyncio
from datetime import UTC, date, datetime

import asyncpg

from app.domain.lifecycle import Status
from app.errors import Forbidden
from app.repositories import registers
from app.repositories.registers import Mandate, PartyPeriod
from app.services.filings import DocumentKind
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import parcel

FIRST = date(2016, 1, 1)


async def status_in(worker: ClearanceServices, number: int) -> Status:
    """What becomes of a clean parcel."""
    (answer,) = await filed(worker, dossier(parcel(number)))
    assert answer.declaration is not None
    return answer.declaration.status


async def test_a_suspended_party_s_next_parcel_goes_to_an_officer_in_every_worker(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]
    assert [await status_in(worker, n) for n, worker in enumerate(workers)] == [Status.RELEASED] * 2
    async with service_connection.transaction():
        await registers.raise_epoch(service_connection)
        period = PartyPeriod(builders.DECLARANT, FIRST, None, suspended=True, credit_class=None)
        await registers.set_standing(service_connection, period, "test")
    assert [await status_in(worker, n) for n, worker in enumerate(workers, 2)] == [Status.HELD] * 2


async def test_a_mandate_that_ended_lets_nothing_more_be_filed(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]
    async with service_connection.transaction():
        await registers.raise_epoch(service_connection)
        ended = Mandate(builders.PAYMENT_COMPANY, builders.PLATFORM, DocumentKind.PAYMENT, FIRST, FIRST)
        await registers.grant_mandate(service_connection, ended, datetime.now(UTC), "test")
    for number, worker in enumerate(workers):
        (refused,) = await worker.file([submission(parcel(number).payment, caller=PLATFORM)])
        assert isinstance(refused, Forbidden)


async def test_filings_go_on_while_registers_change_again_and_again(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]

    async def change() -> None:
        for _ in range(30):
            await registers.raise_epoch(service_connection)
            await asyncio.sleep(0.002)

    filings = [status_in(workers[number % 2], number) for number in range(40)]
    done = await asyncio.gather(change(), *filings)
    assert set(done[1:]) == {Status.RELEASED}


async def test_reads_that_take_every_connection_of_theirs_leave_a_worker_ready_and_filing(
    services: ClearanceServices,
) -> None:
    taken = [await services._side.acquire() for _ in range(services._side.get_max_size())]
    try:
        assert await services.ready() == ()
        assert await status_in(services, 1) is Status.RELEASED
    finally:
        for connection in taken:
            await services._side.release(connection)


async def test_registers_of_a_restored_database_are_read_although_they_are_older(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    await registers.raise_epoch(service_connection)
    worker = await open_services()
    await service_connection.execute("UPDATE reference_epoch SET epoch = epoch - 1")
    async with asyncio.timeout(20):  # it used to look again for ever
        assert await status_in(worker, 1) is Status.RELEASED
