"""Reading what was done last: to a declaration, and by one officer to many."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from app.repositories.bulk import Connection, transposed

_LATEST = (
    "SELECT t.declaration_id, t.act, t.version, t.decided_by, t.proposal FROM transitions t "
    "JOIN unnest($1::uuid[], $2::smallint[]) AS wanted (declaration_id, number) USING (declaration_id, number)"
)

_TOGETHER = (
    "SELECT count(*) FROM transitions WHERE decided_by = $1 AND act = ANY($2::smallint[]) AND at > $3 "
    "AND decided_with IS NOT NULL AND proposal IS NULL"
)


class LatestAct(msgspec.Struct, frozen=True):
    """The latest transition of a declaration."""

    declaration_id: UUID
    act: int
    version: int
    decided_by: str | None
    proposal: UUID | None


async def latest_acts(connection: Connection, wanted: Collection[tuple[UUID, int]]) -> dict[UUID, LatestAct]:
    """The transitions with these numbers, by declaration."""
    rows = await connection.fetch(_LATEST, *transposed(list(wanted)))
    return {row[0]: LatestAct(*row) for row in rows}


async def decided_together(connection: Connection, officer: str, acts: Collection[int], since: datetime) -> int:
    """On how many declarations an officer alone decided so since an instant, with others in one request."""
    count: int = await connection.fetchval(_TOGETHER, officer, list(acts), since)
    return count
