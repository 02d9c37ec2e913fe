"""Corrections, drafts, deletions and repetitions: what stands, what is told, and who may change it."""

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Declaration, Order
from app.domain.lifecycle import Status
from app.domain.period import compact
from app.errors import Forbidden
from app.repositories import registers
from app.services.filings import Caller, Document, DocumentKind, DocumentState, Submission, SubmissionAnswer
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, DECLARANT, PLATFORM, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants, statuses, whole_feed

OTHER_DECLARANT = Caller(key_id="key_d2", party_code="3101980D02", role="declarant", name="another declarant")
OTHER_MERCHANT = Caller(key_id="key_m2", party_code="3101960M02", role="merchant", name="another merchant")
MERCHANT = Caller(key_id="key_m1", party_code=builders.MERCHANT, role="merchant", name="merchant")


def timed(document: Document, received: str) -> Submission:
    """A filing through a door that would give its own time to documents that have none."""
    at = datetime.strptime(received, "%Y%m%d%H%M%S").replace(tzinfo=AT.tzinfo)
    return msgspec.structs.replace(submission(document, at=at), filed_at_default=received)


async def one(services: ClearanceServices, document: Document, caller: Caller | None = None) -> SubmissionAnswer:
    """The answer to a single document."""
    (answer,) = await filed(services, submission(document, caller=caller))
    return answer


def status(answer: SubmissionAnswer) -> Status:
    """Where the declaration stands."""
    assert answer.declaration is not None
    return answer.declaration.status


async def test_a_message_that_carries_the_very_second_of_its_receipt_is_recognised_when_it_comes_again(
    services: ClearanceServices,
) -> None:
    order = msgspec.structs.replace(parcel(1).order, filed_at=compact(AT))
    await filed(services, timed(order, compact(AT)))
    (again,) = await filed(services, timed(order, "20240618100001"))
    assert again.documents[0].state is DocumentState.UNCHANGED


async def test_of_messages_without_a_time_the_one_that_came_later_stands_even_within_a_second(
    services: ClearanceServices,
) -> None:
    order = msgspec.structs.replace(parcel(1).order, filed_at=compact(AT))
    said = [msgspec.structs.replace(order, message_id=letter * 36, note=letter) for letter in "CAB"]
    undated = [
        msgspec.structs.replace(timed(each, compact(AT)), undated=frozenset({DocumentKind.ORDER})) for each in said
    ]
    for each in undated:
        (answer,) = await filed(services, each)
        assert answer.documents[0].state is DocumentState.STORED
    for repeated in undated:  # a repetition is no correction
        (again,) = await filed(services, repeated)
        assert again.documents[0].state is DocumentState.UNCHANGED
    (with_a_time,) = await filed(services, timed(said[1], compact(AT)))
    assert with_a_time.documents[0].state is DocumentState.REJECTED


@pytest.mark.parametrize("newest", ["draft", "declared"])
async def test_a_draft_does_not_compete_with_what_is_declared(services: ClearanceServices, newest: str) -> None:
    declaration = parcel(1).declaration
    draft = msgspec.structs.replace(declaration, filing_status="1")
    if newest == "draft":
        draft = later(draft, 60)
    assert status(await one(services, draft)) is Status.STAGED
    declared = await one(services, declaration)
    assert declared.documents[0].state is DocumentState.STORED
    assert status(declared) is Status.WAITING


async def test_of_two_drafts_the_newer_stands(services: ClearanceServices) -> None:
    draft = msgspec.structs.replace(parcel(1).declaration, filing_status="1")
    await one(services, later(draft, 60, customs_code="5166"))
    older = await one(services, draft)
    assert older.documents[0].state is DocumentState.REJECTED
    assert older.declaration is not None
    assert older.declaration.customs_code == "5166"


@pytest.mark.parametrize("filing_status", ["1", "2"])
async def test_the_deletion_of_a_draft_is_told_as_a_withdrawal(services: ClearanceServices, filing_status: str) -> None:
    draft = msgspec.structs.replace(parcel(1).declaration, filing_status="1")
    await one(services, draft)
    answer = await one(services, later(draft, 60, filing_type="3", filing_status=filing_status))
    assert status(answer) is Status.CANCELLED
    assert answer.documents[0].return_status == "100"
    assert statuses(await whole_feed(services, DECLARANT)) == ["1", "100"]


@pytest.mark.parametrize("filing_status", ["1", "2"])
async def test_what_was_never_filed_cannot_be_deleted(services: ClearanceServices, filing_status: str) -> None:
    deletion = msgspec.structs.replace(parcel(1).declaration, filing_type="3", filing_status=filing_status)
    answer = await one(services, deletion)
    assert answer.documents[0].return_status == "-621011"
    assert answer.declaration is None


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
async def test_a_declaration_that_has_fallen_cannot_be_deleted(services: ClearanceServices, how: str) -> None:
    documents = parcel(1)
    if how == "withdrawn":
        await one(services, documents.declaration)
        assert status(await one(services, later(documents.declaration, 30, filing_type="3"))) is Status.CANCELLED
    else:
        order = msgspec.structs.replace(documents.order, buyer_name="另一个人")
        await filed(services, dossier(msgspec.structs.replace(documents, order=order)))
    answer = await one(services, later(documents.declaration, 60, filing_type="3"))
    assert answer.documents[0].return_status == "-621012"
    assert statuses(await whole_feed(services, DECLARANT))[-1] == "100"


async def test_a_document_that_was_deleted_is_not_said_to_be_here_when_it_comes_again(
    services: ClearanceServices,
) -> None:
    order = parcel(1).order
    await one(services, order)
    await one(services, later(order, 60, filing_type="3"))
    assert (await one(services, order)).documents[0].return_status == "-301014"
    deletion_again = await one(services, later(order, 60, filing_type="3"))
    assert deletion_again.documents[0].state is DocumentState.UNCHANGED
    assert (await one(services, later(order, 120))).documents[0].state is DocumentState.STORED


async def _register(connection: asyncpg.Connection, *parties: Caller) -> None:
    for party in parties:
        await registers.register_party(
            connection, party.party_code, party.name, party.role, date(2016, 1, 1), datetime.now(UTC)
        )
    await registers.raise_epoch(connection)


@pytest.mark.parametrize("filing_type", ["2", "3"])
async def test_another_declarant_neither_changes_nor_deletes_a_declaration(
    services: ClearanceServices, service_connection: asyncpg.Connection, filing_type: str
) -> None:
    await _register(service_connection, OTHER_DECLARANT)
    declaration = parcel(1).declaration
    await one(services, declaration)
    foreign: Declaration = later(declaration, 60, filing_type=filing_type, declarant_code=OTHER_DECLARANT.party_code)
    (answer,) = await services.file([submission(foreign, caller=OTHER_DECLARANT)])
    assert isinstance(answer, Forbidden)
    view = await services.declaration(DECLARANT, await _id(service_connection))
    assert (view.status, view.declarant_code) == (Status.WAITING, DECLARANT.party_code)


async def test_after_a_withdrawal_another_declarant_may_declare(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    await _register(service_connection, OTHER_DECLARANT)
    declaration = parcel(1).declaration
    await one(services, declaration)
    await one(services, later(declaration, 60, filing_type="3"))
    foreign: Declaration = later(declaration, 120, declarant_code=OTHER_DECLARANT.party_code)
    assert status(await one(services, foreign, OTHER_DECLARANT)) is Status.WAITING


async def test_another_merchant_does_not_replace_an_order_but_its_own_and_the_platform_correct_it(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    await _register(service_connection, OTHER_MERCHANT)
    order = parcel(1).order
    await one(services, order, MERCHANT)
    foreign: Order = later(order, 60, merchant_code=OTHER_MERCHANT.party_code)
    (answer,) = await services.file([submission(foreign, caller=OTHER_MERCHANT)])
    assert isinstance(answer, Forbidden)
    for seconds, caller in ((120, MERCHANT), (180, PLATFORM)):
        assert (await one(services, later(order, seconds), caller)).documents[0].state is DocumentState.STORED


async def test_the_order_in_which_a_submission_holds_its_documents_does_not_matter(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    elsewhere = msgspec.structs.replace(documents.declaration, waybill_no="WB0000000099")
    await filed(services, submission(elsewhere, documents.waybill, caller=PLATFORM))
    assert (await one(services, documents.waybill)).documents[0].state is DocumentState.UNCHANGED
    await demand_invariants(service_connection)


async def _id(connection: asyncpg.Connection) -> UUID:
    found: UUID = await connection.fetchval("SELECT declaration_id FROM declarations")
    return found
