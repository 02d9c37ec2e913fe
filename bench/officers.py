"""Officers at work, as their browsers send it: pages at a steady rate, and now and then a dashboard with an export.

`python -m bench.officers ORDER` with an order as JSON; prints figures as JSON. Requests leave when they are due,
whatever becomes of those before them.
"""

import asyncio
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Final

import httpx
import msgspec

from app.priority import step_behind

_NICENESS: Final = 19  # browsers have machines of their own: they take nothing from the service or the other sender
_OK: Final = 200


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Who works, and how much."""

    port: int
    sessions: list[str]
    pages: list[str]
    pages_per_second: float
    report: list[str]  # what one look at the dashboard loads, its export among it
    reports_per_second: float
    seconds: float


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    statuses: dict[int, int]
    page_ms: list[float]  # p50, p99
    report_ms: list[float]


class Officers:
    """All of them, over one client."""

    def __init__(self, order: Order, client: httpx.AsyncClient) -> None:
        self._order = order
        self._client = client
        self._statuses: Counter[int] = Counter()
        self._sessions = itertools.cycle(order.sessions)
        self._pages = itertools.cycle(order.pages)
        self._page_ms: list[float] = []
        self._report_ms: list[float] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def work(self) -> Worked:
        """Until the time is over and everything was answered."""
        order = self._order
        await asyncio.gather(
            self._keep(order.pages_per_second, self._page), self._keep(order.reports_per_second, self._report)
        )
        await asyncio.gather(*self._under_way)
        return Worked(
            statuses=dict(self._statuses), page_ms=_percentiles(self._page_ms), report_ms=_percentiles(self._report_ms)
        )

    async def _keep(self, per_second: float, act: Callable[[], Coroutine[None, None, None]]) -> None:
        began = time.perf_counter()
        for number in range(int(per_second * self._order.seconds)):
            await asyncio.sleep(began + (number + 0.5) / per_second - time.perf_counter())
            task = asyncio.create_task(act())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _page(self) -> None:
        await self._get(next(self._pages), next(self._sessions), self._page_ms)

    async def _report(self) -> None:
        session = next(self._sessions)
        for address in self._order.report:
            await self._get(address, session, self._report_ms)

    async def _get(self, address: str, session: str, times: list[float]) -> None:
        began = time.perf_counter()
        answer = await self._client.get(address, headers={"cookie": f"tongguan_session={session}"})
        times.append((time.perf_counter() - began) * 1000)
        self._statuses[answer.status_code] += 1


def _percentiles(times: list[float]) -> list[float]:
    ordered = sorted(times) or [0.0]
    return [ordered[int(len(ordered) * share)] for share in (0.5, 0.99)]


async def _worked(order: Order) -> Worked:
    limits = httpx.Limits(max_connections=256, max_keepalive_connections=256)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{order.port}", limits=limits, timeout=60) as client:
        return await Officers(order, client).work()


def main() -> None:
    """Carry out one order."""
    os.setsid()  # a group of its own, to be lowered
    asyncio.run(step_behind(_NICENESS))
    order = msgspec.json.decode(sys.argv[1], type=Order)
    print(msgspec.json.encode(asyncio.run(_worked(order))).decode())


if __name__ == "__main__":
    main()
