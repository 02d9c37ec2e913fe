"""Finding declarations by what an officer was told: numbers, blind indexes, words; also those without a case.

Every way reads an index, the newest first, and never more than a page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.repositories.bulk import Connection

_COLUMNS = (
    "declarations.declaration_id, order_no, waybill_no, declarations.platform_code, customs_code, "
    "declarations.trade_mode, status, received_at, COALESCE(cases.queue, 0)::smallint, cases.assignee"
)
_OWN = (
    "('*' = ANY({0}) OR customs_code = ANY({0}) OR left(customs_code, 2) = ANY({0})) "
    f"AND status <> {Status.COLLECTING.value}"
)
_FROM = "FROM declarations LEFT JOIN cases USING (declaration_id)"
_NEWEST = "ORDER BY received_at DESC, declaration_id DESC LIMIT {}"


class Found(msgspec.Struct, frozen=True):
    """One declaration that was found."""

    declaration_id: UUID
    order_no: str
    waybill_no: str | None
    platform_code: str
    district: str | None
    trade_mode: str | None
    status: int
    received_at: datetime
    queue: int
    assignee: str | None


# What each way compares; `accepted_on` leads where an index of a window goes by it.
BY = {
    "order": "order_no = $2",
    "waybill": "waybill_no = $2",
    "person": "buyer_index = $2",
    "telephone": "telephone_index = $2",
}


async def by_column(connection: Connection, way: str, value: Any, districts: Sequence[str], limit: int) -> list[Found]:
    """Declarations with a number, or of a person."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE {BY[way]} AND {_OWN.format('$1')} {_NEWEST.format(limit)}",
        list(districts),
        value,
    )
    return [Found(*row) for row in rows]


async def by_ids(connection: Connection, ids: Sequence[UUID], districts: Sequence[str], limit: int) -> list[Found]:
    """Declarations by their ids."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE declaration_id = ANY($2) AND {_OWN.format('$1')} {_NEWEST.format(limit)}",
        list(districts),
        list(ids),
    )
    return [Found(*row) for row in rows]


async def claimant(connection: Connection, claim: int) -> UUID | None:
    """Whose a preNo or an invtNo is."""
    found: UUID | None = await connection.fetchval("SELECT declaration_id FROM number_claims WHERE number = $1", claim)
    return found


async def with_tags(
    connection: Connection, tags: Sequence[int], districts: Sequence[str], *, is_open: bool, most: int
) -> list[UUID]:
    """Cases that have all of these tags: up to `most` of the open ones, or of the closed ones."""
    rows = await connection.fetch(
        f"SELECT declaration_id FROM cases WHERE queue {'>' if is_open else '='} 0 AND tags @> $2 "
        f"AND ('*' = ANY($1) OR district = ANY($1) OR left(district, 2) = ANY($1)) LIMIT {most}",
        list(districts),
        list(tags),
    )
    return [row[0] for row in rows]
