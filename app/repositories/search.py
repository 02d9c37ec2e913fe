"""Lists of declarations, newest first, by keyset: no page costs more than another."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.repositories.bulk import Connection
from app.repositories.heads import HEAD_COLUMNS, Head


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ends."""

    received_at: datetime
    declaration_id: UUID


class Narrowed(msgspec.Struct, frozen=True):
    """What a list is narrowed to: columns with the value they must have, and a span of acceptance."""

    equals: dict[str, Any]
    accepted_from: datetime | None
    accepted_to: datetime | None


_PARTY_COLUMNS = ("platform_code", "merchant_code", "declarant_code", "logistics_code", "payment_company_code")


async def search(
    connection: Connection,
    party_code: str,
    districts: tuple[str, ...] | None,
    narrowed: Narrowed,
    after: Place | None,
    limit: int,
) -> list[Head]:
    """Up to `limit` heads behind a place; of a party, or of an officer's districts where these are given."""
    where = _Where()
    where.add(f"status <> {Status.COLLECTING.value}")
    if districts is None:
        where.add("(" + " OR ".join(f"{column} = {{0}}" for column in _PARTY_COLUMNS) + ")", party_code)
    elif "*" not in districts:
        where.add("(customs_code = ANY({0}) OR left(customs_code, 2) = ANY({0}))", list(districts))
    for name, value in narrowed.equals.items():
        where.add(f"{name} = {{0}}", value)
    if narrowed.accepted_from is not None:
        where.add("accepted_at >= {0}", narrowed.accepted_from)
    if narrowed.accepted_to is not None:
        where.add("accepted_at < {0}", narrowed.accepted_to)
    if after is not None:
        where.add("(received_at, declaration_id) < ({0}, {1})", after.received_at, after.declaration_id)
    rows = await connection.fetch(
        f"SELECT {HEAD_COLUMNS} FROM declarations WHERE {where.text} "
        f"ORDER BY received_at DESC, declaration_id DESC LIMIT {limit}",
        *where.values,
    )
    return [Head(*row) for row in rows]


class _Where:
    """Conditions with their numbered values; only column names of ours are ever written into the text."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> None:
        first = len(self.values) + 1
        self._conditions.append(condition.format(*(f"${first + n}" for n in range(len(values)))))
        self.values += values

    @property
    def text(self) -> str:
        return " AND ".join(self._conditions)
