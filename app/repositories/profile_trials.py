"""What rehearsals, shadows and hit statistics of risk profiles read and keep, behind the intake: queries only."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.models.evidence import assessments
from app.repositories.auditing import rows_of
from app.repositories.bulk import Connection, transposed
from app.repositories.evidence import AssessmentRow
from app.repositories.statistics import Behind

LOCK_LANE: Final = -1
FOUND: Final = (
    Status.REFUSED,
    Status.DETAINED_CUSTOMS,
    Status.DETAINED_ANTI_SMUGGLING,
    Status.DETAINED_LEGAL,
    Status.DETAINED_OTHER,
    Status.RETURNED,
)
_FOUND: Final = ", ".join(str(status.value) for status in FOUND)
_INSPECTED: Final = (
    "EXISTS (SELECT 1 FROM transitions t WHERE t.declaration_id = h.declaration_id"
    f" AND t.to_status = {Status.INSPECTION.value})"
)
_BEHIND: Final = """
SELECT lanes.lane, COALESCE(read.position, 0) AS after, lanes.position - COALESCE(read.position, 0) AS behind
FROM lanes LEFT JOIN profile_places read USING (lane)
WHERE lanes.position > COALESCE(read.position, 0) ORDER BY behind DESC
"""


class Received(msgspec.Struct, frozen=True, gc=False):
    """A declaration that was assessed, as rehearsals walk along them."""

    declaration_id: UUID
    received_at: datetime
    status: int
    customs_code: str


class Fate(msgspec.Struct, frozen=True, gc=False):
    """What became of a declaration: whether it was ever inspected, how it stands."""

    declaration_id: UUID
    status: int
    inspected: bool


class HitSum(msgspec.Struct, frozen=True, gc=False):
    """Hits of one version on one day, and what became of them."""

    profile_id: str
    version: int
    shadow: bool
    day: date
    hits: int
    uncertain: int
    inspected: int
    found: int
    released: int


async def received_between(
    connection: Connection, since: datetime, before: tuple[datetime, UUID], limit: int
) -> list[Received]:
    """Assessed declarations received since an instant and before a place, newest first."""
    rows = await connection.fetch(
        "SELECT declaration_id, received_at, status, COALESCE(customs_code, '') FROM declarations "
        "WHERE received_at >= $1 AND received_at <= $2 AND (received_at, declaration_id) < ($2, $3) "
        "AND outcome IS NOT NULL ORDER BY received_at DESC, declaration_id DESC LIMIT $4",
        since, *before, limit,
    )  # fmt: skip
    return [Received(*row) for row in rows]


async def received(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Received]:
    """These declarations as rehearsals see them."""
    rows = await connection.fetch(
        "SELECT declaration_id, received_at, status, COALESCE(customs_code, '') FROM declarations "
        "WHERE declaration_id = ANY($1)",
        list(ids),
    )
    return {row[0]: Received(*row) for row in rows}


async def how_many(connection: Connection, since: datetime, until: datetime, most: int) -> int:
    """How many of the declarations received were assessed, counted up to a bound: the rest is asked by no rehearsal."""
    number: int = await connection.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM declarations WHERE received_at >= $1 AND received_at < $2 "
        "AND outcome IS NOT NULL LIMIT $3) AS n",
        since, until, most,
    )  # fmt: skip
    return number


async def fates(connection: Connection, ids: Collection[UUID]) -> list[Fate]:
    """What became of these declarations."""
    rows = await connection.fetch(
        f"SELECT h.declaration_id, h.status, {_INSPECTED} FROM declarations h WHERE h.declaration_id = ANY($1)",
        list(ids),
    )
    return [Fate(*row) for row in rows]


async def locked(connection: Connection) -> bool:
    """Whether we are the one who follows, until the transaction ends. The first time all lanes are taken as read."""
    new = await connection.fetchval(
        "INSERT INTO profile_places (lane, position) VALUES ($1, 0) ON CONFLICT (lane) DO NOTHING RETURNING true",
        LOCK_LANE,
    )
    if new:
        await caught_up(connection)
    return bool(
        await connection.fetchval("SELECT true FROM profile_places WHERE lane = $1 FOR UPDATE SKIP LOCKED", LOCK_LANE)
    )


async def caught_up(connection: Connection) -> None:
    """Take every lane as read to its end; where nothing was filed since, nothing is written."""
    behind = await lanes_behind(connection)
    if behind:
        await connection.execute(
            "INSERT INTO profile_places (lane, position) SELECT * FROM unnest($1::int[], $2::bigint[]) ORDER BY 1 "
            "ON CONFLICT (lane) DO UPDATE SET position = EXCLUDED.position",
            *transposed([(each.lane, each.after + each.links) for each in behind]),
        )


async def lanes_behind(connection: Connection) -> list[Behind]:
    """The lanes that go further than was followed, the furthest first."""
    return [Behind(*row) for row in await connection.fetch(_BEHIND)]


async def placed(connection: Connection, lane: int, position: int) -> None:
    """Keep how far a lane was followed."""
    await connection.execute(
        "INSERT INTO profile_places (lane, position) VALUES ($1, $2) "
        "ON CONFLICT (lane) DO UPDATE SET position = EXCLUDED.position",
        lane, position,
    )  # fmt: skip


async def assessments_of(
    connection: Connection, moved: Sequence[tuple[UUID, int]], *, held_only: bool
) -> list[AssessmentRow]:
    """The assessments among these (declaration, number of transition); only those that did not release, if wanted."""
    if not moved:
        return []
    rows = await connection.fetch(
        "SELECT t.month, t.at, t.declaration_id, t.revision FROM transitions t "
        "JOIN unnest($1::uuid[], $2::smallint[]) AS wanted (declaration_id, number) USING (declaration_id, number) "
        "WHERE t.revision IS NOT NULL AND NOT ($3 AND t.to_status = $4)",
        *transposed(moved), held_only, Status.RELEASED.value,
    )  # fmt: skip
    return [AssessmentRow(*row) for row in await rows_of(connection, assessments, [tuple(row) for row in rows])]


async def hit_sums(connection: Connection, profile_id: str | None, first_day: date, last_day: date) -> list[HitSum]:
    """Hits of a profile, or of all, by version and day, newest first, with what became of them until now."""
    rows = await connection.fetch(
        "SELECT h.profile_id, h.version, h.shadow, h.day, count(*), count(*) FILTER (WHERE NOT h.certain), "
        f"count(*) FILTER (WHERE {_INSPECTED}), count(*) FILTER (WHERE d.status IN ({_FOUND})), "
        f"count(*) FILTER (WHERE d.status IN ({Status.RELEASED.value}, {Status.CLOSED.value})) "
        "FROM profile_hits h JOIN declarations d USING (declaration_id) "
        "WHERE ($1::text IS NULL OR h.profile_id = $1) AND h.day BETWEEN $2 AND $3 "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 4 DESC, 2 DESC",
        profile_id, first_day, last_day,
    )  # fmt: skip
    return [HitSum(*row) for row in rows]


async def hits_of(connection: Connection, first_day: date, last_day: date) -> dict[str, int]:
    """How often each profile hit in force."""
    rows = await connection.fetch(
        "SELECT profile_id, count(*) FROM profile_hits WHERE day BETWEEN $1 AND $2 AND NOT shadow GROUP BY profile_id",
        first_day, last_day,
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


async def hits_by_day(connection: Connection, profile_id: str, first_day: date, last_day: date) -> list[HitSum]:
    """Hits of a profile by version and day, newest first; not what became of them, which is what takes long."""
    rows = await connection.fetch(
        "SELECT profile_id, version, shadow, day, count(*), count(*) FILTER (WHERE NOT certain), 0, 0, 0 "
        "FROM profile_hits WHERE profile_id = $1 AND day BETWEEN $2 AND $3 GROUP BY 1, 2, 3, 4 ORDER BY 4 DESC, 2 DESC",
        profile_id, first_day, last_day,
    )  # fmt: skip
    return [HitSum(*row) for row in rows]


async def asked_in_shadow(
    connection: Connection, profile_id: str, first_day: date, last_day: date
) -> list[tuple[int, date, int]]:
    """How many assessments each version was asked about in its shadow: (version, day, assessed)."""
    rows: list[Any] = await connection.fetch(
        "SELECT version, day, assessed FROM profile_shadows WHERE profile_id = $1 AND day BETWEEN $2 AND $3 "
        "ORDER BY day DESC, version DESC",
        profile_id, first_day, last_day,
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]
