"""The fast path after decoding: what msgspec cannot check, checked, and the decoded value made the domain's own.

msgspec enforces members, types and lengths. It takes the last of two equal keys in silence, reads ``"1_000"`` and
``"NaN"`` as a Decimal, and has no limits for Decimals. So the quotation marks are counted: every key and every text has
its two, so a repeated key, or a number that was sent as text, leaves more of them in the body than what was decoded
accounts for. Nothing can leave fewer, so an equal count proves both.

What belongs here: nothing that finds or words faults. The fast path only says that it will not vouch for a body.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import astuple, force_setattr

from app.domain.identifiers import is_visible
from app.schemas.narrowed import Plan

_FIVE_DECIMALS: Final = Decimal("0.00001")
# 14 digits before and 5 after the point; anything that does not fit raises at once, however large its exponent.
_N19_5: Final = Context(prec=19, traps=[Inexact, InvalidOperation, Overflow])
LONGEST_NUMBER: Final = 30
_MANY_ZEROS: Final = b"0" * LONGEST_NUMBER  # 1.000… is 1, however long
# Escaped control characters and the two non-characters.
_ODD_ESCAPES: Final = re.compile(rb"\\(?:u00[01]|[bf]|u[fF]{3}[eEfF])")
_NON_CHARACTERS: Final = re.compile(rb"\xef\xbf[\xbe\xbf]")
_MARKS_OF_A_KEY: Final = 2
_MARKS_OF_A_TEXT: Final = 4


class NotVouchedFor(ValueError):
    """The fast path leaves this body to the thorough one."""


def quotation_marks(content: bytes) -> int:
    """How many there are around keys and texts; NotVouchedFor for characters that may not be allowed."""
    if _NON_CHARACTERS.search(content) or _MANY_ZEROS in content:
        raise NotVouchedFor
    marks = content.count(b'"')
    if b"\\" in content:
        if _ODD_ESCAPES.search(content):
            raise NotVouchedFor
        marks -= content.replace(b"\\\\", b"").count(b'\\"')  # those inside texts
    return marks


def settle(value: Any, plan: Plan) -> int:
    """Make absent what was left out, null or empty, in place; the quotation marks that nulls and empty texts had."""
    marks = 0
    for name in plan.optional:
        given = getattr(value, name)
        if given is None:
            marks += _MARKS_OF_A_KEY
        elif given == "":
            marks += _MARKS_OF_A_TEXT
        elif given is not UNSET:
            continue
        force_setattr(value, name, None)
    for name, part in plan.parts:
        if (inner := getattr(value, name)) is not None:
            marks += settle(inner, part)
    if plan.items is not None:
        for item in value.items:
            marks += settle(item, plan.items)
    return marks


def tidy(value: Any, plan: Plan, amounts: list[Decimal], identifiers: list[str | None]) -> int:
    """Make a decoded value the domain's own, in place; the quotation marks that it accounts for.

    Its amounts and identifiers are added to the lists, for the caller to demand. ValueError where a time is none.
    """
    members = astuple(value)
    marks = plan.marks - _MARKS_OF_A_TEXT * plan.optional_texts(members).count(None)
    amounts += plan.amounts(members)
    identifiers += plan.identifiers(members)
    for place in plan.optional_amounts:
        if (amount := members[place]) is None:
            marks -= _MARKS_OF_A_KEY
        else:
            amounts.append(amount)
    for place, name, read, default in plan.forms:
        if (given := members[place]) is None:
            force_setattr(value, name, default)
        elif read is not None and (kept := read(given)) != given:
            force_setattr(value, name, kept)
    if plan.items is not None:
        for item in value.items:
            marks += tidy(item, plan.items, amounts, identifiers)
    for name, part in plan.parts:
        inner = getattr(value, name)
        marks += -_MARKS_OF_A_KEY if inner is None else tidy(inner, part, amounts, identifiers)
    if plan.kind is not None:
        # A narrowed struct has the members of the domain's own in the same places: only its name is another.
        force_setattr(value, "__class__", plan.kind)
    return marks


def demand_identifiers(texts: Iterable[str | None]) -> None:
    """NotVouchedFor unless each that is there can be seen from end to end."""
    if not is_visible("".join(filter(None, texts))):
        raise NotVouchedFor


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
