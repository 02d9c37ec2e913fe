"""Saved views of queues: names and filters are sealed."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.models.queues import queue_views
from app.repositories.bulk import Connection, insert_sql
from app.repositories.together import Statement, together

_INSERT = insert_sql(queue_views)
_COLUMNS = ", ".join(column.name for column in queue_views.columns)


class ViewRow(msgspec.Struct, frozen=True):
    """One saved view, in the order of its columns."""

    view_id: UUID
    owner: str
    district: str | None
    content: bytes
    created_at: datetime
    removed_at: datetime | None


async def add(connection: Connection, row: ViewRow) -> None:
    """Store a new view."""
    await connection.execute(_INSERT, [msgspec.structs.astuple(row)])


async def of_officer(connection: Connection, owner: str, districts: tuple[str, ...]) -> list[ViewRow]:
    """One's own views, and those shared with a district, or the region, of one's own; oldest first."""
    (rows,) = await together(connection, [of_officer_wanted(owner, districts)])
    return [ViewRow(*row) for row in rows]


def of_officer_wanted(owner: str, districts: tuple[str, ...]) -> Statement:
    """The views that an officer sees."""
    text = (
        f"SELECT {_COLUMNS} FROM queue_views WHERE removed_at IS NULL AND (owner = $1 OR district IS NOT NULL "
        "AND ('*' = ANY($2) OR district = ANY($2) OR left(district, 2) = ANY($2) OR district = ANY($3))) "
        "ORDER BY created_at, view_id"
    )
    return Statement(text, (owner, list(districts), [district[:2] for district in districts]))


async def count_of(connection: Connection, owner: str) -> int:
    """How many views an officer has saved."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM queue_views WHERE owner = $1 AND removed_at IS NULL", owner
    )
    return count


async def remove(connection: Connection, view_id: UUID, owner: str, at: datetime) -> bool:
    """Remove one's own view; False where there is none."""
    row = await connection.fetchrow(
        "UPDATE queue_views SET removed_at = $3 WHERE view_id = $1 AND owner = $2 AND removed_at IS NULL "
        "RETURNING view_id",
        view_id, owner, at,
    )  # fmt: skip
    return row is not None
