"""The head of a declaration, and the row it is stored as: what statements look for, and one packed column of the rest.

Packed, the twenty values that only a unit of work and its readers want take half of the bytes and of the time that
columns of their own took. What follows from other columns is left out: the id of a waybill from its number, a filing
from the declaration's own. Nothing personal is in it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.decision import Outcome
from app.domain.identifiers import waybill_id
from app.domain.lifecycle import Status
from app.repositories.numbers import number_key, number_of
from app.repositories.stamps import packed_stamp, unpacked_stamp

_STATUS: Final = {status.value: status for status in Status}  # a look-up costs a fifth of making one of a number


class Head(msgspec.Struct, gc=False):
    """The current state of one declaration. Amounts are 1/100,000 yuan."""

    declaration_id: UUID
    order_filing: UUID | None
    payment_filing: UUID | None
    declaration_filing: UUID | None
    waybill_id: UUID | None
    payment_id: UUID | None
    buyer_index: UUID | None
    received_at: datetime
    updated_at: datetime
    accepted_at: datetime | None
    deadline_at: datetime | None
    dutiable_value: int | None
    reserved_value: int | None
    order_paid: int | None
    clock: int  # Lamport time of the latest event
    sequence: int
    accepted_on: date | None
    version: int
    revision: int
    transitions: int
    status: int
    outcome: int | None
    direction: str
    platform_code: str
    order_no: str
    merchant_code: str | None = None
    declarant_code: str | None = None
    logistics_code: str | None = None
    payment_company_code: str | None = None
    waybill_no: str | None = None
    customs_code: str | None = None
    trade_mode: str | None = None
    internal_no: str | None = None
    pre_no: str | None = None
    declaration_no: str | None = None
    order_stamp: str | None = None
    payment_stamp: str | None = None
    declaration_stamp: str | None = None
    telephone_index: int | None = None
    address_index: int | None = None
    queue: int = 0  # domain.queues.Queue: where its case waits; 0 where it has none, or a closed one
    watched: bool = False  # an officer asked for an amendment: the next version comes before one
    corrected: int = 0  # how often a release was taken back
    uninspected: bool = False  # it was to be inspected, and there is no result
    events: int = 0  # how many there are of it: the latest one's `sequence`

    @property
    def state(self) -> Status:
        """The status as a word of the lifecycle."""
        return _STATUS[self.status]

    @property
    def decided(self) -> Outcome | None:
        """The outcome of the latest assessment of this version."""
        return None if self.outcome is None else Outcome(self.outcome)

    def next_event(self) -> int:
        """The number of the event that is to be told now; stored with the head, so no other event gets it."""
        self.events += 1
        return self.events


def new_head(declaration_id: UUID, direction: str, platform_code: str, order_no: str, now: datetime) -> Head:
    """The head of a declaration of which nothing is known yet."""
    return Head(
        declaration_id, None, None, None, None, None, None, now, now, None, None, None, None, None,
        0, 0, None, 0, 0, 0, Status.COLLECTING, None, direction, platform_code, order_no,
    )  # fmt: skip


class _Kept(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The packed values. New ones go to the end, with a default."""

    updated_after: int  # microseconds after received_at
    clock: int
    declaration_filing: bytes | None
    order_filing: bytes | None
    payment_filing: bytes | None
    waybill_id: bytes | None
    payment_id: bytes | None
    order_paid: int | None
    direction: str
    internal_no: str | None
    pre_no: int | str | None
    declaration_no: int | str | None
    order_stamp: bytes | None
    payment_stamp: bytes | None
    declaration_stamp: bytes | None
    office: int = 0  # queue, marks and count in one number: nothing is 0, which takes one byte
    events: int | None = None  # None: of before events were counted, when each had the row's own sequence


_QUEUE_BITS: Final = 4
_AS_ELSEWHERE: Final = b""  # the declaration's own filing; the waybill that the number names
_MICROSECOND: Final = timedelta(microseconds=1)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def row_of(head: Head) -> tuple[Any, ...]:
    """The columns of a head, in their order."""
    return (
        head.declaration_id, head.buyer_index, head.telephone_index, head.address_index,
        head.received_at, head.accepted_at, head.deadline_at, head.dutiable_value, head.reserved_value,
        head.sequence, head.accepted_on, head.version, head.revision, head.transitions, head.status, head.outcome,
        head.platform_code, head.order_no, head.merchant_code, head.declarant_code, head.logistics_code,
        head.payment_company_code, head.waybill_no, head.customs_code, head.trade_mode, _encode(_kept(head)),
    )  # fmt: skip


def head_from(row: Sequence[Any]) -> Head:
    """The head of a row whose columns stand in their order."""
    (
        declaration_id, buyer_index, telephone_index, address_index,
        received_at, accepted_at, deadline_at, dutiable_value, reserved_value,
        sequence, accepted_on, version, revision, transitions, status, outcome,
        platform_code, order_no, merchant_code, declarant_code, logistics_code,
        payment_company_code, waybill_no, customs_code, trade_mode, packed,
    ) = row  # fmt: skip
    kept = _decode(packed)
    own = _uuid(kept.declaration_filing)
    return Head(
        declaration_id,
        _uuid(kept.order_filing, own),
        _uuid(kept.payment_filing, own),
        own,
        _waybill(kept.waybill_id, logistics_code, waybill_no),
        _uuid(kept.payment_id),
        buyer_index,
        received_at,
        received_at + kept.updated_after * _MICROSECOND,
        accepted_at, deadline_at, dutiable_value, reserved_value, kept.order_paid,
        kept.clock, sequence, accepted_on, version, revision, transitions, status, outcome,
        kept.direction, platform_code, order_no, merchant_code, declarant_code, logistics_code,
        payment_company_code, waybill_no, customs_code, trade_mode, kept.internal_no,
        number_of(kept.pre_no),
        number_of(kept.declaration_no),
        unpacked_stamp(kept.order_stamp),
        unpacked_stamp(kept.payment_stamp),
        unpacked_stamp(kept.declaration_stamp),
        telephone_index,
        address_index,
        kept.office % (1 << _QUEUE_BITS),
        bool(kept.office >> _QUEUE_BITS & 1),
        kept.office >> _QUEUE_BITS + 2,
        bool(kept.office >> _QUEUE_BITS + 1 & 1) or status == Status.INSPECTION,  # also of before it was marked
        sequence if kept.events is None else kept.events,
    )  # fmt: skip


def _kept(head: Head) -> _Kept:
    own = head.declaration_filing
    return _Kept(
        (head.updated_at - head.received_at) // _MICROSECOND,
        head.clock,
        own.bytes if own else None,
        _kept_filing(head.order_filing, own),
        _kept_filing(head.payment_filing, own),
        _kept_waybill(head),
        head.payment_id.bytes if head.payment_id else None,
        head.order_paid,
        head.direction,
        head.internal_no,
        head.pre_no and number_key(head.pre_no),
        head.declaration_no and number_key(head.declaration_no),
        packed_stamp(head.order_stamp),
        packed_stamp(head.payment_stamp),
        packed_stamp(head.declaration_stamp),
        (head.corrected << 2 | head.uninspected << 1 | head.watched) << _QUEUE_BITS | head.queue,
        head.events,
    )


def _kept_filing(filing: UUID | None, own: UUID | None) -> bytes | None:
    if filing is None:
        return None
    return _AS_ELSEWHERE if filing == own else filing.bytes


def _kept_waybill(head: Head) -> bytes | None:
    if head.waybill_id is None:
        return None
    as_named = _waybill(_AS_ELSEWHERE, head.logistics_code, head.waybill_no)
    return _AS_ELSEWHERE if head.waybill_id == as_named else head.waybill_id.bytes


def _waybill(kept: bytes | None, logistics_code: str | None, waybill_no: str | None) -> UUID | None:
    if kept == _AS_ELSEWHERE and logistics_code is not None and waybill_no is not None:
        return waybill_id(logistics_code, waybill_no)
    return _uuid(kept)


def _uuid(kept: bytes | None, own: UUID | None = None) -> UUID | None:
    if kept is None:
        return None
    return UUID(bytes=kept) if kept else own
