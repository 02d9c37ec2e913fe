"""From the lines of a file to the canonical rows of a table, with every fault, its row and its column.

All or nothing: a draft is made of a file without fault, else `ReferenceRefused` carries all faults.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from app.errors import ReferenceRefused
from app.rules.tables.cells import Cells, Fault
from app.rules.tables.specifications import Reading, Specification
from app.services.reference_files import Sheet

Row = Mapping[str, str]
Progress = Callable[[int, int], None]  # rows done, rows in all
_EVER: Final = (date.min, date.max)
MOST_FAULTS: Final = 20_000  # of one file; a million of them would take gigabytes, and help nobody


class Draft(msgspec.Struct, frozen=True):
    """A table that was read without fault."""

    specification: Specification
    rows: tuple[Row, ...]  # canonical texts by column

    @property
    def first_day(self) -> date | None:
        """The first day that the file speaks of; None where it speaks of all days."""
        days = [row["first_day"] for row in self.rows]
        return date.fromisoformat(min(days)) if days and all(days) else None


def named_rows(sheet: Sheet, specification: Specification) -> list[tuple[int, Row]]:
    """The rows by the names of the columns; ReferenceRefused where the first line does not name them rightly."""
    first_row, names = sheet.lines[0]
    columns, faults = _columns(first_row, names, specification)
    rows: list[tuple[int, Row]] = []
    for number, cells in sheet.lines[1:]:
        beyond = [cell for cell in cells[len(columns) :] if cell.strip()]
        if beyond:
            faults.append(Fault(number, "", "has more cells than there are columns; quote texts that hold a comma"))
            if too_many(faults, number):
                break
        rows.append((number, {column: cell for column, cell in zip(columns, cells, strict=False) if column}))
    if faults:
        raise refused(faults)
    if not rows:
        raise ReferenceRefused("The file has column names but no rows; an empty table is not imported.")
    return rows


def read_draft(
    sheet: Sheet, specification: Specification, reading: Reading, progress: Progress = lambda _done, _total: None
) -> Draft:
    """The table that the lines hold; ReferenceRefused carries every fault of every row."""
    named = named_rows(sheet, specification)
    faults: list[Fault] = []
    canonical: list[Row] = []
    numbers: list[int] = []
    for done, (number, texts) in enumerate(named, start=1):
        cells = Cells(number, texts)
        specification.read(cells, reading)
        faults += cells.faults
        if not cells.faults:
            canonical.append(cells.canonical)
            numbers.append(number)
        if too_many(faults, number):
            break
        progress(done, len(named))
    faults += overlaps(specification, numbers, canonical)
    if faults:
        raise refused(faults)
    return Draft(specification, tuple(canonical))


def too_many(faults: list[Fault], row: int) -> bool:
    """Whether the rest of a file need not be read, which is told as the last fault."""
    if len(faults) < MOST_FAULTS:
        return False
    faults.append(Fault(row + 1, "", "was not read, nor what follows; correct the many faults before it first"))
    return True


def refused(faults: Sequence[Fault]) -> ReferenceRefused:
    """The error that tells of all faults, in the order of rows."""
    ordered = sorted(faults, key=lambda fault: (fault.row, fault.column))
    return told_of(
        [f"row {fault.row}{', ' + fault.column if fault.column else ''}: {fault.problem}" for fault in ordered],
        [(fault.row, fault.column, fault.problem) for fault in ordered],
    )


def told_of(told: Sequence[str], places: Sequence[tuple[int, str, str]] = ()) -> ReferenceRefused:
    """The error that tells these faults."""
    heading = f"{len(told)} fault{'s' if len(told) > 1 else ''}; nothing was imported."
    return ReferenceRefused("\n".join([heading, *told]), tuple(told), tuple(places))


def overlaps(specification: Specification, numbers: Sequence[int], rows: Sequence[Row]) -> list[Fault]:
    """A fault for each row that names what another row names on the same day."""
    by_key: dict[tuple[str, ...], list[tuple[tuple[date, date], int]]] = {}
    for number, row in zip(numbers, rows, strict=True):
        key = tuple(row.get(column, "") for column in specification.key)
        by_key.setdefault(key, []).append((period_of(row), number))
    faults = []
    for key, periods in by_key.items():
        periods.sort()
        (_, reached), holder = periods[0]  # the last day so far, and the row that has it: not always the row before
        for (first_day, last_day), number in periods[1:]:
            if first_day <= reached:
                name = " ".join(part for part in key if part)
                problem = (
                    f"{name} stands in row {min(holder, number)} too, on the same days; keep one, or date them apart"
                )
                faults.append(Fault(max(holder, number), specification.key[0], problem))
            reached, holder = max((reached, holder), (last_day, number))
    return faults


def period_of(row: Row) -> tuple[date, date]:
    """The first and last day of a canonical row; without days it is valid on all."""
    first_day, last_day = row.get("first_day"), row.get("last_day")
    return (
        date.fromisoformat(first_day) if first_day else _EVER[0],
        date.fromisoformat(last_day) if last_day else _EVER[1],
    )


def _columns(row: int, names: Sequence[str], specification: Specification) -> tuple[list[str], list[Fault]]:
    """The column of each cell (empty for one that is passed over), and what is wrong with the names."""
    columns: list[str] = []
    faults: list[Fault] = []
    for name in names:
        plain = "".join(unicodedata.normalize("NFKC", name).split()).lower()
        column = specification.aliases.get(plain, plain)
        if not plain or column in specification.passed_over:
            column = ""
        elif column not in specification.columns:
            known = ", ".join(specification.columns)
            faults.append(Fault(row, name, f"is no column of {specification.name}; rename or remove it ({known})"))
        elif column in columns:
            faults.append(Fault(row, name, f"names the column {column} a second time; remove one"))
        columns.append(column)
    faults += [
        Fault(row, column, "is missing; add the column") for column in specification.columns
        if column in specification.needed and column not in columns
    ]  # fmt: skip
    return columns, faults
