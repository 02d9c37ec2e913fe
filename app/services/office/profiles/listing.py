"""Lists of people in profiles: what an officer types becomes blind indexes before anything is stored.

An index that is there already (``#`` and hex digits) stays, so that a list can be edited without being known.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from app.domain.folding import folded, telephone_digits
from app.domain.identity import is_valid_identity_number
from app.domain.period import shanghai_day
from app.errors import Problem
from app.rules.profiles.definition import Compare, Condition, Profile
from app.rules.profiles.faults import fault
from app.rules.profiles.vocabulary import FIELDS, Form
from app.security.blind_index import BlindIndexes
from app.services.clearance.velocities import short_name

_LONG: Final = re.compile(r"#[0-9a-f]{32}")
_SHORT: Final = re.compile(r"#[0-9a-f]{16}")
_FEWEST_DIGITS: Final = 7
_FEWEST_LETTERS: Final = 4
_RESIDENT_LENGTH: Final = 18


def listed(profile: Profile, indexes: BlindIndexes, at: Any) -> tuple[Profile, tuple[Problem, ...]]:
    """The profile with indexes for people, and what in its lists can be nobody."""
    found: list[Problem] = []
    today = shanghai_day(at)

    def identity(value: str) -> str | None:
        number = value.upper()
        if len(number) == _RESIDENT_LENGTH and is_valid_identity_number(number, today) is False:
            return None
        return f"#{indexes.identity(value).hex}" if len(folded(number)) >= _FEWEST_LETTERS else None

    def telephone(value: str) -> str | None:
        return short_name(indexes.telephone(value)) if len(telephone_digits(value)) >= _FEWEST_DIGITS else None

    def address(value: str) -> str | None:
        return short_name(indexes.address(value)) if len(folded(value)) >= _FEWEST_LETTERS else None

    forms = {"buyer_list": (_LONG, identity), "telephone_list": (_SHORT, telephone), "address_list": (_SHORT, address)}

    def named(compare: Compare, pointer: str) -> Compare:
        form, index_of = forms[compare.field]
        values = []
        for number, value in enumerate(compare.values):
            index = _index(value, form, index_of)
            if index is None:
                found.append(fault(f"{pointer}/values/{number}", "not_a_datum", value=""))
            else:
                values.append(index)
        return msgspec.structs.replace(compare, values=tuple(dict.fromkeys(values)))

    condition = _changed(profile.condition, "/condition", named)
    return msgspec.structs.replace(profile, condition=condition), tuple(found)


def _index(value: str, form: re.Pattern[str], index_of: Callable[[str], str | None]) -> str | None:
    if value.startswith("#"):
        return value if form.fullmatch(value) else None
    return index_of(value)


def _changed(condition: Condition, pointer: str, change: Callable[[Compare, str], Compare]) -> Condition:
    if isinstance(condition, Compare):
        return change(condition, pointer) if FIELDS[condition.field].form is Form.LISTED else condition
    parts = tuple(_changed(part, f"{pointer}/of/{number}", change) for number, part in enumerate(condition.of))
    return msgspec.structs.replace(condition, of=parts)
