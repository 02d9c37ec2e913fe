"""Many parcels in one request: batches of 500 and CEB messages of 100 nodes, against a naive batch in the same run.

The naive batch is a pydantic list and one INSERT of many rows, nothing else. Every body comes over a connection of its
own, so that the kernel spreads few large requests over the workers. A CEB parcel takes four messages.
"""

import asyncio
import dataclasses
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from bench.contest import BASELINE, OURS, Contestant, Shot, contestants, shoot
from bench.figures import Cell, table
from bench.load_generator import MISSING, Answers, is_installed, post
from bench.stand import Machine
from bench.supply import BATCH, BATCHES, CEB, NODES, SINGLE, Reader, Shape, Supply, supply

GOAL: Final = 1.0
IN_FLIGHT: Final = 6
_ASIDE_CONNECTIONS: Final = 8
_ASIDE_BATCHES: Final = 2
_JSON: Final = f"{OURS}, JSON batches of {BATCH}"
_CEB: Final = f"{OURS}, CEB messages of {NODES}"
_NAIVE: Final = f"{BASELINE}, JSON batches of {BATCH}"
_DECIDED: Final = "SELECT count(*) FROM declarations WHERE outcome IS NOT NULL"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured."""

    workers: int = 2
    rounds: int = 3
    seconds: float = 10.0
    warm_up_seconds: float = 3.0


QUICK: Final = Plan(rounds=1, seconds=6.0, warm_up_seconds=2.0)


class BatchFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The rounds of each way of filing; single requests alone, and beside batches."""

    workers: int
    shots: list[Shot]
    singles_alone: Answers
    singles_beside: Answers
    batches_beside: Answers

    def of(self, name: str) -> list[Shot]:
        """The rounds of one of them."""
        return [shot for shot in self.shots if shot.name == name]

    def ratios(self, name: str) -> list[float]:
        """Decisions a second through the rows a second of the naive batch, round by round."""
        return [ours.per_second / naive.per_second for ours, naive in zip(self.of(name), self.of(_NAIVE), strict=True)]


@dataclasses.dataclass(slots=True)
class Entry:
    """One way of filing: who takes it, and what is sent."""

    who: Contestant
    bodies: Supply


async def measure(machine: Machine, plan: Plan) -> BatchFigures | str:
    """Alternating rounds of the three, then single requests beside batches."""
    if not is_installed():
        return MISSING
    with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, ExitStack() as stack:
        folder = Path(name)

        def made(shape: Shape, seed: int) -> Supply:
            return stack.enter_context(supply(folder / str(seed), shape, seed))

        async with contestants(machine, folder / "var", plan.workers) as (ours, theirs):
            batches, singles = made(BATCHES, 0), made(SINGLE, 2)
            entries = [
                _entry(ours, _JSON, batches, "/v1/declarations/batch"),
                _entry(ours, _CEB, made(CEB, 1), "/v1/ceb", "application/xml"),
                _entry(theirs, _NAIVE, batches, "/v1/declarations/batch"),
            ]
            shots = await _rounds(machine, entries, plan)
            alone, beside, batches_beside = await _beside(ours, singles, entries[0], plan.seconds)
    return BatchFigures(
        workers=plan.workers,
        shots=shots,
        singles_alone=alone,
        singles_beside=beside,
        batches_beside=batches_beside,
    )


def _entry(who: Contestant, name: str, bodies: Supply, path: str, media_type: str = "application/json") -> Entry:
    target = msgspec.structs.replace(who.target, path=path, media_type=media_type, connection="close")
    count = _DECIDED if name == _CEB else who.count
    return Entry(dataclasses.replace(who, name=name, target=target, reader=Reader(), count=count), bodies)


async def _rounds(machine: Machine, entries: list[Entry], plan: Plan) -> list[Shot]:
    shots: list[Shot] = []
    answered_per_second: dict[str, float] = {}
    for number in range(plan.rounds + 1):
        for entry in entries:
            seconds = plan.seconds if number else plan.warm_up_seconds
            guess = answered_per_second.get(entry.who.name, 12 if entry.bodies.shape is BATCHES else 60)
            entry.bodies.top_up(entry.who.reader, int(guess * seconds * 1.5) + 4 * IN_FLIGHT)
            shot = await shoot(machine, entry.bodies, entry.who, IN_FLIGHT, seconds)
            answered_per_second[shot.name] = max(guess, shot.answers.per_second)
            if number:
                shots.append(shot)
    return shots


async def _beside(
    ours: Contestant, singles: Supply, batches: Entry, seconds: float
) -> tuple[Answers, Answers, Answers]:
    """Single requests over a few connections, alone and while batches are sent."""
    singles.top_up(ours.reader, int(3 * seconds * 4_000))
    batches.bodies.top_up(batches.who.reader, int(12 * seconds))
    await post(singles, ours.reader, ours.target, _ASIDE_CONNECTIONS, 2)
    alone = await post(singles, ours.reader, ours.target, _ASIDE_CONNECTIONS, seconds)
    beside, batches_beside = await asyncio.gather(
        post(singles, ours.reader, ours.target, _ASIDE_CONNECTIONS, seconds),
        post(batches.bodies, batches.who.reader, batches.who.target, _ASIDE_BATCHES, seconds),
    )
    if beside.refused or beside.broken or batches_beside.refused:
        raise RuntimeError(f"single requests beside batches: {beside}, {batches_beside}")
    return alone, beside, batches_beside


def lines(figures: BatchFigures | str) -> list[str]:
    """The tables to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    heads = [f"{figures.workers} workers, {IN_FLIGHT} in flight", "a second", "service µs", "PG µs", "wrk µs", "ratios"]
    shown = table(heads, [_row(figures, name) for name in (_JSON, _CEB, _NAIVE)])
    for name in (_JSON, _CEB):
        shown.append(f"{name}: ratio to the naive batch {statistics.median(figures.ratios(name)):.2f} (goal {GOAL})")
    for what, each in (("alone", figures.singles_alone), ("beside batches", figures.singles_beside)):
        shown.append(
            f"single requests {what}, {_ASIDE_CONNECTIONS} connections: {each.per_second:,.0f}/s, "
            f"p50 {each.p50_ms:.1f}, p99 {each.p99_ms:.1f}, p99.9 {each.p999_ms:.1f} ms"
        )
    shown.append(f"the batches beside them: {figures.batches_beside.per_second * BATCH:,.0f} decisions a second")
    return shown


def _row(figures: BatchFigures, name: str) -> list[Cell]:
    shots = figures.of(name)
    costs = [statistics.median(getattr(shot, cost) for shot in shots) for cost in ("service_us", "database_us")]
    ratios = ", ".join(f"{ratio:.2f}" for ratio in figures.ratios(name))
    sender = statistics.median(shot.sender_us for shot in shots)
    return [name, statistics.median(shot.per_second for shot in shots), *costs, sender, ratios]
