"""Periods counted in calendar months, as civil law counts them."""

from calendar import monthrange
from datetime import date
from typing import Final

_MONTHS_PER_YEAR: Final = 12


def last_day_of_period(day: date, months: int) -> date:
    """The last day of a period of `months` that begins with something that happened on `day`.

    The day itself does not count, the period ends on the same day of the last month, or on that month's last day where
    it has no such day: 15 January + 6 months is 15 July, 31 August + 6 months is 28 or 29 February (Civil Code
    articles 201 and 202; MEMORY).
    """
    index = day.year * _MONTHS_PER_YEAR + day.month - 1 + months
    year, month = index // _MONTHS_PER_YEAR, index % _MONTHS_PER_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
