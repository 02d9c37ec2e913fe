"""Memory of the workers over a long run: it must not grow with what was decided.

The slope is that of a straight line through the second part of the run, when caches are full.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from bench.contest import serving, shoot
from bench.figures import Cell, table
from bench.load_generator import MISSING, is_installed
from bench.processor import resident_kib, workers_of
from bench.stand import Machine, fresh_database
from bench.supply import supply

_CONNECTIONS: Final = 64
_SHOT_SECONDS: Final = 4.0
_FIRST_GUESS_PER_SECOND: Final = 4_000
_WARM_SHARE: Final = 0.3


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is decided."""

    declarations: int = 200_000
    workers: int = 2


QUICK: Final = Plan(declarations=30_000)


class MemoryFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Resident KiB of each worker, after so many decisions of all of them."""

    decided: list[int]
    resident_kib: list[list[int]]

    def slopes(self) -> list[float]:
        """Bytes for each further decision of a worker, without the first part of the run."""
        first = next(place for place, count in enumerate(self.decided) if count >= _WARM_SHARE * self.decided[-1])
        decided = [count / len(self.resident_kib) for count in self.decided[first:]]
        return [
            statistics.linear_regression(decided, [kib * 1024 for kib in each[first:]]).slope
            for each in self.resident_kib
        ]


async def measure(machine: Machine, plan: Plan) -> MemoryFigures | str:
    """Post single requests, and look at the workers every few seconds."""
    if not is_installed():
        return MISSING
    decided: list[int] = []
    async with fresh_database(machine) as urls:
        with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, supply(Path(name), seed=60) as bodies:
            async with serving(machine, Path(name) / "var", plan.workers, urls) as ours:
                workers = workers_of(ours.pids[0])
                resident: list[list[int]] = [[] for _ in workers]
                fastest: float = _FIRST_GUESS_PER_SECOND
                while not decided or decided[-1] < plan.declarations:
                    bodies.top_up(ours.reader, int(1.5 * fastest * _SHOT_SECONDS))
                    shot = await shoot(machine, bodies, ours, _CONNECTIONS, _SHOT_SECONDS)
                    fastest = max(fastest, shot.per_second)
                    decided.append(ours.acknowledged)
                    for each, pid in zip(resident, workers, strict=True):
                        each.append(resident_kib(pid))
    return MemoryFigures(decided=decided, resident_kib=resident)


def lines(figures: MemoryFigures | str) -> list[str]:
    """The table to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    heads = [
        "decisions of all workers",
        *(f"worker {number}, MiB" for number in range(1, len(figures.resident_kib) + 1)),
    ]
    step = max(1, len(figures.decided) // 12)
    shown_places = [*range(0, len(figures.decided) - 1, step), len(figures.decided) - 1]
    rows: list[list[Cell]] = [
        [f"{figures.decided[place]:,}", *(each[place] / 1024 for each in figures.resident_kib)]
        for place in shown_places
    ]
    slopes = ", ".join(f"{slope:.1f}" for slope in figures.slopes())
    return [*table(heads, rows), f"bytes for each further decision of a worker: {slopes}"]
