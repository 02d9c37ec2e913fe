"""One row of a table as texts, read cell by cell: every fault is collected, and the canonical text of each cell kept.

The same reading serves the import of other people's files and the loading of what was stored: a stored row is the
canonical text of a row that was read without fault.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

T = TypeVar("T")
# A year that begins with 0 is what a program writes that has no day; 9999 is what many write for no end.
_DAY_WITH_MARKS = re.compile(r"(?!0)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?")
_DAY = re.compile(r"(?!0)(\d{4})(\d{2})(\d{2})")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a file, where, and what to do; row 1 is the line of column names."""

    row: int
    column: str
    problem: str


class Cells:
    """The cells of one row; reading a cell notes its canonical text, or a fault."""

    def __init__(self, row: int, texts: Mapping[str, str]) -> None:
        self.row = row
        self.faults: list[Fault] = []
        self.canonical: dict[str, str] = {}
        self._texts = texts

    def fault(self, column: str, problem: str) -> None:
        """Note that a cell cannot be used."""
        self.faults.append(Fault(self.row, column, problem))

    def text(self, column: str) -> str | None:
        """The text without outer white space; None where the cell is empty."""
        text = unicodedata.normalize("NFC", self._texts.get(column, "")).strip()
        self.canonical[column] = text
        return text or None

    def needed(self, column: str) -> str:
        """A text that must not be empty."""
        text = self.text(column)
        if text is None:
            self.fault(column, "is empty; it is needed in every row")
        return text or ""

    def digits(self, column: str, least: int, most: int) -> str:
        """A code of digits, with its leading zeros."""
        text = self.needed(column)
        if text and not (text.isascii() and text.isdigit() and least <= len(text) <= most):
            length = str(least) if least == most else f"{least} to {most}"
            self.fault(
                column,
                f"{text!r} is not {length} digits; write it as text, so that no leading zero is lost",
            )
        return text

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What `reader` makes of the text (its ValueError becomes a fault); None where the cell is empty."""
        text = self.text(column)
        if text is None:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.fault(column, str(error))
            return None

    def amount(self, column: str) -> Decimal | None:
        """A positive number."""
        return self.read(column, _positive)

    def choice(self, column: str, words: Collection[str], default: str) -> str:
        """One of a few words."""
        text = self.text(column)
        if text is None:
            self.canonical[column] = default
            return default
        if text not in words:
            self.fault(column, f"{text!r} is not one of {', '.join(sorted(words))}")
        return text

    def day(self, column: str) -> date | None:
        """A day, written 2019-04-01, 2019/4/1 or 20190401."""
        day = self.read(column, read_day)
        if day is not None:
            self.canonical[column] = day.isoformat()
        return day

    def days(self, default_first_day: date | None = None) -> tuple[date | None, date | None]:
        """`first_day` and `last_day`, both included; a file may give one first day for all rows."""
        first_day, last_day = self.day("first_day"), self.day("last_day")
        if first_day is None and default_first_day is not None and not self.canonical["first_day"]:
            first_day = default_first_day
            self.canonical["first_day"] = first_day.isoformat()
        if first_day is not None and last_day is not None and last_day < first_day:
            self.fault("last_day", f"{last_day} lies before the first day {first_day}")
        return first_day, last_day

    def needed_days(self, default_first_day: date | None = None) -> tuple[date, date | None]:
        """The same, where a first day is needed."""
        first_day, last_day = self.days(default_first_day)
        if first_day is None:
            if not any(fault.column == "first_day" for fault in self.faults):
                self.fault("first_day", "is empty; fill it, or give one first day for the whole file (--first-day)")
            first_day = date.min
        return first_day, last_day


def read_day(text: str) -> date:
    """A day from text; ValueError says how to write it."""
    match = _DAY_WITH_MARKS.fullmatch(text) or _DAY.fullmatch(text)
    if match is not None:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    raise ValueError(f"{text!r} is no day; write 2019-04-01")


def _positive(text: str) -> Decimal:
    if not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) or not Decimal(text):
        raise ValueError(f"{text!r} is no positive number; write 2 or 0.5")
    return Decimal(text)
