"""Opening a table that somebody else wrote: CSV in UTF-8 or an Excel workbook, as rows of texts.

What belongs here: encodings, sheets, how a cell becomes text. What does not: what the columns mean.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from app.errors import ReferenceRefused

EXCEL: Final = (".xlsx", ".xlsm")
_MOST_ROWS: Final = 1_000_000
_FORMULA: Final = "f"
T = TypeVar("T")
Line = tuple[int, tuple[str, ...]]  # its number, as the reader of the file counts them


class Sheet(msgspec.Struct, frozen=True):
    """The lines of a file with their numbers; the first is of column names."""

    lines: tuple[Line, ...]


def read_sheet(file: Path, sheet_name: str | None = None) -> Sheet:
    """The lines of a file that are not empty; ReferenceRefused says what to do with a file that cannot be read."""
    try:
        lines = tuple(_excel(file, sheet_name) if file.suffix.lower() in EXCEL else _csv(file, sheet_name))
    except OSError as problem:
        raise ReferenceRefused(f"{file.name} cannot be opened: {problem.strerror}.") from problem
    if not lines:
        raise ReferenceRefused(f"{file.name} is empty: its first line must name the columns.")
    return Sheet(lines)


def _csv(file: Path, sheet_name: str | None) -> Iterator[Line]:
    if sheet_name is not None:
        raise ReferenceRefused(f"{file.name} is read as CSV, which has no sheets: leave --sheet out.")
    content = file.read_bytes()
    if content.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
        raise ReferenceRefused(f"{file.name} is a workbook: save it as .xlsx, or as CSV UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise ReferenceRefused(
            f"{file.name} is not UTF-8 (line {line}): save it as CSV UTF-8, for example from Excel or with iconv."
        ) from problem
    if "\0" in text:
        raise ReferenceRefused(f"{file.name} holds NUL characters: it is no CSV in UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for _, cells in _numbered(file, reader):
            if _says_anything(cells):
                yield reader.line_num, tuple(cells)
    except csv.Error as problem:
        raise ReferenceRefused(
            f"{file.name}, line {reader.line_num}: {problem}. Check its quotation marks."
        ) from problem


def _excel(file: Path, sheet_name: str | None) -> list[Line]:
    lines: list[Line] = []
    formulas: set[str] = set()
    with _opened(file, data_only=False) as workbook:
        for number, cells in _rows(workbook, file, sheet_name):
            formulas.update(cell.coordinate for cell in cells if cell.data_type == _FORMULA)
            if _says_anything(texts := tuple(map(_cell_text, cells))):
                lines.append((number, texts))
    return _calculated(file, sheet_name, formulas) if formulas else lines


def _calculated(file: Path, sheet_name: str | None, formulas: set[str]) -> list[Line]:
    """The lines with the results of formulas in these cells.

    A program may write a formula without its result: read as empty it would mean unknown, unlimited, or in force.
    """
    lines: list[Line] = []
    hollow: list[str] = []
    with _opened(file, data_only=True) as workbook:
        for number, cells in _rows(workbook, file, sheet_name):
            hollow += [place for cell in cells if cell.value is None and (place := _place(cell)) in formulas]
            if _says_anything(texts := tuple(map(_cell_text, cells))):
                lines.append((number, texts))
    if hollow:
        raise ReferenceRefused(
            f"{file.name} has {len(hollow)} formulas without a result (the first in {hollow[0]}): "
            f"open and save it in Excel, or write the values."
        )
    return lines


def _rows(workbook: Any, file: Path, sheet_name: str | None) -> Iterator[tuple[int, tuple[Any, ...]]]:
    worksheet = _worksheet(workbook, file, sheet_name)
    # A sheet says how large it is, and some programs say it wrongly: what lies beyond would be left out, unseen.
    worksheet.reset_dimensions()
    return _numbered(file, worksheet.iter_rows())


def _numbered(file: Path, rows: Iterable[T]) -> Iterator[tuple[int, T]]:
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            raise ReferenceRefused(f"{file.name} has more than {_MOST_ROWS:,} rows.")
        yield number, row


def _says_anything(texts: Iterable[str]) -> bool:
    return any(text.strip() for text in texts)


def _place(cell: Any) -> str | None:
    """Where a cell stands; None for what only fills a gap in its row."""
    return getattr(cell, "coordinate", None)


@contextmanager
def _opened(file: Path, *, data_only: bool) -> Iterator[Any]:
    from openpyxl import load_workbook  # takes a third of a second

    workbook = None
    try:
        workbook = load_workbook(file, read_only=True, data_only=data_only)
        yield workbook
    except (OSError, ReferenceRefused):
        raise
    except Exception as problem:  # openpyxl raises whatever zip and XML raise, of a sheet only while it is read
        raise ReferenceRefused(f"{file.name} is no workbook that can be read ({type(problem).__name__}).") from problem
    finally:
        if workbook is not None:
            workbook.close()


def _worksheet(workbook: Any, file: Path, sheet_name: str | None) -> Any:
    names: list[str] = [sheet.title for sheet in workbook.worksheets]  # without sheets that are charts
    if sheet_name is None and len(names) > 1:
        raise ReferenceRefused(f"{file.name} has the sheets {', '.join(names)}: name one with --sheet.")
    if sheet_name is not None and sheet_name not in names:
        raise ReferenceRefused(f"{file.name} has no sheet {sheet_name!r}, only {', '.join(names)}.")
    return workbook[sheet_name or names[0]]


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_text(value, str(cell.number_format or ""))
    return str(value)


def _number_text(value: float, number_format: str) -> str:
    # Fifteen digits are what Excel itself keeps and shows; 0.13 shown as 13% is stored as 0.13.
    number = Decimal(f"{value:.15g}")
    if "%" in number_format:
        return f"{(number * 100).normalize():f}%"
    return f"{number.normalize():f}"
