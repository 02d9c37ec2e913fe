"""Snoozes: what the queues of a district do not show for some days."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.models.queues import snoozes
from app.repositories.bulk import Connection, insert_sql
from app.repositories.together import Statement

_OWN = "('*' = ANY($1) OR district = ANY($1) OR left(district, 2) = ANY($1))"
_ACTIVE = f"ended_at IS NULL AND ends_at > $2 AND {_OWN}"
_INSERT = insert_sql(snoozes)
_COLUMNS = ", ".join(column.name for column in snoozes.columns)


class SnoozeRow(msgspec.Struct, frozen=True):
    """One snooze, in the order of its columns."""

    snooze_id: UUID
    district: str
    kind: int
    tag: int
    declaration_id: UUID
    made_by: str
    made_at: datetime
    ends_at: datetime
    reason: bytes
    ended_at: datetime | None
    ended_by: str | None


class Subject(msgspec.Struct, frozen=True):
    """What a case may be snoozed by."""

    district: str
    platform_code: str
    tags: list[int]
    buyer_index: UUID | None


async def subject(connection: Connection, declaration_id: UUID) -> Subject | None:
    """The case of a declaration, as far as snoozing wants it."""
    row = await connection.fetchrow(
        "SELECT cases.district, cases.platform_code, cases.tags, declarations.buyer_index "
        "FROM cases JOIN declarations USING (declaration_id) WHERE declaration_id = $1",
        declaration_id,
    )
    return None if row is None else Subject(*row)


async def add(connection: Connection, row: SnoozeRow) -> None:
    """Store a new snooze."""
    await connection.execute(_INSERT, [msgspec.structs.astuple(row)])


def active_tags_wanted(districts: tuple[str, ...], now: datetime) -> Statement:
    """(district, tag) of everything that is snoozed now in these districts."""
    return Statement(f"SELECT DISTINCT district, tag FROM snoozes WHERE {_ACTIVE}", (list(districts), now))


async def active_count(connection: Connection, district: str, now: datetime) -> int:
    """How many snoozes one district has now."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM snoozes WHERE ended_at IS NULL AND ends_at > $2 AND district = $1", district, now
    )
    return count


async def active(connection: Connection, districts: tuple[str, ...], now: datetime) -> list[SnoozeRow]:
    """Snoozes that count now, what ends first first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM snoozes WHERE {_ACTIVE} ORDER BY ends_at, snooze_id",
        list(districts),
        now,
    )
    return [SnoozeRow(*row) for row in rows]


async def end(connection: Connection, snooze_id: UUID, districts: tuple[str, ...], by: str, at: datetime) -> bool:
    """End one before its time; False where none counts any more in these districts."""
    row = await connection.fetchrow(
        f"UPDATE snoozes SET ended_at = $2, ended_by = $4 WHERE snooze_id = $3 AND {_ACTIVE} RETURNING snooze_id",
        list(districts),
        at,
        snooze_id,
        by,
    )
    return row is not None
