"""Pages of a queue, most urgent first, by keyset: fast whatever they are narrowed to.

Two ways lead to a page, and no statistics of the server can tell beforehand which is the short one (a platform with
half of the cases and a rule with half of them may have nothing in common). So the first way is walked a bounded
distance: the most urgent cases of each district, in order, of which those that fit are kept. Where that fills no page,
what is wanted is rare, and the second way is short: everything that fits, by the indexes of tags, values and times,
and only then the order. Claiming and assigning is in `repositories.case_work`.
"""

from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from app.repositories.bulk import Connection
from app.repositories.together import Statement, together

COUNTED: Final = 1000  # a narrowed list says "more than" above
_LOOKED_THROUGH: Final = (500, 3000)  # cases that the first way reads at most: a few where that fills the page
_LEAST_SHARE: Final = 50  # no district's share of them is smaller than such a part
_COLUMNS: Final = (
    "declaration_id, queue, district, opened_at, queued_at, due_at, escalated_at, assignee, assigned_at, touched_at, "
    "version, weight, value, platform_code, trade_mode, rules"
)
_PLACE: Final = "due_at, declaration_id"
_ORDER: Final = f"ORDER BY {_PLACE}"
_TALLIES: Final = (
    "SELECT district, queue, sum(open)::bigint AS open FROM case_tallies "
    "WHERE '*' = ANY($1) OR district = ANY($1) OR left(district, 2) = ANY($1) "
    "GROUP BY district, queue HAVING sum(open) > 0 ORDER BY district, queue"
)
_NUMBERS: Final = "SELECT declaration_id, order_no, waybill_no, status FROM declarations WHERE declaration_id = ANY($1)"
_LAST_ENTRIES: Final = (
    "SELECT declaration_id, max(at) FROM case_entries WHERE declaration_id = ANY($1) AND kind = $2 GROUP BY 1"
)
_SHOWN: Final = (
    ", ".join(f"cases.{name}" for name in _COLUMNS.split(", "))
    + ", declarations.order_no, declarations.waybill_no, declarations.status"
)
_OF_PAGE: Final = "cases JOIN page USING (declaration_id) LEFT JOIN declarations USING (declaration_id)"


class CaseLine(msgspec.Struct, frozen=True):
    """One case as lists show it."""

    declaration_id: UUID
    queue: int
    district: str
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    assignee: str | None
    assigned_at: datetime | None
    touched_at: datetime | None
    version: int
    weight: int
    value: int
    platform_code: str
    trade_mode: str
    rules: list[str]


class ListedCase(msgspec.Struct, frozen=True):
    """A case with numbers and status of its declaration."""

    line: CaseLine
    order_no: str | None
    waybill_no: str | None
    status: int | None


class CasePlace(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ends."""

    due_at: Annotated[datetime, msgspec.Meta(tz=True)]
    declaration_id: UUID

    def __post_init__(self) -> None:
        """ValueError for an instant at the ends of time, which has no place in another zone."""
        if self.due_at.year in (MINYEAR, MAXYEAR):
            raise ValueError("due_at is out of range")


class Snoozed(msgspec.Struct, frozen=True):
    """Cases that are not shown: by district, the tags of what was snoozed there."""

    districts: list[str] = []
    tags: list[int] = []


class Narrowing(msgspec.Struct, frozen=True, kw_only=True):
    """What a queue is narrowed to; absent fields do not narrow. `tags`: all of them."""

    tags: tuple[int, ...] = ()
    value_from: int | None = None
    value_to: int | None = None
    opened_before: datetime | None = None
    opened_after: datetime | None = None
    assignee: str | None = None
    nobody: bool = False
    escalated_by: datetime | None = None  # escalated, which nothing is before it is due
    hidden: Snoozed | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is narrowed and nothing hidden."""
        return self == Narrowing()


async def page(
    connection: Connection,
    queue: int,
    districts: Mapping[str, int] | None,
    narrowed: Narrowing,
    after: CasePlace | None,
    limit: int,
) -> list[ListedCase]:
    """Up to `limit` cases of a queue behind a place. `districts` are whole codes with their open cases; None: all."""
    if narrowed.everything:
        return await _first(connection, queue, districts, after, limit)
    if narrowed.assignee is None:
        for most in _LOOKED_THROUGH:
            rows, whole = await _looked_through(connection, queue, districts, narrowed, after, limit, most)
            if whole:
                return rows
    return await _found(connection, queue, districts, narrowed, after, limit)


async def _first(
    connection: Connection, queue: int, districts: Mapping[str, int] | None, after: CasePlace | None, limit: int
) -> list[ListedCase]:
    """A page that is narrowed to nothing: the first cases of each district, and the first of these, by the indexes."""
    where = Where()
    source = where.nearest(queue, districts, where.behind(after), limit, _PLACE, equally=True)
    rows = await connection.fetch(
        f"WITH page AS (SELECT declaration_id FROM ({source}) AS near {_ORDER} LIMIT {limit}) "
        f"SELECT {_SHOWN} FROM {_OF_PAGE} {_ORDER}",
        *where.values,
    )
    return [_listed(row) for row in rows]


async def _looked_through(
    connection: Connection,
    queue: int,
    districts: Mapping[str, int] | None,
    narrowed: Narrowing,
    after: CasePlace | None,
    limit: int,
    most: int,
) -> tuple[list[ListedCase], bool]:
    """The first way; also whether it led to the end: a full page, or nothing more to look at.

    A district whose cases were not all looked at hides others behind its last one: there the page has to end.
    """
    where = Where()
    behind, fits = where.behind(after, narrowed.opened_after), where.fits(narrowed)
    source = where.nearest(queue, districts, behind, most, f"{_PLACE}, {fits} AS fits")
    spans = "SELECT max(due_at) AS until FROM looked GROUP BY place HAVING count(*) = min(most)"
    rows = await connection.fetch(
        f"WITH looked AS MATERIALIZED ({source}), ended AS (SELECT min(until) AS until FROM ({spans}) AS spans), "
        "page AS MATERIALIZED (SELECT declaration_id FROM looked, ended "
        f"WHERE fits AND (until IS NULL OR due_at < until) {_ORDER} LIMIT {limit}) "
        f"SELECT {_SHOWN}, ended.until AS looked_until FROM ({_OF_PAGE}) RIGHT JOIN ended ON true {_ORDER}",
        *where.values,
    )
    found = [_listed(row) for row in rows if row["declaration_id"] is not None]
    return found, len(found) == limit or rows[0]["looked_until"] is None


async def _found(
    connection: Connection,
    queue: int,
    districts: Mapping[str, int] | None,
    narrowed: Narrowing,
    after: CasePlace | None,
    limit: int,
) -> list[ListedCase]:
    """The second way: what fits first, then its order."""
    where = Where()
    conditions = where.conditions(queue, districts, narrowed) + where.behind(after, narrowed.opened_after)
    rows = await connection.fetch(
        f"WITH found AS MATERIALIZED (SELECT due_at, declaration_id FROM cases WHERE {conditions}), "
        f"page AS (SELECT declaration_id FROM found {_ORDER} LIMIT {limit}) "
        f"SELECT {_SHOWN} FROM {_OF_PAGE} {_ORDER}",
        *where.values,
    )
    return [_listed(row) for row in rows]


async def count(connection: Connection, queue: int, districts: Mapping[str, int] | None, narrowed: Narrowing) -> int:
    """How many cases fit, up to one more than `COUNTED`."""
    where = Where()
    conditions = where.conditions(queue, districts, narrowed)
    found: int = await connection.fetchval(
        f"SELECT count(*) FROM (SELECT FROM cases WHERE {conditions} LIMIT {COUNTED + 1}) AS fitting",
        *where.values,
    )
    return found


async def tallies(connection: Connection, districts: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """(district, queue, open cases) of an officer's districts, from the kept counts. Nothing is counted."""
    (rows,) = await together(connection, [tallies_wanted(districts)])
    return tallies_from(rows)


def tallies_wanted(districts: tuple[str, ...]) -> Statement:
    """The kept counts of districts."""
    return Statement(_TALLIES, (list(districts),))


def tallies_from(rows: Iterable[Any]) -> list[tuple[str, int, int]]:
    """(district, queue, open cases)."""
    return [tuple(row) for row in rows]


async def lines_of(connection: Connection, declaration_ids: list[UUID]) -> dict[UUID, CaseLine]:
    """Cases by their declarations, open or closed."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM cases WHERE declaration_id = ANY($1)",
        declaration_ids,
    )
    return {row["declaration_id"]: line_from(row) for row in rows}


def numbers_wanted(declaration_ids: list[UUID]) -> Statement:
    """Order number, waybill number and status of declarations."""
    return Statement(_NUMBERS, (declaration_ids,))


def listed(lines: Iterable[CaseLine], numbers: Iterable[Any]) -> list[ListedCase]:
    """Cases with the numbers that were read of their declarations."""
    known = {row[0]: row[1:] for row in numbers}
    return [ListedCase(line, *known.get(line.declaration_id, (None, None, None))) for line in lines]


def last_entries_wanted(declaration_ids: list[UUID], kind: int) -> Statement:
    """When the last entry of a kind was put to each of these case files."""
    return Statement(_LAST_ENTRIES, (declaration_ids, kind))


def line_from(row: Any) -> CaseLine:
    """A case from a row that begins with its columns."""
    return CaseLine(*row[: len(CaseLine.__struct_fields__)])


def _listed(row: Any) -> ListedCase:
    first = len(CaseLine.__struct_fields__)
    return ListedCase(CaseLine(*row[:first]), *row[first : first + 3])


class Where:
    """Conditions with their numbered values; only names of ours and whole numbers are written into the text."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def bind(self, value: Any) -> str:
        """The name of a value within the statement."""
        self.values.append(value)
        return f"${len(self.values)}"

    def conditions(self, queue: int, districts: Mapping[str, int] | None, narrowed: Narrowing) -> str:
        """Everything but the place. The queue is written out: the server sees which indexes hold what is asked for."""
        own = "" if districts is None else f" AND district = ANY({self.bind(list(districts))}::text[])"
        return f"queue = {queue:d}{own} AND {self.fits(narrowed)}"

    def nearest(
        self,
        queue: int,
        districts: Mapping[str, int] | None,
        behind: str,
        most: int,
        columns: str,
        *,
        equally: bool = False,
    ) -> str:
        """The first cases behind a place: `most` of the queue, or of each district of a list its share of them.

        Shares go by open cases, so that all districts are looked through about as far.
        """
        head = f"SELECT {columns} FROM cases WHERE queue = {queue:d}{behind}"
        if districts is None:
            return f"SELECT near.*, '' AS place, {most} AS most FROM ({head} {_ORDER} LIMIT {most}) AS near"
        whole, least = max(sum(districts.values()), 1), max(most // _LEAST_SHARE, 1)  # or its cases would be hidden
        each = [most if equally else max(most * count // whole, least) for count in districts.values()]
        return (
            "SELECT near.*, own.code AS place, own.most FROM "
            f"unnest({self.bind(list(districts))}::text[], {self.bind(each)}::int[]) AS own (code, most) CROSS JOIN "
            f"LATERAL ({head} AND district = own.code {_ORDER} LIMIT own.most) AS near"
        )

    def behind(self, after: CasePlace | None, since: datetime | None = None) -> str:
        """Behind a place, in the order of the queue. Nothing is due before it came: `since` leads to the young ones."""
        text = "" if since is None else f" AND due_at >= {self.bind(since)}"
        if after is None:
            return text
        return f"{text} AND (due_at, declaration_id) > ({self.bind(after.due_at)}, {self.bind(after.declaration_id)})"

    def fits(self, narrowed: Narrowing) -> str:
        """What a case is narrowed by."""
        parts = ["true"]
        if narrowed.tags:
            parts.append(f"tags @> {self.bind(list(narrowed.tags))}::bigint[]")
        for column, sign, value in (
            ("value", ">=", narrowed.value_from),
            ("value", "<=", narrowed.value_to),
            ("opened_at", "<=", narrowed.opened_before),
            ("opened_at", ">=", narrowed.opened_after),
            ("assignee", "=", narrowed.assignee),
            ("due_at", "<=", narrowed.escalated_by),
        ):
            if value is not None:
                parts.append(f"{column} {sign} {self.bind(value)}")
        if narrowed.nobody:
            parts.append("assignee IS NULL")
        if narrowed.escalated_by is not None:
            parts.append("escalated_at IS NOT NULL")
        if narrowed.hidden is not None:
            parts.append(self.not_hidden(narrowed.hidden))
        return " AND ".join(parts)

    def not_hidden(self, hidden: Snoozed) -> str:
        """A list in a hash first, which nearly every case passes; then tag and district together."""
        if not hidden.tags:
            return "true"
        tags, districts = self.bind(hidden.tags), self.bind(hidden.districts)
        return (
            f"NOT (EXISTS (SELECT FROM unnest(tags) AS own (tag) WHERE own.tag = ANY({tags}::bigint[])) AND "
            f"EXISTS (SELECT FROM unnest({tags}::bigint[], {districts}::text[]) AS snoozed (tag, place) "
            "WHERE snoozed.place = district AND snoozed.tag = ANY(tags)))"
        )
