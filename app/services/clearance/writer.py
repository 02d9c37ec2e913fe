"""A writer: one lane, one connection at a time, and the transaction of a unit of work.

Only the writer of a lane moves it. What a failed unit did to the lane in memory is taken back with it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from app.errors import Unavailable
from app.repositories.lanes import Lane, advance, take_lane


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


class Writer:
    """Holds a lane."""

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        self._pool = pool
        self._name = name
        self._lane: Lane | None = None

    @property
    def lane(self) -> Lane:
        """The lane as it stands in memory; RuntimeError before it was taken."""
        if self._lane is None:
            raise RuntimeError(f"lane {self._name} was not taken yet")
        return self._lane

    async def take(self) -> None:
        """Become the lane's writer, fencing whoever was."""
        async with self._pool.acquire() as connection, connection.transaction():
            self._lane = await take_lane(connection, self._name)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for one unit of work; Unavailable when the database does not give one."""
        try:
            async with self._pool.acquire(timeout=5) as connection:
                yield connection
        except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as error:
            raise Unavailable("the database does not answer; send the same again") from error

    async def _advance(self, connection: asyncpg.Connection, before: Lane) -> None:
        if self.lane.position != before.position and not await advance(connection, self.lane):
            raise LaneLost(self._name)

    @asynccontextmanager
    async def transaction(self, connection: asyncpg.Connection) -> AsyncIterator[Lane]:
        """One transaction that moves the lane: committed when the block ends, and the lane with it."""
        before = msgspec.structs.replace(self.lane)
        try:
            async with connection.transaction():
                yield self.lane
                await self._advance(connection, before)
        except BaseException:
            self._lane = before
            raise
