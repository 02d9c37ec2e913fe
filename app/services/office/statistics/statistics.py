"""The statistics of the office: gathered by a chore, read by officers for their districts."""

import asyncio
import time
from datetime import date
from typing import Final

from app.domain.duties import Permission, demand
from app.domain.measures import Measure
from app.errors import Forbidden, Malformed, Problem
from app.repositories import statistics as stored
from app.repositories.bulk import Connection
from app.services.chores import begun
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.statistics.figures import Figures, Period, figures_of
from app.services.office.statistics.gathering import gather
from app.services.office.statistics.now import Now
from app.services.reading import in_district

LONGEST_DAYS: Final = 366
_LOOKED_AGAIN_SECONDS: Final = 2.0
# After a page others of this process have their turn; what is behind is caught up at about 10,000 links a second.
_BREATH_SECONDS: Final = 0.02
_KEPT_SECONDS: Final = 5.0
_MOST_KEPT: Final = 128
_BY_DAY: Final = (Measure.DECIDED.value, Measure.OVERDUE.value)


class Statistics:
    """Sums by day, and what waits now."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._now = Now(backing.pool)
        self._kept: dict[tuple[tuple[str, ...], Period], tuple[float, Figures]] = {}

    async def figures(self, caller: Caller, period: Period) -> Figures:
        """The figures of a period, of the caller's districts or one of them.

        A page asks for them once for each of its pictures, so they are kept for some seconds.
        """
        _demand(caller, period)
        key, now = (tuple(sorted(caller.districts)), period), time.monotonic()
        kept = self._kept.get(key)
        if kept is None or now - kept[0] > _KEPT_SECONDS:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = (now, await self._read(caller, period))
        return kept[1]

    async def _read(self, caller: Caller, period: Period) -> Figures:
        def within(district: str) -> bool:
            return period.district in (None, district) and in_district(caller, district)

        async with borrowed(self._backing.pool) as connection:
            districts = await _asked_for(connection, caller, period)
            sums = await stored.sums(connection, period.first_day, period.last_day, districts, _BY_DAY)
            as_of = await stored.as_of(connection)
            behind = await stored.lanes_behind(connection)
        reading = await self._now.reading()
        return figures_of(
            period,
            sums,
            reading.waiting(within),
            reading.owed(within),
            missing_at_least=reading.at_least,
            as_of=as_of,
            links_behind=sum(each.links for each in behind),
        )

    async def districts(self, caller: Caller, first_day: date, last_day: date) -> list[str]:
        """The districts that may be chosen: the caller's that have figures in a period."""
        demand(caller.duties, Permission.VIEW_STATISTICS)
        async with borrowed(self._backing.pool) as connection:
            found = await stored.districts_counted(connection, first_day, last_day)
        return [district for district in found if in_district(caller, district)]

    async def gather(self) -> int:
        """Count what came since the last time; answers how many links."""
        counted = 0
        while True:
            async with borrowed(self._backing.pool) as connection:
                links = await gather(connection, self._backing.means.envelope)
            if not links:
                return counted
            self._kept.clear()
            counted += links
            await asyncio.sleep(_BREATH_SECONDS)

    def gathering(self) -> asyncio.Task[None]:
        """The chore: for ever. What a round did not count the next one does, and nothing twice."""
        return begun("statistics", self.gather, _LOOKED_AGAIN_SECONDS)


async def _asked_for(connection: Connection, caller: Caller, period: Period) -> list[str]:
    """The districts whose sums make the figures."""
    if period.district is not None:
        return [period.district]
    if stored.EVERYWHERE in caller.districts:
        return [stored.EVERYWHERE]
    known = await stored.districts_counted(connection, period.first_day, period.last_day)
    return [district for district in known if in_district(caller, district)]


def _demand(caller: Caller, period: Period) -> None:
    demand(caller.duties, Permission.VIEW_STATISTICS)
    if period.district is not None and not in_district(caller, period.district):
        raise Forbidden(
            f"District {period.district} is not one of yours.", zh=f"关区 {period.district} 不在您的权限范围内。"
        )
    days = (period.last_day - period.first_day).days + 1
    if not 1 <= days <= LONGEST_DAYS:
        en = f"choose 1 to {LONGEST_DAYS} days, the first before the last"
        zh = f"请选择 1 至 {LONGEST_DAYS} 天，起始日不晚于截止日"
        raise Malformed(f"The period cannot be shown: {en}.", zh=zh, problems=(Problem("/last_day", "period", zh, en),))
