"""Days and times as messages write them, and whether they can be: what the rules of this chapter share."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAY: Final = re.compile(r"[0-9]{8}")
_TIME_OF_DAY: Final = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")
_DAYS_KEPT: Final = 1024  # the parcels of a day name the same few days


@lru_cache(maxsize=_DAYS_KEPT)
def day_can_be(text: str, earliest: date, until: date, most_ahead_days: int) -> bool:
    """Whether what had happened by a day can have happened on this YYYYMMDD."""
    day = day_of(text)
    return day is not None and earliest <= day <= until + timedelta(days=most_ahead_days)


@lru_cache(maxsize=_DAYS_KEPT)
def last_told(filed_on: str, accepted_on: date) -> date:
    """The last day of which a declaration can tell: of its acceptance, or of a correction that was sent later."""
    return max(accepted_on, day_of(filed_on) or accepted_on)


def time_can_be(text: str, earliest: date, until: date, most_ahead_days: int) -> bool:
    """The same of a YYYYMMDDhhmmss."""
    return is_time(text) and day_can_be(text[:8], earliest, until, most_ahead_days)


def is_time(text: str) -> bool:
    """Whether a text ends as a YYYYMMDDhhmmss does; what stands before is for `day_of`."""
    return _TIME_OF_DAY.fullmatch(text, 8) is not None


def day_of(text: str) -> date | None:
    """The day of a YYYYMMDD; None where that is no day."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
