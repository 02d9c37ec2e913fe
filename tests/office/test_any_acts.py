"""Whatever officers, parties and deadlines do to two parcels, in any order and at once: limits and cases hold."""

import asyncio
import itertools
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dossier import Documents
from app.domain.duties import Duty
from app.domain.identifiers import declaration_id
from app.domain.lifecycle import SEVERE, Act, Status, allowed
from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, NotFound
from app.services.desk import Decision
from app.services.desk.judging import OFFICERS_ACTS
from app.services.office.answers import Verdict
from app.services.service import ClearanceServices
from tests import builders
from tests.office.people import officer, proposals_of, tallied
from tests.services.conftest import AT, DECLARANT, PLATFORM, Opened, dossier, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants

_numbers = itertools.count(1, 2)
_one_at_a_time = asyncio.Lock()  # the owner has one connection
ONE, TWO = (officer(code, Duty.SUPERVISOR, districts=("*",)) for code in ("ONE", "TWO"))
_OPEN = {
    Status.HELD: {Queue.REVIEW, Queue.OVERDUE, Queue.AWAITING, Queue.AMENDED},
    Status.CONCLUDED: {Queue.REVIEW},
    Status.INSPECTION: {Queue.INSPECTION, Queue.AMENDED},
    Status.SUSPENDED: {Queue.SUSPENDED},
}


class Step(msgspec.Struct, frozen=True):
    """Something that is done to one of the two parcels."""

    what: str
    parcel: int = 0
    seconds: int = 0
    changes: dict[str, Any] = {}


_CHANGES: dict[str, tuple[dict[str, Any], ...]] = {
    "order": ({}, {"filing_type": "3"}),
    "payment": ({}, {"payer_name": "别人"}),
    "waybill": ({}, {"gross_weight_kg": Decimal("9.9")}, {"gross_weight_kg": Decimal("9.9")}),
    "declaration": ({}, {"customs_code": "5166"}, {"filing_type": "3"}),
}


def _filing(kind: str) -> st.SearchStrategy[Step]:
    changes = st.sampled_from(_CHANGES[kind])
    return st.builds(Step, what=st.just(kind), parcel=st.integers(0, 1), seconds=st.integers(0, 9), changes=changes)


def _act(what: str) -> st.SearchStrategy[Step]:
    return st.builds(Step, what=st.just(what), parcel=st.integers(0, 1))


STEPS = st.one_of(
    *(_filing(kind) for kind in _CHANGES),
    *(_act(what) for what in ("dossier", "dossier", "heavy", "heavy", "cancel", "deadline", "overdue", "arrived")),
    *(_act(what) for what in ("approve", "reject")),
    # Most acts fit the state: with acts at random few sequences would come further than one step.
    *[st.builds(Step, what=st.just("lawful"), parcel=st.integers(0, 1), seconds=st.integers(0, 99))] * 14,
    *[st.builds(Step, what=st.just("anew"), parcel=st.integers(0, 1), seconds=st.integers(0, 99))] * 4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rounds=st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=4, max_size=14))
async def test_limits_cases_and_counts_hold_after_any_sequence_of_acts(
    two_workers: list[ClearanceServices], owner_connection: asyncpg.Connection, rounds: list[list[Step]]
) -> None:
    number = next(_numbers)
    pair = tuple(parcel(each, buyer=builders.IDENTITY) for each in (number, number + 1))
    proposed: list[UUID] = []
    await _filed(two_workers[0], dossier(_heavy(pair[0])))
    for steps in rounds:
        doing = [_done(two_workers[n % 2], owner_connection, pair, step, proposed) for n, step in enumerate(steps)]
        for outcome in await asyncio.gather(*doing, return_exceptions=True):
            assert outcome is None or isinstance(outcome, Conflict | Forbidden | NotFound), outcome
        async with _one_at_a_time:
            await _demand_cases(owner_connection)
    await demand_invariants(owner_connection)


async def _demand_cases(connection: asyncpg.Connection) -> None:
    """The queue of a case is what its declaration's state says, in its district; counts are what is open."""
    await tallied(connection)
    rows = await connection.fetch(
        "SELECT d.declaration_id, d.status, d.customs_code, d.version, c.queue, c.district, c.version AS cv "
        "FROM declarations d LEFT JOIN cases c USING (declaration_id)"
    )
    for row in rows:
        state, queue = Status(row["status"]), Queue(row["queue"] or 0)
        assert queue in _OPEN.get(state, {Queue.CLOSED}), (state, queue)
        if queue:
            assert (row["district"], row["cv"]) == (row["customs_code"], row["version"])


@pytest.fixture
async def two_workers(open_services: Opened) -> list[ClearanceServices]:
    """Two workers on one database."""
    return [await open_services(), await open_services()]


async def _done(
    services: ClearanceServices,
    owner: asyncpg.Connection,
    pair: tuple[Documents, ...],
    step: Step,
    proposed: list[UUID],
) -> None:
    documents = pair[step.parcel]
    key = declaration_id("I", documents.order.platform_code, documents.order.order_no)
    match step.what:
        case "dossier":
            await _filed(services, dossier(documents))
        case "heavy":
            await _filed(services, dossier(_heavy(documents)))
        case "cancel":
            await services.cancel(DECLARANT, key, "x", AT)
        case "deadline":
            async with _one_at_a_time:
                await owner.execute("UPDATE declarations SET deadline_at = now() - interval '1 s' WHERE status = 2")
            await services._desk.hold_overdue()
        case "overdue":
            async with _one_at_a_time:
                await owner.execute("UPDATE cases SET due_at = now() - interval '1 s' WHERE queue = 6")
            await services._desk.documents_overdue()
        case "arrived":
            await services._desk.documents_arrived(PLATFORM, key, AT)
        case "lawful":
            await _lawful(services, owner, key, step.seconds, proposed)
        case "anew":
            heavy = _heavy(documents) if step.seconds % 2 else documents
            whole = (later(getattr(heavy, kind), step.seconds) for kind in _CHANGES)
            await _filed(services, submission(*whole, caller=PLATFORM))
        case "approve" | "reject" as what:
            await _answered(services, proposed, Verdict.APPROVED if what == "approve" else Verdict.REJECTED)
        case kind:
            document: Any = later(getattr(documents, kind), step.seconds, **step.changes)
            await _filed(services, submission(document, caller=PLATFORM))


def _heavy(documents: Documents) -> Documents:
    """A parcel that comes before an officer."""
    waybill = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    return msgspec.structs.replace(documents, waybill=waybill)


async def _lawful(
    services: ClearanceServices, owner: asyncpg.Connection, key: UUID, choice: int, proposed: list[UUID]
) -> None:
    """One of the acts that the state takes; a severe one is proposed, and mostly approved at once."""
    async with _one_at_a_time:
        status = await owner.fetchval("SELECT status FROM declarations WHERE declaration_id = $1", key)
    acts = [act for act in OFFICERS_ACTS if allowed(Status(status or 0), act)]
    if not acts:
        return
    act = acts[choice % len(acts)]
    await _acted(services, key, act, proposed)
    if act in SEVERE and choice % 5:
        await _answered(services, proposed, Verdict.APPROVED)


async def _filed(services: ClearanceServices, filing: Any) -> None:
    (answer,) = await services.file([filing])
    assert not isinstance(answer, Exception), answer


async def _acted(services: ClearanceServices, key: UUID, act: Act, proposed: list[UUID]) -> None:
    status = Status.DETAINED_LEGAL if act is Act.DETAIN else None
    decision = Decision(act=act, reason="查", status=status)
    if act in SEVERE:
        made = await proposals_of(services).propose(ONE, [key], decision, AT)
        if made.proposal_id:
            proposed.append(made.proposal_id)
        return
    for result in await services._desk.act(ONE, [key], decision, AT):
        if result.refusal:
            raise result.refusal


async def _answered(services: ClearanceServices, proposed: list[UUID], verdict: Verdict) -> None:
    if proposed:
        await proposals_of(services).answer(TWO, proposed[-1], verdict, "好", AT)
