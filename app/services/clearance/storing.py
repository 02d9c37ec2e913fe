"""Storing: everything a unit of work decided, made into rows in memory and then written in one round trip.

Heads come before evidence and many rows go by key, in every unit alike, so that two units hardly ever wait for each
other in a circle; where they do, the one that PostgreSQL ends starts again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.domain.identifiers import message_id
from app.domain.lifecycle import ACT_NUMBERS, Act
from app.repositories import counters, evidence, heads, limits
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow, DocumentRow, EventRow, StoredKey, TransitionRow
from app.repositories.lanes import Lane, lane_moved
from app.repositories.limits import LedgerRow
from app.repositories.together import Statement, together
from app.security.envelope import Envelope
from app.security.packing import ASSESSMENT
from app.security.tags import Tags
from app.services.clearance.assessing import Assessed, ledger_row, price_rows, sealed_form
from app.services.clearance.attesting import Written, attest
from app.services.clearance.case import Case
from app.services.clearance.chain import EventPayload, NewEvent, deliveries, link
from app.services.clearance.facts import expected_amounts
from app.services.clearance.placing import cases_of_unit
from app.services.clearance.receipts import events_of
from app.services.clearance.stored import Library
from app.services.clearance.working import Moved, Working
from app.services.clearance.writer import Contention, LaneLost

SignedMessage = tuple[date, UUID, datetime, str, bytes]
ASSESSMENT_PURPOSE = b"assessment"
SIGNED_PURPOSE = b"signed message"


class Outbox(msgspec.Struct, gc=False):
    """The rows of a unit of work on their way to the database."""

    documents: list[DocumentRow]
    keys: list[StoredKey]
    claims: list[tuple[str, UUID]]
    signed: dict[bytes, SignedMessage]  # whole messages, by their bytes
    assessments: dict[UUID, AssessmentRow]
    transitions: list[TransitionRow]
    ledger: dict[UUID, LedgerRow]
    events: list[EventRow]
    sent: list[tuple[EventRow, EventPayload]]


async def store(
    connection: Connection,
    lane: Lane,
    working: Working,
    library: Library,
    envelope: Envelope,
    tags: Tags,
    cases: Sequence[Case],
    assessed: dict[UUID, Assessed],
) -> None:
    """Write everything; Contention when a row was changed by somebody else since it was read."""
    stored = [case for case in cases if case.applied]
    if not stored:
        return
    outbox = _rows(lane, working, library, envelope, stored, assessed)
    rows: list[Statement | None] = [
        *evidence.documents_added(outbox.documents, outbox.keys),
        evidence.signed_messages_added(list(outbox.signed.values())),
        evidence.number_claims_added(outbox.claims),
        evidence.assessments_added(list(outbox.assessments.values())),
        evidence.transitions_added(outbox.transitions),
        *_limits_written(list(outbox.ledger.values()), expected_amounts(each.candidate for each in assessed.values())),
        counters.prices_added([row for each in assessed.values() for row in price_rows(each)]),
        *evidence.events_added(outbox.events, deliveries(outbox.sent)),
        *cases_of_unit(working.changed_heads.values(), assessed, tags, lane.lane),
    ]
    await write(connection, lane, working, rows)


async def write(connection: Connection, lane: Lane, working: Working, rows: Sequence[Statement | None]) -> None:
    """One round trip: the heads if nobody changed them, the rows beside them, and the step of the lane.

    LaneLost when another writer took the lane over, Contention when a head was changed since it was read.
    """
    changed = (len(working.changed_waybills), len(working.changed_heads), len(working.changed_payments))
    heads_first = [
        heads.waybills_written(working.changed_waybills.values()),
        heads.heads_written(working.changed_heads.values()),
        heads.payments_written(working.changed_payments.values()),
    ]
    step, *written = await together(connection, [lane_moved(lane), *heads_first, *rows])
    if not step:
        raise LaneLost(str(lane.lane))
    if tuple(len(answered) for answered in written[: len(changed)]) != changed:
        raise Contention
    lane.kept = lane.position


def transition_row(moved: Moved, actor: str | None, working: Working, reason: bytes | None = None) -> TransitionRow:
    """The row of a change of state; takes the declaration's next number."""
    head = moved.head
    head.transitions += 1
    return TransitionRow(
        head.declaration_id,
        moved.at,
        working.month,
        head.transitions,
        head.version,
        head.revision if moved.act is Act.ASSESS else None,
        moved.from_status,
        moved.to_status,
        ACT_NUMBERS[moved.act],
        actor,
        reason,
    )


def _rows(
    lane: Lane,
    working: Working,
    library: Library,
    envelope: Envelope,
    stored: Sequence[Case],
    assessed: dict[UUID, Assessed],
) -> Outbox:
    outbox = Outbox(
        documents=[_document_row(case, working) for case in stored],
        keys=[_key_row(case, working) for case in stored],
        claims=[claim for case in stored if case.applied for claim in case.applied.numbers],
        signed=_signed_messages(stored, working, envelope),
        assessments={key: _assessment_row(each, working, library, envelope) for key, each in assessed.items()},
        transitions=[],
        ledger={key: row for key, each in assessed.items() if (row := ledger_row(each))},
        events=[],
        sent=[],
    )
    for case, document in zip(stored, outbox.documents, strict=True):
        transitions = _transitions(case, working)
        outbox.transitions += transitions
        for position, new in enumerate(events_of(case, assessed, working)):
            written = _written(new.declaration_id, transitions, outbox)
            if position == 0:
                signed = outbox.signed.get(case.prepared.submission.signed_message or b"")
                written.document, written.message = document, signed and signed[1]
            _place(new, written, lane, working, outbox)
    return outbox


def _written(declaration_id: UUID | None, transitions: Sequence[TransitionRow], outbox: Outbox) -> Written:
    """What a submission wrote of one declaration; the assessment belongs to the event that was moved by it."""
    own = [row for row in transitions if row.declaration_id == declaration_id]
    if declaration_id is None or not any(row.revision for row in own):
        return Written(transitions=own)
    return Written(
        assessment=outbox.assessments[declaration_id], transitions=own, entry=outbox.ledger.get(declaration_id)
    )


def _place(new: NewEvent, written: Written, lane: Lane, working: Working, outbox: Outbox) -> None:
    """Give an event its link in the lane, and the declaration the Lamport time of it."""
    new.payload = msgspec.structs.replace(new.payload, attested=attest(written, new.declaration_id))
    row = link(lane, new, working.month)
    if new.declaration_id:
        working.heads[new.declaration_id].clock = row.clock
    outbox.events.append(row)
    outbox.sent.append((row, new.payload))


def _document_row(case: Case, working: Working) -> DocumentRow:
    prepared = case.prepared
    submission = prepared.submission
    return DocumentRow(
        working.month,
        submission.at,
        prepared.subject_id,
        prepared.filing_id,
        submission.door,
        sum(1 << kind for kind in prepared.documents),
        submission.filed_at_default if submission.undated else "",
        submission.caller.party_code,
        prepared.sealed,
    )


def _signed_messages(stored: Sequence[Case], working: Working, envelope: Envelope) -> dict[bytes, SignedMessage]:
    """Each signed message once, sealed under a key of its own: it may hold the parcels of many declarations."""
    senders = {
        case.prepared.submission.signed_message: case.prepared.submission
        for case in stored
        if case.prepared.submission.signed_message
    }
    return {
        raw: (
            working.month,
            message_id(raw),
            filed.at,
            filed.caller.party_code,
            envelope.seal_alone(raw, SIGNED_PURPOSE),
        )
        for raw, filed in senders.items()
        if raw
    }


def _key_row(case: Case, working: Working) -> StoredKey:
    prepared = case.prepared
    key, at = prepared.key, prepared.submission.at
    return StoredKey(prepared.subject_id, prepared.filing_id, at, working.month, key.master, key.wrapped)


def _assessment_row(assessed: Assessed, working: Working, library: Library, envelope: Envelope) -> AssessmentRow:
    """Sealed under the key of the declaration's own filing: shredding that key shreds the assessment too."""
    head, where = assessed.candidate.head, assessed.where
    order, payment, waybill = (
        (None, None) if filing == where.declaration else filing
        for filing in (where.order, where.payment, where.waybill)
    )
    return AssessmentRow(
        working.month,
        head.updated_at,  # of the submission that completed it, as its transition and its link say
        head.declaration_id,
        head.revision,
        head.version,
        assessed.assessment.outcome,
        assessed.candidate.accepted_on,
        order[1],
        payment[1],
        waybill[0],
        waybill[1],
        where.declaration[1],
        bytes.fromhex(assessed.assessment.book),
        envelope.seal(library.key(where.declaration), sealed_form(assessed), ASSESSMENT_PURPOSE, ASSESSMENT),
    )


def _transitions(case: Case, working: Working) -> list[TransitionRow]:
    """One row a change; a declaration that is assessed at once gets one row for both steps.

    Who filed stands with the document and in the link: it is not repeated here.
    """
    merged: list[Moved] = []
    for moved in case.applied.moved if case.applied else ():
        if moved.act is Act.ASSESS and merged and merged[-1].head is moved.head:
            moved.from_status = merged.pop().from_status
        merged.append(moved)
    return [transition_row(moved, None, working) for moved in merged]


def _limits_written(
    rows: Sequence[LedgerRow], expected: Mapping[limits.BuyerYear, int]
) -> tuple[Statement | None, Statement | None]:
    """The entries, and where they are not what the balances were raised by when they were locked, the difference."""
    moved = {key: (-amount, -amount) for key, amount in expected.items()}
    for row in rows:
        used, confirmed = moved.get((row.buyer_index, row.year), (0, 0))
        spent = row.amount if row.entry == limits.Entry.SPEND else 0
        moved[row.buyer_index, row.year] = used + row.amount, confirmed + spent
    return limits.ledger_added(rows), limits.balances_moved(moved)
