"""What became of the parcels that profiles hit, for the pages of profiles: found by reading a month of them.

Of 1,000,000 declarations that takes half a second, so it is remembered and read anew behind the pages. The hits
themselves are counted for each page.
"""

import asyncio
import logging
import time
from datetime import date
from typing import Final

import asyncpg

from app.repositories import profile_trials as trials
from app.repositories.profile_trials import HitSum
from app.services.database_errors import borrowed

REMEMBERED_SECONDS: Final = 30.0
_LONGEST_SECONDS: Final = 120.0  # older than this, a page waits for a new reading
log = logging.getLogger(__name__)
Fates = dict[tuple[str, int, bool, date], HitSum]  # by profile, version, whether in its shadow, day


class Became:
    """How many of the parcels that were hit were inspected, released, or refused, detained or returned until lately."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._days: tuple[date, date] | None = None
        self._fates: Fates = {}
        self._read_at = 0.0
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def fates(self, first_day: date, last_day: date) -> Fates:
        """As of the latest reading of these days."""
        age = time.monotonic() - self._read_at
        if self._days != (first_day, last_day) or age > _LONGEST_SECONDS:
            await self._read(first_day, last_day)
        elif age > REMEMBERED_SECONDS and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_behind(first_day, last_day))
        return self._fates

    async def _read_behind(self, first_day: date, last_day: date) -> None:
        try:
            await self._read(first_day, last_day)
        except Exception:
            log.exception("what became of hits could not be read")  # the next page tries again

    async def _read(self, first_day: date, last_day: date) -> None:
        async with self._turn:
            asked_at = time.monotonic()
            if self._days == (first_day, last_day) and asked_at - self._read_at <= REMEMBERED_SECONDS:
                return  # somebody else read it meanwhile
            async with borrowed(self._pool) as connection:
                sums = await trials.hit_sums(connection, None, first_day, last_day)
            self._fates = {(each.profile_id, each.version, each.shadow, each.day): each for each in sums}
            self._days, self._read_at = (first_day, last_day), asked_at
