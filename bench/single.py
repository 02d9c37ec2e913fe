"""Single requests: our decisions a second against the inserts a second of the baseline, in alternating rounds.

Ours does everything, the baseline validates and inserts. Both get the same bodies, each once, from wrk on the same
machine, work on the same server with the same pool, and have the same number of processes.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from bench.contest import BASELINE, OURS, Contestant, Shot, contestants, demand_stored, shoot
from bench.figures import Cell, table
from bench.load_generator import MISSING, is_installed
from bench.stand import Machine
from bench.supply import Supply, supply

GOAL: Final = 2.0
_SPARE: Final = 1.5
_MIX: Final = "SELECT outcome, count(*) AS count FROM declarations GROUP BY 1 ORDER BY 1 NULLS LAST"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured."""

    workers: tuple[int, ...] = (1, 2)
    connections: tuple[int, ...] = (64, 256)
    rounds: int = 3
    seconds: float = 6.0
    warm_up_seconds: float = 2.0
    first_guess_per_second: int = 9_000  # bodies lie ready for the faster of both


QUICK: Final = Plan(workers=(2,), connections=(64,), rounds=2, seconds=5.0)
FEW: Final = Plan(workers=(2,), connections=(1, 8, 16), rounds=1, seconds=5.0)


class Duel(msgspec.Struct, frozen=True, kw_only=True):
    """All rounds of both with one number of workers and connections."""

    workers: int
    connections: int
    shots: list[Shot]

    def of(self, name: str) -> list[Shot]:
        """The rounds of one of them."""
        return [shot for shot in self.shots if shot.name == name]

    @property
    def ratios(self) -> list[float]:
        """Ours through theirs, round by round."""
        pairs = zip(self.of(OURS), self.of(BASELINE), strict=True)
        return [ours.per_second / theirs.per_second for ours, theirs in pairs]


class SingleFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The duels, and what lay in our databases afterwards: outcomes by their number, and all declarations."""

    duels: list[Duel]
    outcomes: dict[str, int]
    acknowledged: int
    stored: int


async def measure(machine: Machine, plan: Plan) -> SingleFigures | str:
    """Every number of workers on databases of its own; a reason where there is no sender."""
    if not is_installed():
        return MISSING
    duels: list[Duel] = []
    outcomes: dict[str, int] = {}
    acknowledged = stored = 0
    for workers in plan.workers:
        with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as folder, supply(Path(folder)) as bodies:
            async with contestants(machine, Path(folder) / "var", workers) as both:
                duels += await _duels(machine, bodies, both, workers, plan)
                for who in both:
                    stored_here = await demand_stored(who)
                    if who.name == OURS:
                        acknowledged, stored = acknowledged + who.acknowledged, stored + stored_here
                for outcome, count in (await _mix(both[0])).items():
                    outcomes[outcome] = outcomes.get(outcome, 0) + count
    return SingleFigures(duels=duels, outcomes=outcomes, acknowledged=acknowledged, stored=stored)


async def _duels(machine: Machine, bodies: Supply, both: Sequence[Contestant], workers: int, plan: Plan) -> list[Duel]:
    fastest = 0.0
    for who in both:  # connections, plans and caches are warm before the clock starts
        bodies.top_up(who.reader, int(plan.first_guess_per_second * plan.warm_up_seconds * _SPARE))
        shot = await shoot(machine, bodies, who, plan.connections[0], plan.warm_up_seconds)
        fastest = max(fastest, shot.per_second)
    duels = []
    for connections in plan.connections:
        shots: list[Shot] = []
        for _ in range(plan.rounds):
            for who in both:
                bodies.top_up(who.reader, int(fastest * plan.seconds * _SPARE))
                shots.append(await shoot(machine, bodies, who, connections, plan.seconds))
                fastest = max(fastest, shots[-1].per_second)
        duels.append(Duel(workers=workers, connections=connections, shots=shots))
    return duels


async def _mix(ours: Contestant) -> dict[str, int]:
    connection = await asyncpg.connect(for_asyncpg(ours.urls.owner))
    try:
        return {str(row["outcome"]): row["count"] for row in await connection.fetch(_MIX)}
    finally:
        await connection.close()


def lines(figures: SingleFigures | str) -> list[str]:
    """The tables to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    heads = ["workers, connections", "", "a second", "p50 ms", "p99 ms", "p99.9 ms", "service µs", "PG µs", "wrk µs"]
    shown = table(heads, [row for duel in figures.duels for row in _rows(duel)])
    for duel in figures.duels:
        rounds = ", ".join(f"{ratio:.2f}" for ratio in duel.ratios)
        median = statistics.median(duel.ratios)
        shown.append(f"{duel.workers} w, {duel.connections} c: ratio {rounds}; median {median:.2f} (goal {GOAL})")
    mix = ", ".join(f"{outcome}: {count / figures.stored:.1%}" for outcome, count in figures.outcomes.items())
    shown.append(f"acknowledged {figures.acknowledged:,}, stored {figures.stored:,}; outcomes {mix}")
    return shown


def _rows(duel: Duel) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for name in (OURS, BASELINE):
        shots = duel.of(name)
        rows.append([
            f"{duel.workers} w, {duel.connections} c", name, statistics.median(shot.per_second for shot in shots),
            *(statistics.median(getattr(shot.answers, percentile) for shot in shots)
              for percentile in ("p50_ms", "p99_ms", "p999_ms")),
            *(statistics.median(getattr(shot, cost) for shot in shots)
              for cost in ("service_us", "database_us", "sender_us")),
        ])  # fmt: skip
    return rows
