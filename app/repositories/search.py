"""Lists of declarations, newest first, by keyset: no page costs more than another.

A party may have any of five parts in a declaration. Each part has an index of its own by time, so each is asked for a
page, and the newest of them are the page; one condition with OR would read and sort everything the party ever had.
Indexes end at `received_at`, which the parcels of one unit of work share: PostgreSQL then keeps it once for all of
them, and sorts by id within it.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.repositories.bulk import Connection
from app.repositories.heads import HEAD_COLUMNS, Head, head_from


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ends."""

    received_at: Annotated[datetime, msgspec.Meta(tz=True)]
    declaration_id: UUID

    def __post_init__(self) -> None:
        """ValueError for an instant at the ends of time, which has no place in another zone."""
        if self.received_at.year in (MINYEAR, MAXYEAR):
            raise ValueError("received_at is out of range")


class Narrowed(msgspec.Struct, frozen=True):
    """What a list is narrowed to: columns with the value they must have, and a span of acceptance."""

    equals: dict[str, Any]
    accepted_from: datetime | None
    accepted_to: datetime | None


_PARTY_COLUMNS = ("platform_code", "merchant_code", "declarant_code", "logistics_code", "payment_company_code")
_NEWEST_FIRST = "ORDER BY received_at DESC, declaration_id DESC"


async def search(
    connection: Connection,
    party_code: str,
    districts: tuple[str, ...] | None,
    narrowed: Narrowed,
    after: Place | None,
    limit: int,
) -> list[Head]:
    """Up to `limit` heads behind a place; of a party, or of an officer's districts where these are given."""
    where = _narrowing(narrowed, after)
    if districts is None:
        wanted = _of_party(where, party_code, limit)
    else:
        if "*" not in districts:
            where.add("(customs_code = ANY({0}) OR left(customs_code, 2) = ANY({0}))", list(districts))
        wanted = f"SELECT {HEAD_COLUMNS} FROM declarations WHERE {where.text} {_NEWEST_FIRST} LIMIT {limit}"
    rows = await connection.fetch(wanted, *where.values)
    return [head_from(row) for row in rows]


def _of_party(where: "_Where", party_code: str, limit: int) -> str:
    """A page of each part, the newest of them all, and only then the whole rows."""
    common, party = where.text, where.bind(party_code)
    pages = (
        f"(SELECT received_at, declaration_id FROM declarations WHERE {column} = {party} AND {common} "
        f"{_NEWEST_FIRST} LIMIT {limit})"
        for column in _PARTY_COLUMNS
    )
    page = f"SELECT * FROM ({' UNION '.join(pages)}) AS parts {_NEWEST_FIRST} LIMIT {limit}"
    return (
        f"SELECT {HEAD_COLUMNS} FROM declarations JOIN ({page}) AS page USING (received_at, declaration_id) "
        f"{_NEWEST_FIRST}"
    )


def _narrowing(narrowed: Narrowed, after: Place | None) -> "_Where":
    where = _Where()
    where.add(f"status <> {Status.COLLECTING.value}")
    for name, value in narrowed.equals.items():
        if isinstance(value, Status):
            # Written out, so that the planner sees that the index of open work holds what is asked for.
            where.add(f"{name} = {value.value}")
        else:
            where.add(f"{name} = {{0}}", value)
    if narrowed.accepted_from is not None:
        where.add("accepted_at >= {0}", narrowed.accepted_from)
    if narrowed.accepted_to is not None:
        where.add("accepted_at < {0}", narrowed.accepted_to)
    if after is not None:
        where.add("(received_at, declaration_id) < ({0}, {1})", after.received_at, after.declaration_id)
    return where


class _Where:
    """Conditions with their numbered values; only column names of ours are ever written into the text."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> None:
        self._conditions.append(condition.format(*(self.bind(value) for value in values)))

    def bind(self, value: Any) -> str:
        """The name of a value within the statement."""
        self.values.append(value)
        return f"${len(self.values)}"

    @property
    def text(self) -> str:
        return " AND ".join(self._conditions)
