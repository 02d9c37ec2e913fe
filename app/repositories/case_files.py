"""Case files: entries and attachments, added and read; the history of a buyer, an address, a telephone, an article.

Every read is bounded and goes by an index. Amounts are 1/100,000 yuan.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.models.case_files import attachments, case_entries
from app.repositories.bulk import Connection, insert_sql
from app.repositories.together import Statement


class EntryRow(msgspec.Struct, gc=False):
    """One entry of a case file."""

    declaration_id: UUID
    entry_id: UUID
    at: datetime
    kind: int
    version: int
    actor: str
    filing: UUID
    sealed: bytes


class AttachmentRow(msgspec.Struct, gc=False):
    """One attachment; instead of its sealed body, which may be large, the SHA-256 of that."""

    declaration_id: UUID
    attachment_id: UUID
    at: datetime
    kind: int
    version: int
    actor: str
    request_id: UUID | None
    media_type: str
    size: int
    sha256: bytes
    filing: UUID
    name: bytes
    body_sha256: bytes


class CaseRow(msgspec.Struct, frozen=True, gc=False):
    """A case as its page shows it."""

    queue: int
    district: str
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    assigned_at: datetime | None
    version: int
    weight: int


class Moved(msgspec.Struct, frozen=True, gc=False):
    """One change of state, as timelines show it."""

    number: int
    at: datetime
    month: date
    version: int
    revision: int | None
    from_status: int
    to_status: int
    act: int
    actor: str | None
    reason: bytes | None
    proposed_by: str | None


class OpenProposal(msgspec.Struct, frozen=True, gc=False):
    """A proposal for this declaration that no second officer has answered."""

    proposal_id: UUID
    proposed_at: datetime
    lapses_at: datetime
    proposed_by: str
    act: int
    version: int
    after_number: int


class DayOfHistory(msgspec.Struct, frozen=True, gc=False):
    """What one day of a history holds: declarations, their value, how many fell, how many came before an officer."""

    day: date
    declarations: int
    value: int
    fallen: int
    seen: int
    buyers: int


class DayOfPrices(msgspec.Struct, frozen=True, gc=False):
    """The prices of an article on one day, among the latest that were read."""

    day: date
    count: int
    lowest: int
    median: int
    highest: int


MOST_ENTRIES: Final = 500
MOST_ATTACHMENTS: Final = 200
HISTORY_READ: Final = 500  # of the latest parcels, as `counters.LATEST_READ`
PRICES_READ: Final = 200
_YEAR_2000: Final = date(2000, 1, 1)
_HEAD = ", ".join(column.name for column in attachments.columns if column.name != "body")
_STORED = ", ".join(f"stored.{column.name}" for column in attachments.columns if column.name != "body")
_ENTRY = ", ".join(column.name for column in case_entries.columns)
_INSERT_ENTRIES = insert_sql(case_entries)
_INSERT_ATTACHMENTS = insert_sql(attachments)
ATTACHMENTS_BY_KEY = (
    f"SELECT {_STORED}, sha256(stored.body) FROM attachments AS stored "
    "JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (declaration_id, attachment_id) "
    "USING (declaration_id, attachment_id)"
)
_FALLEN = f"({Status.REFUSED.value}, {Status.CANCELLED.value})"
_HISTORY = f"""
SELECT of.which, of.accepted_on, count(*)::int, COALESCE(sum(of.dutiable_value), 0)::bigint,
  (count(*) FILTER (WHERE of.status IN {_FALLEN}))::int, (count(*) FILTER (WHERE of.outcome > 0))::int,
  count(DISTINCT of.buyer_index)::int
FROM (
  (SELECT 1 AS which, accepted_on, dutiable_value, status, outcome, buyer_index FROM declarations
    WHERE buyer_index = $1 AND accepted_on BETWEEN $4 AND $5 ORDER BY accepted_on DESC LIMIT {HISTORY_READ})
  UNION ALL
  (SELECT 2, accepted_on, dutiable_value, status, outcome, buyer_index FROM declarations
    WHERE telephone_index = $2 AND accepted_on BETWEEN $4 AND $5 ORDER BY accepted_on DESC LIMIT {HISTORY_READ})
  UNION ALL
  (SELECT 3, accepted_on, dutiable_value, status, outcome, buyer_index FROM declarations
    WHERE address_index = $3 AND accepted_on BETWEEN $4 AND $5 ORDER BY accepted_on DESC LIMIT {HISTORY_READ})
) AS of GROUP BY 1, 2 ORDER BY 1, 2
"""
_PRICES = f"""
SELECT wanted.line_no, (latest.place >> 48)::int AS day, count(*)::int, min(latest.price),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY latest.price), max(latest.price)
FROM unnest($1::int[], $2::bigint[]) AS wanted (line_no, item_index)
CROSS JOIN LATERAL (
  SELECT place, price FROM item_prices p WHERE p.item_index = wanted.item_index
  ORDER BY p.place DESC LIMIT {PRICES_READ}) AS latest
GROUP BY 1, 2 ORDER BY 1, 2
"""


def entries_added(rows: Sequence[EntryRow]) -> Statement | None:
    """Adds entries; one that is there already is a UniqueViolation."""
    values = [msgspec.structs.astuple(row) for row in rows]
    return Statement(_INSERT_ENTRIES, (values,), answers=False) if values else None


async def add_attachment(connection: Connection, row: AttachmentRow, body: bytes) -> None:
    """Add one attachment with its sealed body."""
    await connection.execute(_INSERT_ATTACHMENTS, [(*msgspec.structs.astuple(row)[:-1], body)])


def entries_wanted(declaration_id: UUID, kind: int | None = None) -> Statement:
    """Reads the latest entries of a declaration, of one kind or all, oldest first."""
    latest = (
        f"SELECT {_ENTRY} FROM case_entries WHERE declaration_id = $1 AND ($2::smallint IS NULL OR kind = $2) "
        f"ORDER BY at DESC LIMIT {MOST_ENTRIES}"
    )
    return Statement(f"SELECT {_ENTRY} FROM ({latest}) AS latest ORDER BY at, entry_id", (declaration_id, kind))


def requests_moved_wanted(declaration_id: UUID) -> Statement:
    """Reads when the desk asked for papers."""
    text = "SELECT at FROM transitions WHERE declaration_id = $1 AND act = $2 ORDER BY number DESC LIMIT 100"
    return Statement(text, (declaration_id, ACT_NUMBERS[Act.REQUEST_DOCUMENTS]))


def entries_from(rows: Iterable[Any]) -> list[EntryRow]:
    """What `entries_wanted` reads."""
    return [EntryRow(*row) for row in rows]


def attachments_wanted(declaration_id: UUID) -> Statement:
    """Reads the attachments of a declaration without their bodies, oldest first."""
    text = (
        f"SELECT {_HEAD}, ''::bytea AS body_sha256 FROM attachments WHERE declaration_id = $1 "
        f"ORDER BY at, attachment_id LIMIT {MOST_ATTACHMENTS}"
    )
    return Statement(text, (declaration_id,))


def attachments_from(rows: Iterable[Any]) -> list[AttachmentRow]:
    """What `attachments_wanted` reads."""
    return [AttachmentRow(*row) for row in rows]


async def entry(connection: Connection, declaration_id: UUID, entry_id: UUID) -> EntryRow | None:
    """One entry."""
    row = await connection.fetchrow(
        f"SELECT {_ENTRY} FROM case_entries WHERE declaration_id = $1 AND entry_id = $2", declaration_id, entry_id
    )
    return EntryRow(*row) if row else None


async def attachment(
    connection: Connection, declaration_id: UUID, attachment_id: UUID
) -> tuple[AttachmentRow, bytes] | None:
    """One attachment with its sealed body."""
    row = await connection.fetchrow(
        f"SELECT {_HEAD}, ''::bytea, body FROM attachments WHERE declaration_id = $1 AND attachment_id = $2",
        declaration_id,
        attachment_id,
    )
    return (AttachmentRow(*row[:-1]), row[-1]) if row else None


async def attachment_there(
    connection: Connection, declaration_id: UUID, attachment_id: UUID, sender: str
) -> tuple[bool, int, int]:
    """Whether an attachment is there already, how many the declaration has, and how many of them a party sent."""
    row = await connection.fetchrow(
        "SELECT COALESCE(bool_or(attachment_id = $2), false), count(*), "
        "count(*) FILTER (WHERE split_part(actor, ':', 2) = $3) FROM attachments WHERE declaration_id = $1",
        declaration_id,
        attachment_id,
        sender,
    )
    return row[0], row[1], row[2]


def case_wanted(declaration_id: UUID) -> Statement:
    """Reads the case of a declaration, if it ever came before an officer."""
    columns = ", ".join(CaseRow.__struct_fields__)
    return Statement(f"SELECT {columns} FROM cases WHERE declaration_id = $1", (declaration_id,))


async def touch_case(connection: Connection, declaration_id: UUID, assignee: str, at: datetime) -> None:
    """The assignee did something: the case is not silent."""
    await connection.execute(
        "UPDATE cases SET touched_at = $3 WHERE declaration_id = $1 AND assignee = $2", declaration_id, assignee, at
    )


def transitions_wanted(declaration_id: UUID) -> Statement:
    """Reads how a declaration moved, oldest first."""
    text = (
        f"SELECT {', '.join(Moved.__struct_fields__)} FROM (SELECT * FROM transitions WHERE declaration_id = $1 "
        f"ORDER BY number DESC LIMIT {MOST_ENTRIES}) AS latest ORDER BY number"
    )
    return Statement(text, (declaration_id,))


def open_proposals_wanted(declaration_id: UUID) -> Statement:
    """Reads what was proposed for a declaration and not answered, newest first."""
    columns = ", ".join(f"p.{name}" for name in OpenProposal.__struct_fields__)
    text = (
        f"SELECT {columns} FROM proposals p LEFT JOIN proposal_answers a ON a.declaration_id = p.declaration_id "
        "AND a.proposal_id = p.proposal_id WHERE p.declaration_id = $1 AND a.declaration_id IS NULL "
        "ORDER BY p.proposed_at DESC LIMIT 5"
    )
    return Statement(text, (declaration_id,))


def keys_of_wanted(declaration_id: UUID) -> Statement:
    """Reads the wrapped keys of all filings of a declaration: reasons name no filing."""
    text = (
        "SELECT subject_id, filing_id, received_at, month, master, wrapped FROM data_keys WHERE subject_id = $1 "
        "ORDER BY received_at DESC LIMIT 100"
    )
    return Statement(text, (declaration_id,))


def balance_wanted(buyer_index: UUID | None, year: int) -> Statement | None:
    """Reads what a buyer has used and confirmed of a year."""
    if buyer_index is None:
        return None
    text = "SELECT used, confirmed FROM limit_balances WHERE buyer_index = $1 AND year = $2"
    return Statement(text, (buyer_index, year))


def histories_wanted(
    indexes: tuple[UUID | None, int | None, int | None], first_day: date, last_day: date
) -> Statement | None:
    """Reads the days of (buyer, telephone, address) in a window: of the latest parcels only."""
    if all(index is None for index in indexes):
        return None
    return Statement(_HISTORY, (*indexes, first_day, last_day))


def histories_from(rows: Iterable[Any]) -> dict[int, list[DayOfHistory]]:
    """What `histories_wanted` reads: 1 buyer, 2 telephone, 3 address."""
    found: dict[int, list[DayOfHistory]] = {}
    for which, *day in rows:
        found.setdefault(which, []).append(DayOfHistory(*day))
    return found


def price_histories_wanted(items: Sequence[tuple[int, int]]) -> Statement | None:
    """For each (line, article): reads the days of its latest prices."""
    if not items:
        return None
    return Statement(_PRICES, ([line for line, _ in items], [item for _, item in items]))


def price_histories_from(rows: Iterable[Any]) -> dict[int, list[DayOfPrices]]:
    """What `price_histories_wanted` reads, by line."""
    found: dict[int, list[DayOfPrices]] = {}
    for line_no, day, *prices in rows:
        found.setdefault(line_no, []).append(DayOfPrices(_YEAR_2000 + timedelta(days=day), *prices))
    return found
