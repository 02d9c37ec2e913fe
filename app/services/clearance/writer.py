"""A writer: one lane, one connection at a time, and the transaction of a unit of work.

Only the writer of a lane moves it. What a failed unit did to the lane in memory is taken back with it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from app.repositories.lanes import Lane, advance, take_lane

_ACQUIRE_SECONDS = 5
_SERVER_STOPPING = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError)


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
# After these it is unknown whether a commit happened: the lane is read again before anything else is written.
CONNECTION_LOST = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, *_SERVER_STOPPING)


class Writer:
    """Holds a lane."""

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        self._pool = pool
        self._name = name
        self._lane: Lane | None = None
        self._stale = True

    @property
    def lane(self) -> Lane:
        """The lane as it stands in memory; RuntimeError before it was taken."""
        if self._lane is None:
            raise RuntimeError(f"lane {self._name} was not taken yet")
        return self._lane

    async def take(self) -> None:
        """Become the lane's writer, fencing whoever was."""
        async with self._pool.acquire(timeout=_ACQUIRE_SECONDS) as connection, connection.transaction():
            self._lane = await take_lane(connection, self._name)
        self._stale = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for one unit of work; the lane is taken anew where a former unit left its state unknown."""
        if self._stale:
            await self.take()
        async with self._pool.acquire(timeout=_ACQUIRE_SECONDS) as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self, connection: asyncpg.Connection) -> AsyncIterator[Lane]:
        """One transaction that moves the lane: committed when the block ends, and the lane with it."""
        before = msgspec.structs.replace(self.lane)
        try:
            async with connection.transaction():
                yield self.lane
                await self._advance(connection, before)
        except BaseException as failure:
            self._lane = before
            self._stale = isinstance(failure, (*CONNECTION_LOST, asyncio.CancelledError))
            raise

    async def _advance(self, connection: asyncpg.Connection, before: Lane) -> None:
        if self.lane.position != before.position and not await advance(connection, self.lane):
            raise LaneLost(self._name)
