"""Overload: requests leave at 0.5, 1, 2 and 4 times the capacity, whatever becomes of those before them.

The sender has a core of its own, service and PostgreSQL have the others: otherwise each request that is offered in vain
would take processor time from the service by being sent, and the machine would be measured instead of the service.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from bench.contest import Contestant, Shot, serving, shoot
from bench.figures import Cell, table
from bench.load_generator import MISSING, is_installed
from bench.open_loop import BROKEN, CREATED, UNAVAILABLE, Order, Sent
from bench.processor import on_cores, resident_kib, workers_of
from bench.stand import Machine, fresh_database
from bench.supply import Reader, Supply, supply

GOAL: Final = 0.9
_CONNECTIONS: Final = 64
_FIRST_GUESS_PER_SECOND: Final = 4_000
_MOST_CONNECTIONS: Final = 9_000
_LOOK_SECONDS: Final = 0.5


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered, as parts of the capacity, and for how long."""

    offered: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    seconds: float = 10.0
    warm_up_seconds: float = 2.0
    capacity_seconds: float = 6.0
    workers: int = 1


QUICK: Final = Plan(offered=(1.0, 2.0), seconds=6.0, capacity_seconds=4.0)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One rate: what was sent, what became of it, what the service needed."""

    offered: float
    sent: Sent
    seconds: float  # in which was offered
    resident_mib: float  # the most of all workers together
    service_us: float  # of the processor, for each request that was answered

    @property
    def goodput(self) -> float:
        """Accepted a second, while requests were offered: what is answered later is answered late."""
        return self.sent.accepted_meanwhile / self.seconds


class OverloadFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The capacity that was found with a closed loop, and every rate."""

    capacity_per_second: float
    resident_mib_before: float
    loads: list[Load]
    acknowledged: int
    stored: int


async def measure(machine: Machine, plan: Plan) -> OverloadFigures | str:
    """Find the capacity, then offer parts and multiples of it."""
    if not is_installed():
        return MISSING
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return "the sender needs a core of its own, and this machine has one only"
    with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, supply(Path(name), seed=80) as bodies:
        bodies.top_up(Reader(), _FIRST_GUESS_PER_SECOND)
        with on_cores(cores[1:], machine.postmaster_pid):
            async with (
                fresh_database(machine) as urls,
                serving(machine, Path(name) / "var", plan.workers, urls) as ours,
            ):
                return await _loads(machine, bodies, ours, plan, cores)


async def _loads(machine: Machine, bodies: Supply, ours: Contestant, plan: Plan, cores: list[int]) -> OverloadFigures:
    workers = workers_of(ours.pids[0])
    capacity = await _capacity(machine, bodies, ours, plan, cores)
    before = sum(map(resident_kib, workers)) / 1024
    loads = []
    for offered in plan.offered:
        loads.append(await _offer(bodies, ours, plan, offered, capacity, cores[0]))
        ours.acknowledged += loads[-1].sent.statuses.get(CREATED, 0)
        ours.under_way += loads[-1].sent.statuses.get(BROKEN, 0)
        await asyncio.sleep(1)
    stored = await ours.stored()
    if not ours.acknowledged <= stored <= ours.acknowledged + ours.under_way:
        raise RuntimeError(f"acknowledged {ours.acknowledged} and stored {stored}: {loads}")
    return OverloadFigures(
        capacity_per_second=capacity,
        resident_mib_before=before,
        loads=loads,
        acknowledged=ours.acknowledged,
        stored=stored,
    )


async def _capacity(machine: Machine, bodies: Supply, ours: Contestant, plan: Plan, cores: list[int]) -> float:
    """Decisions a second of a closed loop, warm."""
    best: Shot | None = None
    for seconds in (plan.warm_up_seconds, plan.capacity_seconds, plan.capacity_seconds):
        bodies.top_up(ours.reader, int((best.per_second if best else _FIRST_GUESS_PER_SECOND) * seconds * 1.6))
        with on_cores(cores[:1]):
            shot = await shoot(machine, bodies, ours, _CONNECTIONS, seconds)
        best = shot if best is None or shot.per_second > best.per_second else best
    assert best is not None
    return best.per_second


async def _offer(bodies: Supply, ours: Contestant, plan: Plan, offered: float, capacity: float, core: int) -> Load:
    rate = offered * capacity
    # Only the first file is read: it has to hold all of them.
    bodies.top_up(ours.reader, int(2.1 * rate * plan.seconds))
    order = Order(
        port=ours.target.port,
        key=ours.target.key,
        path=ours.target.path,
        file=str(bodies.folder / "bodies.0"),
        position=ours.reader.positions[0],
        per_second=rate,
        seconds=plan.seconds,
        most_connections=_MOST_CONNECTIONS,
    )
    workers, used = workers_of(ours.pids[0]), ours.processor_seconds()
    with on_cores([core]):
        sending = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.open_loop", msgspec.json.encode(order).decode(), stdout=asyncio.subprocess.PIPE
        )
    most_kib = 0
    said = asyncio.create_task(sending.communicate())
    while not said.done():
        most_kib = max(most_kib, sum(map(resident_kib, workers)))
        await asyncio.wait([said], timeout=_LOOK_SECONDS)
    sent = msgspec.json.decode((await said)[0], type=Sent)
    ours.reader.positions[0] = sent.position
    return Load(
        offered=offered,
        sent=sent,
        seconds=plan.seconds,
        resident_mib=most_kib / 1024,
        service_us=(ours.processor_seconds() - used) / max(1, sum(sent.statuses.values())) * 1e6,
    )


def lines(figures: OverloadFigures | str) -> list[str]:
    """The table to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    heads = ["offered", "a second", "accepted/s", "refused/s", "broken", "unsent", "p50 ms", "p99 ms", "p99.9 ms"]
    heads += ["refused p99 ms", "connections", "workers MiB", "service µs", "sent late p99 ms"]
    best = max(load.goodput for load in figures.loads)
    shown = [f"capacity {figures.capacity_per_second:,.0f}/s; workers {figures.resident_mib_before:.0f} MiB before"]
    shown += table(heads, [_row(load) for load in figures.loads])
    shown += [
        f"offered {load.offered:g}: goodput {load.goodput / best:.2f} of the best (goal {GOAL} at 2)"
        for load in figures.loads
    ]
    without = sum(load.sent.without_advice for load in figures.loads)
    shown.append(f"refused without Retry-After: {without}")
    shown.append(f"acknowledged {figures.acknowledged:,}, stored {figures.stored:,}")
    return shown


def _row(load: Load) -> list[Cell]:
    sent = load.sent
    others = {status: count for status, count in sent.statuses.items() if status not in (CREATED, UNAVAILABLE, BROKEN)}
    refused: Cell = sent.statuses.get(UNAVAILABLE, 0) / load.seconds
    return [
        f"{load.offered:g}", sent.due / load.seconds, load.goodput,
        f"{refused:,.0f} and {others}" if others else refused, sent.statuses.get(BROKEN, 0), sent.unsent,
        *sent.accepted_ms[:3], sent.refused_ms[1], sent.connections, load.resident_mib, load.service_us, sent.late_ms,
    ]  # fmt: skip
