"""How a field of a JSON document is declared: its official name, its Chinese name, its length.

One declaration serves the decoder (msgspec enforces lengths), the list of all faults (`app.schemas.checking`) and the
OpenAPI document. Lengths are those of the official field tables (message specification 202205 and its XSD).
"""

from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Meta, UnsetType

Absent = UnsetType | None  # not sent, or sent as null: the same; an empty optional text is the same too

AMOUNT: Final = "amount"
INSTANT: Final = "instant"
DAY: Final = "day"
FILING_WORD: Final = "filing_word"
IDENTIFIER: Final = "identifier"

LONGEST_INSTANT: Final = 35  # 2024-06-18T10:00:00.123456789+08:00
MOST_PACKS: Final = 999_999_999  # N9
MOST_LINES: Final = 9999  # N4
MOST_ITEMS: Final = 99


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of the bodies: every field is known, a misspelt one is refused. Mutable: reading tidies it in place."""


def text(wire: str, chinese: str, longest: int, *, example: str | None = None, note: str = "") -> Meta:
    """A required text of one to `longest` characters."""
    return _meta(wire, chinese, f"C..{longest}", note, example, min_length=1, max_length=longest)


def optional_text(wire: str, chinese: str, longest: int, *, example: str | None = None, note: str = "") -> Meta:
    """A text of up to `longest` characters that may be absent, null or empty."""
    return _meta(wire, chinese, f"C..{longest}", note, example, max_length=longest)


def code(
    wire: str, chinese: str, length: int, *, example: str | None = None, note: str = "", default: str | None = None
) -> Meta:
    """A text of exactly `length` characters; `default` is what absence means."""
    extra = None if default is None else {"default": default}
    return _meta(wire, chinese, f"C{length}", note, example, min_length=length, max_length=length, extra=extra)


def identifier(
    wire: str, chinese: str, longest: int, *, shortest: int = 1, example: str | None = None, note: str = ""
) -> Meta:
    """A required number or code that names something: no white space in it, and nothing invisible."""
    form = f"C{longest}" if shortest == longest else f"C..{longest}"
    return _identifier(wire, chinese, form, note, example, min_length=shortest, max_length=longest)


def optional_identifier(wire: str, chinese: str, longest: int, *, example: str | None = None, note: str = "") -> Meta:
    """The same of one that may be absent, null or empty."""
    return _identifier(wire, chinese, f"C..{longest}", note, example, max_length=longest)


def amount(wire: str, chinese: str, *, example: str = "100.00", note: str = "") -> Meta:
    """A number from 0 with at most 14 digits before and 5 after the point (N19,5)."""
    return _meta(wire, chinese, "N19,5", note, Decimal(example), extra={"form": AMOUNT})


def line_number(wire: str, chinese: str) -> Meta:
    """The number of a goods item, from 1."""
    return _meta(wire, chinese, "N4", "Counts from 1.", 1, ge=1, le=MOST_LINES)


def pack_count(wire: str, chinese: str) -> Meta:
    """The number of packages; the official tables allow 1 only, another number is a finding."""
    return _meta(wire, chinese, "N9", "Limited to 1.", 1, ge=0, le=MOST_PACKS)


def instant(wire: str, chinese: str, *, example: str, note: str = "", default: str | None = None) -> Meta:
    """An instant: ISO 8601 with a zone, or YYYYMMDDhhmmss in Asia/Shanghai."""
    note = f"{note} ISO 8601 with a zone; YYYYMMDDhhmmss (Asia/Shanghai) is understood too.".lstrip()
    extra = {"form": INSTANT} if default is None else {"form": INSTANT, "default": default}
    return _meta(wire, chinese, "C14", note, example, min_length=14, max_length=LONGEST_INSTANT, extra=extra)


def day(wire: str, chinese: str, *, example: str, note: str = "") -> Meta:
    """A day: YYYY-MM-DD or YYYYMMDD."""
    note = f"{note} YYYY-MM-DD; YYYYMMDD is understood too.".lstrip()
    return _meta(wire, chinese, "C8", note, example, min_length=8, max_length=10, extra={"form": DAY})


def filing_word(wire: str, chinese: str, *, default: str, note: str) -> Meta:
    """A code of the header that may be written as an English word."""
    extra = {"form": FILING_WORD, "default": default}
    return _meta(wire, chinese, "C1", note, default, extra=extra)


def words(chinese: str, longest: int, *, example: str, note: str) -> Meta:
    """A text that is ours and stands in no official message."""
    return Meta(title=chinese, description=note, examples=[example], min_length=1, max_length=longest)


def items(chinese: str) -> Meta:
    """One to 99 goods items."""
    return Meta(title=chinese, description="1 to 99 goods items.", min_length=1, max_length=MOST_ITEMS)


def _identifier(wire: str, chinese: str, form: str, note: str, example: object, **lengths: int) -> Meta:
    return _meta(wire, chinese, form, f"{note} No spaces.".lstrip(), example, extra={"form": IDENTIFIER}, **lengths)


def _meta(wire: str, chinese: str, form: str, note: str, example: object, **limits: Any) -> Meta:
    description = f"Official name: {wire} ({form})." + (f" {note}" if note else "")
    examples = None if example is None else [example]
    return Meta(title=chinese, description=description, examples=examples, **limits)


FILING_WORDS: Final = {"new": "1", "change": "2", "delete": "3", "staged": "1", "declared": "2"}
