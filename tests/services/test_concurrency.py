"""Many at once: limits hold to the cent, duplicates have one effect, of two officers one wins."""

import asyncio
from collections import Counter
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec

from app.domain.lifecycle import Status
from app.domain.money import HUNDRED_THOUSAND
from app.errors import Conflict, Unavailable
from app.repositories.limits import disagreements
from app.services.clearance.writer import Writer
from app.services.filings import OfficerAction, SubmissionAnswer
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, OFFICER, Opened, dossier, filed, submission
from tests.services.parcels import parcel

ANNUAL_LIMIT = 26_000


async def test_500_parallel_declarations_of_one_buyer_over_two_workers_hold_the_annual_limit_to_the_cent(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]
    buyer = builders.IDENTITY
    # 116.67 x 2 + 15 freight = 248.34 each: 104 fit below 26,000 (25,827.36), the 105th does not (26,075.70).
    submissions = [dossier(parcel(n, buyer=buyer, price_cny="116.67")) for n in range(500)]
    answers = await asyncio.gather(*(workers[n % 2].file([each]) for n, each in enumerate(submissions)))
    statuses = Counter(_status(answer) for (answer,) in answers)
    used = await service_connection.fetchval("SELECT used FROM limit_balances")
    assert statuses[Status.REFUSED] == 500 - 104
    assert Decimal(used) / HUNDRED_THOUSAND == 104 * Decimal("248.34")
    assert used <= ANNUAL_LIMIT * HUNDRED_THOUSAND
    assert await disagreements(service_connection) == []


async def test_100_parallel_duplicates_have_one_effect(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]
    documents = parcel(1)
    answers = await asyncio.gather(*(workers[n % 2].file([dossier(documents)]) for n in range(100)))
    created = [answer for (answer,) in answers if isinstance(answer, SubmissionAnswer) and answer.created]
    assert len(created) == 1
    assert len({answer.declaration for (answer,) in answers if isinstance(answer, SubmissionAnswer)}) == 1
    for table in ("documents", "assessments", "transitions", "events", "limit_ledger"):
        assert await service_connection.fetchval(f"SELECT count(*) FROM {table}") == 1, table


async def test_the_four_documents_filed_at_the_same_time_are_assessed_exactly_once(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    workers = [await open_services(), await open_services()]
    submissions = [
        submission(each)
        for n in range(20)
        for each in (parcel(n).order, parcel(n).payment, parcel(n).waybill, parcel(n).declaration)
    ]
    await asyncio.gather(*(workers[n % 2].file([each]) for n, each in enumerate(submissions)))
    rows = await service_connection.fetch("SELECT status, revision FROM declarations")
    assert [(row[0], row[1]) for row in rows] == [(Status.RELEASED, 1)] * 20


async def test_of_two_officers_one_wins_and_the_other_is_told(services: ClearanceServices) -> None:
    view = await _held(services)
    decisions = await asyncio.gather(
        services.decide(OFFICER, view, OfficerAction.RELEASE, "conforms", AT),
        services.decide(OFFICER, view, OfficerAction.REFUSE, "does not", AT),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in decisions) == 1


async def test_a_writer_whose_lane_was_taken_over_cannot_commit(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    fenced = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    taker = Writer(fenced._pool, "test/1/intake-0")
    await taker.take()
    (answer,) = await fenced.file([dossier(parcel(1))])
    assert isinstance(answer, Unavailable)
    assert await fenced.ready() == ("lane",)
    assert await service_connection.fetchval("SELECT count(*) FROM declarations") == 0


async def test_a_request_that_goes_away_leaves_its_filing_whole(services: ClearanceServices) -> None:
    request = asyncio.create_task(services.file([dossier(parcel(1))]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.RELEASED


async def test_stopping_finishes_what_was_accepted(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    services = await open_services()
    requests = [asyncio.create_task(services.file([dossier(parcel(n))])) for n in range(50)]
    await asyncio.sleep(0.01)
    await services._intake.stop()
    answers = [answer for (answer,) in await asyncio.gather(*requests)]
    stored = await service_connection.fetchval("SELECT count(*) FROM declarations")
    assert stored == sum(isinstance(answer, SubmissionAnswer) for answer in answers)


async def _held(services: ClearanceServices) -> UUID:
    """A parcel that waits for an officer: its waybill says another weight."""
    documents = parcel(1)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy)))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.HELD
    return answer.declaration.declaration_id


def _status(answer: SubmissionAnswer | Exception) -> Status:
    assert isinstance(answer, SubmissionAnswer)
    assert answer.declaration is not None
    return answer.declaration.status
