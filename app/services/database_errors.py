"""A database that does not answer: which errors of the driver say so, and what a caller is told then.

What belongs here: errors of connections, and borrowing one to read. What does not: conflicts between units of work,
which a fresh attempt cures (`app.services.clearance.writer`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from app.errors import Malformed, Unavailable

ACQUIRE_SECONDS: Final = 5
_SERVER_STOPPING = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError)
# After these it is unknown whether a commit happened: the lane is read again before anything else is written. The
# driver's internal error is one of them: it is what a connection says whose back end was killed between two statements.
CONNECTION_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    *_SERVER_STOPPING,
)
# A lock, a statement or the whole server is too slow, or has no room: another attempt at once would only add to it.
OVERBURDENED = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)


class Unanswered(Unavailable):
    """The database does not answer, or not in time. Whether a commit happened may be unknown: sending again is safe."""

    def __init__(self) -> None:
        super().__init__("the database does not answer; send the same again", retry_after_seconds=2)


@asynccontextmanager
async def borrowed(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection for a few statements; Unanswered when there is none in time, or when it breaks.

    Malformed where a text holds what no text of the database can: that is NUL, which only who asks can have sent.
    """
    try:
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            yield connection
    except (*CONNECTION_LOST, *OVERBURDENED) as failure:
        raise Unanswered from failure
    except asyncpg.CharacterNotInRepertoireError:
        raise Malformed(
            "A text holds a character that is not allowed (such as NUL).", zh="文本含有不允许的字符（如 NUL）。"
        ) from None
