"""What a verification looks at, one record at a time: the same from a database and from an export."""

from collections.abc import Callable
from datetime import date

import msgspec

from app.repositories.evidence import EventRow
from app.services.clearance.chain import GENESIS, EventPayload, decode_payload


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """The beginning of an export; `heads` is the signed line that says where its lanes end.

    `whole`: it goes from the beginning of every lane, and not from where a former export ended.
    """

    heads: str
    whole: bool = True
    format: int = 1


class LaneBegins(msgspec.Struct, frozen=True, tag="lane"):
    """A lane as its row says; without one nothing but the number is known. Its links follow, behind `after`."""

    lane: int
    epoch: int | None = None
    position: int | None = None
    head: bytes | None = None
    name: str | None = None
    after: int = 0
    after_head: bytes = GENESIS


class Link(msgspec.Struct, frozen=True, gc=False, tag="link"):
    """One link, and what was found of the evidence that it speaks of.

    `digest` is that of the rows found (None where one is `missing`, or none was attested); `addressed` are the
    parties whose delivery is there.
    """

    row: EventRow
    digest: bytes | None = None
    missing: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()


class Count(msgspec.Struct, frozen=True, tag="count"):
    """How many rows a table has in a month; the ledger knows no months."""

    table: str
    month: date | None
    rows: int


class Strayed(msgspec.Struct, frozen=True, tag="strayed"):
    """Something that follows from evidence and does not: a state, a balance, a signed message that does not open."""

    what: str
    where: str


class End(msgspec.Struct, frozen=True, tag="end"):
    """The end of an export; without it the file was cut off."""


Progress = Callable[[int], None]
Record = Begin | LaneBegins | Link | Count | Strayed | End


def payload_of(row: EventRow) -> EventPayload | None:
    """What a link says; None where its bytes are not what we write."""
    try:
        return decode_payload(row.payload)
    except (ValueError, msgspec.MsgspecError):
        return None


def parties_of(payload: EventPayload) -> list[str]:
    """Whom an event has something for."""
    return list(dict.fromkeys(party for addressed in payload.receipts for party in addressed.to))


def untold(_count: int) -> None:
    """For those who do not want to be told how far it is."""
