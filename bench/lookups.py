"""How long look-ups take: one declaration by its id, by order and waybill number, and pages of lists.

One after the other through the services of one worker, without HTTP: what is compared is the database.
"""

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from app.domain.lifecycle import Status
from app.services.filings import Caller, DeclarationFilter
from app.services.service import ClearanceServices
from bench.filing import PLATFORM
from bench.stand import Stand, open_services

TIMES: Final = 600
_PAGE: Final = 50
_OFFICER: Final = Caller(
    key_id="key_officer", party_code="customs", role="officer", name="bench", districts=("*",), duties=("examiner",)
)
_SAMPLE: Final = "SELECT declaration_id, order_no, waybill_no FROM declarations WHERE outcome IS NOT NULL"


Look = Callable[[asyncpg.Record], Awaitable[object]]


class LookupFigures(msgspec.Struct, frozen=True):
    """Milliseconds of each kind of look-up."""

    p50_ms: dict[str, float]
    p99_ms: dict[str, float]


async def sampled(stand: Stand) -> list[asyncpg.Record]:
    """Declarations that were really filed, in no order."""
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        rows = list(await connection.fetch(_SAMPLE))
    finally:
        await connection.close()
    random.Random(1).shuffle(rows)
    return rows[:TIMES]


async def measure(stands: Mapping[str, Stand], sample: list[asyncpg.Record]) -> dict[str, LookupFigures]:
    """Each kind some hundred times in each database, which take turns, another declaration each time."""
    figures = {name: LookupFigures({}, {}) for name in stands}
    async with AsyncExitStack() as stack:
        looks = {name: _looks(await stack.enter_async_context(open_services(each))) for name, each in stands.items()}
        for kind in next(iter(looks.values())):
            taken = await _taken_ms({name: of[kind] for name, of in looks.items()}, sample)
            for name, times in taken.items():
                figures[name].p50_ms[kind] = times[len(times) // 2]
                figures[name].p99_ms[kind] = times[len(times) * 99 // 100]
    return figures


async def _taken_ms(looks: Mapping[str, Look], sample: list[asyncpg.Record]) -> dict[str, list[float]]:
    """What each look-up took, in ascending order, when everything was read once before: disks are not compared."""
    taken: dict[str, list[float]] = {}
    for _ in ("cold", "warm"):
        taken = {name: [] for name in looks}
        for record in sample:
            for name, look in looks.items():
                began = time.perf_counter()
                await look(record)
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: sorted(times) for name, times in taken.items()}


def _looks(services: ClearanceServices) -> dict[str, Look]:
    async def found(narrowed: DeclarationFilter) -> None:
        page = await services.declarations(PLATFORM, narrowed, None, _PAGE)
        if not page.declarations:
            raise RuntimeError(f"{narrowed} found nothing")

    return {
        "by id": lambda record: services.declaration(PLATFORM, record["declaration_id"]),
        "by order number": lambda record: found(DeclarationFilter(order_no=record["order_no"])),
        "by waybill number": lambda record: found(DeclarationFilter(waybill_no=record["waybill_no"])),
        f"page of {_PAGE} of a party": lambda _: services.declarations(PLATFORM, DeclarationFilter(), None, _PAGE),
        f"page of {_PAGE} held, for an officer": lambda _: services.declarations(
            _OFFICER, DeclarationFilter(status=Status.HELD), None, _PAGE
        ),
    }
