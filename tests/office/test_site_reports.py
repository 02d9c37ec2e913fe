"""Reports of a site's equipment: by the site that the declaration names, shown to officers, moving nothing."""

from decimal import Decimal

import msgspec
import pytest

from app.domain.case_entries import Reported
from app.errors import Conflict, Forbidden, NotFound
from app.security.keyring import KeyRing
from app.services.filings import Caller, DeclarationView
from app.services.office.case_file.files import CaseFiles
from app.services.office.case_file.papers import Paper
from app.services.service import ClearanceServices
from tests.office.case_files import EXAMINER, LATER, PDF, PNG, case_files_of
from tests.services.conftest import dossier, filed
from tests.services.parcels import parcel

SITE = Caller(key_id="key_site", party_code="SITE0001", role="site", name="site")
REPORT = Reported("xray", "XR-1", "suspicious", {"gross_weight_kg": Decimal("1.90")}, LATER, "阴影")


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


async def at_site(services: ClearanceServices, **declared: str) -> DeclarationView:
    documents = parcel(1)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    named = msgspec.structs.replace(documents.declaration, **declared)
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy, declaration=named)))
    assert answer.declaration
    return answer.declaration


async def test_a_report_is_shown_and_moves_nothing(services: ClearanceServices, case_files: CaseFiles) -> None:
    before = await at_site(services, site_code="SITE0001")
    key = before.declaration_id
    image, _ = await case_files.image(SITE, key, Paper(PNG, "scan.png"), LATER)
    report = msgspec.structs.replace(REPORT, image=image.attachment_id)
    first = await case_files.report(SITE, key, report, LATER)
    again = await case_files.report(SITE, key, report, LATER)
    assert first.report_id == again.report_id
    page = await case_files.page(EXAMINER, key)
    assert [each.report for each in page.reports] == [report]
    assert (page.view.status, page.view.version) == (before.status, before.version)


async def test_a_warehouse_that_the_declaration_names_is_its_site_too(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    view = await at_site(services, warehouse_code="SITE0001")
    assert (await case_files.report(SITE, view.declaration_id, REPORT, LATER)).report == REPORT


async def test_another_site_does_not_know_the_parcel(services: ClearanceServices, case_files: CaseFiles) -> None:
    view = await at_site(services, site_code="SITE0002")
    with pytest.raises(NotFound):
        await case_files.report(SITE, view.declaration_id, REPORT, LATER)
    with pytest.raises(NotFound):
        await case_files.image(SITE, view.declaration_id, Paper(PDF, "x"), LATER)


async def test_nobody_else_reports(services: ClearanceServices, case_files: CaseFiles) -> None:
    view = await at_site(services, site_code="SITE0001")
    for caller in (EXAMINER, msgspec.structs.replace(SITE, role="warehouse")):
        with pytest.raises(Forbidden):
            await case_files.report(caller, view.declaration_id, REPORT, LATER)


async def test_a_report_names_no_image_that_is_not_there(services: ClearanceServices, case_files: CaseFiles) -> None:
    view = await at_site(services, site_code="SITE0001")
    with pytest.raises(NotFound):
        await case_files.report(
            SITE, view.declaration_id, msgspec.structs.replace(REPORT, image=view.declaration_id), LATER
        )


async def test_another_report_under_the_same_number_is_told_apart(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    view = await at_site(services, site_code="SITE0001")
    clear = msgspec.structs.replace(REPORT, verdict="clear")
    await case_files.report(SITE, view.declaration_id, clear, LATER)
    with pytest.raises(Conflict):
        await case_files.report(SITE, view.declaration_id, REPORT, LATER)
    page = await case_files.page(EXAMINER, view.declaration_id)
    assert [each.report for each in page.reports] == [clear]
