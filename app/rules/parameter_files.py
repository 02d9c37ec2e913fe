"""Reading one dated value from its YAML file, strictly: what is not understood is refused, never skipped.

The form of a file (``law/parameters/limits/single_transaction_cny.yaml``)::

    description: Highest dutiable value of one retail import order.
    unit: CNY
    values:
      2016-04-08: {value: "2000", law: 财关税〔2016〕18号 三}
      2019-01-01: {value: "5000", law: 财关税〔2018〕49号 一}

Amounts are quoted, so that they never are floats. `null` ends a value that may be absent. A value without an official
source says so in its law: "MEMORY" (known in the trade, no source at hand) or "operational" (ours to choose).
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
import yaml

from app.domain.decision import Outcome
from app.errors import RuleBookRefused

_FILE_KEYS = frozenset({"description", "unit", "values"})
_VALUE_KEYS = frozenset({"value", "law"})


class DatedValue(msgspec.Struct, frozen=True):
    """One value with its first day and its law."""

    first_day: date
    value: Any
    law: str


class Parameter(msgspec.Struct, frozen=True):
    """Every value that one name has had, oldest first."""

    group: str
    name: str
    description: str
    unit: str
    values: tuple[DatedValue, ...]

    @property
    def path(self) -> str:
        """The name by which rules and traces call it."""
        return f"parameters.{self.group}.{self.name}"

    def in_force_on(self, day: date) -> DatedValue | None:
        """The value with the latest first day that is not after `day`; None before the first."""
        found = None
        for dated in self.values:
            if dated.first_day > day:
                break
            found = dated
        return found


def read_parameter(file: Path, value_type: Any) -> Parameter:
    """The dated value that `file` declares, each value converted to `value_type`; RuleBookRefused names the file."""
    place = f"{file.parent.name}/{file.name}"
    document = _load(file, place)
    _expect_keys(document, _FILE_KEYS, place)
    values = document["values"]
    if not isinstance(values, dict) or not values:
        raise RuleBookRefused(f"{place}: `values` must map at least one day to a value")
    return Parameter(
        file.parent.name,
        file.stem,
        _text(document["description"], place, "description"),
        _text(document["unit"], place, "unit"),
        tuple(_dated(day, entry, value_type, place) for day, entry in sorted(values.items(), key=_by_day(place))),
    )


def is_optional(value_type: Any) -> bool:
    """Whether a value of this type may be absent (not in force)."""
    return get_origin(value_type) in (Union, UnionType) and NoneType in get_args(value_type)


def _by_day(place: str) -> Any:
    def day_of(entry: tuple[Any, Any]) -> date:
        day = entry[0]
        if not isinstance(day, date) or isinstance(day, datetime):
            raise RuleBookRefused(f"{place}: {day!r} is not a day; write it as 2019-01-01")
        return day

    return day_of


def _dated(day: date, entry: Any, value_type: Any, place: str) -> DatedValue:
    where = f"{place}, {day}"
    if not isinstance(entry, dict):
        raise RuleBookRefused(f"{where}: write {{value: …, law: …}}")
    _expect_keys(entry, _VALUE_KEYS, where)
    return DatedValue(day, _converted(entry["value"], value_type, where), _text(entry["law"], where, "law"))


def _converted(value: Any, value_type: Any, where: str) -> Any:
    if value is None and is_optional(value_type):
        return None
    wanted = _without_none(value_type)
    if wanted is Decimal and not isinstance(value, str):
        raise RuleBookRefused(f"{where}: quote the number {value!r}, so that it is read as an exact decimal")
    try:
        if wanted is Outcome:
            return Outcome.from_word(value)
        converted = msgspec.convert(_tuples(value), wanted, strict=not isinstance(value, str))
    except (msgspec.ValidationError, ValueError, AttributeError) as error:
        raise RuleBookRefused(f"{where}: {value!r} does not fit the parameter: {error}") from None
    if isinstance(converted, Decimal) and not converted.is_finite():
        raise RuleBookRefused(f"{where}: {value!r} is not a number")
    return converted


def _without_none(value_type: Any) -> Any:
    if not is_optional(value_type):
        return value_type
    rest = tuple(part for part in get_args(value_type) if part is not NoneType)
    return Union[rest]  # noqa: UP007 - built from parts at run time


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _text(value: Any, place: str, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleBookRefused(f"{place}: `{name}` must be a text and not empty")
    return value.strip()


def _expect_keys(mapping: dict[Any, Any], keys: frozenset[str], place: str) -> None:
    if missing := sorted(keys - mapping.keys()):
        raise RuleBookRefused(f"{place}: `{missing[0]}` is missing")
    if unknown := sorted(str(key) for key in mapping.keys() - keys):
        raise RuleBookRefused(f"{place}: `{unknown[0]}` is not known here; allowed are {', '.join(sorted(keys))}")


class _StrictLoader(yaml.CSafeLoader):
    """YAML without floats and without the silent loss of a repeated key."""


def _strict_mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in mapping:
            raise yaml.MarkedYAMLError(problem=f"{key} stands twice", problem_mark=key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _no_float(_loader: _StrictLoader, node: yaml.ScalarNode) -> Any:
    raise yaml.MarkedYAMLError(problem=f"quote the number {node.value}", problem_mark=node.start_mark)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _strict_mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _no_float)


def _load(file: Path, place: str) -> dict[Any, Any]:
    try:
        document = yaml.load(file.read_bytes(), _StrictLoader)  # noqa: S506 - a stricter SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, ValueError) as error:
        # One line: the sentence stands in a start-up message.
        raise RuleBookRefused(f"{place}: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict):
        raise RuleBookRefused(f"{place}: must hold description, unit and values")
    return document
