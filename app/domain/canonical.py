"""Canonical JSON: equal values have equal bytes, so that what was stored can be compared byte for byte (P4).

Keys are sorted, there is no white space, days are ISO, and a number has one text: at least two decimals, no zeros
after them, an exponent only below a millionth (``561.89``, ``2000.00``, ``0.12345``). Nothing is rounded.
"""

from collections.abc import Callable, Hashable
from decimal import Context, Decimal
from functools import cache
from operator import attrgetter, is_
from types import UnionType
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from app.domain.decision import Assessment
from app.domain.dossier import Documents
from app.domain.facts import Facts

_Value = TypeVar("_Value")
_Change = Callable[[Any], Any]
_CENT: Final = Decimal("0.01")
_CENT_EXPONENT: Final = -2
_ZERO: Final = Decimal("0.00")
_has_cents: Final = _CENT.same_quantum
_is_signed: Final = Decimal.is_signed
_EXACT: Final = Context(prec=400)
_MOST_DIGITS: Final = 200
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_ASSESSMENTS: Final = msgspec.json.Decoder(Assessment)
_FACTS: Final = msgspec.json.Decoder(Facts)
_DOCUMENTS: Final = msgspec.json.Decoder(Documents)


def encode(value: object) -> bytes:
    """The canonical bytes of a domain value (a Struct of amounts, texts, days and more Structs)."""
    return _ENCODER.encode(canonical_form(value))


def encode_assessment(assessment: Assessment) -> bytes:
    """The bytes that are stored as evidence of a decision."""
    return encode(assessment)


def decode_assessment(content: bytes) -> Assessment:
    """The inverse of `encode_assessment`; msgspec.DecodeError for other bytes."""
    return _ASSESSMENTS.decode(content)


def encode_facts(facts: Facts) -> bytes:
    """The bytes of everything a decision read besides the documents."""
    return encode(facts)


def decode_facts(content: bytes) -> Facts:
    """The inverse of `encode_facts`; msgspec.DecodeError for other bytes."""
    return _FACTS.decode(content)


def encode_documents(documents: Documents) -> bytes:
    """The bytes of the four documents of one parcel."""
    return encode(documents)


def decode_documents(content: bytes) -> Documents:
    """The inverse of `encode_documents`; msgspec.DecodeError for other bytes."""
    return _DOCUMENTS.decode(content)


def canonical_form(value: _Value) -> _Value:
    """The same value with every number in its one form; the very same object where nothing had to change."""
    change = _change_for(cast("Hashable", type(value)))
    changed: _Value = value if change is None else change(value)
    return changed


def canonical_decimal(value: Decimal) -> Decimal:
    """The same number in its one form; ValueError where it is no number or absurdly long."""
    # Nearly every amount is written to the cent already, or is 0: one look is enough.
    if _has_cents(value) and (value or not value.is_signed()):
        return value
    if not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        raise ValueError(f"{str(value)[:40]} is no amount")
    if not value:
        return _ZERO  # -0 is 0
    shortest = value.normalize(_EXACT)
    if shortest.as_tuple().exponent > _CENT_EXPONENT:  # type: ignore[operator] # finite: the exponent is a number
        shortest = shortest.quantize(_CENT, context=_EXACT)
    return shortest


def _canonical_or_none(value: Decimal | None) -> Decimal | None:
    # `canonical_decimal` in one call where nothing has to change: most facts are amounts that may be unknown.
    if value is None or (_has_cents(value) and not value.is_signed()):
        return value
    return canonical_decimal(value)


@cache
def _change_for(wanted: Hashable) -> _Change | None:
    """How values of a type become canonical; None where they always are."""
    if wanted is Decimal:
        return canonical_decimal
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return _change_of_struct(wanted)
    if get_origin(wanted) is tuple:
        return _change_of_elements(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        return _change_of_union(wanted)
    return None


def _change_of_struct(struct: type[msgspec.Struct]) -> _Change | None:
    hints = get_type_hints(struct)
    changes = [(name, change) for name, hint in hints.items() if hint is not Decimal and (change := _change_for(hint))]
    amounts = [name for name, hint in hints.items() if hint is Decimal]
    if not changes and not amounts:
        return None
    amounts_of = attrgetter(*amounts) if len(amounts) > 1 else None
    singly = [*changes, *((name, canonical_decimal) for name in amounts)]

    def changed(value: msgspec.Struct) -> msgspec.Struct:
        different: dict[str, Any] = {}
        # Amounts that all have cents, and no sign (of a zero), are in their one form: no look at each.
        sound = (
            amounts_of is not None
            and all(map(_has_cents, given := amounts_of(value)))
            and not any(map(_is_signed, given))
        )
        for name, change in changes if sound else singly:
            before = getattr(value, name)
            after = change(before)
            if after is not before:
                different[name] = after
        return msgspec.structs.replace(value, **different) if different else value

    return changed


def _change_of_elements(element: Any) -> _Change | None:
    change = _change_for(element)
    if change is None:
        return None

    def changed(values: tuple[Any, ...]) -> tuple[Any, ...]:
        after = tuple([change(value) for value in values])
        return values if all(map(is_, after, values)) else after

    return changed


def _change_of_union(union: Any) -> _Change | None:
    changes = [change for part in get_args(union) if (change := _change_for(part))]
    if not changes:
        return None
    if len(changes) > 1:
        raise TypeError(f"{union} has no canonical form: only one of its types may hold numbers")
    (change,) = changes
    if change is canonical_decimal:
        return _canonical_or_none
    return lambda value: value if value is None or value is msgspec.UNSET else change(value)
