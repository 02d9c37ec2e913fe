"""Requests for papers: parties see them, what came counts, and the case comes back."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from app.domain.case_entries import PaperKind
from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, Malformed, NotFound, Unavailable
from app.security.keyring import KeyRing
from app.services.office.case_file.files import CaseFiles
from app.services.office.case_file.papers import Paper
from app.services.service import ClearanceServices
from tests import builders
from tests.office.case_files import EXAMINER, LATER, PDF, PNG, an_officer, case_files_of, held
from tests.services.conftest import DECLARANT, LOGISTICS, dossier, filed
from tests.services.parcels import parcel

UNTIL = LATER + timedelta(days=2)
WANTED = (PaperKind.INVOICE, PaperKind.PAYMENT_PROOF)


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


async def queue_of(connection: asyncpg.Connection, key: UUID) -> Queue:
    return Queue(await connection.fetchval("SELECT queue FROM cases WHERE declaration_id = $1", key))


async def test_papers_are_asked_for_sent_and_the_case_comes_back(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    asked = await case_files.ask(EXAMINER, key, WANTED, UNTIL, "请补充", LATER)
    assert await queue_of(service_connection, key) is Queue.AWAITING
    (seen,) = (await services.declaration(DECLARANT, key)).asked
    assert (seen.request_id, seen.missing, seen.until) == (asked.request_id, ("invoice", "payment_proof"), UNTIL)
    assert (await services.declaration(LOGISTICS, key)).asked == (seen,)

    invoice = Paper(PDF, "a.pdf", PaperKind.INVOICE, asked.request_id)
    await case_files.attach(DECLARANT, key, invoice, LATER + timedelta(hours=1))
    assert (await services.declaration(DECLARANT, key)).asked[0].missing == ("payment_proof",)
    assert await queue_of(service_connection, key) is Queue.AWAITING

    proof = Paper(PNG, "b.png", PaperKind.PAYMENT_PROOF, asked.request_id)
    for _ in range(2):  # the same again moves nothing
        await case_files.attach(DECLARANT, key, proof, LATER + timedelta(hours=2))
    assert await queue_of(service_connection, key) is Queue.REVIEW
    page = await case_files.page(EXAMINER, key)
    assert [request.missing for request in page.requests] == [()]
    assert [moment.act for moment in page.timeline if moment.what == "moved"] == [
        "assess",
        "request_documents",
        "documents_arrived",
    ]


async def test_the_receipt_tells_the_declarant(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    await case_files.ask(EXAMINER, key, WANTED, UNTIL, "请补充", LATER)
    receipts = await services.receipts(DECLARANT, None, 100)
    assert "发票、支付证明。请补充" in receipts[-1].xml


async def test_a_parcel_that_is_not_held_is_not_asked_about(services: ClearanceServices, case_files: CaseFiles) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    key = answer.declaration.declaration_id
    with pytest.raises(Conflict):
        await case_files.ask(EXAMINER, key, WANTED, UNTIL, "x", LATER)
    assert (await case_files.page(EXAMINER, key)).requests == ()


@pytest.mark.parametrize(
    ("kinds", "until", "text", "pointer"),
    [
        ((), UNTIL, "x", "/kinds"),
        ((PaperKind.SITE_IMAGE,), UNTIL, "x", "/kinds"),
        (WANTED, LATER, "x", "/until"),
        (WANTED, LATER + timedelta(days=91), "x", "/until"),
        ((PaperKind.OTHER,), UNTIL, "", "/text"),
        (WANTED, UNTIL, "310104199003070123的证明" + "X" * 500, "/text"),
        (WANTED, UNTIL, f"请提供 {builders.IDENTITY} 的证明", "/text"),
    ],
)
async def test_a_request_that_nobody_could_answer_is_refused(
    services: ClearanceServices,
    case_files: CaseFiles,
    kinds: tuple[PaperKind, ...],
    until: object,
    text: str,
    pointer: str,
) -> None:
    with pytest.raises(Malformed) as refused:
        await case_files.ask(EXAMINER, await held(services), kinds, until, text, LATER)  # type: ignore[arg-type]
    assert refused.value.problems[0].pointer == pointer


async def test_only_who_works_on_cases_asks_and_only_what_was_asked_for_is_answered(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    key = await held(services)
    with pytest.raises(Forbidden):
        await case_files.ask(an_officer("auditor"), key, WANTED, UNTIL, "x", LATER)
    with pytest.raises(NotFound):
        await case_files.attach(DECLARANT, key, Paper(PDF, "x", PaperKind.INVOICE, key), LATER)


async def test_a_request_that_the_desk_did_not_carry_out_is_nowhere_shown(
    services: ClearanceServices, case_files: CaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await held(services)

    async def away(*_: object) -> None:
        raise Unavailable("the process ended between the two")

    with monkeypatch.context() as broken:
        broken.setattr(services._desk, "request_documents", away)
        with pytest.raises(Unavailable):
            await case_files.ask(EXAMINER, key, WANTED, UNTIL, "x", LATER)
    assert (await case_files.page(EXAMINER, key)).requests == ()
    assert (await services.declaration(DECLARANT, key)).asked == ()
