"""Links of the audit chain for those who look something up: newest first, by lane and place. Statements only."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.models.evidence import events, limit_ledger, transitions
from app.repositories.bulk import Connection
from app.repositories.evidence import EventRow

_COLUMNS = ", ".join(column.name for column in events.columns)
_NEXT = ", ".join(f"next.{column.name}" for column in events.columns)
_TRANSITION = ", ".join(column.name for column in transitions.columns if column.name != "reason")
_LEDGER = ", ".join(column.name for column in limit_ledger.columns)
BEGINNING = 2**63 - 1  # no place of a lane lies behind it


async def lane_names(connection: Connection) -> dict[int, str]:
    """Every lane that has a row, with its name."""
    rows = await connection.fetch("SELECT lane, COALESCE(name, '') FROM lanes LEFT JOIN lane_names USING (lane)")
    return {row[0]: row[1] for row in rows}


async def newest_month(connection: Connection, before: date | None) -> date | None:
    """The newest month that has links, before another one if one is given."""
    month: date | None = await connection.fetchval(
        "SELECT max(month) FROM events WHERE $1::date IS NULL OR month < $1::date", before
    )
    return month


async def links_before(
    connection: Connection, month: date, places: Mapping[int, int], at_most: int
) -> dict[int, list[EventRow]]:
    """Of each lane the last links of a month before a place, newest first."""
    rows = await connection.fetch(
        f"SELECT {_NEXT} FROM unnest($2::int[], $3::bigint[]) AS wanted (of_lane, before) CROSS JOIN LATERAL ("
        f"SELECT {_COLUMNS} FROM events WHERE month = $1 AND lane = of_lane AND position < before "
        "ORDER BY position DESC LIMIT $4) AS next ORDER BY next.lane, next.position DESC",
        month, list(places), list(places.values()), at_most,
    )  # fmt: skip
    found: dict[int, list[EventRow]] = {}
    for row in map(_event, rows):
        found.setdefault(row.lane, []).append(row)
    return found


async def link_at(connection: Connection, lane: int, position: int) -> EventRow | None:
    """One link. The key begins with the month, so each month is asked, the newest first."""
    month = await newest_month(connection, None)
    while month is not None:
        row = await connection.fetchrow(
            f"SELECT {_COLUMNS} FROM events WHERE month = $1 AND lane = $2 AND position = $3", month, lane, position
        )
        if row is not None:
            return _event(row)
        month = await newest_month(connection, month)
    return None


async def links_of(
    connection: Connection, declaration_id: UUID, since: date, behind: int, at_most: int
) -> list[EventRow]:
    """The links of a declaration since a month, newest first, behind the first so many."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM events WHERE month >= $1 AND declaration_id = $2 "
        "ORDER BY at DESC, clock DESC, lane, position OFFSET $3 LIMIT $4",
        since, declaration_id, behind, at_most,
    )  # fmt: skip
    return [_event(row) for row in rows]


async def transitions_of(connection: Connection, declaration_id: UUID) -> list[dict[str, Any]]:
    """Every change of state of a declaration, without the sealed reasons."""
    rows = await connection.fetch(
        f"SELECT {_TRANSITION} FROM transitions WHERE declaration_id = $1 ORDER BY number", declaration_id
    )
    return [dict(row) for row in rows]


async def ledger_of(connection: Connection, buyer_index: UUID, declaration_id: UUID) -> list[dict[str, Any]]:
    """What a declaration took of its buyer's limit and gave back."""
    rows = await connection.fetch(
        f"SELECT {_LEDGER} FROM limit_ledger WHERE buyer_index = $1 AND declaration_id = $2 ORDER BY at",
        buyer_index, declaration_id,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def filings_of(connection: Connection, declaration_id: UUID) -> list[dict[str, Any]]:
    """What was filed for a declaration: when, by whom, through which door; not what it says."""
    rows = await connection.fetch(
        "SELECT d.filing_id, d.received_at, d.door, d.kinds, d.sender_code FROM data_keys k "
        "JOIN documents d USING (month, received_at, subject_id, filing_id) "
        "WHERE k.subject_id = $1 ORDER BY d.received_at",
        declaration_id,
    )
    return [dict(row) for row in rows]


async def add_verification(connection: Connection, values: Sequence[Any]) -> None:
    """Store the result of a verification."""
    await connection.execute("INSERT INTO audit_verifications VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", *values)


async def verifications(connection: Connection, limit: int) -> list[Any]:
    """The last verifications, newest first."""
    return await connection.fetch(
        "SELECT verification_id, asked_by, started_at, finished_at, lanes, links, evidence_rows, findings, report "
        "FROM audit_verifications ORDER BY finished_at DESC LIMIT $1",
        limit,
    )


async def first_month_of(connection: Connection, declaration_id: UUID) -> date | None:
    """The month in which the first thing was filed for a declaration."""
    month: date | None = await connection.fetchval(
        "SELECT min(month) FROM data_keys WHERE subject_id = $1", declaration_id
    )
    return month


def _event(row: Any) -> EventRow:
    return EventRow(*row)
