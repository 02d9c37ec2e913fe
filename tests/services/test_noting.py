"""The statements that a test counts are its own, whatever goes on beside it in the same process."""

import asyncio

import asyncpg
import pytest

from app.services.chores import begun
from tests.conftest import FreshDatabase
from tests.statements import noted


async def test_what_a_chore_of_other_services_sends_is_not_counted(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = asyncio.Semaphore(0)
    beside, ours = [await asyncpg.connect(database.service_url) for _ in range(2)]

    async def work() -> None:
        await beside.fetchval("SELECT 'beside'")
        rounds.release()

    chore = begun("any name", work, 0.001)
    sent = noted(monkeypatch)
    for _ in range(3):
        await rounds.acquire()
    await asyncio.gather(ours.execute("SELECT 'a task of ours'"), rounds.acquire())
    await ours.fetch("SELECT 'ourselves'")
    assert sent == ["SELECT 'a task of ours'", "SELECT 'ourselves'"]
    chore.cancel()
    await asyncio.gather(chore, return_exceptions=True)
    await beside.close()
    await ours.close()
