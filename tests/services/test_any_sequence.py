"""Whatever is done to two parcels that share a waybill or a payment, in any order and at once: the invariants hold."""

import asyncio
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dossier import Documents
from app.domain.identifiers import declaration_id
from app.domain.lifecycle import Status
from app.errors import Conflict, Forbidden, NotFound
from app.services.filings import Document, OfficerAction, SubmissionAnswer
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, DECLARANT, OFFICER, PLATFORM, Opened, dossier, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants, statuses, whole_feed

KINDS = ("order", "payment", "waybill", "declaration")
# What a message may say beside its time; every one of them changes the outcome or the state.
CHANGES: dict[str, Sequence[dict[str, Any]]] = {
    "order": ({}, {"buyer_name": "另一个人"}),
    "payment": ({}, {"payer_name": "别人"}, {"payment_transaction_no": "TOGETHER"}),
    "waybill": ({}, {"gross_weight_kg": Decimal("9.9")}),
    "declaration": ({}, {"customs_code": "5166"}, {"filing_status": "1"}),
}
_numbers = itertools.count(1, 2)
_one_at_a_time = asyncio.Lock()  # the owner has one connection


class Step(msgspec.Struct, frozen=True):
    """Something that is done to one of the two parcels."""

    what: str
    parcel: int = 0
    seconds: int = 0
    changes: dict[str, Any] = {}


def _filing(kind: str) -> st.SearchStrategy[Step]:
    changes = st.sampled_from(CHANGES[kind])
    kinds = st.sampled_from(({}, {}, {}, {"filing_type": "3"}))
    merged = st.builds(lambda one, other: {**one, **other}, changes, kinds)
    return st.builds(Step, what=st.just(kind), parcel=st.integers(0, 1), seconds=st.integers(0, 6), changes=merged)


def _act(what: str) -> st.SearchStrategy[Step]:
    return st.builds(Step, what=st.just(what), parcel=st.integers(0, 1))


STEPS = st.one_of(
    *(_filing(kind) for kind in KINDS),
    *(_act(what) for what in ("dossier", "dossier", "apart", "cancel", "deadline", *OfficerAction)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rounds=st.lists(st.lists(STEPS, min_size=1, max_size=5), min_size=1, max_size=6))
async def test_invariants_hold_after_any_sequence_of_filings_and_acts(
    two_workers: list[ClearanceServices], owner_connection: asyncpg.Connection, rounds: list[list[Step]]
) -> None:
    number = next(_numbers)
    pair = _pair(number)
    for steps in rounds:
        doing = [_done(two_workers[n % 2], owner_connection, pair, step) for n, step in enumerate(steps)]
        for outcome in await asyncio.gather(*doing, return_exceptions=True):
            assert outcome is None or isinstance(outcome, Conflict | Forbidden | NotFound), outcome
    await demand_invariants(owner_connection)
    for documents in pair:
        await _demand_told(two_workers[0], owner_connection, documents)


@pytest.fixture
async def two_workers(open_services: Opened) -> list[ClearanceServices]:
    """Two workers on one database."""
    return [await open_services(), await open_services()]


def _pair(number: int) -> tuple[Documents, Documents]:
    """Two parcels of one buyer; the second one names the first one's waybill."""
    one, two = (parcel(each, buyer=builders.IDENTITY) for each in (number, number + 1))
    declaration = msgspec.structs.replace(two.declaration, waybill_no=one.waybill.waybill_no)
    return one, msgspec.structs.replace(two, declaration=declaration)


async def _done(
    services: ClearanceServices, owner: asyncpg.Connection, pair: tuple[Documents, Documents], step: Step
) -> None:
    documents = pair[step.parcel]
    key = declaration_id("I", documents.order.platform_code, documents.order.order_no)
    match step.what:
        case "dossier":
            (answer,) = await services.file([dossier(documents)])
        case "apart":
            answer = await _filed_apart(services, documents)
        case "cancel":
            await services.cancel(DECLARANT, key, "x", AT)
            return
        case "deadline":
            async with _one_at_a_time:
                await owner.execute("UPDATE declarations SET deadline_at = now() - interval '1 s' WHERE status = 2")
            await services._desk.hold_overdue()
            return
        case "release" | "refuse" | "inspect" as action:
            await services.decide(OFFICER, key, OfficerAction(action), "x", AT)
            return
        case kind:
            document: Document = later(getattr(documents, kind), step.seconds, **step.changes)
            (answer,) = await services.file([submission(document, caller=PLATFORM)])
    assert not isinstance(answer, Exception), answer


async def _filed_apart(services: ClearanceServices, documents: Documents) -> SubmissionAnswer | Exception:
    """Each document for itself, at once: they may share a unit of work, in which several then touch the declaration."""
    four = (documents.declaration, documents.payment, documents.waybill, documents.order)
    answers = await services.file([submission(each) for each in four])
    return next((answer for answer in answers if isinstance(answer, Exception)), answers[0])


async def _demand_told(services: ClearanceServices, owner: asyncpg.Connection, documents: Documents) -> None:
    """The last receipt of a declaration says where it stands, and so does its view."""
    head = await owner.fetchrow("SELECT * FROM declarations WHERE order_no = $1", documents.order.order_no)
    if head is None or head["status"] == Status.COLLECTING:
        return
    told = [
        entry
        for entry in await whole_feed(services, PLATFORM)
        if f"<copNo>{documents.declaration.internal_no}<" in entry.xml
    ]
    assert statuses(told)[-1] == Status(head["status"]).return_status
    view = await services.declaration(PLATFORM, head["declaration_id"])
    assert (view.status, view.version) == (head["status"], head["version"])
    assert (view.assessment is None) == (head["outcome"] is None)
