"""A writer: one lane, one connection at a time, and the transaction of a unit of work.

Only the writer of a lane moves it. What a failed unit did to the lane in memory is taken back with it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from app.repositories.lanes import Lane, advance, new_epoch, retake_lane, take_lane
from app.services.database_errors import ACQUIRE_SECONDS, CONNECTION_LOST

log = logging.getLogger(__name__)


class Contention(Exception):
    """Somebody else changed what this unit had read: nothing was stored, the unit starts again."""


class LaneLost(Exception):
    """Another process took the lane over: this one must not write any more and ends."""


# What a fresh attempt may cure: serialization, deadlock, and a row that somebody inserted meanwhile.
RETRIED = (
    Contention,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)

# After these the lane is looked at again before anything is written: a commit may have happened that nobody told us of,
# or a successor's link may stand where ours was to go.
_LANE_UNSURE = (*CONNECTION_LOST, asyncio.CancelledError, asyncpg.UniqueViolationError)


class Writer:
    """Holds a lane; `lost` once another process has taken it over."""

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        self._pool = pool
        self._name = name
        self._lane: Lane | None = None
        self._epochs: set[int] = set()  # under any of them the lane is ours
        self._stale = False
        self.lost = False

    @property
    def lane(self) -> Lane:
        """The lane as it stands in memory; RuntimeError before it was taken."""
        if self._lane is None:
            raise RuntimeError(f"lane {self._name} was not taken yet")
        return self._lane

    async def take(self) -> None:
        """Become the lane's writer, fencing whoever was."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection, connection.transaction():
            self._lane = await take_lane(connection, self._name)
        self._epochs = {self._lane.epoch}

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for one unit of work; the lane is read again where a former unit left its state unknown."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            if self._stale:
                await self._retake(connection)
            yield connection

    async def _retake(self, connection: asyncpg.Connection) -> None:
        """Fence the connection that was lost, not a successor: whoever took the lane meanwhile keeps it."""
        epoch = new_epoch(max(self._epochs))
        self._epochs.add(epoch)  # before it is written: whether it was may not be known either
        lane = await retake_lane(connection, self.lane.lane, self._epochs, epoch)
        if lane is None:
            self._note_loss()
            raise LaneLost(self._name)
        self._lane, self._epochs, self._stale = lane, {epoch}, False

    @asynccontextmanager
    async def transaction(self, connection: asyncpg.Connection) -> AsyncIterator[Lane]:
        """One transaction that moves the lane: committed when the block ends, and the lane with it."""
        before = msgspec.structs.replace(self.lane)
        try:
            async with connection.transaction():
                yield self.lane
                await self._advance(connection)
        except BaseException as failure:
            self._lane = before
            if isinstance(failure, LaneLost):
                self._note_loss()
            self._stale = isinstance(failure, _LANE_UNSURE)
            raise

    async def _advance(self, connection: asyncpg.Connection) -> None:
        if self.lane.position != self.lane.kept and not await advance(connection, self.lane):
            raise LaneLost(self._name)

    def _note_loss(self) -> None:
        self.lost = True
        log.critical("lane lost to another writer", extra={"lane": self._name})
