"""Dated values: a folder of YAML files becomes a typed tree, and the tree answers with the values of a day.

What belongs here: the tree and the law of the day. What does not: the shapes (parameter_groups.py), the reading of
one file (parameter_files.py), the values themselves (``law/parameters``).
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Final, get_type_hints

import msgspec

from app.domain.decision import Outcome
from app.errors import RuleBookRefused
from app.rules.parameter_files import Parameter, is_optional, read_parameter
from app.rules.parameter_groups import FIRST_LAW_DAY, GROUPS, Group, Parameters
from app.rules.tables.lookups import TablesOfTheDay

__all__ = ["FIRST_LAW_DAY", "GROUPS", "ParameterTree", "Parameters", "read_tree"]

LAW: Final = Path(__file__).parent / "law" / "parameters"
_NO_TABLES: Final = TablesOfTheDay()
_NEVER_RELEASING: Final = ("parameters.consequences.crashed", "parameters.consequences.undetermined")


class ParameterTree(msgspec.Struct, frozen=True):
    """Every dated value, of all days."""

    parameters: tuple[Parameter, ...]

    def on(self, day: date, tables: TablesOfTheDay = _NO_TABLES) -> Parameters:
        """The values in force on `day`; before `FIRST_LAW_DAY` those of that day (only LAW-01 is in force then)."""
        day = max(day, FIRST_LAW_DAY)
        groups: dict[str, dict[str, Any]] = {group: {} for group in GROUPS}
        for parameter in self.parameters:
            dated = parameter.in_force_on(day)
            groups[parameter.group][parameter.name] = None if dated is None else dated.value
        shaped: dict[str, Any] = {group: shape(**groups[group]) for group, shape in _shapes().items()}
        return Parameters(**shaped, tables=tables)

    def first_days(self) -> tuple[date, ...]:
        """The days on which some value begins, oldest first."""
        return tuple(sorted({dated.first_day for parameter in self.parameters for dated in parameter.values}))

    @property
    def hash(self) -> str:
        """SHA-256 of every value with its day and law: independent of spacing, comments and the order of files."""
        content = [
            (parameter.path, parameter.unit, [(str(v.first_day), repr_of(v.value), v.law) for v in parameter.values])
            for parameter in self.parameters
        ]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def repr_of(value: Any) -> Any:
    """A value as it stands in hashes and lists: texts, with the word of an outcome."""
    if isinstance(value, tuple):
        return [repr_of(part) for part in value]
    return getattr(value, "word", None) or str(value)


def read_tree(root: Path = LAW) -> ParameterTree:
    """The dated values under `root`; RuleBookRefused says which file is missing, unknown or wrong."""
    shapes = _shapes()
    _refuse_strangers(root, {group: set(_fields(shape)) for group, shape in shapes.items()})
    parameters = []
    for group, shape in shapes.items():
        for name, value_type in _fields(shape).items():
            file = root / group / f"{name}.yaml"
            if not file.is_file():
                raise RuleBookRefused(f"{group}/{name}.yaml is missing: the rules read parameters.{group}.{name}")
            parameter = read_parameter(file, value_type)
            _expect_value_from_first_day(parameter, value_type)
            _expect_an_officer(parameter)
            parameters.append(parameter)
    return ParameterTree(tuple(sorted(parameters, key=lambda parameter: parameter.path)))


def _expect_value_from_first_day(parameter: Parameter, value_type: Any) -> None:
    if not is_optional(value_type) and parameter.values[0].first_day > FIRST_LAW_DAY:
        raise RuleBookRefused(
            f"{parameter.group}/{parameter.name}.yaml begins on {parameter.values[0].first_day}: "
            f"it needs a value from {FIRST_LAW_DAY} on, or a type that may be absent"
        )


def _expect_an_officer(parameter: Parameter) -> None:
    if parameter.path not in _NEVER_RELEASING:
        return
    for dated in parameter.values:
        if dated.value is Outcome.RELEASED:
            raise RuleBookRefused(
                f"{parameter.group}/{parameter.name}.yaml, {dated.first_day}: what is unknown or broken never releases"
            )


def _refuse_strangers(root: Path, known: dict[str, set[str]]) -> None:
    for path in sorted(root.rglob("*")):
        if path.is_dir():
            continue
        group = path.parent.name
        if path.suffix != ".yaml" or path.parent.parent != root or path.stem not in known.get(group, ()):
            raise RuleBookRefused(f"{path.relative_to(root)} is no dated value that a rule could read")


def _shapes() -> dict[str, type[Group]]:
    hints = get_type_hints(Parameters)
    return {group: hints[group] for group in GROUPS}


def _fields(shape: type[Group]) -> dict[str, Any]:
    return get_type_hints(shape)
