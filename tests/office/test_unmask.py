"""Unmasking: with a reason, on record before anything is shown, and for those only who may."""

import asyncpg
import pytest

from app.errors import Forbidden, Malformed
from app.security.keyring import KeyRing
from app.services.office.case_file.files import CaseFiles
from app.services.service import ClearanceServices
from tests.office.case_files import EXAMINER, LATER, an_officer, case_files_of, held
from tests.services.parcels import parcel


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


async def test_with_a_reason_the_page_is_clear_once_and_that_is_on_record(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    page = await case_files.unmask(EXAMINER, key, "电话核对订购人", LATER)
    number = parcel(1).order.buyer_id_number
    lines = {line.name: line for line in page.comparison.lines}
    assert {cell.value for cell in lines["buyer_id_number"].cells} == {number}
    assert page.clear
    (unmasked,) = [moment for moment in page.timeline if moment.what == "unmasked"]
    assert (unmasked.text, unmasked.actor) == ("电话核对订购人", "officer:OFFICER1:key_OFFICER1")
    assert await service_connection.fetchval("SELECT count(*) FROM events WHERE declaration_id = $1", key) == 2
    again = await case_files.page(EXAMINER, key)
    assert not again.clear
    assert number not in repr(again.comparison)


@pytest.mark.parametrize("reason", ["", "   ", "x"])
async def test_without_a_reason_nothing_is_shown(
    services: ClearanceServices, case_files: CaseFiles, reason: str, service_connection: asyncpg.Connection
) -> None:
    with pytest.raises(Malformed):
        await case_files.unmask(EXAMINER, await held(services), reason, LATER)
    assert await service_connection.fetchval("SELECT count(*) FROM case_entries") == 0


@pytest.mark.parametrize("duty", ["auditor", "analyst", "administrator"])
async def test_other_roles_never_see_personal_data(
    services: ClearanceServices, case_files: CaseFiles, duty: str
) -> None:
    with pytest.raises(Forbidden):
        await case_files.unmask(an_officer(duty), await held(services), "a good reason", LATER)
