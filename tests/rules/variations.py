"""Parcels that are wrong in any way: hypothesis changes a few values of the clean parcel, each to one its type allows.

What the doors refuse (a missing mandatory field, a text in place of a number) is not made here; everything else is.
"""

from collections.abc import Iterator
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from app.domain.dossier import Documents
from app.domain.facts import Facts, PriceHistory, SharedPayment, WaybillUse
from tests import builders

_AMOUNTS: Final = [Decimal(text) for text in ("0", "0.00001", "0.01", "1", "85.00", "5000.01", "26000", "1E+13")]
_TEXTS: Final = ["", "X", "0", "142", "9610", "1239", "8703900000", "0000000000", "其他", "１３８００００００００１"]
_ELEMENTS: Final[dict[type, list[tuple[Any, ...]]]] = {
    WaybillUse: [(), (WaybillUse(order_no="X", used_on=builders.ACCEPTED_ON),)],
    SharedPayment: [
        (),
        (SharedPayment(order_no="X", platform_code=builders.PLATFORM, actual_paid_cny=None),),
        (SharedPayment(order_no="X", platform_code=builders.PLATFORM, actual_paid_cny=Decimal("100.00")),),
    ],
    PriceHistory: [
        (),
        (PriceHistory(line_no=1, count=9, median_cny=Decimal("600.00")),),
        (PriceHistory(line_no=1, count=9, median_cny=None), PriceHistory(line_no=99, count=0, median_cny=Decimal(0))),
    ],
}


def varied_documents(most: int = 3) -> st.SearchStrategy[Documents]:
    """The clean parcel (either mode) with up to `most` values changed."""
    bases = st.sampled_from([builders.documents(), builders.bonded_documents()])
    return bases.flatmap(lambda base: _varied(base, most))


def varied_facts(most: int = 3) -> st.SearchStrategy[Facts]:
    """The default facts with up to `most` values changed, also to unknown."""
    return _varied(builders.facts(), most)


def every_single_change(base: Any) -> Iterator[tuple[str, Any]]:
    """Every value that differs from `base` in one place, with the path of that place."""
    for path, new in single_changes(base):
        yield ".".join(str(step) for step in path), _replaced(base, path, new)


def _varied(base: Any, most: int) -> st.SearchStrategy[Any]:
    changes = st.sampled_from(list(single_changes(base)))
    return st.lists(changes, max_size=most).map(lambda chosen: _apply_all(base, chosen))


def single_changes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every (path, new value) by which a frozen value may differ in one place."""
    for name, hint in get_type_hints(type(value)).items():
        current = getattr(value, name)
        here = (*path, name)
        for new in _others(hint, current):
            yield here, new
        if isinstance(current, msgspec.Struct):
            yield from single_changes(current, here)
        elif isinstance(current, tuple):
            for index, part in enumerate(current):
                yield from single_changes(part, (*here, index))


def _others(hint: Any, current: Any) -> list[Any]:
    found: list[Any] = []
    for part in get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,):
        found += _values_of(part, current)
    return [value for value in found if value != current]


def _values_of(kind: Any, current: Any) -> list[Any]:
    if kind is NoneType:
        return [None]
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) is tuple:
        held = _ELEMENTS.get(get_args(kind)[0], [])
        return held + ([current[:-1], current[::-1], (*current, current[-1])] if current else [])
    by_type: dict[Any, list[Any]] = {
        Decimal: _AMOUNTS,
        str: _TEXTS,
        int: [0, 1, 2, 99, 1_000_000],
        bool: [True, False],
    }
    return by_type.get(kind, [])


def _apply_all(base: Any, changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    for path, new in changes:
        base = _replaced(base, path, new)
    return base


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, tuple):
        if step >= len(value):  # an earlier change took the element away
            return value
        return (*value[:step], _replaced(value[step], rest, new), *value[step + 1 :])
    if value is None:
        return None
    return msgspec.structs.replace(value, **{step: _replaced(getattr(value, step), rest, new)})
