"""The thorough path: walk a parsed body along the type of its schema and note every fault with its pointer.

It runs when the fast path refused a body or would not vouch for it, so it need not be fast. It gives the body again
without what counts as absent, numbers as Decimal: ready to be converted.
"""

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec.inspect import (
    BoolType,
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
from app.schemas.fields import Body
from app.schemas.value_checks import (
    Check,
    check_amount,
    check_boolean,
    choice_check,
    integer_check,
    text_check,
    wrong_type,
)


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
            return text_check(described, extra.get("form"))
        case IntType():
            return integer_check(described)
        case BoolType():
            return check_boolean
        case DecimalType():
            return check_amount
        case LiteralType():
            return choice_check(described)
    raise TypeError(f"the JSON door has no check for {described}")


def _object_check(described: StructType) -> Check:
    names = {field.encode_name: None for field in described.fields}
    members = [(field, _compiled(field.type, {}), _takes_empty(field)) for field in described.fields]

    def check_object(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return wrong_type("object", pointer, faults)
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


def _note_keys(value: dict[str, Any], names: Mapping[str, None], pointer: str, faults: Faults) -> None:
    for key in getattr(value, "repeated", ()):
        faults.add(below(pointer, key), "duplicate_key")
    for key in value:
        if key in names:
            continue
        if faults.full:
            return
        near = difflib.get_close_matches(key[:64], names, n=1) if faults.hint_wanted() else []
        hint_zh, hint_en = (f"，是否为 {near[0]}？", f", did you mean {near[0]}?") if near else ("", "")
        faults.add(below(pointer, key), "unknown_field", hint_zh=hint_zh, hint_en=hint_en)


def _array_check(described: VarTupleType) -> Check:
    check_element = _compiled(described.item_type, {})
    fewest, most = described.min_length or 0, described.max_length

    def check_array(value: Any, pointer: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return wrong_type("array", pointer, faults)
        if len(value) < fewest:
            faults.add(pointer, "too_few", count=fewest)
        if most is not None and len(value) > most:
            faults.add(pointer, "too_many", count=most)
        return [check_element(each, below(pointer, number), faults) for number, each in enumerate(value[:most])]

    return check_array
