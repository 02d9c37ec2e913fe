"""The feed while several lanes write: no gap that fills later, and a declaration's receipts in their order."""

import asyncio
from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Declaration
from app.services.filings import FeedEntry, OfficerAction
from app.services.service import ClearanceServices
from tests.services.conftest import AT, DECLARANT, OFFICER, PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants, statuses, whole_feed

PARCELS = 24
LIFE = ["2", "120", "300", "100", "2", "120", "300", "800"]


async def live(number: int, workers: list[ClearanceServices]) -> None:
    """A held parcel is withdrawn, declared anew and released; every step through another worker, in another lane."""
    documents = parcel(number)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    at = [workers[(number + step) % len(workers)] for step in range(4)]
    (answer,) = await filed(at[0], dossier(msgspec.structs.replace(documents, waybill=heavy)))
    assert answer.declaration is not None
    key: UUID = answer.declaration.declaration_id
    await at[1].cancel(DECLARANT, key, "x", AT)
    again: Declaration = later(documents.declaration, 60)
    await filed(at[2], submission(again))
    await at[3].decide(OFFICER, key, OfficerAction.RELEASE, "x", AT)


async def walk(services: ClearanceServices, done: asyncio.Event, limit: int) -> list[FeedEntry]:
    """Read on and on in small pages until nothing is written any more and nothing is left."""
    entries: list[FeedEntry] = []
    while True:
        finished = done.is_set()
        page = await services.receipts(DECLARANT, entries[-1].cursor if entries else None, limit)
        entries += page
        if finished and not page:
            return entries


@pytest.mark.parametrize("limit", [1, 7])
async def test_a_reader_meets_no_gap_and_no_receipt_before_the_one_it_follows(
    open_services: Opened, service_connection: asyncpg.Connection, limit: int
) -> None:
    workers = [await open_services(), await open_services()]
    done = asyncio.Event()
    readers = [asyncio.create_task(walk(worker, done, limit)) for worker in workers]
    await asyncio.gather(*(live(number, workers) for number in range(PARCELS)))
    done.set()
    for entries in await asyncio.gather(*readers):
        by_parcel = defaultdict(list)
        for entry in entries:
            by_parcel[entry.xml.split("<copNo>")[1].split("<")[0]].append(entry)
        assert {name: statuses(own) for name, own in by_parcel.items()} == {
            f"TG{number:010d}": LIFE for number in range(PARCELS)
        }
    await demand_invariants(service_connection)


async def test_every_cursor_goes_on_exactly_behind_its_receipt(services: ClearanceServices) -> None:
    await filed(services, *[dossier(parcel(number)) for number in range(3)])
    entries = await whole_feed(services, PLATFORM)
    for number, entry in enumerate(entries, 1):
        following = await services.receipts(PLATFORM, entry.cursor, 500)
        assert [each.xml for each in following] == [each.xml for each in entries[number:]]
