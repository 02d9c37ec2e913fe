"""A database connection that breaks where a test wants it to: before any statement, or with the reply to COMMIT."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from app.services.clearance.writer import Writer

REPLY_LOST = "the reply to COMMIT"


class Interruption:
    """When the connection of a writer breaks: before its n-th statement, or after COMMIT; once."""

    def __init__(self, breaker: asyncpg.Connection, when: int | str | None = None) -> None:
        self._breaker = breaker
        self.when = when
        self.statements = 0

    async def before_statement(self, connection: asyncpg.Connection) -> None:
        """Count a statement, and break the connection if its turn has come."""
        if self.when == self.statements:
            self.when = None
            # As a server that is killed leaves it: the connection looks whole until it is used.
            await self._breaker.execute("SELECT pg_terminate_backend($1, 1000)", connection.get_server_pid())
        self.statements += 1

    def after_commit(self, connection: asyncpg.Connection) -> None:
        """Break the connection if it is to break here: committed, and nobody was told."""
        if self.when == REPLY_LOST:
            self.when = None
            connection.terminate()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


class Interrupted:
    """A connection as a writer uses it, with an interruption."""

    def __init__(self, connection: asyncpg.Connection, interruption: Interruption) -> None:
        self._connection = connection
        self._interruption = interruption

    def __getattr__(self, name: str) -> Callable[..., Any]:
        called = getattr(self._connection, name)

        async def counted(*arguments: Any) -> Any:
            await self._interruption.before_statement(self._connection)
            return await called(*arguments)

        return counted

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A transaction of the connection."""
        async with self._connection.transaction():
            yield
            await self._interruption.before_statement(self._connection)
        self._interruption.after_commit(self._connection)


def interrupt(monkeypatch: pytest.MonkeyPatch, interruption: Interruption) -> None:
    """Let every writer work over connections that break as the interruption says."""
    connection_of = Writer.connection

    @asynccontextmanager
    async def connection(writer: Writer) -> AsyncIterator[Any]:
        async with connection_of(writer) as real:
            yield Interrupted(real, interruption)

    monkeypatch.setattr(Writer, "connection", connection)
