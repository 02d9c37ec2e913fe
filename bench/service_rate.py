"""Decisions a second through the services of one worker, without HTTP: lists of 1, 64 and 500 real JSON bodies.

Decoding the bodies is part of it; making them is not.
"""

import asyncio
from collections import deque
from datetime import UTC, datetime
from typing import Final

import msgspec

from app.services.service import ClearanceServices
from bench.bodies import json_body
from bench.figures import table
from bench.filing import demand_answers, submissions
from bench.parcels import Parcels
from bench.processor import Meter
from bench.stand import Machine, collected, fresh_stand, open_services

# (length of a list, how many are in flight)
LOADS: Final = ((1, 1), (1, 64), (64, 4), (500, 2))
SECONDS: Final = 6.0
MOST_PARCELS: Final = 12_000
WARM_UP_PARCELS: Final = 500


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, how fast, and what it cost of the processor."""

    way: str
    decisions: int
    seconds: float
    service_us: float
    database_us: float

    @property
    def per_second(self) -> float:
        return self.decisions / self.seconds


class Load:
    """Files lists until the time is over or the parcels are used up."""

    def __init__(self, services: ClearanceServices, bodies: list[bytes], seconds: float) -> None:
        self._services = services
        self._left = deque(bodies)
        self._until = asyncio.get_running_loop().time() + seconds
        self.decisions = 0

    async def run(self, length: int, in_flight: int) -> None:
        """All senders together."""
        async with asyncio.TaskGroup() as senders:
            for _ in range(in_flight):
                senders.create_task(self._send(length))

    async def _send(self, length: int) -> None:
        loop = asyncio.get_running_loop()
        while len(self._left) >= length and loop.time() < self._until:
            bodies = [self._left.popleft() for _ in range(length)]
            filed = submissions(bodies, datetime.now(UTC))
            answers = demand_answers(await self._services.file(filed))
            self.decisions += len(answers)


async def measure(machine: Machine) -> list[Rate]:
    """Each load on a database of its own."""
    return [await _rate(machine, length, in_flight) for length, in_flight in LOADS]


async def _rate(machine: Machine, length: int, in_flight: int) -> Rate:
    parcels = Parcels(seed=length * 100 + in_flight, now=datetime.now(UTC))
    bodies = [json_body(each) for each in parcels.take(MOST_PARCELS)]
    async with fresh_stand(machine) as stand, open_services(stand) as services:
        await Load(services, bodies[:WARM_UP_PARCELS], SECONDS).run(min(length, 64), 4)
        load = Load(services, bodies[WARM_UP_PARCELS:], SECONDS)
        with collected():
            meter = Meter(machine.postmaster_pid)
            await load.run(length, in_flight)
            spent = meter.spent()
    return Rate(
        way=f"lists of {length}, {in_flight} in flight",
        decisions=load.decisions,
        seconds=spent.wall,
        service_us=spent.service / load.decisions * 1e6,
        database_us=spent.database / load.decisions * 1e6,
    )


def lines(rates: list[Rate]) -> list[str]:
    """The table to print."""
    heads = ["", "decisions", "decisions/s", "service CPU µs", "PostgreSQL CPU µs"]
    return table(heads, [[r.way, r.decisions, r.per_second, r.service_us, r.database_us] for r in rates])
