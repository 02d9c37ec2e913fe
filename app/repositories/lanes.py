"""Lanes: each has one writer, who fences the former one by raising the epoch. No lease depends on a clock."""

import secrets
from collections.abc import Collection
from typing import Any

import msgspec

from app.repositories.bulk import Connection
from app.repositories.together import Statement, together


class Lane(msgspec.Struct, gc=False):
    """A lane as its writer holds it: the next unit of work starts from here.

    `kept` is the position that the database has: behind `position` while a unit of work is under way.
    """

    lane: int
    epoch: int
    position: int
    clock: int
    head: bytes
    kept: int = 0


_WIDEST_STEP = 2**31  # an epoch has 63 bits: enough for as many takeovers
_ADVANCE = "UPDATE lanes SET position = $3, clock = $4, head = $5 WHERE lane = $1 AND epoch = $2 RETURNING lane"
# A row of deliveries has at least one link behind the reader's place, so `limit` rows of a lane are always enough.
_FEED = """
SELECT lanes.lane, sent.position, events.payload FROM lanes
LEFT JOIN unnest($2::int[], $3::bigint[]) AS seen (lane, position) ON seen.lane = lanes.lane
CROSS JOIN LATERAL (
  SELECT unit.month, unit.first_position + link.step AS position FROM (
    SELECT d.month, d.first_position, d.offsets FROM deliveries d
    WHERE d.party_code = $1 AND d.lane = lanes.lane AND d.last_position > COALESCE(seen.position, 0)
    ORDER BY d.last_position LIMIT $4) AS unit
  CROSS JOIN LATERAL unnest(unit.offsets) AS link (step)
  WHERE unit.first_position + link.step > COALESCE(seen.position, 0) ORDER BY 2 LIMIT $4) AS sent
JOIN events ON events.month = sent.month AND events.lane = lanes.lane AND events.position = sent.position
ORDER BY events.clock, lanes.lane, sent.position LIMIT $4
"""


def new_epoch(former: int) -> int:
    """A greater epoch, one that nobody else will choose: who finds it in a lane knows that the lane is his."""
    return former + 1 + secrets.randbelow(_WIDEST_STEP)


async def take_lane(connection: Connection, name: str) -> Lane:
    """Become the writer of the lane called `name`; whoever wrote it before cannot commit any more.

    Needs a transaction. The first writer of a name makes the lane.
    """
    # Taking lanes is rare; one lock keeps two newcomers from numbering a lane alike.
    await connection.execute("SELECT pg_advisory_xact_lock(7403)")
    number = await connection.fetchval("SELECT lane FROM lane_names WHERE name = $1", name)
    if number is None:
        number = await connection.fetchval("SELECT COALESCE(max(lane), 0) + 1 FROM lanes")
        await connection.execute(
            "INSERT INTO lanes (lane, epoch, position, clock, head) VALUES ($1, 0, 0, 0, $2)", number, bytes(32)
        )
        await connection.execute("INSERT INTO lane_names (name, lane) VALUES ($1, $2)", name, number)
    row = await connection.fetchrow(
        "UPDATE lanes SET epoch = epoch + $2 WHERE lane = $1 RETURNING lane, epoch, position, clock, head",
        number,
        new_epoch(0),
    )
    return _held(row)


def lane_moved(lane: Lane) -> Statement:
    """Moves the lane to where the unit of work ends; answers nothing when another writer took it over."""
    return Statement(_ADVANCE, (lane.lane, lane.epoch, lane.position, lane.clock, lane.head))


async def retake_lane(connection: Connection, lane: int, epochs: Collection[int], epoch: int) -> Lane | None:
    """Take a lane again under a new epoch, if it still has one of `epochs`; None when somebody else took it.

    Waits for what a connection that was lost may still be committing.
    """
    row = await connection.fetchrow(
        "UPDATE lanes SET epoch = $3 WHERE lane = $1 AND epoch = ANY($2) RETURNING lane, epoch, position, clock, head",
        lane,
        list(epochs),
        epoch,
    )
    return row and _held(row)


async def advance(connection: Connection, lane: Lane) -> bool:
    """Move the lane to where the unit of work ends; False when another writer took it over."""
    (rows,) = await together(connection, [lane_moved(lane)])
    return bool(rows)


async def load_feed(
    connection: Connection, party_code: str, after: dict[int, int], limit: int
) -> list[tuple[int, int, bytes]]:
    """Up to `limit` events addressed to a party, behind a position per lane, in causal order.

    Answers (lane, position, payload). Within a lane the order is the position's; across lanes
    the Lamport time keeps version n+1 of a declaration behind version n.
    """
    rows = await connection.fetch(_FEED, party_code, list(after), list(after.values()), limit)
    return [tuple(row) for row in rows]


def _held(row: Any) -> Lane:
    lane = Lane(*row)
    lane.kept = lane.position
    return lane
