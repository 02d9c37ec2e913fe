"""What a test sends to the database, and nothing that goes on beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import asyncpg
import pytest

# Tasks that a test begins inherit what is set in it; the chores of services that were opened before it do not.
_LIST: ContextVar[list[str] | None] = ContextVar("the list that statements are noted in", default=None)
_WRITER = "writer"  # begun with its services; it writes what is filed, and nothing by itself


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent from now on by the calling test and by the writers that work for it.

    Services of this and of other fixtures have chores that send something every few seconds, which is nobody's here.
    """
    sent: list[str] = []
    _LIST.set(sent)
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        monkeypatch.setattr(asyncpg.Connection, name, _noting(getattr(asyncpg.Connection, name), sent))
    return sent


def _noting(method: Callable[..., Awaitable[object]], sent: list[str]) -> Callable[..., Awaitable[object]]:
    async def noting(connection: asyncpg.Connection, query: str, *values: object, **more: object) -> object:
        task = asyncio.current_task()
        if _LIST.get() is sent or (task and task.get_name() == _WRITER):
            sent.append(query)
        return await method(connection, query, *values, **more)

    return noting
