"""What grows is bounded, what was erased stays erased, and neither stops anybody else."""

import asyncpg
import msgspec
import pytest

from app.domain.decision import Outcome
from app.domain.lifecycle import Status
from app.errors import Conflict, Unavailable
from app.security.envelope import Envelope
from app.security.keyring import KeyRing
from app.services.clearance import facts, working
from app.services.filings import DeclarationFilter, DocumentState, OfficerAction
from app.services.service import ClearanceServices
from tests.services.conftest import AT, OFFICER, PLATFORM, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants, facts_of
from tests.services.test_desk import held


@pytest.mark.parametrize("shared", ["payment_transaction_no", "waybill_no"])
async def test_a_number_that_too_many_parcels_name_says_nothing_and_holds_them(
    services: ClearanceServices, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    for module in (working, facts):
        monkeypatch.setattr(module, "MOST_USERS", 4)
    for number in range(1, 8):
        documents = parcel(number)
        payment, declaration = documents.payment, documents.declaration
        if shared == "waybill_no":
            declaration = msgspec.structs.replace(declaration, waybill_no="0")
        else:
            payment = msgspec.structs.replace(payment, payment_transaction_no="0")
        await filed(services, submission(declaration), submission(payment), submission(documents.order))
        if shared == "waybill_no":
            await filed(services, submission(later(documents.waybill, number, waybill_no="0")))
        else:
            await filed(services, submission(documents.waybill))
    table = "waybills" if shared == "waybill_no" else "payments"
    assert await service_connection.fetchval(f"SELECT max(length(users)) FROM {table}") == 4 * 16
    known = await facts_of(services, parcel(7).order.order_no)
    assert (known.waybill_uses if shared == "waybill_no" else known.payment_shared_with) is None
    page = await services.declarations(PLATFORM, DeclarationFilter(order_no=parcel(7).order.order_no), None, 1)
    assert page.declarations[0].outcome is not Outcome.RELEASED
    await demand_invariants(service_connection)


async def test_a_declaration_whose_key_was_shredded_spoils_no_page_and_no_unit(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    await filed(services, dossier(parcel(1)), dossier(parcel(2)))
    key = await held(services, 3)
    shredded = parcel(1).order.order_no
    await owner_connection.execute(
        "DELETE FROM data_keys USING declarations WHERE order_no IN ($1, $2) AND subject_id = declaration_id",
        shredded,
        parcel(3).order.order_no,
    )
    views = (await services.declarations(PLATFORM, DeclarationFilter(), None, 10)).declarations
    assert {view.order_no: view.assessment is None for view in views}[shredded]
    assert sum(view.assessment is not None for view in views) == 1
    again, other = await filed(services, dossier(parcel(1)), dossier(parcel(4)))
    assert {answer.state for answer in again.documents} == {DocumentState.UNCHANGED}
    assert other.declaration is not None
    assert other.declaration.status is Status.RELEASED
    with pytest.raises(Conflict):
        await services.decide(OFFICER, key, OfficerAction.REFUSE, "x", AT)


async def test_a_declaration_that_goes_to_another_district_while_it_waits_gets_that_district_s_number(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    declaration = parcel(1).declaration
    (first,) = await filed(services, submission(declaration))
    (moved,) = await filed(services, submission(later(declaration, 60, customs_code="5166")))
    (same,) = await filed(services, submission(later(declaration, 120, customs_code="5166", note="x")))
    assert first.declaration is not None
    assert moved.declaration is not None
    assert same.declaration is not None
    numbers = [each.declaration.declaration_no for each in (first, moved, same) if each.declaration]
    assert [number[:9] for number in numbers if number] == ["22442024I", "51662024I", "51662024I"]
    assert numbers[1] == numbers[2]
    assert first.declaration.pre_no == moved.declaration.pre_no
    assert await service_connection.fetchval("SELECT count(*) FROM number_claims") == 3


def test_a_wrapped_key_opens_for_its_owner_under_its_master_key_only() -> None:
    ring = KeyRing.generate()
    envelope = Envelope(ring.master_keys | {2: bytes(32)}, 1)
    key = envelope.new_key(b"owner")
    assert envelope.unwrap(1, key.wrapped, b"owner") == key
    for master, owner in ((1, b"another"), (2, b"owner"), (3, b"owner")):
        with pytest.raises(Unavailable):
            envelope.unwrap(master, key.wrapped, owner)
    sealed = envelope.seal(key, b"plain", b"purpose")
    assert envelope.unseal(key, sealed, b"purpose") == b"plain"
    for changed, purpose in ((sealed, b"another"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"purpose")):
        with pytest.raises(Unavailable):
            envelope.unseal(key, changed, purpose)
