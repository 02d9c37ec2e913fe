"""The feed of receipts: re-readable, gap-free, each declaration's in the order of its versions.

A cursor is a position per lane, and how many receipts were given of the event behind it. It is opaque.
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
    """How far a reader has come: in each lane the last event that was given whole, and what was taken of the next.

    Several events may be under way: while one is, another lane may show one that is to be read before the rest of it.
    """

    positions: dict[LaneNumber, Position] = {}
    taken: dict[LaneNumber, Annotated[int, msgspec.Meta(ge=1)]] = {}


async def read_feed(pool: asyncpg.Pool, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:
    """Up to `limit` receipts addressed to the caller behind a cursor."""
    place = decode_cursor(after, Place, "after") if after else Place()
    async with borrowed(pool) as connection:
        events = await load_feed(connection, caller.party_code, place.positions, limit + 1)
    entries: list[FeedEntry] = []
    for lane, position, payload in events:
        addressed = [sent for sent in decode_payload(payload).receipts if caller.party_code in sent.to]
        receipts = [receipt for sent in addressed for receipt in sent.receipts()]
        for number, receipt in enumerate(receipts[place.taken.get(lane, 0) :], place.taken.get(lane, 0) + 1):
            if len(entries) == limit:
                return entries
            place = _behind(place, lane, position) if number == len(receipts) else _within(place, lane, number)
            message, xml = render(receipt)
            entries.append(FeedEntry(cursor=encode_cursor(place), message=message, xml=xml))
    return entries


def _behind(place: Place, lane: int, position: int) -> Place:
    taken = {other: count for other, count in place.taken.items() if other != lane}
    return Place(place.positions | {lane: position}, taken)


def _within(place: Place, lane: int, taken: int) -> Place:
    return Place(place.positions, place.taken | {lane: taken})
