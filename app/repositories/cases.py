"""Placing cases: every write of `cases` and `case_tallies` that follows from a declaration that moved.

Reading, claiming and snoozing are in `repositories.queues`. Where a case was before is known from its head, which is
written in the same round trip and only where nobody changed it: so nothing has to be read here.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.domain.queues import Queue
from app.models.cases import case_tallies, cases
from app.repositories.bulk import insert_sql, transposed
from app.repositories.together import Statement


class CaseRow(msgspec.Struct, gc=False):
    """One case, in the order of its columns."""

    declaration_id: UUID
    queue: int
    district: str
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    assigned_at: datetime | None
    touched_at: datetime | None
    version: int
    weight: int
    value: int
    platform_code: str
    trade_mode: str
    rules: list[str]
    tags: list[int]
    noted: list[int]


class Placed(msgspec.Struct, gc=False):
    """A case that came or moved: from which queue, and whether its row describes it anew."""

    row: CaseRow
    former: int
    described: bool


class Left(msgspec.Struct, gc=False):
    """A case that is no longer an officer's."""

    declaration_id: UUID
    district: str
    former: int
    at: datetime


# The same version goes on: the case was open, and who works on it keeps it, unless others inspect.
_GOES_ON = "cases.queue > 0 AND cases.version = EXCLUDED.version"
_KEEPS = f"{_GOES_ON} AND EXCLUDED.queue <> {Queue.INSPECTION.value}"
_MOVED = (
    "queue = EXCLUDED.queue, district = EXCLUDED.district, queued_at = EXCLUDED.queued_at, due_at = EXCLUDED.due_at, "
    "escalated_at = NULL, closed_at = NULL, touched_at = EXCLUDED.touched_at, version = EXCLUDED.version, "
    f"opened_at = CASE WHEN {_GOES_ON} THEN cases.opened_at ELSE EXCLUDED.opened_at END, "
    f"assignee = CASE WHEN {_KEEPS} THEN cases.assignee ELSE NULL END, "
    f"assigned_at = CASE WHEN {_KEEPS} THEN cases.assigned_at ELSE NULL END"
)
_DESCRIBED = (
    "weight = EXCLUDED.weight, value = EXCLUDED.value, platform_code = EXCLUDED.platform_code, "
    "trade_mode = EXCLUDED.trade_mode, rules = EXCLUDED.rules, tags = EXCLUDED.tags || cases.noted"
)
_PLACE = insert_sql(cases, f"ON CONFLICT (declaration_id) DO UPDATE SET {_MOVED}, {_DESCRIBED}")
# What was said of the parcel holds for that version: a later one may be worth, and hold, other things.
_SAME = "cases.version = EXCLUDED.version"
_KEPT = ", ".join(
    f"{column} = CASE WHEN {_SAME} THEN cases.{column} ELSE EXCLUDED.{column} END"
    for column in ("weight", "value", "platform_code", "trade_mode", "rules")
)
_KEPT_TAGS = f"tags = CASE WHEN {_SAME} THEN cases.tags ELSE EXCLUDED.tags || cases.noted END"
_MOVE = insert_sql(cases, f"ON CONFLICT (declaration_id) DO UPDATE SET {_MOVED}, {_KEPT}, {_KEPT_TAGS}")
_CLOSE = (
    "UPDATE cases AS stored SET queue = 0, closed_at = ended.at, touched_at = ended.at "
    "FROM unnest($1::uuid[], $2::timestamptz[]) AS ended (declaration_id, at) "
    "WHERE stored.declaration_id = ended.declaration_id"
)
_TALLY = insert_sql(
    case_tallies, "ON CONFLICT (lane, queue, district) DO UPDATE SET open = case_tallies.open + EXCLUDED.open"
)


def cases_placed(placed: Sequence[Placed], left: Sequence[Left], lane: int) -> list[Statement | None]:
    """Places, moves and closes cases, and keeps their counts; nothing at all where there are none.

    To be written in the very round trip that writes their heads.
    """
    if not placed and not left:
        return []
    return [
        _written(_PLACE, [each.row for each in placed if each.described]),
        _written(_MOVE, [each.row for each in placed if not each.described]),
        _closed(left),
        _tallied(placed, left, lane),
    ]


def _written(text: str, rows: Iterable[CaseRow]) -> Statement | None:
    values = [msgspec.structs.astuple(row) for row in rows]
    return Statement(text, (values,), answers=False) if values else None


def _closed(left: Collection[Left]) -> Statement | None:
    rows = sorted((each.declaration_id, each.at) for each in left)
    return Statement(_CLOSE, transposed(rows), answers=False) if rows else None


def _tallied(placed: Iterable[Placed], left: Iterable[Left], lane: int) -> Statement | None:
    moved: dict[tuple[int, int, str], int] = {}

    def count(queue: int, district: str, by: int) -> None:
        if queue:
            key = (lane, queue, district)
            moved[key] = moved.get(key, 0) + by

    for each in placed:
        count(each.former, each.row.district, -1)
        count(each.row.queue, each.row.district, 1)
    for gone in left:
        count(gone.former, gone.district, -1)
    rows = [(*key, by) for key, by in sorted(moved.items()) if by]
    return Statement(_TALLY, (rows,), answers=False) if rows else None
