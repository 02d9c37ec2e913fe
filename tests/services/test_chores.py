"""Chores go on, whatever a round of them meets."""

import asyncio
import logging

import pytest

from app.services.chores import begun
from app.services.database_errors import Unanswered


async def test_a_chore_that_fails_goes_on_and_says_so_once_for_each_time_the_database_goes_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds: list[Exception | bool] = [Unanswered(), Unanswered(), True, ValueError("broken"), Unanswered(), False]
    over = asyncio.Event()

    async def work() -> bool:
        if not rounds:
            over.set()
            return False
        met = rounds.pop(0)
        if isinstance(met, Exception):
            raise met
        return met

    with caplog.at_level(logging.WARNING, "app.services.chores"):
        chore = begun("counting", work, 0.0)
        async with asyncio.timeout(60):
            await over.wait()
        chore.cancel()
    said = [record.message for record in caplog.records if record.__dict__.get("chore") == "counting"]
    waits, failed = "a chore waits for the database", "a chore failed"
    assert said == [waits, failed, waits]


async def test_a_chore_breathes_while_there_is_something_to_do_and_pauses_when_there_is_not() -> None:
    rounds, done = [True, True, True, False], asyncio.Event()

    async def work() -> bool:
        found = rounds.pop(0)
        if not rounds:
            done.set()
        return found

    chore = begun("following", work, 3600.0, breath_seconds=0.0)
    async with asyncio.timeout(60):
        await done.wait()
    await asyncio.sleep(0)
    assert not chore.done()
    chore.cancel()
