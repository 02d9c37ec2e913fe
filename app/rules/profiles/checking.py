"""Checking what an officer wrote, before anything is made of it: all faults at once, each with its place.

The input is what a JSON body or a form says: texts, numbers, lists, objects. Values of lists of people come in the
clear here and leave as they are: turning them into blind indexes needs keys and is the service's business.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, cast

from app.domain.identity import mentions_identity_number
from app.domain.sampling import MILLION
from app.errors import Problem
from app.rules.parameter_groups import FIRST_LAW_DAY
from app.rules.profiles.conditions import condition_of
from app.rules.profiles.definition import OUTCOMES, Condition, Profile
from app.rules.profiles.faults import fault

_LAST_DAY: Final = date(2199, 12, 31)
_LONGEST_NAME: Final = 60
_LONGEST_EXPLANATION: Final = 1000
_MOST_DISTRICTS: Final = 100
_DISTRICT: Final = re.compile(r"\d{2}(\d{2})?")
KEYS: Final = (
    "name_zh",
    "name_en",
    "explanation",
    "first_day",
    "last_day",
    "districts",
    "action",
    "rate_ppm",
    "condition",
)


def checked(raw: Any) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile, or None with everything that is wrong with it."""
    if not isinstance(raw, Mapping):
        return None, (fault("", "wrong_type", wanted="object"),)
    found: list[Problem] = [fault(f"/{key}", "unknown_key", key=str(key)[:60]) for key in raw if key not in KEYS]
    first_day = _day(raw, "first_day", found)
    last_day = _day(raw, "last_day", found) if raw.get("last_day") not in (None, "") else None
    if first_day and last_day and last_day < first_day:
        found.append(fault("/last_day", "days_order"))
    if raw.get("action") not in list(OUTCOMES):
        found.append(fault("/action", "action"))
    profile = Profile(
        name_zh=_text(raw, "name_zh", _LONGEST_NAME, found),
        name_en=_text(raw, "name_en", _LONGEST_NAME, found),
        explanation=_text(raw, "explanation", _LONGEST_EXPLANATION, found),
        first_day=first_day or FIRST_LAW_DAY,
        last_day=last_day,
        districts=_districts(raw.get("districts"), found),
        action=cast("Literal['hold', 'inspect']", raw.get("action")),
        rate_ppm=_rate(raw.get("rate_ppm"), found),
        condition=cast("Condition", condition_of(raw.get("condition"), found)),
    )
    return (None, tuple(found)) if found else (profile, ())


def _text(raw: Mapping[str, Any], name: str, longest: int, found: list[Problem]) -> str:
    pointer, value = f"/{name}", raw.get(name)
    if not isinstance(value, str):
        found.append(fault(pointer, "missing") if value is None else fault(pointer, "wrong_type", wanted="text"))
        return ""
    text = value.strip()
    if not text:
        found.append(fault(pointer, "missing"))
    if len(text) > longest:
        found.append(fault(pointer, "too_long", most=longest))
    if not text.replace("\r\n", "\n").replace("\n", " ").isprintable():
        found.append(fault(pointer, "unprintable"))
    if mentions_identity_number(text):
        found.append(fault(pointer, "identity_number"))
    return text


def _day(raw: Mapping[str, Any], name: str, found: list[Problem]) -> date | None:
    pointer, value = f"/{name}", raw.get(name)
    if value in (None, ""):
        found.append(fault(pointer, "missing"))
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        found.append(fault(pointer, "not_a_day"))
        return None
    if not FIRST_LAW_DAY <= day <= _LAST_DAY:
        found.append(fault(pointer, "day_range", first=FIRST_LAW_DAY, last=_LAST_DAY))
    return day


def _districts(value: Any, found: list[Problem]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        found.append(fault("/districts", "wrong_type", wanted="list"))
        return ()
    if len(value) > _MOST_DISTRICTS:
        found.append(fault("/districts", "too_many_values", most=_MOST_DISTRICTS))
    for number, each in enumerate(value[:_MOST_DISTRICTS]):
        if not isinstance(each, str) or not _DISTRICT.fullmatch(each) or not each.isascii():
            found.append(fault(f"/districts/{number}", "district"))
    return tuple(sorted({each for each in value if isinstance(each, str)}))


def _rate(value: Any, found: list[Problem]) -> int:
    if value is None:
        return MILLION
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MILLION:
        found.append(fault("/rate_ppm", "rate"))
        return MILLION
    return value
