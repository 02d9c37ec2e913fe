"""Counting: what one link of a lane adds to the sums. Pure: from the link, the history of its parcel and its findings.

A link is counted by what was true when it was written, never by what followed, so that sums made link by link and sums
made again from zero are the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.ceb.receipts import InventoryReturn
from app.domain.decision import Outcome
from app.domain.lifecycle import ACT_NUMBERS, DETAINED, STATUS_OF_OUTCOME, Act, Status
from app.domain.measures import (
    AGAIN,
    BY_OFFICER,
    FIRST,
    ITSELF,
    OFFICER,
    UNKNOWN,
    Measure,
    Result,
    bucket_of,
)
from app.domain.period import shanghai_day
from app.repositories.evidence import EventRow, TransitionRow
from app.services.clearance.chain import EventPayload

Place = tuple[date, int, str, str, str]  # day, measure, district, name, part
Revision = tuple[UUID, int]
Findings = Mapping[Revision, Sequence[tuple[str, Outcome]]]  # (rule, outcome); a revision that is absent is unreadable

_ACTS: Final = {number: act for act, number in ACT_NUMBERS.items()}
_NOT_BY_OFFICERS: Final = frozenset({Act.DECLARE, Act.ASSESS, Act.CANCEL, Act.HOLD, Act.OVERDUE, Act.DOCUMENTS_ARRIVED})
_GOES_ON: Final = frozenset({Act.RESUME, Act.LIFT_DETENTION})
_PAPERS_DID_NOT_COME: Final = frozenset({Act.HOLD, Act.OVERDUE})
_OUTCOMES: Final = {status.value: outcome for outcome, status in STATUS_OF_OUTCOME.items()}
ENDINGS: Final = frozenset({Status.RELEASED, Status.REFUSED, Status.RETURNED, *DETAINED})
_AT_ONCE: Final = {status.return_status: status for status in STATUS_OF_OUTCOME.values()}


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A link that moved a parcel: where it was, which of its changes are the link's, and all up to them."""

    district: str
    platform_code: str
    history: tuple[TransitionRow, ...]  # of one declaration, in order; ends with the link's own
    own: frozenset[int]  # numbers of the link's own changes


def moved_numbers(payload: EventPayload) -> tuple[int, ...]:
    """The changes of state that a link attests."""
    return payload.attested.transitions if payload.attested else ()


def at_once(row: EventRow, payload: EventPayload) -> TransitionRow | None:
    """The only change of a parcel that was declared and assessed in one filing, as most are: read from the link."""
    attested, receipt = payload.attested, _receipt(payload)
    if attested is None or row.declaration_id is None or receipt is None:
        return None
    status = _AT_ONCE.get(receipt[1])
    if attested.transitions != (1,) or attested.revision != 1 or status is None:
        return None
    act = ACT_NUMBERS[Act.ASSESS]
    return TransitionRow(row.declaration_id, row.at, row.month, 1, 1, 1, Status.COLLECTING, status, act, None, None)


def seen(payload: EventPayload, history: Sequence[TransitionRow]) -> Seen:
    """A link with the history of its parcel up to itself."""
    own = frozenset(moved_numbers(payload))
    receipt = _receipt(payload)
    said = receipt[0] if receipt else None
    return Seen(
        (said.customs_code or "") if said else "",
        (said.platform_code or "") if said else "",
        tuple(row for row in history if row.number <= max(own)),
        own,
    )


def revisions_wanted(one: Seen) -> Iterator[TransitionRow]:
    """The assessments whose findings have to be known to count a link: those that did not release at once."""
    for row in one.history:
        if row.number not in one.own:
            continue
        if row.revision is not None and row.to_status != Status.RELEASED:
            yield row
        sent = _inspected(one, row) if _ends(one, row) else None
        if sent is not None and sent.revision is not None:
            yield sent


def counted(one: Seen, findings: Findings) -> Iterator[Place]:
    """Every place of the sums that a link adds one to."""
    for row in one.history:
        if row.number in one.own:
            yield from _of_change(one, row, findings)


def _of_change(one: Seen, row: TransitionRow, findings: Findings) -> Iterator[Place]:
    """What one change of state adds."""
    if row.revision is not None and row.to_status in _OUTCOMES:
        yield from _assessed(one, row, findings)
    if _ACTS.get(row.act) in _PAPERS_DID_NOT_COME:
        yield _place(one, row, Measure.OVERDUE, one.platform_code)
    if _sent(row):
        for rule in _hit_by(row, findings):
            yield _place(one, row, Measure.HIT, rule)
    if _ends(one, row):
        yield from _decided(one, row, findings)


def _assessed(one: Seen, row: TransitionRow, findings: Findings) -> Iterator[Place]:
    outcome = _OUTCOMES[row.to_status]
    yield _place(one, row, Measure.ASSESSED, outcome.word, FIRST if row.revision == 1 else AGAIN)
    if outcome is not Outcome.RELEASED:
        for rule, led_to in sorted(set(_found(row, findings, outcome))):
            yield _place(one, row, Measure.FINDING, rule, led_to.word)


def _decided(one: Seen, row: TransitionRow, findings: Findings) -> Iterator[Place]:
    version = _version(one, row)
    by = OFFICER if any(_ACTS.get(each.act) not in _NOT_BY_OFFICERS for each in version) else ITSELF
    yield _place(one, row, Measure.DECIDED, Status(row.to_status).word, by)
    yield _place(one, row, Measure.TIME, by, str(bucket_of((row.at - version[0].at).total_seconds())))
    sent = _inspected(one, row)
    if sent is not None:
        for rule in _hit_by(sent, findings):
            yield _place(one, row, Measure.RESULT, rule, _result(row))


def _place(one: Seen, row: TransitionRow, measure: Measure, name: str, part: str = "") -> Place:
    return shanghai_day(row.at), measure.value, one.district, name, part


def _receipt(payload: EventPayload) -> tuple[InventoryReturn, str] | None:
    """What a link says of the declaration, and the last return status of it."""
    for addressed in payload.receipts:
        if isinstance(addressed.receipt, InventoryReturn):
            return addressed.receipt, addressed.then[-1][0] if addressed.then else addressed.receipt.return_status
    return None


def _version(one: Seen, row: TransitionRow) -> list[TransitionRow]:
    """The changes of the version up to this one; the first is its acceptance."""
    return [each for each in one.history if each.version == row.version and each.number <= row.number]


def _ends(one: Seen, row: TransitionRow) -> bool:
    """Whether a change decides a parcel that was not decided in this version, or was taken back."""
    if row.to_status not in ENDINGS:
        return False
    before = _version(one, row)[:-1]
    return not before or before[-1].to_status not in ENDINGS


def _sent(row: TransitionRow) -> bool:
    """Whether a change sends a parcel to inspection; one that was laid aside goes on, wanted by whoever sent it."""
    return row.to_status == Status.INSPECTION and _ACTS.get(row.act) not in _GOES_ON


def _inspected(one: Seen, row: TransitionRow) -> TransitionRow | None:
    """What sent a parcel to inspection since it was last decided; None when nothing did."""
    for each in reversed(_version(one, row)[:-1]):
        if each.to_status in ENDINGS:
            return None
        if _sent(each):
            return each
    return None


def _found(row: TransitionRow, findings: Findings, outcome: Outcome) -> Sequence[tuple[str, Outcome]]:
    return findings.get((row.declaration_id, row.revision or 0), ((UNKNOWN, outcome),))


def _hit_by(row: TransitionRow, findings: Findings) -> list[str]:
    """The rules that wanted an inspection; an officer who wanted one is named as such."""
    if row.revision is None:
        return [BY_OFFICER]
    found = _found(row, findings, Outcome.INSPECTION)
    return sorted({rule for rule, outcome in found if outcome is Outcome.INSPECTION})


def _result(row: TransitionRow) -> Result:
    act = _ACTS.get(row.act)
    if row.to_status == Status.RELEASED:
        return Result.DESPITE if act is Act.RELEASE_DESPITE else Result.CONFORMS
    if row.to_status == Status.REFUSED:
        return Result.AMEND if act is Act.AMEND else Result.REFUSE
    return Result.RETURN if row.to_status == Status.RETURNED else Result.DETAIN
