"""Lane heads that are kept outside the database: taken, and signed as one line of JSON.

A chain proves that nothing in it was changed, but not that it is the chain of yesterday: whoever may write everything
can compute it anew, or cut off its end. A head that was exported before shows both (`known_heads`).
"""

from datetime import date, datetime

import msgspec

from app.repositories import auditing as rows
from app.repositories.auditing import LaneRow
from app.repositories.bulk import Connection
from app.security.signing import Signer


class MonthEnd(msgspec.Struct, frozen=True, array_like=True):
    """A lane's last link of a month so far: what its next link follows, should the month be dropped."""

    month: date
    position: int
    head: str


class LaneHead(msgspec.Struct, frozen=True):
    """Where a lane stands; heads are in hexadecimal."""

    lane: int
    name: str | None
    epoch: int
    position: int
    head: str
    months: tuple[MonthEnd, ...] = ()


class Heads(msgspec.Struct, frozen=True):
    """The heads of all lanes at one moment."""

    instance: str
    exported_at: datetime
    lanes: tuple[LaneHead, ...]
    format: int = 1


class SignedHeads(msgspec.Struct, frozen=True):
    """One line: the signature covers the bytes of `heads` as they stand there."""

    heads: msgspec.Raw
    public_key: str
    signature: str


async def take_heads(connection: Connection, instance: str, at: datetime) -> Heads:
    """The heads as they are now; needs a transaction that sees one moment."""
    ends = await rows.month_ends(connection, await rows.spans(connection))
    lanes = await rows.lane_rows(connection)
    return Heads(instance, at, tuple(_head(lane, ends.get(lane.lane, [])) for lane in lanes))


def signed_line(heads: Heads, signer: Signer) -> str:
    """The line that is kept, without its end."""
    plain = msgspec.json.encode(heads)
    signed = SignedHeads(msgspec.Raw(plain), signer.public_key, signer.sign(plain))
    return msgspec.json.encode(signed).decode()


def _head(lane: LaneRow, ends: list[tuple[date, int, bytes]]) -> LaneHead:
    months = tuple(MonthEnd(month, position, head.hex()) for month, position, head in ends)
    return LaneHead(lane.lane, lane.name, lane.epoch, lane.position, lane.head.hex(), months)
