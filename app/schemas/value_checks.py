"""The checks of single values on the thorough path: texts, times, amounts, whole numbers, choices."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from msgspec.inspect import IntType, LiteralType, StrType

from app.domain.identifiers import is_visible
from app.schemas.faults import Faults
from app.schemas.fields import DAY, IDENTIFIER, INSTANT
from app.schemas.lossless import BeyondNumbers, NotANumber
from app.schemas.tidying import LONGEST_NUMBER, NotVouchedFor, demand_amounts
from app.schemas.times import compact_day, compact_instant

Check = Callable[[Any, str, Faults], Any]

# XML cannot carry these either, and a receipt of the declaration has to.
_FORBIDDEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_READERS: Final[dict[str, Callable[[str], str]]] = {INSTANT: compact_instant, DAY: compact_day}
_TYPE_NAMES: Final = {
    "object": ("对象", "an object"),
    "array": ("数组", "an array"),
    "boolean": ("true 或 false", "true or false"),
    "text": ("文本", "a text"),
    "integer": ("整数", "a whole number"),
    "number": ("数值", "a number"),
}


def wrong_type(name: str, pointer: str, faults: Faults) -> None:
    """Note that a value is not what it must be."""
    zh, en = _TYPE_NAMES[name]
    faults.add(pointer, "wrong_type", zh=zh, en=en)


def text_check(described: StrType, form: str | None) -> Check:
    """The check of a text: its characters, and its length or what it has to be read as."""
    shortest, longest = described.min_length or 0, described.max_length
    read = _READERS.get(form or "")

    def check_text(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return wrong_type("text", pointer, faults)
        if _SURROGATE.search(value):
            faults.add(pointer, "lone_surrogate")
        elif _FORBIDDEN.search(value):
            faults.add(pointer, "control_character")
        elif read is not None:
            _note_unreadable(read, value, pointer, faults)
        elif longest is not None and not shortest <= len(value) <= longest:
            _note_length(value, shortest, longest, pointer, faults)
        elif form == IDENTIFIER and not is_visible(value):
            faults.add(pointer, "not_an_identifier")
        return value

    return check_text


def _note_length(value: str, shortest: int, longest: int, pointer: str, faults: Faults) -> None:
    if shortest == longest:
        faults.add(pointer, "wrong_length", length=longest)
    elif not value:
        faults.add(pointer, "empty")
    else:
        faults.add(pointer, "too_long", length=longest)


def _note_unreadable(read: Callable[[str], str], value: str, pointer: str, faults: Faults) -> None:
    try:
        read(value)
    except ValueError:
        faults.add(pointer, "not_an_instant" if read is compact_instant else "not_a_day")


def integer_check(described: IntType) -> Check:
    """The check of a whole number within its bounds; 1.0 is one."""
    low, high = described.ge or 0, described.le or 0

    def check_integer(value: Any, pointer: str, faults: Faults) -> Any:
        if _is_no_number(value, pointer, faults):
            return None
        if type(value) is Decimal and value != value.to_integral_value():
            return wrong_type("integer", pointer, faults)
        if type(value) is str:
            return wrong_type("integer", pointer, faults)
        if not low <= value <= high:
            faults.add(pointer, "integer_out_of_range", low=low, high=high)
            return None
        return int(value)

    return check_integer


def check_amount(value: Any, pointer: str, faults: Faults) -> Any:
    """The check of an amount: a number, or a text of plain digits, from 0 and within N19,5."""
    if _is_no_number(value, pointer, faults):
        return None
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return faults.add(pointer, "not_plain_number")
    number = Decimal(value)
    if number.is_signed():
        return faults.add(pointer, "negative_number")
    if len(number.as_tuple().digits) > LONGEST_NUMBER:
        return faults.add(pointer, "number_out_of_range")
    try:
        demand_amounts((number,))
    except NotVouchedFor:
        faults.add(pointer, "number_out_of_range")
    return number


def _is_no_number(value: Any, pointer: str, faults: Faults) -> bool:
    """Note what stands in place of a number and is none, or cannot be held; a text is left to the caller."""
    match value:
        case NotANumber():
            faults.add(pointer, "not_a_number")
        case BeyondNumbers():
            faults.add(pointer, "number_out_of_range")
        case bool() | dict() | list() | None:
            wrong_type("number", pointer, faults)
        case _:
            return False
    return True


def check_boolean(value: Any, pointer: str, faults: Faults) -> Any:
    """The check of a yes or no: a word for it is none."""
    return value if isinstance(value, bool) else wrong_type("boolean", pointer, faults)


def choice_check(described: LiteralType) -> Check:
    """The check of one word out of several."""
    allowed = tuple(described.values)

    def check_choice(value: Any, pointer: str, faults: Faults) -> Any:
        if value not in allowed:
            faults.add(pointer, "not_one_of", values=", ".join(map(str, allowed)))
        return value

    return check_choice
