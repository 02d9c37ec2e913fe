"""Everything about risk profiles that the office offers, and its chores."""

import asyncio
from typing import Final

from app.services.chores import begun
from app.services.office.backing import Backing
from app.services.office.profiles.following import Follower
from app.services.office.profiles.life import Life
from app.services.office.profiles.reading import ProfileReading
from app.services.office.profiles.rehearsing import Rehearsals

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

    def working(self) -> list[asyncio.Task[None]]:
        """The chores, for ever. Two, so that a rehearsal that is too slow holds up no hits of profiles in force."""
        return [
            begun(name, work, _LOOKED_AGAIN_SECONDS, breath_seconds=_BREATH_SECONDS)
            for name, work in (("rehearsals of profiles", self.rehearsals.work), ("hits", self.follower.work))
        ]
