"""The unit of work: load, think, store, commit, for a list of submissions that do not touch one another.

The number of statements is constant whatever the list's length. Nothing is answered before the commit.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec

from app.domain.dossier import Declaration
from app.domain.lifecycle import STATUS_OF_OUTCOME, Act, Status
from app.domain.money import to_stored_units
from app.domain.period import shanghai_day
from app.errors import Forbidden
from app.repositories import heads as rows
from app.repositories.bulk import Connection, month_of
from app.repositories.evidence import StoredKey, keys_from, keys_wanted
from app.repositories.lanes import Lane
from app.repositories.registers import EPOCH_WANTED
from app.repositories.together import together
from app.rules.rulebook import LawOfTheDay
from app.security.blind_index import BlindIndexes
from app.security.envelope import Envelope
from app.security.tags import Tags
from app.services.authority import demand_authority, may_file
from app.services.clearance.answers import Answered, answer
from app.services.clearance.apply import apply, move
from app.services.clearance.assessing import Assessed, think
from app.services.clearance.case import Case
from app.services.clearance.facts import FactSource, candidate
from app.services.clearance.judge import judge
from app.services.clearance.numbers import PRE_NO, Numbers, declaration_series
from app.services.clearance.prepared import Prepared
from app.services.clearance.price_samples import PriceSamples
from app.services.clearance.stored import Filing, Library, Reader, References, references
from app.services.clearance.storing import store
from app.services.clearance.working import Working
from app.services.clearance.writer import Writer
from app.services.filings import DocumentKind, DocumentState, Door
from app.services.registry import Registry, Snapshot


class Means(msgspec.Struct, frozen=True):
    """What every unit of work needs and never changes."""

    registry: Registry
    envelope: Envelope
    indexes: BlindIndexes
    tags: Tags
    readers: Mapping[Door, Reader]
    sampling_key: bytes
    inspection_rate_ppm: int | None
    deadline_hours: int
    samples: PriceSamples = msgspec.field(default_factory=PriceSamples)


async def clear(writer: Writer, numbers: Numbers, means: Means, submitted: Sequence[Prepared]) -> list[Answered]:
    """One unit of work; raises what the caller may retry, and stores nothing then."""
    async with writer.connection() as connection:
        while True:
            registry = means.registry.current
            await numbers.provide(connection, _series(submitted, registry))
            try:
                async with writer.transaction(connection) as lane:
                    return await _cleared(connection, lane, numbers, means, registry, submitted)
            except RegistersChanged:
                # Read outside the transaction: what it records must stay, whatever becomes of the unit.
                await means.registry.refresh(connection)


class RegistersChanged(Exception):
    """The registers were changed since they were read: the unit starts again with what they say now."""


async def _cleared(
    connection: asyncpg.Connection,
    lane: Lane,
    numbers: Numbers,
    means: Means,
    registry: Snapshot,
    submitted: Sequence[Prepared],
) -> list[Answered]:
    now = datetime.now(UTC)
    working = Working(registry, now, month_of(now), means.deadline_hours)
    library = Library(means.envelope, means.readers)
    known = await _load(connection, working, library, submitted)
    cases = [_settled(prepared, working, numbers, known.keys()) for prepared in submitted]
    assessed = await _assessed(connection, working, library, means, cases)
    await store(connection, lane, working, library, means.envelope, means.tags, cases, assessed)
    return await answer(connection, working, library, cases, assessed, known)


async def _load(
    connection: Connection, working: Working, library: Library, submitted: Sequence[Prepared]
) -> dict[Filing, StoredKey]:
    """One round trip for what the submissions name, and more only for what those rows name in turn.

    Whoever a waybill completes is assessed as if its own document had come last: its payment is looked at too.
    """
    waybill_ids = {key for p in submitted for key in p.waybill_ids}
    payment_ids = {key for p in submitted for key in p.payment_ids}
    epoch, heads, waybills, payments, keys = await together(
        connection,
        [
            EPOCH_WANTED,
            rows.heads_wanted({p.declaration_id for p in submitted if p.declaration_id}),
            rows.waybills_wanted(waybill_ids),
            rows.payments_wanted(payment_ids),
            keys_wanted([(p.subject_id, p.filing_id) for p in submitted]),
        ],
    )
    if epoch[0][0] != working.registry.epoch:
        raise RegistersChanged
    working.heads = rows.heads_from(heads)
    working.waybills = rows.waybills_from(waybills)
    working.payments = rows.payments_from(payments)
    await _load_named(connection, working, waybill_ids, payment_ids)
    for prepared in submitted:
        library.add((prepared.subject_id, prepared.filing_id), prepared.submission.documents, prepared.key)
    return keys_from(keys)


async def _load_named(connection: Connection, working: Working, waybill_ids: set[UUID], payment_ids: set[UUID]) -> None:
    """The waybills and payments that loaded heads name, and the heads that name those; nothing for new parcels."""
    named = {head.waybill_id for head in working.heads.values() if head.waybill_id} - waybill_ids
    working.waybills |= await rows.load_waybills(connection, named)
    await _load_users(connection, working, working.waybills.values())
    named = {head.payment_id for head in working.heads.values() if head.payment_id} - payment_ids
    working.payments |= await rows.load_payments(connection, named)
    await _load_users(connection, working, working.payments.values())


async def _load_users(
    connection: Connection, working: Working, named: Iterable[rows.WaybillHead | rows.PaymentHead]
) -> None:
    users = {user for row in named for user in row.users}
    working.heads |= await rows.load_heads(connection, users - working.heads.keys())


def _settled(prepared: Prepared, working: Working, numbers: Numbers, known: Collection[Filing]) -> Case:
    """Judge one submission and, when nothing is turned away, apply what is new in it."""
    case = Case(prepared)
    try:
        stands = working.heads.get(prepared.declaration_id) if prepared.declaration_id else None
        demand_authority(prepared.submission, working.registry, shanghai_day(prepared.submission.at), stands)
    except Forbidden as refusal:  # the answer of this submission alone
        case.refusal = refusal
        return case
    case.verdicts = judge(prepared, working, known=(prepared.subject_id, prepared.filing_id) in known)
    states = {verdict.state for verdict in case.verdicts}
    if DocumentState.REJECTED not in states and DocumentState.STORED in states:
        new = tuple(verdict.kind for verdict in case.verdicts if verdict.state is DocumentState.STORED)
        case.applied = apply(prepared, new, working, numbers)
    return case


async def _assessed(
    connection: Connection, working: Working, library: Library, means: Means, cases: Sequence[Case]
) -> dict[UUID, Assessed]:
    """Assess every declaration that became complete: two round trips where documents are read again, one for facts."""
    ready = _ready(working, cases)
    await library.fetch(connection, [filing for _, where in ready.values() for filing in where.all()])
    candidates = {
        key: candidate(head, library.dossier(where), _law(working, head), means.indexes)
        for key, (head, where) in ready.items()
    }
    source = FactSource(working, means.sampling_key, means.inspection_rate_ppm, means.samples)
    await source.load(connection, list(candidates.values()))
    assessed: dict[UUID, Assessed] = {}
    for key, case in _completed_by(cases).items():
        if key in candidates:
            assessed[key] = think(candidates[key], ready[key][1], source)
            _conclude(assessed[key], case)
            _compared(candidates[key].head, working)
            source.decided(candidates[key], candidates[key].head.reserved_value or 0)
    return assessed


def _completed_by(cases: Sequence[Case]) -> dict[UUID, Case]:
    """The submission that tells of a decision: the last one of the unit that touched the declaration."""
    return {head.declaration_id: case for case in cases if case.applied for head in case.applied.touched}


def _ready(working: Working, cases: Sequence[Case]) -> dict[UUID, tuple[rows.Head, References]]:
    touched = (head for case in cases if case.applied for head in case.applied.touched)
    return {
        head.declaration_id: (head, references(head, working.waybill(head.waybill_id)))
        for head in touched
        if head.waybill_id and working.ready(head)
    }


def _law(working: Working, head: rows.Head) -> LawOfTheDay:
    if head.accepted_on is None:
        raise AssertionError("a declared head has its acceptance day")
    return working.registry.book.on(head.accepted_on)


def _conclude(assessed: Assessed, case: Case) -> None:
    """Write the outcome into the head: its state follows by the table of transitions."""
    head, assessment = assessed.candidate.head, assessed.assessment
    head.outcome = assessment.outcome
    head.revision += 1
    features = assessed.candidate.features
    head.buyer_index, head.telephone_index = features.identity_index, features.telephone_index
    head.address_index = features.address_index
    head.dutiable_value = to_stored_units(assessment.dutiable_value_cny)
    head.reserved_value = to_stored_units(assessment.annual_reserved_cny)
    if case.applied is not None:
        status = STATUS_OF_OUTCOME[assessment.outcome]
        if head.watched and status is Status.RELEASED:
            status = Status.HELD  # an officer asked for the amendment, so one looks at it
        move(head, Act.ASSESS, status, case.prepared.submission.at, case.applied)
        head.uninspected = status is Status.INSPECTION


def _compared(head: rows.Head, working: Working) -> None:
    """The orders of one payment are compared with each other: two of them are decided one after the other."""
    payment = working.payments.get(head.payment_id) if head.payment_id else None
    if payment and len(payment.users) > 1:
        working.change_payment(payment)


def _series(submitted: Sequence[Prepared], registry: Snapshot) -> list[str]:
    """The numbers that the declarations of a unit may need; none for what its sender may not file."""
    series: list[str] = []
    for prepared in submitted:
        caller, day = prepared.submission.caller, shanghai_day(prepared.submission.at)
        document = prepared.documents.get(DocumentKind.DECLARATION)
        if isinstance(document, Declaration) and may_file(caller, document, registry, day):
            series += [PRE_NO, declaration_series(document.customs_code, day)]
    return series
