"""Instants and days as the JSON door takes them, and the compact forms that the domain keeps."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from app.domain.period import SHANGHAI, compact

_INSTANT: Final = re.compile(
    r"(?:19|2\d)\d\d-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII
)
_COMPACT_INSTANT: Final = re.compile(r"(?:19|2\d)\d{6}(?:[01]\d|2[0-3])\d{4}", re.ASCII)
_DAY: Final = re.compile(r"(?:19|2\d)\d\d(?:-\d\d-\d\d|\d{4})", re.ASCII)
_SECONDS: Final = {f":{second:02}": f"{second:02}" for second in range(60)}
_MARKS: Final = str.maketrans("", "", "-T:")
_SHANGHAI_OFFSET: Final = timedelta(hours=8)
# China had summer time until 1991, and offsets of its own before 1949: only later +08:00 is certain to be Shanghai.
_PLAIN_SINCE: Final = "1992"


def instant(text: str) -> datetime:
    """An ISO 8601 instant with a zone; ValueError for anything else."""
    if _INSTANT.fullmatch(text) is None:
        raise ValueError("not an instant with a zone")
    return datetime.fromisoformat(text)


def compact_instant(text: str) -> str:
    """YYYYMMDDhhmmss in Asia/Shanghai of an ISO instant, or of itself; ValueError for anything else."""
    # Nearly every time is written like this, and those of one day share some hundred minutes: only these are read.
    if text[19:] == "+08:00" and text > _PLAIN_SINCE and (second := _SECONDS.get(text[16:19])) is not None:
        return _compact_minute(text[:16]) + second
    return _compact_instant(text)


@lru_cache(maxsize=4096)
def _compact_minute(text: str) -> str:
    """YYYYMMDDhhmm of an instant in Asia/Shanghai without its seconds."""
    return _compact_instant(f"{text}:00+08:00")[:12]


@lru_cache(maxsize=1024)
def _compact_instant(text: str) -> str:
    if _COMPACT_INSTANT.fullmatch(text):
        datetime.fromisoformat(f"{text[:8]}T{text[8:]}+08:00")  # is there such a day?
        return text
    moment = instant(text)
    if moment.utcoffset() == _SHANGHAI_OFFSET and text > _PLAIN_SINCE:
        return text[:19].translate(_MARKS)
    return compact(moment)


@lru_cache(maxsize=256)
def compact_day(text: str) -> str:
    """YYYYMMDD of a day; ValueError for anything else."""
    if _DAY.fullmatch(text) is None:
        raise ValueError("not a day")
    date.fromisoformat(text)  # is there such a day?
    return text.replace("-", "")


def day_or_instant(text: str, *, end: bool) -> datetime:
    """An instant, or the first (or last) instant of a day in Asia/Shanghai; ValueError for anything else."""
    if _DAY.fullmatch(text) is None:
        return instant(text)
    first = datetime.combine(date.fromisoformat(text), datetime.min.time(), SHANGHAI)
    return first + timedelta(days=1, microseconds=-1) if end else first
