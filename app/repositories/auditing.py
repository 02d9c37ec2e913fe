"""Reading the whole record for verification: lanes, their links in order, and the evidence that they name.

Nothing but SELECT, a page at a time. What belongs here: statements. What does not: judging what they find
(`app.services.auditing`).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table

from app.domain.lifecycle import Status
from app.models.case_files import case_entries
from app.models.evidence import assessments, documents, events, limit_ledger, transitions
from app.repositories.bulk import Connection, by_key_sql, transposed
from app.repositories.case_files import ATTACHMENTS_BY_KEY
from app.repositories.evidence import EventRow
from app.repositories.limits import disagreements

EVENT_COLUMNS = ", ".join(column.name for column in events.columns)
# Tables whose rows the chain speaks of, and how they are counted; a row of deliveries lists several links.
COUNTED = {
    "assessments": "count(*)",
    "deliveries": "sum(cardinality(offsets))",
    "documents": "count(*)",
    "events": "count(*)",
    "transitions": "count(*)",
}
WITHOUT_MONTHS = ("attachments", "case_entries", "limit_ledger")
# A unit of work lists its links from the first one by an offset, which is a smallint.
_LONGEST_UNIT = 2**15
_WITHOUT_TRANSITION = f"({Status.COLLECTING.value}, {Status.STAGED.value})"


class LaneRow(msgspec.Struct, frozen=True):
    """A lane as its row says, with its name."""

    lane: int
    epoch: int
    position: int
    head: bytes
    name: str | None


class Span(msgspec.Struct, frozen=True, gc=False):
    """Where a lane's links of one month begin and end."""

    month: date
    first: int
    last: int


async def lane_rows(connection: Connection) -> list[LaneRow]:
    """Every lane, by number."""
    names = {row[1]: row[0] for row in await connection.fetch("SELECT name, lane FROM lane_names")}
    rows = await connection.fetch("SELECT lane, epoch, position, head FROM lanes ORDER BY lane")
    return [LaneRow(row[0], row[1], row[2], row[3], names.get(row[0])) for row in rows]


async def spans(connection: Connection) -> dict[int, list[Span]]:
    """The months of every lane that has links, found by stepping through the key: no table is read for it."""
    found: dict[int, list[Span]] = {}
    month = await connection.fetchval("SELECT min(month) FROM events")
    while month is not None:
        lane = await connection.fetchval("SELECT min(lane) FROM events WHERE month = $1", month)
        while lane is not None:
            first, last = await connection.fetchrow(
                "SELECT min(position), max(position) FROM events WHERE month = $1 AND lane = $2", month, lane
            )
            found.setdefault(lane, []).append(Span(month, first, last))
            lane = await connection.fetchval("SELECT min(lane) FROM events WHERE month = $1 AND lane > $2", month, lane)
        month = await connection.fetchval("SELECT min(month) FROM events WHERE month > $1", month)
    return found


async def links(
    connection: Connection, lane: int, months: Sequence[Span], after: int, page: int
) -> AsyncIterator[list[EventRow]]:
    """A lane's links behind a position, in order, in pages.

    The months of a lane overlap where the clocks of its writers differed: those are read side by side.
    """
    place = (after, date.max)
    while left := [span for span in months if (span.last, span.month) > place]:
        rows = await connection.fetch(
            "SELECT next.* FROM unnest($1::date[]) AS wanted (of_month) CROSS JOIN LATERAL ("
            f"  SELECT {EVENT_COLUMNS} FROM events WHERE month = of_month AND lane = $2 AND position >= $3"
            "    AND (position, month) > ($3, $4) ORDER BY position LIMIT $5"
            ") AS next ORDER BY position, month LIMIT $5",
            _side_by_side(left), lane, *place, page,
        )  # fmt: skip
        if not rows:
            return
        yield [_event(row) for row in rows]
        place = (rows[-1]["position"], rows[-1]["month"])


def _side_by_side(left: Sequence[Span]) -> list[date]:
    """The month that comes next, and those that overlap with it."""
    ordered = sorted(left, key=lambda span: span.first)
    reach, found = ordered[0].last, list[date]()
    for span in ordered:
        if span.first <= reach:
            reach = max(reach, span.last)
            found.append(span.month)
    return found


async def month_ends(connection: Connection, months: dict[int, list[Span]]) -> dict[int, list[tuple[date, int, bytes]]]:
    """The last link of every lane in every month: (month, position, chain)."""
    wanted = [(span.month, lane, span.last) for lane, found in months.items() for span in found]
    ends: dict[int, list[tuple[date, int, bytes]]] = {}
    for row in map(_event, await rows_of(connection, events, wanted)):
        ends.setdefault(row.lane, []).append((row.month, row.position, row.chain))
    return {lane: sorted(found) for lane, found in ends.items()}


async def rows_of(connection: Connection, table: Table, keys: Iterable[Sequence[Any]]) -> list[Any]:
    """The rows of a table that have these primary keys, with all columns in their order."""
    wanted = list(dict.fromkeys(map(tuple, keys)))
    return await connection.fetch(_BY_KEY[table.name], *transposed(wanted)) if wanted else []


async def messages_present(connection: Connection, keys: Iterable[tuple[date, UUID]]) -> set[tuple[date, UUID]]:
    """Which of these whole signed messages are kept."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return set()
    rows = await connection.fetch(
        "SELECT month, message_id FROM signed_messages "
        "JOIN unnest($1::date[], $2::uuid[]) AS wanted (month, message_id) USING (month, message_id)",
        *transposed(wanted),
    )
    return {tuple(row) for row in rows}


async def delivered(
    connection: Connection, lane: int, first: int, last: int, wanted: Iterable[tuple[str, date]]
) -> set[tuple[str, date, int]]:
    """Which links of a lane are listed for these parties in these months, from one place to another."""
    keys = list(dict.fromkeys(wanted))
    rows = await connection.fetch(_DELIVERED, *transposed(keys), lane, first, last) if keys else []
    return {(party, month, start + step) for party, month, start, steps in rows for step in steps}


async def counts(connection: Connection) -> list[tuple[str, date | None, int]]:
    """How many rows each table of evidence has in each month; ledger and case files know none."""
    found: list[tuple[str, date | None, int]] = []
    for table, measure in COUNTED.items():
        rows = await connection.fetch(f"SELECT month, {measure}::bigint FROM {table} GROUP BY month ORDER BY month")
        found += [(table, row[0], row[1]) for row in rows]
    for table in WITHOUT_MONTHS:
        found.append((table, None, await connection.fetchval(f"SELECT count(*) FROM {table}")))
    return found


async def strayed_states(connection: Connection, limit: int) -> list[UUID]:
    """Declarations whose state is not the one that their last transition led to."""
    rows = await connection.fetch(
        "SELECT d.declaration_id FROM declarations d "
        "LEFT JOIN transitions t ON t.declaration_id = d.declaration_id AND t.number = d.transitions "
        "LEFT JOIN transitions n ON n.declaration_id = d.declaration_id AND n.number = d.transitions + 1 "
        "WHERE n.number IS NOT NULL OR CASE WHEN d.transitions = 0 "
        f"THEN d.status NOT IN {_WITHOUT_TRANSITION} ELSE d.status IS DISTINCT FROM t.to_status END LIMIT $1",
        limit,
    )
    return [row[0] for row in rows]


async def strayed_balances(connection: Connection) -> list[tuple[UUID, int, int, int]]:
    """Balances of buyers that are not what their ledger adds up to: (buyer, year, balance, ledger)."""
    return await disagreements(connection)


async def signed_after(
    connection: Connection, place: tuple[date, UUID] | None, limit: int
) -> list[tuple[date, UUID, bytes]]:
    """Whole signed messages in the order of their keys, with what is sealed of them."""
    rows = await connection.fetch(
        "SELECT month, message_id, sealed FROM signed_messages WHERE (month, message_id) > ($1, $2) "
        "ORDER BY month, message_id LIMIT $3",
        *(place or (date.min, UUID(int=0))),
        limit,
    )
    return [tuple(row) for row in rows]


_BY_KEY = {
    table.name: by_key_sql(table) for table in (assessments, documents, events, transitions, limit_ledger, case_entries)
} | {"attachments": ATTACHMENTS_BY_KEY}
_DELIVERED = f"""
SELECT sent.party_code, sent.month, sent.first_position, sent.offsets
FROM unnest($1::text[], $2::date[]) AS wanted (party, of_month)
CROSS JOIN LATERAL (
  SELECT party_code, month, first_position, offsets FROM deliveries
  WHERE party_code = party AND month = of_month AND lane = $3 AND first_position <= $5
    AND last_position BETWEEN $4 AND $5::bigint + {_LONGEST_UNIT}
) AS sent
"""


def _event(row: Any) -> EventRow:
    return EventRow(*row)
