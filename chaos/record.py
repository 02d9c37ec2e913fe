"""What the database says, read in one moment: the other side of the comparison with the client's ledger."""

from collections import defaultdict
from uuid import UUID

import asyncpg
import msgspec

from app.repositories.heads import Head, load_heads
from app.repositories.limits import disagreements

_ASSESSMENTS = "SELECT declaration_id, count(*) FROM assessments GROUP BY 1"
_MOVES = "SELECT declaration_id, count(*) FROM transitions GROUP BY 1"
_EVENTS = "SELECT declaration_id, count(*) FROM events WHERE declaration_id IS NOT NULL GROUP BY 1"
_LEDGER = "SELECT declaration_id, count(*) FROM limit_ledger GROUP BY 1"
_BALANCES = (
    "SELECT buyer_index, sum(used)::bigint AS used, sum(confirmed)::bigint AS confirmed FROM limit_balances GROUP BY 1"
)
_LANES = """
SELECT lanes.lane, lanes.position, count(events.position) AS links, COALESCE(min(events.position), 1) AS first,
  COALESCE(max(events.position), 0) AS last, count(DISTINCT events.position) AS places
FROM lanes LEFT JOIN events ON events.lane = lanes.lane GROUP BY lanes.lane, lanes.position
"""


class Stored(msgspec.Struct, frozen=True):
    """A declaration as it lies there."""

    declaration_id: str
    outcome: str
    version: int
    revision: int
    transitions: int
    pre_no: str | None
    declaration_no: str | None
    buyer_index: UUID | None
    value: int  # 1/100,000 yuan
    reserved: int
    assessments: int
    moves: int
    events: int
    entries: int


class StoredLane(msgspec.Struct, frozen=True):
    """A lane and what its links add up to."""

    lane: int
    position: int
    links: int
    first: int
    last: int
    places: int

    @property
    def whole(self) -> bool:
        """Whether its links are numbered 1 to `position`."""
        return self.links == self.places == self.last == self.position and self.first == 1


class StoredRecord(msgspec.Struct, frozen=True):
    """Everything that is compared."""

    declarations: dict[str, list[Stored]]  # by order number
    balances: dict[UUID, tuple[int, int]]  # used and confirmed
    lanes: list[StoredLane]
    disagreements: list[tuple[UUID, int, int, int]]


async def read_record(connection: asyncpg.Connection) -> StoredRecord:
    """Needs a transaction that sees one moment."""
    counted = {name: dict(await connection.fetch(statement)) for name, statement in _COUNTED.items()}
    declarations: dict[str, list[Stored]] = defaultdict(list)
    ids = [row[0] for row in await connection.fetch("SELECT declaration_id FROM declarations")]
    for start in range(0, len(ids), _AT_ONCE):
        for key, head in (await load_heads(connection, ids[start : start + _AT_ONCE])).items():
            counts = {name: rows.get(key, 0) for name, rows in counted.items()}
            declarations[head.order_no].append(_stored(head, counts))
    balances = {row["buyer_index"]: (row["used"], row["confirmed"]) for row in await connection.fetch(_BALANCES)}
    lanes = [StoredLane(*row) for row in await connection.fetch(_LANES)]
    return StoredRecord(dict(declarations), balances, lanes, await disagreements(connection))


def _stored(head: Head, counts: dict[str, int]) -> Stored:
    return Stored(
        declaration_id=str(head.declaration_id),
        outcome="none" if head.decided is None else head.decided.word,
        version=head.version,
        revision=head.revision,
        transitions=head.transitions,
        pre_no=head.pre_no,
        declaration_no=head.declaration_no,
        buyer_index=head.buyer_index,
        value=head.dutiable_value or 0,
        reserved=head.reserved_value or 0,
        **counts,
    )


_AT_ONCE = 5000
_COUNTED = {"assessments": _ASSESSMENTS, "moves": _MOVES, "events": _EVENTS, "entries": _LEDGER}
