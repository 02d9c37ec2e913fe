"""Everything about risk profiles that the office offers, and its chore."""

import asyncio
import logging
from typing import Final

from app.services.database_errors import Unanswered
from app.services.office.backing import Backing
from app.services.office.profiles.following import Follower
from app.services.office.profiles.life import Life
from app.services.office.profiles.reading import ProfileReading
from app.services.office.profiles.rehearsing import Rehearsals

log = logging.getLogger(__name__)
_LOOKED_AGAIN_SECONDS: Final = 1.0
# After a slice the others of this process have their turn.
_BREATH_SECONDS: Final = 0.02


class Profiles:
    """Writing, trying, approving and reading risk profiles."""

    def __init__(self, backing: Backing) -> None:
        self.life = Life(backing.pool, backing.means.indexes)
        self.rehearsals = Rehearsals(backing.pool, backing.means)
        self.reading = ProfileReading(backing.pool)
        self.follower = Follower(backing.pool, backing.means)

    async def work(self) -> bool:
        """A slice of what is to be done: a rehearsal, then live traffic; False where there was nothing."""
        rehearsed = await self.rehearsals.work()
        return bool(await self.follower.work()) or rehearsed

    async def keep_working(self) -> None:
        """The chore: for ever."""
        while True:
            busy = False
            try:
                busy = await self.work()
            except Unanswered:
                pass  # the next round tries the same again
            except Exception:
                log.exception("risk profiles could not be followed")
            await asyncio.sleep(_BREATH_SECONDS if busy else _LOOKED_AGAIN_SECONDS)
