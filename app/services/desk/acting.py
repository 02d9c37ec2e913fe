"""One transaction of the desk: a list of declarations is loaded, judged and changed; each is answered alone.

The number of statements does not depend on how many they are. A head is written only if nobody changed it meanwhile.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.domain.period import shanghai_day
from app.domain.queues import queue_of
from app.errors import NotFound, TongguanError
from app.repositories import evidence
from app.repositories.bulk import Connection, month_of
from app.repositories.cases import Left, Placed, cases_placed
from app.repositories.evidence import EventRow, TransitionRow
from app.repositories.heads import Head, load_heads
from app.repositories.lanes import Lane
from app.repositories.limits import LedgerRow
from app.repositories.together import Statement
from app.repositories.transitions import LatestAct, decided_together, latest_acts
from app.rules.officers_work import officers_work
from app.security.envelope import DataKey
from app.services.clearance.attesting import Written, attest
from app.services.clearance.chain import EventPayload, NewEvent, deliveries, link
from app.services.clearance.placing import leave, place
from app.services.clearance.receipts import actor_of, declaration_receipt
from app.services.clearance.storing import transition_row, write
from app.services.clearance.unit import Means
from app.services.clearance.views import Reader, load_views
from app.services.clearance.working import Moved, Working
from app.services.clearance.writer import Writer
from app.services.desk.change import Approved, Change, Decided, ManySmallRequests
from app.services.desk.judging import Judge
from app.services.desk.limit import ledger_row, limits_written
from app.services.desk.sealing import keys_of, sealed_reason
from app.services.filings import Caller, DeclarationView
from app.services.reading import may_see, visible

# The declarant and the clock do not look at what is held: a mark that an officer set stays.
_LEAVES_MARK = frozenset({Act.CANCEL, Act.HOLD, Act.OVERDUE, Act.REQUEST_DOCUMENTS, Act.DOCUMENTS_ARRIVED})
# An inspection that was ordered is still to be made after these.
_LAYS_ASIDE = frozenset({Act.SUSPEND, Act.DETAIN})

# Deadlines act under this name; it is no person's.
DEADLINE = Caller(key_id="deadline", party_code="-", role="officer", name="deadline", districts=("*",))


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk is to do: to which declarations, judged how, for whom, and what is to be stored with it."""

    caller: Caller
    ids: tuple[UUID, ...]
    judge: Judge
    at: datetime
    acts: tuple[Act, ...]
    approved: Approved | None = None
    beside: tuple[Statement, ...] = ()
    viewed: bool = False  # whether the declarations are to be shown


class _Outbox(msgspec.Struct):
    transitions: list[TransitionRow] = []
    ledger: list[LedgerRow] = []
    events: list[EventRow] = []
    sent: list[tuple[EventRow, EventPayload]] = []
    placed: list[Placed] = []
    left: list[Left] = []


async def carried_out(
    connection: asyncpg.Connection, writer: Writer, means: Means, order: Order
) -> tuple[list[Decided], list[DeclarationView]]:
    """Do it, once; raises what the caller may retry, and stores nothing then. Views are of what was done."""
    registry = await means.registry.refresh(connection)
    now = datetime.now(UTC)
    async with writer.transaction(connection) as lane:
        working = Working(registry, now, month_of(now), means.deadline_hours)
        working.heads = await load_heads(connection, order.ids)
        changes, refusals = judged(order, working.heads)
        told = [working.heads[key] for key, change in changes.items() if change.reason]
        keys = await keys_of(connection, means.envelope, told) if told else {}  # a deadline says nothing to be sealed
        reasons = _sealed(changes, refusals, working, means, keys)
        if reasons:
            await _demand_alone(connection, order, len(reasons))
            await _store(connection, lane, working, means, order, changes, reasons)
        await _forgive_repeats(connection, order, working, refusals)
        shown = [working.heads[key] for key in order.ids if order.viewed and key not in refusals]
        # Within the transaction: an answer that cannot be given is an act that was not done.
        views = await load_views(connection, means.envelope, shown, Reader(order.caller, registry)) if shown else []
    return [_decided(key, working.heads.get(key), refusals.get(key), order.caller) for key in order.ids], views


def judged(order: Order, heads: Mapping[UUID, Head]) -> tuple[dict[UUID, Change], dict[UUID, TongguanError]]:
    """What is lawful, and why the rest is not."""
    changes: dict[UUID, Change] = {}
    refusals: dict[UUID, TongguanError] = {}
    for key in order.ids:
        try:
            changes[key] = order.judge(visible(heads.get(key), order.caller))
        except TongguanError as refusal:
            refusals[key] = refusal
    return changes, refusals


def _sealed(
    changes: Mapping[UUID, Change],
    refusals: dict[UUID, TongguanError],
    working: Working,
    means: Means,
    keys: Mapping[UUID, DataKey],
) -> dict[UUID, bytes | None]:
    reasons: dict[UUID, bytes | None] = {}
    for key, change in changes.items():
        try:
            reasons[key] = sealed_reason(means.envelope, keys, working.heads[key], change.reason)
        except TongguanError as refusal:
            refusals[key] = refusal
    return reasons


async def _demand_alone(connection: Connection, order: Order, size: int) -> None:
    """ManySmallRequests where many small requests of one officer come to a large one."""
    if len(order.ids) == 1 or order.approved or order.caller.key_id == DEADLINE.key_id:
        return
    work = officers_work(shanghai_day(order.at))
    if size + await lately(connection, order.caller, order.acts, order.at) > work.bulk_alone:
        raise ManySmallRequests(work.bulk_alone, work.bulk_window_minutes)


async def lately(connection: Connection, caller: Caller, acts: Collection[Act], at: datetime) -> int:
    """On how many declarations the officer decided so, with others at once, that still count."""
    since = at - timedelta(minutes=officers_work(shanghai_day(at)).bulk_window_minutes)
    return await decided_together(connection, caller.party_code, [ACT_NUMBERS[act] for act in acts], since)


async def _store(
    connection: asyncpg.Connection,
    lane: Lane,
    working: Working,
    means: Means,
    order: Order,
    changes: Mapping[UUID, Change],
    reasons: Mapping[UUID, bytes | None],
) -> None:
    outbox = _Outbox()
    for key, reason in reasons.items():
        _change(working.heads[key], changes[key], reason, lane, working, means, order, outbox)
    rows = [
        *order.beside,  # first: a transition refers to the approval, and an engine may take them one by one
        evidence.transitions_added(outbox.transitions),
        *limits_written(outbox.ledger),
        *evidence.events_added(outbox.events, deliveries(outbox.sent)),
        *cases_placed(outbox.placed, outbox.left, lane.lane),
    ]
    await write(connection, lane, working, rows)


def _change(
    head: Head,
    change: Change,
    reason: bytes | None,
    lane: Lane,
    working: Working,
    means: Means,
    order: Order,
    outbox: _Outbox,
) -> None:
    """One declaration: its state, limit, transition, event and case."""
    at, before = order.at, head.state
    working.change_head(head, at)
    moved = Moved(head, change.act, head.status, change.status, at)
    head.status, head.deadline_at = change.status, None
    # Refused before anybody opened it, the next version must not pass what this one was stopped for.
    unopened = change.act is Act.REFUSE and head.uninspected
    head.watched = change.act is Act.AMEND or unopened or (head.watched and change.act in _LEAVES_MARK)
    head.uninspected = head.state is Status.INSPECTION or (head.uninspected and change.act in _LAYS_ASIDE)
    entry = ledger_row(head, before, at)
    row = _transition(moved, reason, working, order)
    payload = EventPayload(
        change.act,
        actor_of(order.caller),
        (declaration_receipt(head, head.state.return_status, change.text, at),),
        attest(Written(transitions=[row], entry=entry), head.declaration_id),
    )
    event = link(lane, NewEvent(payload, at, head.declaration_id, head.next_event(), head.clock), working.month)
    head.clock = event.clock
    outbox.transitions.append(row)
    outbox.events.append(event)
    outbox.sent.append((event, payload))
    if entry:
        outbox.ledger.append(entry)
    _move_case(head, change, at, means, outbox)


def _transition(moved: Moved, reason: bytes | None, working: Working, order: Order) -> TransitionRow:
    row = transition_row(moved, actor_of(order.caller), working, reason)
    if order.caller.is_officer and order.caller.key_id != DEADLINE.key_id:
        row.decided_by = order.caller.party_code
        row.decided_with = len(order.ids) if len(order.ids) > 1 else None
    if order.approved:
        row.proposal, row.proposed_by = order.approved.proposal_id, order.approved.proposed_by
    return row


def _move_case(head: Head, change: Change, at: datetime, means: Means, outbox: _Outbox) -> None:
    if queue_of(head.state, change.act, watched=head.watched):
        outbox.placed.append(place(head, change.act, at, means.tags, change.due_at))
    elif head.queue:
        outbox.left.append(leave(head, at))


async def _forgive_repeats(
    connection: Connection, order: Order, working: Working, refusals: dict[UUID, TongguanError]
) -> None:
    """What the same officer did already, the last thing that was done, is answered as done.

    An answer may be lost between the commit and the officer, who then sends the same again.
    """
    conflicts = [working.heads[key] for key, refusal in refusals.items() if not isinstance(refusal, NotFound)]
    if not conflicts:
        return
    latest = await latest_acts(connection, [(head.declaration_id, head.transitions) for head in conflicts])
    for head in conflicts:
        if (last := latest.get(head.declaration_id)) and _repeated(order, head, last):
            del refusals[head.declaration_id]


def _repeated(order: Order, head: Head, last: LatestAct) -> bool:
    by_us = order.caller.is_officer and last.decided_by == order.caller.party_code
    same = order.approved.proposal_id if order.approved else None
    return (
        by_us
        and last.act in [ACT_NUMBERS[act] for act in order.acts]
        and last.version == head.version
        and last.proposal == same
    )


def _decided(key: UUID, head: Head | None, refusal: TongguanError | None, caller: Caller) -> Decided:
    known: Status | None = head.state if head and may_see(caller, head) else None
    return Decided(declaration_id=key, status=known, refusal=refusal)
