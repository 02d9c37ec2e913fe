"""Processor time of officers' pages, of the office's process and of its back ends: what they take, the intake lacks.

Processor time and not time, so that the figures hold where others are at work too (give or take their caches). Pages
are asked for over ASGI in this process, one after the other, warm; the client that asks is in the figures with half a
millisecond a page.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator
from typing import Final

import asyncpg
import httpx
import msgspec

from app.database_url import for_asyncpg
from app.main import READERS
from app.services.office.office import Office
from bench.figures import table
from bench.office_pages import browser, really_filed
from bench.office_seed import OFFICES, Seeded, seed
from bench.stand import Machine, collected, fresh_stand

_SETTLED_SECONDS: Final = 2  # the office's chores look around when it opens
_WARMING: Final = 8
_PAGES: Final = {
    "first page": "/console",
    "queue": "/console/queues?queue=review",
    "queue, a rule": "/console/queues?queue=review&rule=TRI-02",
    "hand-over": "/console/hand-over",
    "dashboard": "/console/dashboard?step=day",
    "chart of the dashboard": "/console/dashboard/charts/trend.svg?step=day",
}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is, and how often each page is asked for."""

    cases: int = 20_000
    times: int = 150


QUICK: Final = Plan(cases=5_000, times=60)


class ProcessorFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds of processor time for one page: the office's process, its back ends, and the size of the page."""

    office_ms: dict[str, float]
    server_ms: dict[str, float]
    characters: dict[str, int]


async def measure(machine: Machine, plan: Plan) -> ProcessorFigures:
    """A region's supervisor looks at queues and figures, and one of all districts at cases."""
    async with fresh_stand(machine) as stand:
        connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
        await seed(connection, stand.keyring, Seeded(declarations=plan.cases * 2, open_cases=plan.cases))
        held = [f"/console/cases/{each}" for each in await really_filed(stand, connection)]
        await connection.execute("ANALYZE")
        office = await Office.open(stand.settings, stand.keyring, stand.urls.service, READERS)
        figures = ProcessorFigures(office_ms={}, server_ms={}, characters={})
        try:
            await asyncio.sleep(_SETTLED_SECONDS)
            async with browser(stand, office, connection, (OFFICES[0][:2],)) as client:
                for name, address in _PAGES.items():
                    await _measured(name, itertools.repeat(address), client, connection, plan.times, figures)
            async with browser(stand, office, connection, ("*",)) as client:
                await _measured("case", itertools.cycle(held), client, connection, plan.times, figures)
        finally:
            await office.close()
            await connection.close()
    return figures


async def _measured(
    name: str,
    addresses: Iterator[str],
    client: httpx.AsyncClient,
    connection: asyncpg.Connection,
    times: int,
    figures: ProcessorFigures,
) -> None:
    for _ in range(_WARMING):
        answer = await client.get(next(addresses))
        answer.raise_for_status()
        figures.characters[name] = len(answer.text)
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    back_ends = [row[0] for row in rows]
    with collected():
        server, office = sum(map(_taken_by, back_ends)), time.process_time()
        for _ in range(times):
            await client.get(next(addresses))
        figures.office_ms[name] = (time.process_time() - office) / times * 1000
        figures.server_ms[name] = (sum(map(_taken_by, back_ends)) - server) / times * 1000


def _taken_by(process: int) -> float:
    """The processor time that another process has taken, by its clock: Linux makes the number of one from the other."""
    return time.clock_gettime((~process << 3) | 2)


def lines(figures: ProcessorFigures) -> list[str]:
    """What is printed."""
    rows = [
        (name, taken, figures.server_ms[name], taken + figures.server_ms[name], figures.characters[name])
        for name, taken in figures.office_ms.items()
    ]
    return table(("Page", "office ms", "back ends ms", "together ms", "characters"), rows)
