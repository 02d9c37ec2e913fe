"""Resident identity numbers (GB 11643-1999): is this one possible at all?

What belongs here: the check of the eighteen characters. What does not: whether the person exists (only the police
register knows) and whether the number belongs to the name.

The check digit and the county table are python-stdnum's. Its `cn.ric.is_valid` is not used, because it

- refuses every person who was born before his or her county got its code, although the number was given later
  (310115, Pudong, is of 1992; residents born in 1970 carry it);
- raises KeyError for a county that its table does not know, and accepts births in the future;
- takes 43 µs, this takes 2; so nothing is cached, and no identity number stays in memory.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final
from unicodedata import normalize

from stdnum import numdb
from stdnum.cn.ric import calc_check_digit

_LENGTH: Final = 18
_TAIWAN_RESIDENT: Final = "83"
_FOREIGN_RESIDENT: Final = "9"
_FIRST_YEAR: Final = 0
_LAST_YEAR: Final = 9999
# Also in groups, as people write it: 310115 19950101 0018, 310115 - 19950101 - 0018. Looked ahead for, so that figures
# which stand before a number do not take its first groups away.
_MENTIONED: Final = re.compile(r"(?<![0-9A-Za-z])(?=(\d(?:[ -]{0,3}\d){16}[ -]{0,3}[\dXx])(?![0-9A-Za-z]))", re.ASCII)
_BETWEEN_GROUPS: Final = str.maketrans("", "", " -")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_ANY_DAY: Final = date(2199, 12, 31)  # a number in a text is one whenever it may have been given

Years = tuple[int, int]


def is_valid_identity_number(number: str, day: date) -> bool | None:
    """Whether a resident identity number can be right on `day`; None where that cannot be told from the number.

    False: not seventeen digits and a check character, wrong check character, no date of birth, a birth after `day`, no
    such province. Numbers of fifteen digits are False: they ended with the first-generation card on 2013-01-01, before
    this service's law begins (Resident Identity Card Law as amended 2011; MEMORY).

    None, which ends with an officer: a county that the table does not know or that did not exist between the birth
    and `day` (the table is Wikipedia's, and police stations kept using codes after their end), and numbers that begin
    with 9, given to permanent foreign residents since 2023-12-01 (MEMORY).

    83xxxx, residents from Taiwan (since 2018-09-01), have no county table: the check character and date decide.
    """
    if len(number) != _LENGTH or not number.isascii() or not number[:-1].isdigit():
        return False
    if calc_check_digit(number) != number[-1].upper():
        return False
    born = _birth_date(number)
    if born is None or born > day:
        return False
    if number.startswith(_TAIWAN_RESIDENT):
        return True
    return _county_existed(number, born.year, day.year)


def mentions_identity_number(text: str) -> bool:
    """Whether a free text holds what may be a resident identity number: such a text must not be kept in the clear.

    Also in the full-width digits that Chinese input methods write, and in groups with a space or a hyphen between.
    """
    plain = _DASHES.sub("-", normalize("NFKC", text))
    found = (number.translate(_BETWEEN_GROUPS) for number in _MENTIONED.findall(plain))
    return any(is_valid_identity_number(number, _ANY_DAY) is not False for number in found)


def born_on(number: str) -> date | None:
    """The date of birth that a number of eighteen characters carries; None where there is none."""
    return _birth_date(number) if len(number) == _LENGTH else None


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _county_existed(number: str, birth_year: int, year: int) -> bool | None:
    """True when the county code was in use in a year of the life; None where the table has no such year."""
    table = county_codes()
    periods = table.get(number[:6])
    if periods is None:
        known_province = number[:2] in table or number.startswith(_FOREIGN_RESIDENT)
        return None if known_province else False
    for first_year, last_year in periods:
        if first_year <= year and last_year >= birth_year:
            return True
    return None


@cache
def county_codes() -> dict[str, tuple[Years, ...]]:
    """The years in which each county code was in use, and each province code; read once (50 ms: do it at start)."""
    table: dict[str, tuple[Years, ...]] = {}
    for _, province, _, _, counties in numdb.get("cn/loc").prefixes:
        table[province] = ((_FIRST_YEAR, _LAST_YEAR),)
        for _, county, _, properties, _ in counties:
            table[province + county] = tuple(_periods(properties["county"]))
    return table


def _periods(description: str) -> Iterator[Years]:
    """The years of ``[1982-1991]name,[1992-]name``; without brackets always."""
    for name in description.split(","):
        first, dash, last = name.partition("]")[0].removeprefix("[").partition("-")
        bounded = name.startswith("[") and dash
        yield (
            int(first) if bounded and first else _FIRST_YEAR,
            int(last) if bounded and last else _LAST_YEAR,
        )
