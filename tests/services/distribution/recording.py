"""Every statement that the service sends while it does a little of everything."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from app.domain.case_entries import PaperKind
from app.domain.lifecycle import Act, Status
from app.repositories import registers, together
from app.repositories.bulk import Connection
from app.security.api_keys import new_key
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing.exporting import export_to
from app.services.auditing.keeping import export_heads
from app.services.clerk import changing_registers
from app.services.desk import Decision
from app.services.filings import DeclarationFilter, OfficerAction
from app.services.idempotency_contract import Claim, StoredAnswer
from app.services.office.answers import Verdict
from app.services.office.case_file.papers import Paper
from app.services.register_parties import PartyEdit, edit
from app.services.service import ClearanceServices
from tests import builders
from tests.office.case_files import EXAMINER as CASE_EXAMINER
from tests.office.case_files import PDF, case_files_of, held
from tests.office.people import EXAMINER, OTHER_SUPERVISOR, SUPERVISOR, all_held, carry_out, proposals_of
from tests.services.conftest import AT, DECLARANT, OFFICER, PLATFORM, dossier, filed, submission
from tests.services.distribution.recording_officers import do_everything_of_officers
from tests.services.distribution.recording_profiles import do_everything_of_profiles
from tests.services.distribution.recording_queues import do_everything_of_queues
from tests.services.distribution.recording_statistics import do_everything_of_statistics
from tests.services.distribution.recording_tables import do_everything_of_tables
from tests.services.parcels import later, parcel


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The distinct statements of every connection that is opened within, each alone and on one line."""
    statements: set[str] = set()
    opened, merged = asyncpg.Connection.__init__, together.together

    def note(query: Any) -> None:
        statements.add(re.sub(r"\s+", " ", query.query).strip())

    def listening(connection: asyncpg.Connection, *arguments: Any) -> None:
        opened(connection, *arguments)
        connection.add_query_logger(note)

    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "__init__", listening)
        for module in [module for name, module in sys.modules.items() if name.startswith("app.")]:
            if getattr(module, "together", None) is merged:
                patched.setattr(module, "together", one_by_one)
        yield statements


async def one_by_one(connection: Connection, statements: Sequence[together.Statement | None]) -> list[list[Any]]:
    """What `together` sends in one trip, as a distributed engine gets it: each statement alone."""
    return [await together._alone(connection, each) if each else [] for each in statements]


async def do_everything(services: ClearanceServices, service_url: str, keyring: KeyRing, folder: Path) -> None:
    """File through every path, act on it, read it, change registers, look after it, audit it."""
    await _file(services)
    await _act(services)
    await _put_to_case(services, keyring)
    await _read(services)
    await _repeat(services)
    connection = await asyncpg.connect(service_url)
    await _administer(services, connection)
    await do_everything_of_tables(services, service_url, keyring)
    await do_everything_of_queues(services, connection, keyring)
    await do_everything_of_statistics(services, keyring)
    await do_everything_of_officers(services, connection, keyring, folder)
    await do_everything_of_profiles(services)
    await export_heads(connection, "test", Signer(keyring.signing_key), folder)
    await export_to(connection, folder / "export.jsonl", "test", keyring, {})
    await connection.close()


async def _file(services: ClearanceServices) -> None:
    await filed(services, *[dossier(parcel(number)) for number in range(4)], dossier(parcel(0)))
    late, shared = parcel(10), parcel(11)
    for document in (late.declaration, late.order, late.payment, late.waybill, later(late.order)):
        await filed(services, submission(document))
    again = msgspec.structs.replace(parcel(12).payment, payment_transaction_no=shared.payment.payment_transaction_no)
    await filed(services, submission(shared.payment), submission(again), submission(shared.waybill))
    signed = msgspec.structs.replace(dossier(parcel(13)), signed_message=b"<signed/>")
    await filed(services, signed)
    await filed(services, submission(parcel(14).declaration))


async def _act(services: ClearanceServices) -> None:
    for number, action in ((20, OfficerAction.RELEASE), (21, OfficerAction.REFUSE), (22, None)):
        documents = parcel(number)
        heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
        (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy)))
        assert answer.declaration
        if action:
            await services.decide(OFFICER, answer.declaration.declaration_id, action, "称重复核", AT)
        else:
            await services.cancel(DECLARANT, answer.declaration.declaration_id, "买家退单", AT)
    await services._desk.hold_overdue()
    await _decide(services)


async def _decide(services: ClearanceServices) -> None:
    """Officers' acts of every kind that stores differently, and proposals with their answers."""
    asked, proposed, corrected = await all_held(services, [40, 41, 42])
    desk, proposals = services._desk, proposals_of(services)
    await desk.request_documents(EXAMINER, asked, "授权书", None, AT)
    await desk.documents_arrived(EXAMINER, asked, AT)
    await desk.request_documents(EXAMINER, asked, "授权书", None, AT)
    await desk.documents_overdue()
    await desk.act(EXAMINER, [asked, corrected], Decision(act=Act.RELEASE, reason="复核"), AT)
    await desk.act(EXAMINER, [corrected], Decision(act=Act.RELEASE, reason="复核"), AT)
    await carry_out(services, corrected, Act.CORRECT)
    made = await proposals.propose(SUPERVISOR, [proposed], Decision(act=Act.RETURN, reason="拒收"), AT)
    assert made.proposal_id
    await proposals.page(EXAMINER, None, 10, AT)
    await proposals.answer(OTHER_SUPERVISOR, made.proposal_id, Verdict.REJECTED, "", AT)


async def _put_to_case(services: ClearanceServices, keyring: KeyRing) -> None:
    """Everything that is put to a case, and its page."""
    files, key = case_files_of(services, keyring), await held(services, 60)
    await files.note(CASE_EXAMINER, key, "外包装破损", AT)
    asked = await files.ask(CASE_EXAMINER, key, [PaperKind.INVOICE], AT + timedelta(days=1), "", AT)
    await services.declaration(DECLARANT, key)
    sent, _ = await files.attach(DECLARANT, key, Paper(PDF, "a.pdf", PaperKind.INVOICE, asked.request_id), AT)
    await files.opened(CASE_EXAMINER, key, sent.attachment_id, AT)
    await files.unmask(CASE_EXAMINER, key, "电话核对", AT)


async def _read(services: ClearanceServices) -> None:
    page = await services.declarations(PLATFORM, DeclarationFilter(), None, 2)
    await services.declarations(PLATFORM, DeclarationFilter(order_no="ORDER00000001"), page.next_cursor, 2)
    await services.declarations(OFFICER, DeclarationFilter(accepted_from=AT), None, 2)
    declaration_id = page.declarations[0].declaration_id
    await services.declaration(PLATFORM, declaration_id)
    decided = DeclarationFilter(status=Status.RELEASED)
    (released,) = (await services.declarations(OFFICER, decided, None, 1)).declarations
    await services.explanation(PLATFORM, released.declaration_id)
    entries = await services.receipts(PLATFORM, None, 3)
    await services.receipts(PLATFORM, entries[-1].cursor, 3)
    assert await services.ready() == ()


async def _repeat(services: ClearanceServices) -> None:
    store = services.idempotency
    for key in ("answered", "released"):
        claim = await store.begin(PLATFORM, key, b"hash")
        assert isinstance(claim, Claim)
        if key == "answered":
            await store.finish(claim, StoredAnswer(status=201, headers=(), body=b"{}"))
        else:
            await store.release(claim)
    await store.begin(PLATFORM, "answered", b"hash")
    await store.tidy()


async def _administer(services: ClearanceServices, connection: asyncpg.Connection) -> None:
    key = new_key()
    stored = registers.ApiKey(key.key_id, builders.PLATFORM, "platform", "test", (), AT, None)
    async with changing_registers(connection, "cli:test", datetime.now(UTC)) as clerk:
        await registers.add_key(connection, key.key_hash, stored)
        await edit(clerk, builders.PLATFORM, PartyEdit(name="New", credit_class="advanced"))
    await services.authenticate(key.key)
    async with changing_registers(connection, "cli:test", datetime.now(UTC)):
        await registers.revoke_key(connection, key.key_id, AT)
    await registers.parties(connection, AT.date())
    await filed(services, dossier(parcel(30)))
