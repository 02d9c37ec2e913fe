"""What a draft would change: rows added, removed and changed, of the days that the draft speaks of.

A new tariff does not end every row of the old one in the officer's eyes: rows that only are cut off the day before
count as unchanged, so that the difference shows what the law would say differently from the first day on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from app.rules.tables.specifications import Specification
from app.services.reference_rows import Draft, Row, period_of
from app.services.reference_tables import reaches

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
KINDS: Final = (ADDED, REMOVED, CHANGED)


class CellChange(msgspec.Struct, frozen=True):
    """One value that differs; empty where there is none."""

    column: str
    before: str
    after: str


class RowChange(msgspec.Struct, frozen=True):
    """One row that differs, by its key and first day."""

    table: str
    kind: str
    key: str
    first_day: str
    cells: tuple[CellChange, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the list."""
        return self.table, self.key, self.first_day


class Difference(msgspec.Struct, frozen=True):
    """All rows that differ, in order, and how many stay as they are."""

    rows: tuple[RowChange, ...]
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {kind: sum(row.kind == kind for row in self.rows) for kind in KINDS}


class DifferencePage(msgspec.Struct, frozen=True):
    """A page of a difference; `last` is the place to go on from, None at the end."""

    rows: tuple[RowChange, ...]
    last: tuple[str, str, str] | None


def difference_of(draft: Draft, stood: Sequence[Row], *, keep_earlier: bool) -> Difference:
    """What differs between the table in force and the table with the draft."""
    specification = draft.specification
    first_day = draft.first_day if keep_earlier else None
    before = _by_place(specification, (_clipped(row, first_day) for row in stood if reaches(row, first_day)))
    after = _by_place(specification, draft.rows)
    return compared(specification.name, specification.columns, before, after)


def compared(
    table: str, columns: Sequence[str], before: Mapping[tuple[str, str], Row], after: Mapping[tuple[str, str], Row]
) -> Difference:
    """Rows by key and first day, before and after."""
    rows: list[RowChange] = []
    unchanged = 0
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place), after.get(place)
        cells = tuple(_cells(columns, old or {}, new or {}))
        if old is not None and new is not None and not cells:
            unchanged += 1
            continue
        kind = ADDED if old is None else REMOVED if new is None else CHANGED
        rows.append(RowChange(table, kind, *place, cells))
    return Difference(tuple(rows), unchanged)


def together(differences: Iterable[Difference]) -> Difference:
    """The differences of several tables as one."""
    parts = list(differences)
    rows = sorted((row for part in parts for row in part.rows), key=lambda row: row.place)
    return Difference(tuple(rows), sum(part.unchanged for part in parts))


def page_of(
    difference: Difference, kind: str | None, words: str | None, after: tuple[str, str, str] | None, limit: int
) -> DifferencePage:
    """The next rows behind a place, of a kind, that hold some words."""
    found: list[RowChange] = []
    for row in difference.rows:
        if (after is not None and row.place <= after) or (kind and row.kind != kind) or not _holds(row, words):
            continue
        if len(found) == limit:
            return DifferencePage(tuple(found), found[-1].place)
        found.append(row)
    return DifferencePage(tuple(found), None)


def _holds(row: RowChange, words: str | None) -> bool:
    if not words:
        return True
    text = " ".join([row.table, row.key, *(f"{cell.before} {cell.after}" for cell in row.cells)]).lower()
    return all(word in text for word in words.lower().split())


def _cells(columns: Sequence[str], old: Row, new: Row) -> Iterable[CellChange]:
    for column in columns:
        before, after = old.get(column, ""), new.get(column, "")
        if before != after:
            yield CellChange(column, before, after)


def _by_place(specification: Specification, rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    return {
        (" ".join(part for column in specification.key if (part := row.get(column, ""))), row.get("first_day", "")): row
        for row in rows
    }


def _clipped(row: Row, first_day: date | None) -> Row:
    """The row as it stands from `first_day` on."""
    if first_day is None or period_of(row)[0] >= first_day:
        return row
    return {**row, "first_day": first_day.isoformat()}
