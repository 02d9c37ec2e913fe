"""Strategies that spoil sound bodies a little: what looks almost right gets furthest into a service."""

import copy
import json
import re
from typing import Any

from hypothesis import strategies as st

_MARK = "@raw@"
_ELEMENT = re.compile(r"<(\w+)>([^<]*)</\1>")
# Texts that JSON or XML parsers, numbers, times or PostgreSQL may stumble over.
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "\0", "\ud800", "\uffff", "\u202e", "𠮷" * 30, "x" * 5000, "1e400", "-0", "NaN", "٣", "2024-02-30"]
    ),
    st.from_regex(r"[-+]?\d{1,25}(\.\d{0,12})?([eE][-+]?\d{1,7})?", fullmatch=True),
)
RAW = st.sampled_from(
    ["NaN", "-Infinity", "1e999999", "-1e-999999", "1" * 400, "0.00001", "0.000001", "-0", "-0.0", "1E400", "01", "tru"]
)


class Raw(str):
    """A JSON token that stands in the body as it is."""

    __slots__ = ()


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, RAW.map(Raw)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def spoilt_tree(draw: st.DrawFn, tree: Any) -> bytes:
    """A JSON body of which up to three members were replaced, removed, repeated or added."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(tree))
        container, key = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(("replace", "remove", "repeat", "add"))):
            case "remove":
                del container[key]
            case "repeat" if isinstance(container, list):
                container += [container[key]] * draw(st.integers(1, 200))
            case "add" if isinstance(container, dict):
                container[draw(TEXTS)] = draw(JSON_VALUES)
            case _:
                container[key] = draw(JSON_VALUES)
    return encoded(tree)


@st.composite
def spoilt_message(draw: st.DrawFn, message: bytes) -> bytes:
    """A message of which up to three fields have another text, are gone, repeated, renamed or given attributes."""
    text = message.decode()
    for _ in range(draw(st.integers(1, 3))):
        fields = list(_ELEMENT.finditer(text))
        if not fields:
            break
        field = fields[draw(st.integers(0, len(fields) - 1))]
        text = text[: field.start()] + draw(_spoilt_field(field)) + text[field.end() :]
    return text.encode("utf-8", "surrogatepass")


def _spoilt_field(field: re.Match[str]) -> st.SearchStrategy[str]:
    name, value = field[1], field[2]
    return st.one_of(
        TEXTS.map(lambda other: f"<{name}>{other}</{name}>"),
        st.just(""),
        st.integers(2, 120).map(lambda times: field[0] * times),
        st.sampled_from(("guid", "OrderHead", "ds:Signature", "x" * 3000)).map(lambda other: f"<{other}/>"),
        TEXTS.map(lambda other: f"<{name} {other}>{value}</{name}>"),
        TEXTS.map(lambda other: f"<{name}><![CDATA[{other}]]></{name}>"),
        st.just(f"<{name}>&amp;&#x41;<!-- -->{value}</{name}>"),
    )


@st.composite
def spoilt_bytes(draw: st.DrawFn, sound: bytes) -> bytes:
    """A body that was cut, or in which bytes were changed, inserted or moved."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(("change", "insert", "cut", "repeat"))):
            case "change" if content:
                content[place] = draw(st.integers(0, 255))
            case "cut":
                del content[place : place + draw(st.integers(1, 400))]
            case "repeat":
                content[place:place] = content[place : place + draw(st.integers(1, 400))]
            case _:
                content[place:place] = draw(st.binary(max_size=12))
    return bytes(content)


def encoded(tree: Any) -> bytes:
    """The tree as JSON; raw tokens stand bare, lone surrogates as escapes."""
    tokens: list[str] = []
    text = json.dumps(_marked(tree, tokens))
    for number, token in enumerate(tokens):
        text = text.replace(f'"{_MARK}{number}{_MARK}"', token)
    return text.encode()


def plain(content: bytes) -> Any:
    """A sound JSON body as a tree to be spoilt; numbers stay the tokens that they are."""
    return json.loads(content, parse_float=Raw, parse_int=Raw)


def _marked(value: Any, tokens: list[str]) -> Any:
    match value:
        case Raw():
            tokens.append(str(value))
            return f"{_MARK}{len(tokens) - 1}{_MARK}"
        case dict():
            return {key: _marked(member, tokens) for key, member in value.items()}
        case list():
            return [_marked(element, tokens) for element in value]
        case _:
            return value


def _places(value: Any) -> Any:
    """Every (container, key) below a value, and of what is below it."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(members):
        yield value, key
        yield from _places(member)
    if isinstance(value, dict) and not value:
        yield {"": None}, ""
