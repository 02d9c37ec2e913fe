"""Reading the record from the database, in one moment of it, in pages of constant size.

Everything is read within one repeatable-read transaction that may not write: units of work that commit meanwhile are
not seen, so they cannot look like damage.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from app.domain.identifiers import message_id
from app.errors import Unavailable
from app.repositories import auditing as rows
from app.repositories.auditing import LaneRow
from app.repositories.bulk import Connection
from app.security.envelope import Envelope
from app.services.auditing.evidence import with_evidence
from app.services.auditing.records import Count, LaneBegins, Record, Strayed
from app.services.clearance.chain import GENESIS
from app.services.clearance.storing import SIGNED_PURPOSE

PAGE = 500
_STRAYED_AT_MOST = 1000
Start = tuple[int, bytes]


@asynccontextmanager
async def one_moment(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """What is read inside is one state of the database, and nothing can be written."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        yield


async def lanes_of(connection: Connection, starts: Mapping[int, Start]) -> AsyncIterator[list[Record]]:
    """Every lane with its links and their evidence, from the beginning or from where `starts` says."""
    known = {row.lane: row for row in await rows.lane_rows(connection)}
    spans = await rows.spans(connection)
    for lane in sorted(known.keys() | spans.keys()):
        start = starts.get(lane, (0, GENESIS))
        yield [_begins(lane, known.get(lane), start)]
        async for page in rows.links(connection, lane, spans.get(lane, []), start[0], PAGE):
            yield list(await with_evidence(connection, page))


async def counts_of(connection: Connection) -> list[Record]:
    """How many rows of evidence there are, to be compared with how many the links speak of."""
    return [Count(*each) for each in await rows.counts(connection)]


async def strayed(connection: Connection, envelope: Envelope | None) -> AsyncIterator[list[Record]]:
    """What follows from evidence and does not: states, balances, and signed messages that do not open."""
    for declaration_id in await rows.strayed_states(connection, _STRAYED_AT_MOST):
        yield [Strayed("its state is not the one that its last transition led to", f"declaration {declaration_id}")]
    for buyer, year, balance, ledger in await rows.strayed_balances(connection):
        yield [Strayed(f"the balance is {balance}, its ledger adds up to {ledger}", f"buyer {buyer}, {year}")]
    place = None
    while envelope and (page := await rows.signed_after(connection, place, PAGE)):
        yield [
            Strayed(seen, f"signed message {key}") for _, key, sealed in page if (seen := _fault(envelope, key, sealed))
        ]
        place = page[-1][:2]


def _begins(lane: int, row: LaneRow | None, start: Start) -> LaneBegins:
    if row is None:
        return LaneBegins(lane, after=start[0], after_head=start[1])
    return LaneBegins(lane, row.epoch, row.position, row.head, row.name, *start)


def _fault(envelope: Envelope, key: object, sealed: bytes) -> str:
    """What is wrong with a stored message; it is named by its own hash, so nothing else is needed to check it."""
    try:
        whole = envelope.unseal_alone(sealed, SIGNED_PURPOSE)
    except (Unavailable, ValueError) as problem:
        return str(problem)
    return "" if message_id(whole) == key else "it is not the message that it is stored as"
