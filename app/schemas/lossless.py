"""The thorough path's parser: every number exact, every repeated key noticed, nothing refused that can be named.

Python's own JSON parser is used because it hands over each number as text and each object as pairs. What is no JSON
at all is a fault with its place; what is JSON but cannot be meant (NaN, a repeated key) is kept for `checking`, which
knows the pointer.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.schemas.faults import InvalidBody, fault

_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_AS_ARRAYS: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
# A dossier has about 200 objects and arrays at most; a body of nothing but brackets would cost a second to build.
MOST_CONTAINERS: Final = 5000
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
    brackets = _brackets(body)
    too_deep = _nested_deeper(brackets, depth_limit)  # or brackets that do not match: the parser says which
    if len(brackets) > 2 * MOST_CONTAINERS:
        if too_deep:
            raise _invalid("json_too_deep", limit=depth_limit)
        raise _invalid("json_too_complex", limit=MOST_CONTAINERS)
    try:
        tree = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _invalid("json_encoding", at=error.start) from None
    except json.JSONDecodeError as error:
        raise _invalid("json_syntax", at=f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _invalid("json_too_deep", limit=depth_limit) from None
    if too_deep:
        raise _invalid("json_too_deep", limit=depth_limit)
    return tree


def _invalid(code: str, **words: object) -> InvalidBody:
    return InvalidBody((fault("", code, **words),))


def _brackets(body: bytes) -> bytes:
    """Only the brackets of a JSON text, braces as square ones, and none of those inside texts."""
    return _TEXT.sub(b"", body).translate(_AS_ARRAYS, _NO_BRACKETS)


def _nested_deeper(brackets: bytes, limit: int) -> bool:
    """Whether matching brackets are nested deeper than `limit`: what is innermost is removed round by round."""
    for _ in range(limit):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


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
