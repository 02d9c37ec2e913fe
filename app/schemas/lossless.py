"""The thorough path's parser: every number exact, every repeated key noticed, nothing refused that can be named.

Python's own JSON parser is used because it hands over each number as text and each object as pairs. What is no JSON
at all is a fault with its place; what is JSON but cannot be meant (NaN, a repeated key) is kept for `checking`, which
knows the pointer.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.schemas.faults import InvalidBody, below, fault

_SHORT_INTEGER: Final = 20  # longer ones stay Decimal: int() of a million digits is slow, Decimal is not


class RepeatedKeys(dict[str, Any]):
    """An object in which some keys were given more than once."""

    repeated: tuple[str, ...] = ()


class NotANumber:
    """NaN, Infinity or -Infinity where a value should be."""


class BeyondNumbers:
    """A number whose exponent no arithmetic can hold."""


def parse(body: bytes, depth_limit: int) -> Any:
    """The value of a JSON text; InvalidBody where it is none, or is nested too deep."""
    try:
        tree = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _invalid("json_encoding", at=error.start) from None
    except json.JSONDecodeError as error:
        raise _invalid("json_syntax", at=f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _invalid("json_too_deep", limit=depth_limit) from None
    _demand_depth(tree, depth_limit)
    return tree


def _invalid(code: str, **words: object) -> InvalidBody:
    return InvalidBody((fault("", code, **words),))


def _demand_depth(tree: Any, limit: int) -> None:
    """Refuse what is nested deeper than `limit`, saying where; level by level, so that depth costs no stack."""
    level: list[tuple[str, Any]] = [("", tree)]
    for _ in range(limit):
        level = [(below(pointer, key), child) for pointer, node in level for key, child in _containers(node)]
        if not level:
            return
    raise InvalidBody((fault(level[0][0], "json_too_deep", limit=limit),))


def _containers(node: Any) -> Iterator[tuple[str | int, Any]]:
    """The members of an object or elements of an array that are objects or arrays themselves."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in members:
        if isinstance(child, dict | list):
            yield key, child


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    marked = RepeatedKeys(members)
    marked.repeated = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return marked


def _number(text: str) -> Decimal | BeyondNumbers:
    try:
        return Decimal(text)
    except InvalidOperation:
        return BeyondNumbers()


def _integer(text: str) -> int | Decimal | BeyondNumbers:
    return int(text) if len(text) <= _SHORT_INTEGER else _number(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_integer, parse_constant=lambda _: NotANumber()
)
