"""The fast path after decoding: what msgspec cannot check, checked, and the body brought into the domain's form.

msgspec enforces fields, types and lengths. It takes the last of two equal keys in silence, reads ``"1_000"`` and
``"NaN"`` as a Decimal, and has no limits for Decimals. So a decoded body is encoded again, which costs a fifth of
decoding, and the quotation marks are counted: every key and every text has its two, so a repeated key, or a number that
was sent as text, leaves more of them in the body than there are in its copy. Only an escaped mark inside a text could
make up for them, so such a body is not vouched for.

What belongs here: nothing that finds or words faults. The fast path only says that it will not vouch for a body.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import cache
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.inspect import DecimalType, Field, Metadata, NoneType, StrType, StructType, UnionType, VarTupleType

from app.schemas.fields import DAY, FILING_WORD, FILING_WORDS, INSTANT, Body
from app.schemas.times import compact_day, compact_instant

_FIVE_DECIMALS: Final = Decimal("0.00001")
# 14 digits before and 5 after the point; anything that does not fit raises at once, however large its exponent.
_N19_5: Final = Context(prec=19, traps=[Inexact, InvalidOperation, Overflow])
LONGEST_NUMBER: Final = 30
_MANY_ZEROS: Final = b"0" * LONGEST_NUMBER  # 1.000… is 1, however long
_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
# Escaped control characters, the two non-characters, and the quotation mark written as a number.
_ODD_ESCAPES: Final = re.compile(rb"\\(?:u00(?:[01]|22)|[bf]|u[fF]{3}[eEfF])")
_NON_CHARACTERS: Final = re.compile(rb"\xef\xbf[\xbe\xbf]")
_READERS: Final[dict[str, Callable[[str], str]]] = {
    INSTANT: compact_instant,
    DAY: compact_day,
    FILING_WORD: lambda word: FILING_WORDS.get(word, word),
}


class NotVouchedFor(ValueError):
    """The fast path leaves this body to the thorough one."""


def vouch(body: Body, content: bytes) -> None:
    """NotVouchedFor unless the decoded body says everything that its bytes said, in characters that are allowed."""
    if (b"\\" in content and _ODD_ESCAPES.search(content)) or _MANY_ZEROS in content:
        raise NotVouchedFor
    if _NON_CHARACTERS.search(content) or content.count(b'"') != _encode(body).count(b'"'):
        raise NotVouchedFor


def tidy(body: Body, *, holds_empty_texts: bool) -> None:
    """Bring a decoded body into the domain's form, in place: compact times, defaults, no empty optional texts.

    NotVouchedFor where an amount or a time is none.
    """
    _plan(type(body)).tidy(body, holds_empty_texts=holds_empty_texts)


def demand_amounts(values: Iterable[Decimal]) -> None:
    """NotVouchedFor unless each is a number from 0 within N19,5. NaN is for the caller to have ruled out."""
    try:
        for value in values:
            value.quantize(_FIVE_DECIMALS, None, _N19_5)
            # A zero fits whatever its exponent: 0e999999 is 0, but not a number that arithmetic should meet.
            if value.is_signed() or (not value and abs(value.adjusted()) > LONGEST_NUMBER):
                raise NotVouchedFor
    except ArithmeticError:
        raise NotVouchedFor from None


class Plan:
    """What there is to tidy in one kind of body, found out once from its fields."""

    def __init__(self, body: type[Body]) -> None:
        fields = _fields(body)
        forms = {field.name: _extra(field).get("form", "") for field in fields}
        amounts = [field for field in fields if isinstance(_type(field), DecimalType)]
        self.amounts = _getter([field.name for field in amounts if field.required])
        self.optional_amounts = _getter([field.name for field in amounts if not field.required])
        self.readers = [(name, _READERS[form]) for name, form in forms.items() if form in _READERS]
        self.defaults = [
            (field.name, default) for field in fields if (default := _extra(field).get("default")) is not None
        ]
        self.optional_texts = [
            field.name for field in fields if isinstance(_type(field), StrType) and not field.required
        ]
        self.parts = _getter([field.name for field in fields if isinstance(_type(field), StructType)])
        self.lists = _getter([field.name for field in fields if isinstance(_type(field), VarTupleType)])

    def tidy(self, body: Body, *, holds_empty_texts: bool) -> None:
        """See `tidy`."""
        demand_amounts(self.amounts(body))
        demand_amounts([value for value in self.optional_amounts(body) if isinstance(value, Decimal)])
        self._tidy_texts(body, holds_empty_texts=holds_empty_texts)
        for part in self.parts(body):
            if isinstance(part, Body):
                tidy(part, holds_empty_texts=holds_empty_texts)
        for elements in self.lists(body):
            for element in elements:
                tidy(element, holds_empty_texts=holds_empty_texts)

    def _tidy_texts(self, body: Body, *, holds_empty_texts: bool) -> None:
        if holds_empty_texts:
            for name in self.optional_texts:
                if getattr(body, name) == "":
                    setattr(body, name, UNSET)
        for name, default in self.defaults:
            if not getattr(body, name):
                setattr(body, name, default)
        for name, read in self.readers:
            if value := getattr(body, name):
                setattr(body, name, _read(read, value))


def _read(read: Callable[[str], str], value: str) -> str:
    try:
        return read(value)
    except ValueError:
        raise NotVouchedFor from None


@cache
def _plan(body: type[Body]) -> Plan:
    return Plan(body)


def _fields(body: type[Body]) -> tuple[Field, ...]:
    described = msgspec.inspect.type_info(body)
    if not isinstance(described, StructType):
        raise TypeError(f"{body} is no body")
    return described.fields


def _without_none(field: Field) -> Any:
    if isinstance(field.type, UnionType):
        return next(each for each in field.type.types if not isinstance(each, NoneType))
    return field.type


def _type(field: Field) -> Any:
    described = _without_none(field)
    return described.type if isinstance(described, Metadata) else described


def _extra(field: Field) -> dict[str, Any]:
    described = _without_none(field)
    return (described.extra or {}) if isinstance(described, Metadata) else {}


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda body: (getattr(body, name),)
        case _:
            return attrgetter(*names)
