"""JSON bodies of the default parcel of `tests.builders`, for tests of the JSON door."""

from decimal import Decimal
from typing import Any

import msgspec

from app.domain.dossier import Declaration, Order, Payment, Waybill
from tests import builders

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def tree_of(document: Order | Payment | Waybill | Declaration) -> dict[str, Any]:
    """A document as its JSON tree; what is absent is left out."""
    tree = _without_absent(msgspec.to_builtins(document, builtin_types=(Decimal,)))
    tree.pop("transmitted_by", None)  # the JSON door knows the caller and asks for no sender
    return tree  # type: ignore[no-any-return]


def an_order_tree(**changes: Any) -> dict[str, Any]:
    return tree_of(builders.an_order()) | changes


def a_payment_tree(**changes: Any) -> dict[str, Any]:
    return tree_of(builders.a_payment()) | changes


def a_waybill_tree(**changes: Any) -> dict[str, Any]:
    return tree_of(builders.a_waybill()) | changes


def a_declaration_tree(**changes: Any) -> dict[str, Any]:
    return tree_of(builders.a_declaration()) | changes


def a_dossier_tree(**changes: Any) -> dict[str, Any]:
    """All four documents."""
    return {
        "order": an_order_tree(),
        "payment": a_payment_tree(),
        "waybill": a_waybill_tree(),
        "declaration": a_declaration_tree(),
    } | changes


def encoded(tree: Any) -> bytes:
    """Compact JSON with exact numbers."""
    return _ENCODER.encode(tree)


def _without_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_absent(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_without_absent(element) for element in value]
    return value
