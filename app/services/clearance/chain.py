"""Events: what is sent on and what is audited, as one chain of links per lane.

Each link carries the receipts with their addressees, who acted, and what it attests of the evidence that was written
with it. Its `chain` is SHA-256 over the previous link and itself, so a changed, missing or reordered link is found by
anyone who walks the lane (`tongguan audit verify`).
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.ceb.receipts import ReceiptData
from app.repositories.evidence import DeliveryRow, EventRow
from app.repositories.lanes import Lane
from app.security.packing import EVENT, pack, unpack
from app.services.clearance.attesting import Attested

GENESIS = bytes(32)  # what the first link of a lane follows


class Addressed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The receipts of one document and the parties they go to: the first whole, of the next what differs.

    `then` holds the return status and text of each receipt that follows at the same time.
    """

    to: tuple[str, ...]
    receipt: ReceiptData
    then: tuple[tuple[str, str], ...] = ()

    def receipts(self) -> list[ReceiptData]:
        """All of them, in order."""
        replace = msgspec.structs.replace
        return [self.receipt, *(replace(self.receipt, return_status=code, return_info=zh) for code, zh in self.then)]


class EventPayload(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What happened. Never holds personal data: it lies in the clear. New fields go to the end with a default."""

    act: str
    actor: str
    receipts: tuple[Addressed, ...] = ()
    attested: Attested | None = None
    note: str = ""


class NewEvent(msgspec.Struct, gc=False):
    """An event before it has its place in a lane.

    `sequence` counts what happened to a declaration: 1, 2, 3 … without a gap, one for each event, in the order of their
    clocks, whichever worker or desk wrote them. None for what changes no declaration (a waybill alone, a note, an act
    on a register).
    """

    payload: EventPayload
    at: datetime
    declaration_id: UUID | None = None
    sequence: int | None = None
    after_clock: int = 0  # of the declaration's former event: versions are read in order


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(EventPayload)


def decode_payload(payload: bytes) -> EventPayload:
    """The payload of a stored event."""
    return _decoder.decode(unpack(payload))


def link(lane: Lane, new: NewEvent, month: date) -> EventRow:
    """Give an event the next place of a lane; moves the lane (in memory)."""
    lane.position += 1
    lane.clock = max(lane.clock, new.after_clock) + 1
    payload = pack(_encode(new.payload), EVENT)
    row = EventRow(month, lane.lane, lane.position, lane.clock, new.declaration_id, new.sequence, new.at, payload, b"")
    row.chain = lane.head = chained(lane.head, row)
    return row


def chained(previous: bytes, row: EventRow) -> bytes:
    """The hash of a link, from the link before it and everything the row says."""
    digest = hashlib.sha256(previous)
    place = f"{row.month}|{row.lane}|{row.position}|{row.clock}|{row.declaration_id}|{row.sequence}|"
    digest.update(place.encode() + f"{row.at.timestamp():.6f}|".encode() + row.payload)
    return digest.digest()


def deliveries(sent: Iterable[tuple[EventRow, EventPayload]]) -> list[DeliveryRow]:
    """One row for each party that the events of a unit of work have something for."""
    found: dict[str, DeliveryRow] = {}
    for row, payload in sent:
        addressees: set[str] = set()
        for addressed in payload.receipts:
            addressees.update(addressed.to)
        for party in addressees:
            delivery = found.get(party)
            if delivery is None:
                found[party] = DeliveryRow(party, row.lane, row.position, row.month, row.position, [0])
            else:
                delivery.offsets.append(row.position - delivery.first_position)
                delivery.last_position = row.position
    return list(found.values())
