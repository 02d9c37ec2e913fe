"""What the database says, read in one moment: the other side of the comparison with the client's ledger."""

from collections import defaultdict
from uuid import UUID

import asyncpg
import msgspec

from app.domain.decision import Outcome
from app.repositories.limits import disagreements

_DECLARATIONS = """
SELECT head.order_no, head.declaration_id, head.outcome, head.version, head.revision, head.transitions, head.pre_no,
  head.declaration_no, head.buyer_index, COALESCE(head.dutiable_value, 0) AS value,
  COALESCE(head.reserved_value, 0) AS reserved,
  (SELECT count(*) FROM assessments made WHERE made.declaration_id = head.declaration_id) AS assessments,
  (SELECT count(*) FROM transitions moved WHERE moved.declaration_id = head.declaration_id) AS moves
FROM declarations head
"""
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
    events = {row[0]: row[1] for row in await connection.fetch(_EVENTS)}
    entries = {row[0]: row[1] for row in await connection.fetch(_LEDGER)}
    declarations: dict[str, list[Stored]] = defaultdict(list)
    for row in await connection.fetch(_DECLARATIONS):
        key = row["declaration_id"]
        declarations[row["order_no"]].append(
            Stored(
                declaration_id=str(key),
                outcome="none" if row["outcome"] is None else Outcome(row["outcome"]).word,
                events=events.get(key, 0),
                entries=entries.get(key, 0),
                **{name: row[name] for name in _AS_THEY_ARE},
            )
        )
    balances = {row["buyer_index"]: (row["used"], row["confirmed"]) for row in await connection.fetch(_BALANCES)}
    lanes = [StoredLane(*row) for row in await connection.fetch(_LANES)]
    return StoredRecord(dict(declarations), balances, lanes, await disagreements(connection))


_DERIVED = ("declaration_id", "outcome", "events", "entries")
_AS_THEY_ARE = tuple(name for name in Stored.__struct_fields__ if name not in _DERIVED)
