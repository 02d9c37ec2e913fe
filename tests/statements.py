"""What a test sends to the database, and nothing that goes on beside it."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

_CHORES = frozenset({"sweep", "catch up"})


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent from now on by the calling test and by the writers that work for it.

    Services of other fixtures may live in the same process: what their chores send every few seconds is not ours.
    """
    sent: list[str] = []
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        monkeypatch.setattr(asyncpg.Connection, name, _noting(getattr(asyncpg.Connection, name), sent))
    return sent


def _noting(method: Callable[..., Awaitable[object]], sent: list[str]) -> Callable[..., Awaitable[object]]:
    async def noting(connection: asyncpg.Connection, query: str, *values: object, **more: object) -> object:
        task = asyncio.current_task()
        if task and task.get_name() not in _CHORES:
            sent.append(query)
        return await method(connection, query, *values, **more)

    return noting
