"""Histories: what the latest parcels of a buyer, a telephone, an address and an article show, bounded and by index."""

from datetime import date, timedelta
from decimal import Decimal

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Documents
from app.repositories import case_files as stored
from app.repositories.together import together
from app.security.keyring import KeyRing
from app.services.office.case_file.files import CaseFiles
from app.services.service import ClearanceServices
from tests import builders
from tests.office.case_files import EXAMINER, case_files_of, held
from tests.services.conftest import AT, dossier, filed
from tests.services.parcels import parcel


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


def with_telephone(documents: Documents, telephone: str) -> Documents:
    replace = msgspec.structs.replace
    return replace(
        documents,
        order=replace(documents.order, buyer_telephone=telephone, consignee_telephone=telephone),
        waybill=replace(documents.waybill, consignee_telephone=telephone),
        declaration=replace(documents.declaration, buyer_telephone=telephone),
    )


async def test_each_history_counts_its_own_parcels_by_day(services: ClearanceServices, case_files: CaseFiles) -> None:
    buyer = builders.an_identity_number(sequence="555")
    later = AT + timedelta(days=3)
    await filed(services, dossier(parcel(11, buyer=buyer)))
    await filed(services, dossier(parcel(12, buyer=buyer), at=later))
    shared = parcel(13).order.buyer_telephone
    last = with_telephone(parcel(14, buyer=buyer), shared)
    await filed(services, dossier(parcel(13), at=later))
    (answer,) = await filed(services, dossier(last, at=later))
    assert answer.declaration
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    days = {each.of: {day.day: day.declarations for day in each.days} for each in page.histories}
    today = later.date()
    assert days["buyer"] == {AT.date(): 1, today: 2}
    assert days["telephone"] == {today: 2}
    assert days["address"] == {today: 1}
    (telephone,) = [each for each in page.histories if each.of == "telephone"]
    assert telephone.days[0].buyers == 2
    assert telephone.days[0].value_cny > 0


async def test_what_lies_before_the_window_is_not_counted(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    buyer = builders.an_identity_number(sequence="556")
    await filed(services, dossier(parcel(21, buyer=buyer)))
    (answer,) = await filed(services, dossier(parcel(22, buyer=buyer), at=AT + timedelta(days=60)))
    assert answer.declaration
    assert await service_connection.fetchval("SELECT count(*) FROM declarations WHERE buyer_index IS NOT NULL") == 2
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    buyer_history = page.histories[0]
    assert buyer_history.declarations == 1
    assert buyer_history.first_day > AT.date()


async def test_held_parcels_show_among_those_that_officers_saw(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    page = await case_files.page(EXAMINER, await held(services))
    assert [(day.declarations, day.seen, day.fallen) for day in page.histories[0].days] == [(1, 1, 0)]


async def test_prices_of_an_article_are_shown_by_day(services: ClearanceServices, case_files: CaseFiles) -> None:
    for number, price in enumerate(("50.00", "60.00", "90.00")):
        await filed(services, dossier(parcel(31 + number, price_cny=price)))
    (answer,) = await filed(services, dossier(parcel(40)))
    assert answer.declaration
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    (day,) = page.prices[0].days
    assert day.day == AT.date()
    assert (day.lowest_cny, day.highest_cny) == (Decimal("50.00"), Decimal("90.00"))
    assert day.count == 4


async def test_histories_read_indexes_and_so_many_parcels_only(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    await filed(services, *[dossier(parcel(number)) for number in range(50, 60)])
    row = await owner_connection.fetchrow("SELECT buyer_index, telephone_index, address_index FROM declarations")
    wanted = stored.histories_wanted(tuple(row), date(2024, 6, 1), date(2024, 6, 30))
    assert wanted is not None
    async with owner_connection.transaction():
        await owner_connection.execute("SET LOCAL enable_seqscan = off")
        plan = await owner_connection.fetch("EXPLAIN " + wanted.text, *wanted.values)
        (found,) = await together(owner_connection, [wanted])
    text = "\n".join(line[0] for line in plan)
    for column in ("buyer_index", "telephone_index", "address_index"):
        assert f"ix_declarations_{column}_accepted_on" in text, text
    assert text.count("Limit") == 3
    assert {row[0] for row in found} == {1, 2, 3}
