"""The feed of receipts: re-readable, gap-free, each declaration's in the order of its versions.

A cursor is a position per lane, and within the last event how many of its receipts were given. It is opaque.
"""

from typing import Annotated

import asyncpg
import msgspec

from app.ceb.feed import render
from app.repositories.lanes import load_feed
from app.services.clearance.chain import decode_payload
from app.services.cursors import decode_cursor, encode_cursor
from app.services.database_errors import borrowed
from app.services.filings import Caller, FeedEntry

# As the database holds them: a forged cursor reaches no query.
LaneNumber = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Position = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Place(msgspec.Struct, array_like=True):
    """How far a reader has come: positions per lane, and the receipts taken from the event under way."""

    positions: dict[LaneNumber, Position]
    lane: LaneNumber = 0
    position: Position = 0
    taken: Annotated[int, msgspec.Meta(ge=0)] = 0


async def read_feed(pool: asyncpg.Pool, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:
    """Up to `limit` receipts addressed to the caller behind a cursor."""
    place = decode_cursor(after, Place, "after") if after else Place({})
    async with borrowed(pool) as connection:
        events = await load_feed(connection, caller.party_code, place.positions, limit + 1)
    entries: list[FeedEntry] = []
    for lane, position, payload in events:
        receipts = [sent.receipt for sent in decode_payload(payload).receipts if caller.party_code in sent.to]
        skipped = place.taken if (place.lane, place.position) == (lane, position) else 0
        for number, receipt in enumerate(receipts[skipped:], skipped + 1):
            if len(entries) == limit:
                return entries
            last = number == len(receipts)
            place = Place(
                place.positions | {lane: position} if last else place.positions,
                0 if last else lane,
                0 if last else position,
                0 if last else number,
            )
            message, xml = render(receipt)
            entries.append(FeedEntry(cursor=encode_cursor(place), message=message, xml=xml))
    return entries
