"""Sums by day and how far the lanes were read: statements, and nothing else."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.domain.measures import Measure
from app.models.evidence import transitions
from app.models.statistics import statistics
from app.repositories.auditing import EVENT_COLUMNS
from app.repositories.bulk import Connection, insert_sql
from app.repositories.evidence import EventRow, TransitionRow

EVERYWHERE = "*"  # the district of sums over all; offices have four digits
_NO_LANE = 0  # its row is the lock, and says when all lanes were last read up
_TRANSITION_COLUMNS = ", ".join(column.name for column in transitions.columns)
_ADD = insert_sql(
    statistics,
    "ON CONFLICT (district, day, measure, name, part) DO UPDATE SET amount = statistics.amount + EXCLUDED.amount",
)
_MONTHS = """
WITH RECURSIVE known (month) AS (
  SELECT min(month) FROM events
  UNION ALL SELECT (SELECT min(month) FROM events WHERE month > known.month) FROM known WHERE known.month IS NOT NULL
) SELECT month FROM known WHERE month IS NOT NULL
"""
# A lane's months may overlap where the clocks of its writers differed: all are asked, each by its key.
_LINKS = f"""
SELECT next.* FROM unnest($1::date[]) AS wanted (of_month) CROSS JOIN LATERAL (
  SELECT {EVENT_COLUMNS} FROM events WHERE month = of_month AND lane = $2 AND position > $3 ORDER BY position LIMIT $4
) AS next ORDER BY position LIMIT $4
"""
_BEHIND = """
SELECT lanes.lane, COALESCE(read.position, 0) AS after, lanes.position - COALESCE(read.position, 0) AS behind
FROM lanes LEFT JOIN statistics_places read USING (lane)
WHERE lanes.position > COALESCE(read.position, 0) ORDER BY behind DESC
"""


class Sum(msgspec.Struct, frozen=True, gc=False):
    """One sum: of a day, or of a period."""

    day: date | None
    measure: int
    name: str
    part: str
    amount: int


class Behind(msgspec.Struct, frozen=True, gc=False):
    """A lane that has links which are not in the sums yet."""

    lane: int
    after: int
    links: int


async def lock(connection: Connection) -> None:
    """Become the one who gathers, until the transaction ends; whoever else does is done with a page soon.

    Nobody waits for the disk: sums and places are lost together or not at all, and what is lost is counted again.
    """
    await connection.execute("SELECT set_config('synchronous_commit', 'off', true)")
    await connection.execute("UPDATE statistics_places SET position = position + 1 WHERE lane = $1", _NO_LANE)


async def lanes_behind(connection: Connection) -> list[Behind]:
    """The lanes that go further than the sums, the furthest first."""
    return [Behind(*row) for row in await connection.fetch(_BEHIND)]


async def links_after(connection: Connection, behind: Behind, limit: int) -> list[EventRow]:
    """A lane's next links, in order."""
    months = [row[0] for row in await connection.fetch(_MONTHS)]
    rows = await connection.fetch(_LINKS, months, behind.lane, behind.after, limit)
    return [EventRow(*row) for row in rows]


async def histories(connection: Connection, ids: Collection[UUID]) -> dict[UUID, list[TransitionRow]]:
    """Every change of state of these declarations, in order."""
    found: dict[UUID, list[TransitionRow]] = {}
    rows = await connection.fetch(
        f"SELECT {_TRANSITION_COLUMNS} FROM transitions WHERE declaration_id = ANY($1) ORDER BY declaration_id, number",
        list(ids),
    )
    for row in rows:
        found.setdefault(row[0], []).append(TransitionRow(*row))
    return found


async def added(connection: Connection, rows: Sequence[tuple[date, int, str, str, str, int]]) -> None:
    """Adds to sums: (day, measure, district, name, part, amount); and to those of `EVERYWHERE`."""
    await connection.execute(_ADD, [*rows, *_everywhere(rows)])


def _everywhere(rows: Sequence[tuple[date, int, str, str, str, int]]) -> list[tuple[date, int, str, str, str, int]]:
    """The same over all districts, so that who sees all of them reads one row for 84; and which ones there are."""
    whole: Counter[tuple[date, int, str, str, str]] = Counter()
    for day, measure, district, name, part, amount in rows:
        whole[day, measure, EVERYWHERE, name, part] += amount
        if district:
            whole[day, Measure.DISTRICT.value, EVERYWHERE, district, ""] += amount
    return [(*place, amount) for place, amount in whole.items()]


async def placed(connection: Connection, lane: int, position: int, at: datetime) -> None:
    """Notes how far a lane is in the sums."""
    await connection.execute(
        "INSERT INTO statistics_places (lane, position, at) VALUES ($1, $2, $3) "
        "ON CONFLICT (lane) DO UPDATE SET position = EXCLUDED.position, at = EXCLUDED.at",
        lane, position, at,
    )  # fmt: skip


async def caught_up(connection: Connection, at: datetime) -> None:
    """Notes that all lanes were read up at an instant."""
    await connection.execute("UPDATE statistics_places SET at = $2 WHERE lane = $1", _NO_LANE, at)


async def as_of(connection: Connection) -> datetime | None:
    """When all lanes were last read up; None while the first reading is under way."""
    found: datetime | None = await connection.fetchval("SELECT at FROM statistics_places WHERE lane = $1", _NO_LANE)
    return found


async def emptied(connection: Connection) -> None:
    """Takes all sums away; every lane is read from its beginning again."""
    await connection.execute("DELETE FROM statistics")
    await connection.execute("DELETE FROM statistics_places WHERE lane <> $1", _NO_LANE)
    await connection.execute("UPDATE statistics_places SET at = NULL WHERE lane = $1", _NO_LANE)


async def sums(
    connection: Connection,
    first_day: date,
    last_day: date,
    districts: Sequence[str],
    by_day: Collection[int],
) -> list[Sum]:
    """The sums of a period over some districts, or over `EVERYWHERE`; of the measures `by_day` one for each day."""
    rows = await connection.fetch(
        "SELECT CASE WHEN measure = ANY($4) THEN day END AS of_day, measure, name, part, sum(amount)::bigint "
        "FROM statistics WHERE district = ANY($3) AND day BETWEEN $1 AND $2 GROUP BY of_day, measure, name, part",
        first_day, last_day, list(districts), list(by_day),
    )  # fmt: skip
    return [Sum(*row) for row in rows]


async def districts_counted(connection: Connection, first_day: date, last_day: date) -> list[str]:
    """The districts that have sums in a period."""
    rows = await connection.fetch(
        "SELECT DISTINCT name FROM statistics WHERE district = $1 AND day BETWEEN $2 AND $3 AND measure = $4 "
        "ORDER BY name",
        EVERYWHERE, first_day, last_day, Measure.DISTRICT.value,
    )  # fmt: skip
    return [row[0] for row in rows]


async def ages(connection: Connection, limits_seconds: Sequence[int], most: int) -> list[Any]:
    """Open cases by district, queue and age: (district, queue, how many of the limits it is older than, cases)."""
    rows: list[Any] = await connection.fetch(
        "SELECT district, queue, width_bucket(extract(epoch FROM now() - opened_at)::float8, $1::float8[]), count(*) "
        "FROM (SELECT district, queue, opened_at FROM cases WHERE queue > 0 LIMIT $2) AS open GROUP BY 1, 2, 3",
        [float(each) for each in limits_seconds],
        most,
    )
    return rows


async def waiting_past_deadline(connection: Connection, statuses: Collection[int], most: int) -> list[UUID]:
    """Declarations that were never assessed because papers are missing and time is over, the latest first."""
    rows = await connection.fetch(
        "SELECT declaration_id FROM declarations WHERE status = ANY($1) AND status <> 800 AND outcome IS NULL "
        "AND (deadline_at IS NULL OR deadline_at < now()) ORDER BY received_at DESC LIMIT $2",
        list(statuses),
        most,
    )
    return [row[0] for row in rows]
