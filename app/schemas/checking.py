"""The thorough path: walk a parsed body along the type of its schema and note every fault with its pointer.

It runs when the fast path refused a body or would not vouch for it, so it need not be fast. It gives the body again
without what counts as absent, numbers as Decimal: ready to be converted.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec.inspect import (
    DecimalType,
    Field,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
)

from app.schemas.faults import Faults, below
from app.schemas.fields import DAY, INSTANT, Body
from app.schemas.lossless import BeyondNumbers, NotANumber
from app.schemas.tidying import NotVouchedFor, demand_amounts
from app.schemas.times import compact_day, compact_instant

Check = Callable[[Any, str, Faults], Any]

# XML cannot carry these either, and a receipt of the declaration has to.
_FORBIDDEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_HINTED_KEYS: Final = 20
_TYPE_NAMES: Final = {
    "object": ("对象", "an object"),
    "array": ("数组", "an array"),
    "text": ("文本", "a text"),
    "integer": ("整数", "a whole number"),
    "number": ("数值", "a number"),
}


def check(tree: Any, body: type[Body], faults: Faults) -> Any:
    """Note every fault of `tree` as a `body`; gives it cleaned, which is only worth something without faults."""
    return _check_of(body)(tree, "", faults)


@cache
def _check_of(body: type[Body]) -> Check:
    return _compiled(msgspec.inspect.type_info(body), {})


def _compiled(described: Type, extra: Mapping[str, Any]) -> Check:
    match described:
        case Metadata():
            return _compiled(described.type, described.extra or {})
        case UnionType():  # "or null": the object's check has already taken nulls for absent
            return _compiled(next(each for each in described.types if not isinstance(each, NoneType)), extra)
        case StructType():
            return _object_check(described)
        case VarTupleType():
            return _array_check(described)
        case StrType():
            return _text_check(described, extra.get("form"))
        case IntType():
            return _integer_check(described)
        case DecimalType():
            return _amount
        case LiteralType():
            return _choice_check(described)
    raise TypeError(f"the JSON door has no check for {described}")


def _wrong_type(name: str, pointer: str, faults: Faults) -> None:
    zh, en = _TYPE_NAMES[name]
    faults.add(pointer, "wrong_type", zh=zh, en=en)


def _object_check(described: StructType) -> Check:
    names = [field.encode_name for field in described.fields]
    members = [(field, _compiled(field.type, {}), _takes_empty(field)) for field in described.fields]

    def check_object(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return _wrong_type("object", pointer, faults)
        _note_keys(value, names, pointer, faults)
        cleaned: dict[str, Any] = {}
        for field, check_member, takes_empty in members:
            member = value.get(field.encode_name)
            if member is None or (takes_empty and member == ""):
                if field.required:
                    faults.add(below(pointer, field.encode_name), "missing_field")
            else:
                cleaned[field.encode_name] = check_member(member, below(pointer, field.encode_name), faults)
        return cleaned

    return check_object


def _takes_empty(field: Field) -> bool:
    """Whether an empty text means that the field is absent: every optional one that is no object."""
    described = field.type.types[0] if isinstance(field.type, UnionType) else field.type
    described = described.type if isinstance(described, Metadata) else described
    return not field.required and isinstance(described, StrType | LiteralType)


def _note_keys(value: dict[str, Any], names: list[str], pointer: str, faults: Faults) -> None:
    for key in getattr(value, "repeated", ()):
        faults.add(below(pointer, key), "duplicate_key")
    unknown = [key for key in value if key not in names]
    for number, key in enumerate(unknown):
        if faults.full:
            return
        near = difflib.get_close_matches(key[:64], names, n=1) if number < _HINTED_KEYS else []
        hint_zh, hint_en = (f"，是否为 {near[0]}？", f", did you mean {near[0]}?") if near else ("", "")
        faults.add(below(pointer, key), "unknown_field", hint_zh=hint_zh, hint_en=hint_en)


def _array_check(described: VarTupleType) -> Check:
    check_element = _compiled(described.item_type, {})
    fewest, most = described.min_length or 0, described.max_length

    def check_array(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return _wrong_type("array", pointer, faults)
        if len(value) < fewest:
            faults.add(pointer, "too_few", count=fewest)
        if most is not None and len(value) > most:
            faults.add(pointer, "too_many", count=most)
        return [check_element(each, below(pointer, number), faults) for number, each in enumerate(value[:most])]

    return check_array


def _text_check(described: StrType, form: str | None) -> Check:
    shortest, longest = described.min_length or 0, described.max_length
    read = {INSTANT: compact_instant, DAY: compact_day}.get(form or "")

    def check_text(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return _wrong_type("text", pointer, faults)
        if _SURROGATE.search(value):
            faults.add(pointer, "lone_surrogate")
        elif _FORBIDDEN.search(value):
            faults.add(pointer, "control_character")
        elif read is not None:
            _note_unreadable(read, value, pointer, faults)
        elif longest is not None and not shortest <= len(value) <= longest:
            _note_length(value, shortest, longest, pointer, faults)
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


def _integer_check(described: IntType) -> Check:
    low, high = described.ge or 0, described.le or 0

    def check_integer(value: Any, pointer: str, faults: Faults) -> Any:
        if _is_no_number(value, pointer, faults):
            return None
        if type(value) is Decimal and value != value.to_integral_value():
            return _wrong_type("integer", pointer, faults)
        if type(value) is str:
            return _wrong_type("integer", pointer, faults)
        if not low <= value <= high:
            faults.add(pointer, "integer_out_of_range", low=low, high=high)
            return None
        return int(value)

    return check_integer


def _amount(value: Any, pointer: str, faults: Faults) -> Any:
    if _is_no_number(value, pointer, faults):
        return None
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return faults.add(pointer, "not_plain_number")
    number = Decimal(value)
    if number.is_signed():
        return faults.add(pointer, "negative_number")
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
            _wrong_type("number", pointer, faults)
        case _:
            return False
    return True


def _choice_check(described: LiteralType) -> Check:
    allowed = tuple(described.values)

    def check_choice(value: Any, pointer: str, faults: Faults) -> Any:
        if value not in allowed:
            faults.add(pointer, "not_one_of", values=", ".join(map(str, allowed)))
        return value

    return check_choice
