"""The baseline is what one would write by hand, no less and no more: same fields, same limits, one row a dossier."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pydantic
import pytest
from msgspec import inspect

from app.schemas.dossier import DossierBody
from bench.baseline_models import Dossier
from bench.bodies import json_body
from bench.parcels import Parcels

# A field as both describe it: required or not, its type, and its limits.
Described = dict[str, Any]


def test_baseline_checks_every_field_as_our_bodies_do() -> None:
    assert _of_pydantic(Dossier) == _of_msgspec(DossierBody)


def test_baseline_reads_the_bodies_that_are_measured() -> None:
    for parcel in Parcels(seed=1, now=datetime.now(UTC)).take(20):
        read = Dossier.model_validate_json(json_body(parcel))
        assert read.order is not None
        assert read.order.order_no == parcel.order.order_no
        assert read.order.actual_paid_cny == parcel.order.actual_paid_cny


def test_baseline_refuses_a_misspelt_field() -> None:
    (parcel,) = Parcels(seed=1, now=datetime.now(UTC)).take(1)
    with pytest.raises(pydantic.ValidationError):
        Dossier.model_validate_json(json_body(parcel).replace(b'"order_no"', b'"oder_no"'))


def _of_pydantic(model: type[pydantic.BaseModel]) -> Described:
    return {
        name: (field.is_required(), *_pydantic_type(field.annotation, field.metadata))
        for name, field in model.model_fields.items()
    }


def _pydantic_type(annotation: Any, metadata: list[Any]) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):  # … | None: the limits stand inside
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    while hasattr(annotation, "__metadata__"):
        metadata = [*metadata, *annotation.__metadata__]
        annotation = annotation.__origin__
    limits: dict[str, Any] = {}
    for each in metadata:
        for part in getattr(each, "metadata", [each]):
            limits |= _limits(part)
    if get_origin(annotation) is Literal:
        return ("choice", frozenset(get_args(annotation)))
    if get_origin(annotation) is list:
        return ("list", limits.get("min_length"), limits.get("max_length"), _of_pydantic(get_args(annotation)[0]))
    return _plain_type(annotation, limits)


def _plain_type(annotation: Any, limits: dict[str, Any]) -> tuple[Any, ...]:
    if issubclass(annotation, pydantic.BaseModel):
        return ("object", _of_pydantic(annotation))
    if annotation is str:
        return ("text", limits.get("min_length", 0), limits["max_length"])
    if annotation is int:
        return ("number", limits["ge"], limits["le"])
    if annotation is Decimal:
        return ("amount", limits["ge"], limits["max_digits"], limits["decimal_places"])
    return ("day" if annotation is date else "instant",)


def _limits(part: Any) -> dict[str, Any]:
    """The limits that one piece of metadata holds, whichever class pydantic keeps it in."""
    names = ("min_length", "max_length", "ge", "le", "max_digits", "decimal_places")
    return {name: getattr(part, name) for name in names if getattr(part, name, None) is not None}


def _of_msgspec(body: type[msgspec.Struct]) -> Described:
    described = inspect.type_info(body)
    assert isinstance(described, inspect.StructType)
    return {field.name: (field.required, *_msgspec_type(field.type)) for field in described.fields}


def _msgspec_type(described: Any) -> tuple[Any, ...]:
    if isinstance(described, inspect.UnionType):
        described = described.types[0]
    form = ""
    while isinstance(described, inspect.Metadata):
        form = (described.extra or {}).get("form", form)
        described = described.type
    match described:
        case inspect.StrType() if form in ("instant", "day"):
            return (form,)
        case inspect.StrType():
            return ("text", described.min_length or 0, described.max_length)
        case inspect.IntType():
            return ("number", described.ge, described.le)
        case inspect.DecimalType():
            return ("amount", 0, 19, 5)
        case inspect.LiteralType():
            return ("choice", frozenset(described.values))
        case inspect.VarTupleType():
            item: Any = described.item_type
            return ("list", described.min_length, described.max_length, _of_msgspec(item.cls))
        case _:
            return ("object", _of_msgspec(described.cls))
