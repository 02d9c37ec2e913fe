"""Changing one value deep inside documents or facts by its path, as the YAML cases write it.

``declaration.items.1.hs_code`` is the first item's code (counted from 1); ``facts.parties.platform.suspended`` finds
the party by its role; null takes an item or a party away; the item after the last one begins as a copy of it.
"""

from typing import Any, get_type_hints

import msgspec


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of the frozen `value` with `new` (in YAML's types) at `path`."""
    return _changed(value, path.split("."), new, path)


def _changed(value: Any, steps: list[str], new: Any, path: str) -> Any:
    step, rest = steps[0], steps[1:]
    if isinstance(value, tuple):
        return _changed_in_tuple(value, step, rest, new, path)
    hints = get_type_hints(type(value))
    if step not in hints:
        raise ValueError(f"{path}: {type(value).__name__} has no {step}")
    inner = _changed(getattr(value, step), rest, new, path) if rest else _converted(new, hints[step], path)
    return msgspec.structs.replace(value, **{step: inner})


def _changed_in_tuple(values: tuple[Any, ...], step: str, rest: list[str], new: Any, path: str) -> tuple[Any, ...]:
    index = int(step) - 1 if step.isdigit() else _by_role(values, step, path)
    if not 0 <= index <= len(values):
        raise ValueError(f"{path}: there are only {len(values)}")
    if not rest:
        if new is not None:
            raise ValueError(f"{path}: only null (take it away) may stand for a whole element")
        return values[:index] + values[index + 1 :]
    inner = _changed(values[min(index, len(values) - 1)], rest, new, path)
    return (*values[:index], inner, *values[index + 1 :])


def _by_role(values: tuple[Any, ...], role: str, path: str) -> int:
    for index, value in enumerate(values):
        if getattr(value, "role", None) == role:
            return index
    raise ValueError(f"{path}: nobody has the role {role}")


def _converted(new: Any, wanted: Any, path: str) -> Any:
    if isinstance(new, float):
        raise ValueError(f"{path}: quote the number {new}")  # noqa: TRY004 - the case is wrong, not its type
    # A text may stand for a number, a day or an amount; for a text it stays one.
    return msgspec.convert(new, wanted, strict=not isinstance(new, str))
