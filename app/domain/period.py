"""Days and instants: days are days in Asia/Shanghai, periods include their first and last day, as laws say it."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2199, 12, 31)
# One filing asks for the same instant a dozen times: its acceptance day, the times of its receipts.
_INSTANTS_KEPT: Final = 256


class InForce(msgspec.Struct, frozen=True, gc=False):
    """The days on which something is in force; both ends are included, an absent last day means still."""

    first_day: date
    last_day: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def read_day(text: str) -> date:
    """A day from YYYY-MM-DD; ValueError for anything else, and for days so far away that no arithmetic reaches them."""
    day = date.fromisoformat(text)
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{day} is out of range")
    return day


def day_begins(day: date) -> datetime:
    """The first instant of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


@lru_cache(maxsize=_INSTANTS_KEPT)
def shanghai_day(instant: datetime) -> date:
    """The day in Asia/Shanghai on which an instant (with zone) falls."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=_INSTANTS_KEPT)
def compact(instant: datetime) -> str:
    """YYYYMMDDhhmmss in Asia/Shanghai, the message format's time (C14)."""
    return instant.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")


@lru_cache(maxsize=_INSTANTS_KEPT)
def compact_milliseconds(instant: datetime) -> str:
    """YYYYMMDDhhmmssSSS in Asia/Shanghai, the time of receipts (C17)."""
    return f"{compact(instant)}{instant.microsecond // 1000:03d}"
