"""Multiplied declarations are as many as was said, belong together as the filed ones do, and take new ones."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from app.database_url import for_asyncpg
from bench import grown, lookups
from bench.bodies import json_body
from bench.filing import demand_answers, submissions
from bench.grown import Filling, Grown
from bench.multiply import row_counts
from bench.parcels import Parcels
from bench.stand import Machine, Stand, open_services

FILED = 40
ASSESSED = "SELECT count(*) FROM declarations JOIN assessments USING (declaration_id)"


@pytest.mark.slow
def test_a_large_database_is_filled_in_pieces_and_takes_further_filings(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grown, "FILED", FILED)
    monkeypatch.setattr(grown, "_AT_A_TIME", FILED)
    asyncio.run(_look_at(machine))


async def _look_at(machine: Machine) -> None:
    said: list[str] = []
    assert await Filling(machine, 8 * FILED, 0, said.append).run() is None  # no time: it goes on in the next run
    filled = await Filling(machine, 8 * FILED, 60, said.append).run()
    assert isinstance(filled, Grown)
    assert filled.declarations == 8 * FILED
    small, large = await _counted(filled.small), await _counted(filled.large)
    del small["events"]  # the demo parties of the next start are events too
    # Heads without their documents, assessments or claims would make the large database cheaper than a real one.
    assert {name: large[name] for name, count in small.items() if count >= FILED} == {
        name: 8 * count for name, count in small.items() if count >= FILED
    }
    assert large["assessed"] == 8 * FILED
    async with open_services(filled.large) as services:
        bodies = [json_body(each) for each in Parcels(seed=9, now=datetime.now(UTC)).take(70)]
        assert len(demand_answers(await services.file(submissions(bodies, datetime.now(UTC))))) == 70
    figures = await lookups.measure({"large": filled.large}, await lookups.sampled(filled.small))
    assert all(each > 0 for each in figures["large"].p99_ms.values())


async def _counted(stand: Stand) -> dict[str, int]:
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        counts = await row_counts(connection)
        parties = [name for name in counts if name.startswith("reference_") or name in ("parties", "mandates")]
        return {name: counts[name] for name in counts if name not in parties} | {
            "assessed": await connection.fetchval(ASSESSED)
        }
    finally:
        await connection.close()
