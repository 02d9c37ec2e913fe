"""Parties: the roles they play, and how they stand from day to day.

What belongs here: the words, and the arithmetic of dated standings. What does not: the registers that keep them
(`app.repositories.registers`) and what a standing leads to (`app.rules.parties`).
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final, Literal, get_args

import msgspec

Role = Literal["platform", "merchant", "payment", "logistics", "declarant", "warehouse", "site", "officer"]
CreditClass = Literal["advanced", "ordinary", "discredited"]
SITE: Final = "site"  # 监管场所: reports what its equipment saw of parcels that name it; files nothing
ROLES: Final[tuple[str, ...]] = get_args(Role)
CREDIT_CLASSES: Final[tuple[str, ...]] = get_args(CreditClass)

_DAY: Final = timedelta(days=1)


class Standing(msgspec.Struct, frozen=True):
    """How a party stands on one day; the default is what a register without an entry says."""

    suspended: bool = False
    credit_class: str | None = None
    reason: str | None = None  # of the suspension


class StandingPeriod(msgspec.Struct, frozen=True):
    """A standing over some days, both included; of two that overlap the later first day counts."""

    first_day: date
    last_day: date | None
    standing: Standing

    def covers(self, day: date) -> bool:
        """Whether it says something of a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def standing_on(periods: Sequence[StandingPeriod], day: date) -> Standing:
    """How the party stands on a day."""
    covering = [period for period in periods if period.covers(day)]
    return max(covering, key=lambda period: period.first_day).standing if covering else Standing()


def timeline(periods: Sequence[StandingPeriod]) -> list[StandingPeriod]:
    """What counts of periods that may overlap: one after the other, neighbours that say the same joined."""
    if not periods:
        return []
    joined: list[StandingPeriod] = []
    for period in restated(periods, lambda standing: standing, min(period.first_day for period in periods)):
        if joined and joined[-1].standing == period.standing:
            joined[-1] = msgspec.structs.replace(joined[-1], last_day=period.last_day)
        else:
            joined.append(period)
    return joined


def restated(
    periods: Sequence[StandingPeriod],
    change: Callable[[Standing], Standing],
    first_day: date,
    last_day: date | None = None,
) -> list[StandingPeriod]:
    """The periods from `first_day` on, written anew: changed up to `last_day`, afterwards as they were.

    They cover every day from `first_day` on, so what was on record for these days no longer counts; nothing has to be
    deleted. Credit class and suspension thus change independently of each other, also within planned periods.
    """
    days = {first_day} | {period.first_day for period in periods}
    days |= {period.last_day + _DAY for period in periods if period.last_day is not None}
    if last_day is not None:
        days.add(last_day + _DAY)
    starts = sorted(day for day in days if day >= first_day)
    ends = [*(start - _DAY for start in starts[1:]), None]
    return [
        StandingPeriod(start, end, change(standing) if last_day is None or start <= last_day else standing)
        for start, end in zip(starts, ends, strict=True)
        for standing in (standing_on(periods, start),)
    ]
