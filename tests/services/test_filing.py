"""Filing through the pipeline: one assessment, whatever the order; corrections, refusals, repetitions."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

import asyncpg
import msgspec
import pytest

from app.domain.decision import Outcome
from app.domain.lifecycle import Status
from app.errors import Forbidden
from app.repositories.evidence import all_assessments
from app.services.clearance.assessing import StoredAssessment
from app.services.clearance.views import unseal_assessments
from app.services.explaining import replay_all
from app.services.filings import DeclarationFilter, Document, DocumentState
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, LOGISTICS, PLATFORM, dossier, filed, submission
from tests.services.parcels import later, parcel

EVERYTHING = (
    "assessments, data_keys, declarations, deliveries, documents, events, item_prices, limit_balances, "
    "limit_ledger, number_claims, payments, transitions, waybills"
)


async def stored_assessments(services: ClearanceServices) -> list[StoredAssessment]:
    """Every assessment in the clear."""
    async with services._pool.acquire() as connection:
        rows = await all_assessments(connection, None, 100)
        return [opened for _, opened in await unseal_assessments(connection, services._means.envelope, rows)]


async def test_a_clean_parcel_is_released_at_once_with_its_tax(services: ClearanceServices) -> None:
    (answer,) = await filed(services, dossier(builders.documents()))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.RELEASED
    assert answer.declaration.assessment is not None
    assert answer.declaration.assessment.tax.total_cny == Decimal("20.02")
    assert [document.return_status for document in answer.documents] == ["120", "120", "120", "800"]


async def test_all_24_orders_of_filing_end_in_the_same_assessment_bytes(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = builders.documents()
    four: Sequence[Document] = (documents.order, documents.payment, documents.waybill, documents.declaration)
    seen = set()
    for order in itertools.permutations(four):
        await owner_connection.execute(f"TRUNCATE {EVERYTHING}")
        for document in order:
            await filed(services, submission(document))
        (stored,) = await stored_assessments(services)
        seen.add((stored.facts, stored.assessment))
    assert len(seen) == 1


async def test_everything_stored_replays_to_equal_bytes(services: ClearanceServices) -> None:
    wrong = parcel(3)
    wrong = msgspec.structs.replace(wrong, payment=msgspec.structs.replace(wrong.payment, amount_cny=Decimal(1)))
    await filed(services, dossier(builders.documents()), dossier(parcel(1)), dossier(parcel(2)), dossier(wrong))
    means = services._means
    book = means.registry.current.book
    async with services._pool.acquire() as connection:
        pages = replay_all(connection, means.envelope, means.readers, book, page=2)
        results = [again.result.equal async for page in pages for again in page]
    assert results == [True] * 4


async def test_a_waiting_declaration_says_what_is_missing(services: ClearanceServices) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.order))
    (answer,) = await filed(services, submission(documents.declaration))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.WAITING
    assert answer.declaration.missing_documents == ("payment", "waybill")
    assert "支付信息不存在" in answer.documents[0].text_zh


async def test_the_last_document_causes_the_decision_before_it_is_answered(services: ClearanceServices) -> None:
    documents = parcel(1)
    await filed(services, *[submission(each) for each in (documents.declaration, documents.order, documents.payment)])
    await filed(services, submission(documents.waybill))
    (page,) = (await services.declarations(PLATFORM, _all(), None, 10)).declarations
    assert page.status is Status.RELEASED


async def test_the_same_content_again_gets_the_same_answer_and_stores_nothing(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    (first,) = await filed(services, dossier(documents))
    (again,) = await filed(services, dossier(documents))
    assert first.created
    assert not again.created
    assert [each.return_status for each in again.documents] == [each.return_status for each in first.documents]
    assert again.declaration == first.declaration
    assert await service_connection.fetchval("SELECT count(*) FROM events") == 1


async def test_an_older_message_is_answered_with_its_official_code(services: ClearanceServices) -> None:
    documents = parcel(1)
    await filed(services, submission(later(documents.order, 60)))
    (answer,) = await filed(services, submission(documents.order))
    assert answer.documents[0].state is DocumentState.REJECTED
    assert answer.documents[0].return_status == "-301014"


async def test_a_newer_message_wins_while_the_declaration_waits(services: ClearanceServices) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.payment))
    await filed(services, submission(later(documents.payment, 60, amount_cny=Decimal("1.00"))))
    await filed(services, submission(documents.order))
    await filed(services, submission(documents.waybill))
    view = (await services.declarations(PLATFORM, _all(), None, 10)).declarations[0]
    assert view.status is Status.REFUSED
    assert view.assessment is not None
    assert "1332" in [finding.official_code for finding in view.assessment.findings]


async def test_after_the_release_a_correction_meets_the_wrong_state(services: ClearanceServices) -> None:
    documents = parcel(1)
    await filed(services, dossier(documents))
    corrected: list[Document] = [later(documents.order, 60), later(documents.payment, 60), later(documents.waybill, 60)]
    codes = [(await filed(services, submission(each)))[0].documents[0].return_status for each in corrected]
    assert codes == ["-301011", "-401008", "-504016"]


async def test_after_a_refusal_the_next_declaration_is_a_new_version_with_the_same_waybill_and_payment(
    services: ClearanceServices,
) -> None:
    documents = parcel(1)
    wrong = msgspec.structs.replace(documents.order, buyer_name="另一个人")
    await filed(services, *[submission(each) for each in (wrong, documents.payment, documents.waybill)])
    (refused,) = await filed(services, submission(documents.declaration))
    assert refused.declaration is not None
    assert (refused.declaration.status, refused.declaration.version) == (Status.REFUSED, 1)
    right = later(wrong, 60, buyer_name=documents.order.buyer_name)
    await filed(services, submission(right))
    (released,) = await filed(services, submission(later(documents.declaration, 60)))
    assert released.declaration is not None
    assert (released.declaration.status, released.declaration.version) == (Status.RELEASED, 2)


async def test_a_foreign_document_is_forbidden_and_its_neighbours_are_not_spoiled(
    services: ClearanceServices,
) -> None:
    documents = parcel(1)
    foreign = submission(documents.order, caller=LOGISTICS)
    refused, stored = await services.file([foreign, submission(documents.payment)])
    assert isinstance(refused, Forbidden)
    assert not isinstance(stored, Exception)
    assert stored.documents[0].state is DocumentState.STORED


async def test_a_forbidden_declaration_reserves_no_numbers(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    declaration = msgspec.structs.replace(parcel(1).declaration, customs_code="5141")
    (refused,) = await services.file([submission(declaration, caller=LOGISTICS)])
    assert isinstance(refused, Forbidden)
    assert await service_connection.fetchval("SELECT count(*) FROM number_blocks") == 0
    await filed(services, submission(declaration))
    series = await service_connection.fetch("SELECT series FROM number_blocks ORDER BY series")
    assert [each["series"] for each in series] == ["51412024", "pre_no"]


async def test_a_submission_that_the_database_refuses_spoils_no_other(services: ClearanceServices) -> None:
    broken = parcel(1)
    broken = msgspec.structs.replace(broken, order=msgspec.structs.replace(broken.order, merchant_code="NUL\0"))
    answers = await services.file([dossier(parcel(2)), submission(broken.order), dossier(parcel(3))])
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False]


async def test_a_staged_declaration_takes_no_part(services: ClearanceServices) -> None:
    documents = parcel(1)
    staged = msgspec.structs.replace(documents.declaration, filing_status="1")
    await filed(services, submission(documents.order), submission(documents.waybill))
    await filed(services, submission(documents.payment))
    (answer,) = await filed(services, submission(staged))
    assert answer.documents[0].return_status == "1"
    assert answer.declaration is not None
    assert answer.declaration.status is Status.STAGED
    (declared,) = await filed(services, submission(later(documents.declaration)))
    assert declared.declaration is not None
    assert declared.declaration.status is Status.RELEASED


async def test_a_waybill_number_of_another_standing_declaration_holds_the_parcel(services: ClearanceServices) -> None:
    first, second = parcel(1), parcel(2)
    await filed(services, dossier(first))
    reused = msgspec.structs.replace(
        second, declaration=msgspec.structs.replace(second.declaration, waybill_no=first.declaration.waybill_no)
    )
    four = (reused.order, reused.payment, reused.declaration)
    answers = [(await filed(services, submission(each)))[0] for each in four]
    view = answers[-1].declaration
    assert view is not None
    assert view.assessment is not None
    assert "REU-01" in [finding.rule_id for finding in view.assessment.findings]
    assert view.outcome is not Outcome.RELEASED


async def test_a_time_too_far_ahead_is_refused(services: ClearanceServices) -> None:
    early = msgspec.structs.replace(parcel(1).order, filed_at=f"{AT:%Y%m%d}101001")
    (answer,) = await filed(services, submission(early))
    assert answer.documents[0].return_status == "-301008"


async def test_a_time_before_this_trade_began_is_refused(services: ClearanceServices) -> None:
    before = msgspec.structs.replace(parcel(1).order, filed_at="20140209235959")
    (answer,) = await filed(services, submission(before))
    assert answer.documents[0].return_status == "-301008"
    assert "appTime" in answer.documents[0].text_zh
    (answer,) = await filed(services, submission(msgspec.structs.replace(before, filed_at="20140210000000")))
    assert answer.documents[0].return_status == "120"


@pytest.mark.parametrize("first", ["declaration", "order"])
async def test_a_deleted_document_is_missing_again(services: ClearanceServices, first: str) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.payment))
    await filed(services, submission(later(documents.payment, 60, filing_type="3")))
    await filed(services, submission(documents.order))
    (answer,) = await filed(services, submission(documents.waybill))
    (view,) = (await services.declarations(PLATFORM, _all(), None, 10)).declarations
    assert view.missing_documents == ("payment",)
    assert answer.documents[0].state is DocumentState.STORED


def _all() -> DeclarationFilter:
    return DeclarationFilter()
