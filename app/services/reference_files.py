"""Opening a table that somebody else wrote: CSV in UTF-8 or an Excel workbook, as rows of texts.

What belongs here: encodings, sheets, how a cell becomes text. What does not: what the columns mean.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from app.errors import ReferenceRefused

EXCEL: Final = (".xlsx", ".xlsm")
_MOST_ROWS: Final = 1_000_000


class Sheet(msgspec.Struct, frozen=True):
    """The lines of a file with their numbers as the reader of the file counts them; the first is of column names."""

    lines: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(file: Path, sheet_name: str | None = None) -> Sheet:
    """The lines of a file that are not empty; ReferenceRefused says what to do with a file that cannot be read."""
    try:
        lines = tuple(_excel(file, sheet_name) if file.suffix.lower() in EXCEL else _csv(file, sheet_name))
    except OSError as problem:
        raise ReferenceRefused(f"{file.name} cannot be opened: {problem.strerror}.") from problem
    if not lines:
        raise ReferenceRefused(f"{file.name} is empty: its first line must name the columns.")
    return Sheet(lines)


def _csv(file: Path, sheet_name: str | None) -> Iterator[tuple[int, tuple[str, ...]]]:
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
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, tuple(cells)
    except csv.Error as problem:
        raise ReferenceRefused(
            f"{file.name}, line {reader.line_num}: {problem}. Check its quotation marks."
        ) from problem


def _excel(file: Path, sheet_name: str | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    hollow: set[str] = set()  # cells that are there and hold no value: formatted only, or a formula nobody calculated
    with _opened(file, data_only=True) as workbook:
        for number, cells in enumerate(_worksheet(workbook, file, sheet_name).iter_rows(), start=1):
            if number > _MOST_ROWS:
                raise ReferenceRefused(f"{file.name} has more than {_MOST_ROWS:,} rows.")
            hollow.update(cell.coordinate for cell in cells if cell.value is None and hasattr(cell, "coordinate"))
            texts = tuple(_cell_text(cell) for cell in cells)
            if any(text.strip() for text in texts):
                yield number, texts
    if hollow:
        _demand_calculated(file, sheet_name, hollow)


@contextmanager
def _opened(file: Path, *, data_only: bool) -> Iterator[Any]:
    from openpyxl import load_workbook  # takes a third of a second

    try:
        workbook = load_workbook(file, read_only=True, data_only=data_only)
    except OSError:
        raise
    except Exception as problem:  # openpyxl raises whatever zip and XML raise
        raise ReferenceRefused(f"{file.name} is no workbook that can be read ({type(problem).__name__}).") from problem
    try:
        yield workbook
    finally:
        workbook.close()


def _demand_calculated(file: Path, sheet_name: str | None, hollow: set[str]) -> None:
    """A program may write a formula without its result: read as empty it would mean unknown, unlimited, or in force."""
    with _opened(file, data_only=False) as workbook:
        cells = (cell for row in _worksheet(workbook, file, sheet_name).iter_rows() for cell in row)
        formulas = [cell.coordinate for cell in cells if cell.value is not None and cell.coordinate in hollow]
    if formulas:
        raise ReferenceRefused(
            f"{file.name} has {len(formulas)} formulas without a result (the first in {formulas[0]}): "
            f"open and save it in Excel, or write the values."
        )


def _worksheet(workbook: Any, file: Path, sheet_name: str | None) -> Any:
    names: list[str] = workbook.sheetnames
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
