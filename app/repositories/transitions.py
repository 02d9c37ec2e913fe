"""Reading what was done last to a declaration."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from app.repositories.bulk import Connection, transposed

_LATEST = (
    "SELECT t.declaration_id, t.act, t.version, t.decided_by, t.proposal FROM transitions t "
    "JOIN unnest($1::uuid[], $2::smallint[]) AS wanted (declaration_id, number) USING (declaration_id, number)"
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
