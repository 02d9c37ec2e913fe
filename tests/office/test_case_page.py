"""The page of a case: what a decision needs, masked, in a constant number of statements."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.lifecycle import Act
from app.domain.queues import Queue
from app.errors import Forbidden, NotFound
from app.security.keyring import KeyRing
from app.services.desk import Decision
from app.services.filings import OfficerAction
from app.services.office.case_file.files import CaseFiles
from app.services.office.proposals import Proposals
from app.services.service import ClearanceServices
from tests import builders
from tests.office.case_files import EXAMINER, LATER, an_officer, case_files_of, held
from tests.services.conftest import PLATFORM, dossier, filed, submission
from tests.services.parcels import parcel
from tests.statements import noted


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


async def test_the_page_shows_what_differs_and_why_it_is_held(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    page = await case_files.page(EXAMINER, await held(services))
    assert page.case is not None
    assert page.case.queue is Queue.REVIEW
    assert [line.name for line in page.comparison.lines if line.differs] == ["gross_weight_kg"]
    assert page.view.assessment is not None
    assert {finding.rule_id for finding in page.view.assessment.findings} == {"WGT-02"} == set(page.titles)
    assert [(moment.what, moment.act) for moment in page.timeline] == [("moved", "assess")]
    assert not page.erased


async def test_personal_values_are_masked_and_differences_stay_marked(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    page = await case_files.page(EXAMINER, await held(services, consignee="王芳"))
    lines = {line.name: line for line in page.comparison.lines}
    assert lines["consignee"].differs
    assert {cell.value for cell in lines["consignee"].cells} == {"李***", "王***"}
    shown = repr(page.comparison)
    documents = parcel(1)
    for secret in (
        documents.order.buyer_id_number,
        documents.order.buyer_telephone,
        documents.order.consignee_address,
        documents.order.buyer_account,
        builders.BUYER,
    ):
        assert secret not in shown


async def test_the_limit_says_what_is_reserved_and_what_confirmed(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    buyer = builders.an_identity_number(sequence="777")
    await filed(services, dossier(parcel(5, buyer=buyer)))
    documents = parcel(6, buyer=buyer)
    (answer,) = await filed(services, dossier(documents))
    assert answer.declaration
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    assert page.limit is not None
    assert page.limit.limit_cny == Decimal(26000)
    assert page.limit.used_cny == page.limit.confirmed_cny > 0
    assert page.limit.reserved_cny == 0
    assert page.case is None  # it was released by itself: no officer's, but it can be looked at


async def test_a_case_of_another_district_does_not_exist(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    with pytest.raises(NotFound):
        await case_files.page(an_officer(districts=("53",)), key)
    with pytest.raises(Forbidden):
        await case_files.page(an_officer("administrator"), key)
    with pytest.raises(Forbidden):
        await case_files.page(PLATFORM, key)


async def test_a_page_with_missing_documents_names_them(services: ClearanceServices, case_files: CaseFiles) -> None:
    documents = parcel(3)
    await filed(services, submission(documents.order))
    (answer,) = await filed(services, submission(documents.declaration))
    assert answer.declaration
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    assert page.comparison.absent == ("payment", "waybill")
    assert page.view.missing_documents == ("payment", "waybill")


async def test_statements_do_not_grow_with_the_case(
    services: ClearanceServices, case_files: CaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await held(services)
    await case_files.page(EXAMINER, key)
    counted = noted(monkeypatch)
    await case_files.page(EXAMINER, key)
    alone = len(counted)
    for number in range(3):
        await case_files.note(EXAMINER, key, f"note {number}", LATER)
    counted.clear()
    await case_files.page(EXAMINER, key)
    assert len(counted) == alone <= 4


async def test_documents_that_were_filed_one_by_one_are_all_there(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    documents = parcel(7)
    for document in (documents.waybill, documents.order, documents.payment):
        await filed(services, submission(document))
    (answer,) = await filed(services, submission(documents.declaration))
    assert answer.declaration
    page = await case_files.page(EXAMINER, answer.declaration.declaration_id)
    assert page.comparison.absent == ()
    assert page.comparison.differences == 0
    assert {cell.document for line in page.comparison.lines for cell in line.cells} == {
        "order",
        "payment",
        "waybill",
        "declaration",
    }


async def test_a_proposal_that_waits_for_a_second_officer_is_shown_until_the_case_moves(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    key, now = await held(services), datetime.now(UTC)
    proposals = Proposals(services._side, services._means.envelope, services._desk)
    decision = Decision(act=Act.RETURN, reason="退运")
    await proposals.propose(EXAMINER, [key], decision, now)
    (proposed,) = (await case_files.page(EXAMINER, key)).proposed
    assert (proposed.act, proposed.proposed_by) == (Act.RETURN, "OFFICER1")
    await services.decide(EXAMINER, key, OfficerAction.INSPECT, "先查验", now)
    assert (await case_files.page(EXAMINER, key)).proposed == ()
