"""Pages of declarations: newest first, each once, however many parts a party has in them."""

import asyncpg
import msgspec
import pytest

from app.domain.lifecycle import Status
from app.services.filings import Caller, DeclarationFilter, DeclarationView
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import DECLARANT, LOGISTICS, OFFICER, PLATFORM, dossier, filed, submission
from tests.services.parcels import parcel


async def pages(
    services: ClearanceServices, caller: Caller, narrowed: DeclarationFilter, limit: int
) -> list[DeclarationView]:
    """Everything on the list, read page by page."""
    found: list[DeclarationView] = []
    cursor: str | None = None
    while True:
        page = await services.declarations(caller, narrowed, cursor, limit)
        found += page.declarations
        if page.next_cursor is None:
            return found
        assert len(page.declarations) == limit
        cursor = page.next_cursor


@pytest.mark.parametrize("caller", [PLATFORM, DECLARANT, LOGISTICS, OFFICER])
async def test_pages_hold_everything_once_newest_first(services: ClearanceServices, caller: Caller) -> None:
    for first in (0, 30, 60):  # parcels of one unit are received at one instant
        await filed(services, *[dossier(parcel(first + n)) for n in range(20)])
    found = await pages(services, caller, DeclarationFilter(), 7)
    assert len({view.declaration_id for view in found}) == len(found) == 60
    places = [(view.received_at, view.declaration_id) for view in found]
    assert places == sorted(places, reverse=True)


async def test_a_list_is_narrowed_by_every_filter(services: ClearanceServices) -> None:
    await filed(services, dossier(parcel(1)), dossier(parcel(2)), submission(parcel(3).declaration))
    for narrowed, orders in (
        (DeclarationFilter(order_no="ORDER00000002"), {2}),
        (DeclarationFilter(waybill_no="WB0000000001"), {1}),
        (DeclarationFilter(status=Status.WAITING), {3}),
        (DeclarationFilter(status=Status.RELEASED, platform_code=builders.PLATFORM), {1, 2}),
        (DeclarationFilter(status=Status.HELD), set()),
    ):
        for caller in (PLATFORM, OFFICER):
            found = await pages(services, caller, narrowed, 10)
            assert {view.order_no for view in found} == {f"ORDER{number:08d}" for number in orders}
    stranger = Caller(key_id="k", party_code="3101960P99", role="platform", name="stranger")
    assert await pages(services, stranger, DeclarationFilter(), 10) == []


async def test_a_party_with_two_parts_in_a_parcel_sees_it_once(services: ClearanceServices) -> None:
    documents = parcel(1)
    both = msgspec.structs.replace(
        documents,
        order=msgspec.structs.replace(documents.order, merchant_code=builders.PLATFORM),
        declaration=msgspec.structs.replace(documents.declaration, merchant_code=builders.PLATFORM),
    )
    await filed(services, dossier(both))
    assert len(await pages(services, PLATFORM, DeclarationFilter(), 10)) == 1


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.COLLECTING, Status.RELEASED)])
async def test_a_state_that_few_are_in_is_found_by_its_index(
    owner_connection: asyncpg.Connection, status: Status
) -> None:
    async with owner_connection.transaction():
        await owner_connection.execute("SET LOCAL enable_seqscan = off")
        await owner_connection.execute("DROP INDEX ix_declarations_received_at")
        plan = await owner_connection.fetch(
            f"EXPLAIN SELECT 1 FROM declarations WHERE status <> 0 AND status = {status.value} "
            "ORDER BY received_at DESC, declaration_id DESC LIMIT 50"
        )
        assert any("ix_declarations_status_received_at" in row[0] for row in plan)
