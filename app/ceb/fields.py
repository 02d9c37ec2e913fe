"""A field of a message as data: its wire name, the domain's name for it, and what the official schema allows.

Lengths count characters, as xs:string does. Amounts are N19,5: xs:decimal with at most 19 digits, 5 of them decimals.
The editions 2018-113 and 202205 differ in two lengths only; what either accepts is accepted.

Three things differ from the schema on purpose (docs/ceb.md): a `fixed` value is not enforced, because a wrong currency
is a finding of the assessment and not a broken message; an amount below zero is refused at the door, and so is a number
or code that holds white space.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

_XML_SPACE = " \t\r\n"
_PLAIN_AMOUNT = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,5})?")
_DECIMAL = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))")
_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,10})")
TOTAL_DIGITS, FRACTION_DIGITS = 19, 5


class Unfit(msgspec.Struct, frozen=True, gc=False):
    """Why a text is not accepted for a field: a code and its words (`app.ceb.problems`)."""

    code: str
    words: dict[str, object] = {}


class Field(msgspec.Struct, frozen=True):
    """One element that holds a value.

    `read` gives the domain value, None for an optional text sent empty, or `Unfit`; `write` is its inverse.
    `minimum` and `maximum` are lengths of a text, None for numbers. An `identifier` names something: who reads a
    section demands that it holds neither white space nor anything invisible.
    """

    wire: str
    name: str
    required: bool
    read: Callable[[str | None], Any]
    write: Callable[[Any], str]
    minimum: int | None = None
    maximum: int | None = None
    identifier: bool = False


def text(wire: str, name: str, minimum: int, maximum: int, *, fixed: str | None = None) -> Field:
    """A required text of `minimum` to `maximum` characters; sent empty it has its `fixed` value where it has one."""
    read = _text_reader(minimum, maximum, fixed or "")
    return Field(wire, name, True, read, str, minimum, maximum)  # noqa: FBT003


def optional_text(wire: str, name: str, minimum: int, maximum: int) -> Field:
    """A text that may be left out, and with a `minimum` of 0 may be sent empty."""
    return Field(wire, name, False, _text_reader(minimum, maximum, None), str, minimum, maximum)  # noqa: FBT003


def identifier(wire: str, name: str, minimum: int, maximum: int) -> Field:
    """A required number or code that names something."""
    return _identifier(text(wire, name, minimum, maximum))


def optional_identifier(wire: str, name: str, maximum: int) -> Field:
    """A number or code that may be left out or sent empty."""
    return _identifier(optional_text(wire, name, 0, maximum))


def kept_text(wire: str, name: str, maximum: int) -> Field:
    """A text that may be left out (None) or sent empty (""), and is written as it was sent."""
    return Field(wire, name, False, _text_reader(0, maximum, ""), str, 0, maximum)  # noqa: FBT003


def code(wire: str, name: str, length: int) -> Field:
    """A required text of exactly `length` characters."""
    return text(wire, name, length, length)


def optional_code(wire: str, name: str, length: int) -> Field:
    """A text of exactly `length` characters that may be left out."""
    return optional_text(wire, name, length, length)


def amount(wire: str, name: str) -> Field:
    """A required amount, quantity or weight."""
    return Field(wire, name, True, read_amount, write_amount)  # noqa: FBT003


def optional_amount(wire: str, name: str) -> Field:
    """An amount that may be left out, never sent empty."""
    return Field(wire, name, False, read_amount, write_amount)  # noqa: FBT003


def whole(wire: str, name: str, *, digits: int = 10) -> Field:
    """A required whole number: xs:int, with at most `digits` digits."""
    return Field(wire, name, True, _whole_reader(digits), str)  # noqa: FBT003


def read_amount(sent: str | None) -> Decimal | Unfit:
    """An amount in the lexical form of xs:decimal (no exponent, no NaN)."""
    if sent and _PLAIN_AMOUNT.fullmatch(sent):
        return Decimal(sent)
    return _unusual_amount((sent or "").strip(_XML_SPACE))


def write_amount(value: Decimal) -> str:
    """The amount without an exponent."""
    return format(value, "f")


def _unusual_amount(sent: str) -> Decimal | Unfit:
    """The same for signs, leading and trailing zeros, a bare point, surrounding white space."""
    match = _DECIMAL.fullmatch(sent)
    if match is None:
        return _NO_AMOUNT
    sign, before, after, bare = match.groups()
    units, decimals = (before or "").lstrip("0"), (after or bare or "")
    digits = decimals.rstrip("0")
    if len(digits) > FRACTION_DIGITS or len(units) + len(digits) > TOTAL_DIGITS:
        return _NO_AMOUNT
    kept = decimals[:FRACTION_DIGITS]  # zeros within the five decimals stay, so that it is written as it was sent
    value = Decimal(f"{units or '0'}.{kept}" if kept else units or "0")
    return _NEGATIVE if sign == "-" and value else value


_NO_AMOUNT = Unfit("not_an_amount")
_NEGATIVE = Unfit("negative_number")


def _text_reader(minimum: int, maximum: int, empty: str | None) -> Callable[[str | None], str | Unfit | None]:
    zh = f"{minimum}" if minimum == maximum else f"{minimum} 至 {maximum}"
    en = f"exactly {minimum}" if minimum == maximum else f"{minimum} to {maximum}"

    def read(sent: str | None) -> str | Unfit | None:
        length = len(sent) if sent else 0
        if minimum <= length <= maximum:
            return sent or empty
        if not length and empty:
            return empty
        return Unfit("wrong_length", {"length": length, "zh": zh, "en": en})

    return read


def _identifier(field: Field) -> Field:
    return msgspec.structs.replace(field, identifier=True)


def _whole_reader(digits: int) -> Callable[[str | None], int | Unfit]:
    highest = min(10**digits, 2**31) - 1
    lowest = max(-(10**digits) + 1, -(2**31))
    unfit = Unfit("not_whole", {"low": lowest, "high": highest})

    def read(sent: str | None) -> int | Unfit:
        match = _INTEGER.fullmatch((sent or "").strip(_XML_SPACE))
        if match is None:
            return unfit
        number = int(match[1] + match[2])
        return number if lowest <= number <= highest else unfit

    return read
