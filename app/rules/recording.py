"""Recording stand-ins: they behave like the value they stand for and note, by path, what was read of it.

Used only to explain a decision afterwards, never on the fast path. A rule that is given stand-ins answers as it does
on the real values, because the stand-ins compare, iterate and print like them. Elements are counted from 1
(``declaration.items.1.hs_code``); a method that was asked is part of the path with what it was asked
(``tables.tariff_line.1806310000.vat_rate_percent``).
"""

from collections.abc import Iterator, Mapping
from typing import Any, SupportsIndex

import msgspec

from app.domain.dossier import Dossier
from app.rules.kernel import canonical
from app.rules.parameter_groups import Parameters

Reads = dict[str, str]

# Where the path of a field is not the path of its owner and its name.
_PLACES: dict[type, dict[str, str]] = {
    Dossier: {"dutiable_value_cny": "tax.dutiable_value_cny"},
    Parameters: {"tables": "tables"},
}


def recording(value: Any, path: str, reads: Reads) -> Any:
    """A stand-in for `value`; plain values are noted in `reads` under `path` and given as they are."""
    if isinstance(value, msgspec.Struct):
        return _StructStandIn(value, path, reads)
    if isinstance(value, Mapping):
        return _MappingStandIn(value, path, reads)
    if isinstance(value, tuple) and not all(isinstance(part, str) for part in value):
        reads[path] = str(len(value))
        return _TupleStandIn(value, path, reads)
    reads[path] = canonical(value) if value != () else "0"
    return value


class _StandIn:
    """What all stand-ins share: they are equal to, and look like, what they stand for."""

    __slots__ = ("_path", "_reads", "_value")

    def __init__(self, value: Any, path: str, reads: Reads) -> None:
        self._value = value
        self._path = path
        self._reads = reads

    @property  # type: ignore[misc] # so that `isinstance` and `match` see what it stands for
    def __class__(self) -> Any:
        return type(self._value)

    def __eq__(self, other: object) -> bool:
        return bool(self._value == _plain(other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return repr(self._value)

    def _inner(self, value: Any, step: str) -> Any:
        return recording(value, f"{self._path}.{step}" if self._path else step, self._reads)


class _StructStandIn(_StandIn):
    """Stands for a Struct: fields and properties are noted, methods are noted with what they were asked."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._value, name)
        if name.startswith("_"):
            return value
        if callable(value) and not isinstance(value, msgspec.Struct):
            return self._asking(name, value)
        place = _PLACES.get(type(self._value), {}).get(name)
        return self._inner(value, name) if place is None else recording(value, place, self._reads)

    def _asking(self, name: str, method: Any) -> Any:
        def asked(*arguments: Any, **named: Any) -> Any:
            given = [_plain(argument) for argument in arguments]
            named = {key: _plain(argument) for key, argument in named.items()}
            # A text may run over lines; a path does not.
            steps = (name, *(" ".join(canonical(argument).split()) for argument in (*given, *named.values())))
            return self._inner(method(*given, **named), ".".join(steps))

        return asked


class _TupleStandIn(_StandIn):
    """Stands for a tuple of Structs, or of tuples that hold some."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(self._value)

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self._value)))

    def __contains__(self, wanted: object) -> bool:
        return any(part == wanted for part in self)

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self._value))))
        place = range(len(self._value))[index]
        return self._inner(self._value[place], str(place + 1))


class _MappingStandIn(_StandIn):
    """Stands for a mapping: only what was looked up is noted."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(self._value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._value)

    def __contains__(self, key: object) -> bool:
        found = key in self._value
        self._reads.setdefault(f"{self._path}.{key}", canonical(found))
        return found

    def __getitem__(self, key: Any) -> Any:
        return self._inner(self._value[key], str(key))

    def get(self, key: Any, default: Any = None) -> Any:
        """What the mapping has for `key`."""
        return self._inner(self._value.get(key, default), str(key))


def _plain(value: Any) -> Any:
    return value._value if type(value) in _STAND_INS else value  # noqa: SLF001 - among stand-ins


_STAND_INS = (_StructStandIn, _TupleStandIn, _MappingStandIn)
