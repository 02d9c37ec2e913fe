"""The whole table of transitions against the database: what it allows happens, and nothing else does."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.identifiers import declaration_id
from app.domain.lifecycle import DETAINED, SEVERE, Act, Status, allowed
from app.errors import Conflict
from app.services.desk import Decision
from app.services.service import ClearanceServices
from tests.office.people import carry_out
from tests.services.conftest import AT, DECLARANT, OFFICER, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants

# Assessing is nobody's act: it follows from the last document.
ACTS = [act for act in Act if act is not Act.ASSESS]


class Parcel:
    """One parcel and what may be done with it."""

    def __init__(self, services: ClearanceServices, owner: asyncpg.Connection, number: int) -> None:
        self.services = services
        self.owner = owner
        self.documents = parcel(number)
        self.key: UUID = declaration_id("I", self.documents.order.platform_code, self.documents.order.order_no)

    async def row(self) -> dict[str, Any]:
        """The declaration as it is stored."""
        return dict(await self.owner.fetchrow("SELECT * FROM declarations WHERE declaration_id = $1", self.key))

    async def file(self, **changes: Any) -> None:
        """File all four documents, with changes of some."""
        changed = {
            name: msgspec.structs.replace(getattr(self.documents, name), **values) for name, values in changes.items()
        }
        await filed(self.services, dossier(msgspec.structs.replace(self.documents, **changed)))

    async def file_staged(self) -> None:
        """File a draft of the declaration."""
        await filed(self.services, submission(msgspec.structs.replace(self.documents.declaration, filing_status="1")))

    async def file_declaration(self) -> None:
        """File the declaration alone."""
        await filed(self.services, submission(self.documents.declaration))

    async def act(self, act: Act) -> None:
        """Do something with it."""
        match act:
            case Act.DECLARE:
                await filed(self.services, submission(later(self.documents.declaration, 60)))
            case Act.HOLD:
                overdue = "UPDATE declarations SET deadline_at = now() - interval '1 s' WHERE declaration_id = $1"
                await self.owner.execute(overdue + " AND deadline_at IS NOT NULL", self.key)
                await self.services._desk.hold_overdue()
            case Act.CANCEL:
                await self.services.cancel(DECLARANT, self.key, "x", AT)
            case Act.OVERDUE:
                await self.owner.execute("UPDATE cases SET due_at = now() - interval '1 s'")
                await self.services._desk.documents_overdue()
            case Act.DOCUMENTS_ARRIVED:
                await self.services._desk.documents_arrived(OFFICER, self.key, AT)
            case _ if act in SEVERE:
                await carry_out(self.services, self.key, act, Status.DETAINED_LEGAL if act is Act.DETAIN else None)
            case _:
                await self.services._desk.act_on_one(OFFICER, self.key, Decision(act=act, reason="x"), AT)


async def held(each: Parcel) -> None:
    await each.file(waybill={"gross_weight_kg": Decimal("9.9")})


async def inspected(each: Parcel) -> None:
    await held(each)
    await each.act(Act.INSPECT)


async def cancelled(each: Parcel) -> None:
    await each.file_declaration()
    await each.act(Act.CANCEL)


async def detained(each: Parcel, status: Status) -> None:
    await held(each)
    await carry_out(each.services, each.key, Act.DETAIN, status)


async def released_and_closed(each: Parcel) -> None:
    await each.file()
    await each.act(Act.CLOSE)


def by(act: Act) -> Callable[[Parcel], Awaitable[None]]:
    """A held parcel, and an officer's act on it."""

    async def acted(each: Parcel) -> None:
        await held(each)
        await each.act(act)

    return acted


WAYS: dict[Status, Callable[[Parcel], Awaitable[None]]] = {
    Status.STAGED: Parcel.file_staged,
    Status.WAITING: Parcel.file_declaration,
    Status.HELD: held,
    Status.INSPECTION: inspected,
    Status.RELEASED: Parcel.file,
    Status.REFUSED: lambda each: each.file(payment={"payer_name": "别人"}),
    Status.CANCELLED: cancelled,
    Status.CONCLUDED: by(Act.CONCLUDE),
    Status.SUSPENDED: by(Act.SUSPEND),
    Status.RETURNED: by(Act.RETURN),
    Status.CLOSED: released_and_closed,
    **{status: partial(detained, status=status) for status in sorted(DETAINED)},
}
# Papers arrive, or are late, only where an officer asked for them: tests/office/test_acts.py.
ONLY_AWAITED = {Act.OVERDUE, Act.DOCUMENTS_ARRIVED}


@pytest.mark.parametrize("status", WAYS)
async def test_acts_happen_exactly_where_the_table_allows_them(
    services: ClearanceServices, owner_connection: asyncpg.Connection, status: Status
) -> None:
    for number, act in enumerate(ACTS):
        each = Parcel(services, owner_connection, number)
        await WAYS[status](each)
        before = await each.row()
        assert before["status"] == status
        try:
            await each.act(act)
        except Conflict:
            assert not allowed(status, act) or act in ONLY_AWAITED, act
        after = await each.row()
        if not allowed(status, act):
            assert (after["status"], after["version"]) == (before["status"], before["version"]), act
        elif act is Act.DECLARE:
            assert after["version"] == before["version"] + 1, act
        else:
            assert Status(after["status"]) in allowed(status, act), act
    await demand_invariants(owner_connection)


def test_every_status_that_an_act_leads_to_is_tried() -> None:
    reached = {status for before in Status for act in Act for status in allowed(before, act)}
    assert reached <= WAYS.keys()


async def test_a_draft_waits_for_no_document(services: ClearanceServices) -> None:
    documents = parcel(1)
    draft = msgspec.structs.replace(documents.declaration, filing_status="1")
    (answer,) = await filed(services, submission(documents.order, documents.payment, documents.waybill, draft))
    assert answer.declaration is not None
    assert (answer.declaration.status, answer.declaration.missing_documents) == (Status.STAGED, ())
