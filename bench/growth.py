"""Ten thousand stored declarations against a million: decisions a second, look-ups, and bytes for each of them.

The two databases take turns. The small one is a fresh copy each time, so that it stays small.
"""

import statistics
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from bench import lookups, storage
from bench.contest import serving, shoot
from bench.figures import Cell, table
from bench.grown import FILED, Filling, Grown
from bench.load_generator import MISSING, is_installed
from bench.lookups import LookupFigures
from bench.processor import Meter
from bench.service_rate import Load
from bench.stand import Machine, Stand, collected, copied, fresh_stand, open_services, wal_position
from bench.supply import Reader, Supply, supply

GOAL: Final = 0.9
LOOKUP_GOAL: Final = 1.5
BYTES_GOAL: Final = 3_000
_UNFINISHED: Final = "the large database is not full yet: run the same again with the same --keep"
_SMALL: Final = "small"
_LARGE: Final = "large"
_SERVICES: Final = "services, lists of 64"
_HTTP: Final = "HTTP, single requests"
_MOST_PER_SECOND: Final = 6_000
_CONNECTIONS: Final = 64
_WORKERS: Final = 2
_WARM_UP_SECONDS: Final = 3


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is filled and measured."""

    declarations: int = 1_000_000
    rounds: int = 3
    seconds: float = 4.0
    fill_seconds: float = 3_600.0


QUICK: Final = Plan(declarations=50_000, rounds=1, seconds=3.0)


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One round in one of them: what was decided, and what it cost."""

    per_second: float
    service_us: float
    database_us: float
    wal_bytes: float


class GrowthFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Rates by way and size, round by round; look-ups and bytes by size."""

    declarations: dict[str, int]
    rates: dict[str, dict[str, list[Turn]]]
    lookups: dict[str, LookupFigures] = {}
    bytes_each: dict[str, float] = {}
    tables: list[storage.TableBytes] = []

    def ratio(self, way: str) -> float:
        """The large one through the small one, in the middle round."""
        rates = self.rates[way]
        return statistics.median(
            large.per_second / small.per_second for large, small in zip(rates[_LARGE], rates[_SMALL], strict=True)
        )


async def measure(machine: Machine, plan: Plan, say: Callable[[str], None]) -> GrowthFigures | str:
    """Fill, then measure all but HTTP; where filling ended early, how to go on."""
    grown = await Filling(machine, plan.declarations, plan.fill_seconds, say).run()
    if grown is None:
        return _UNFINISHED
    say(f"{grown.declarations:,} declarations are stored")
    sizes, tables = await _sizes(machine, grown)
    sample = await lookups.sampled(grown.small)
    found = await lookups.measure({_SMALL: grown.small, _LARGE: grown.large}, sample)
    say("look-ups are measured")
    with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, supply(Path(name), seed=40) as bodies:
        rates = {_SERVICES: await _services(machine, grown, bodies, plan)}
    return GrowthFigures(
        declarations={_SMALL: FILED, _LARGE: grown.declarations},
        rates=rates,
        lookups=found,
        bytes_each=sizes,
        tables=tables,
    )


async def measure_http(machine: Machine, plan: Plan, say: Callable[[str], None]) -> GrowthFigures | str:
    """The same over HTTP, where filling was done before or is done now."""
    if not is_installed():
        return MISSING
    grown = await Filling(machine, plan.declarations, plan.fill_seconds, say).run()
    if grown is None:
        return _UNFINISHED
    with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, supply(Path(name), seed=41) as bodies:
        rates = {_HTTP: await _http(machine, grown, bodies, plan)}
    declarations = {_SMALL: FILED, _LARGE: grown.declarations}
    return GrowthFigures(declarations=declarations, rates=rates)


async def _sizes(machine: Machine, grown: Grown) -> tuple[dict[str, float], list[storage.TableBytes]]:
    """Bytes for each declaration in both; by table in the large one."""
    async with fresh_stand(machine) as empty:
        before = await storage.sizes_of(empty)
    counts = {_SMALL: FILED, _LARGE: grown.declarations}
    each = {
        name: storage.bytes_each(before, await storage.sizes_of(stand), counts[name])
        for name, stand in ((_SMALL, grown.small), (_LARGE, grown.large))
    }
    return {name: sum(table.total for table in tables) for name, tables in each.items()}, each[_LARGE]


@asynccontextmanager
async def _turn(machine: Machine, grown: Grown, name: str) -> AsyncIterator[Stand]:
    """The large one, or a copy of the small one."""
    if name == _LARGE:
        yield grown.large
        return
    async with copied(machine, grown.small) as copy:
        yield copy


async def _services(machine: Machine, grown: Grown, bodies: Supply, plan: Plan) -> dict[str, list[Turn]]:
    rates: dict[str, list[Turn]] = {_SMALL: [], _LARGE: []}
    reader = Reader()
    warm, count = _MOST_PER_SECOND // 4, int(_MOST_PER_SECOND * plan.seconds)
    for _ in range(plan.rounds):
        for name, taken in rates.items():
            first, others = bodies.take(reader, warm), bodies.take(reader, count)
            async with _turn(machine, grown, name) as stand, open_services(stand) as services:
                await Load(services, first, plan.seconds).run(64, 4)
                load = Load(services, others, plan.seconds)
                with collected():
                    meter, wal = Meter(machine.postmaster_pid), await wal_position(stand)
                    await load.run(64, 4)
                    spent = meter.spent()
                each = 1 / load.decisions
                taken.append(
                    Turn(
                        per_second=load.decisions / spent.wall,
                        service_us=spent.service * each * 1e6,
                        database_us=spent.database * each * 1e6,
                        wal_bytes=(await wal_position(stand) - wal) * each,
                    )
                )
    return rates


async def _http(machine: Machine, grown: Grown, bodies: Supply, plan: Plan) -> dict[str, list[Turn]]:
    rates: dict[str, list[Turn]] = {_SMALL: [], _LARGE: []}
    reader = Reader()
    for _ in range(plan.rounds):
        for name, taken in rates.items():
            bodies.top_up(reader, int(2 * _MOST_PER_SECOND * (plan.seconds + _WARM_UP_SECONDS)))
            with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as home:
                async with (
                    _turn(machine, grown, name) as stand,
                    serving(machine, Path(home) / "var", _WORKERS, stand.urls) as ours,
                ):
                    ours.reader = reader
                    await shoot(machine, bodies, ours, _CONNECTIONS, _WARM_UP_SECONDS)
                    wal = await wal_position(stand)
                    shot = await shoot(machine, bodies, ours, _CONNECTIONS, plan.seconds)
                    taken.append(
                        Turn(
                            per_second=shot.per_second,
                            service_us=shot.service_us,
                            database_us=shot.database_us,
                            wal_bytes=(await wal_position(stand) - wal) / shot.decisions,
                        )
                    )
    return rates


def lines(figures: GrowthFigures | str) -> list[str]:
    """The tables to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    small, large = (f"{figures.declarations[name]:,}" for name in (_SMALL, _LARGE))
    rows: list[list[Cell]] = []
    for way, rates in figures.rates.items():
        rows.append([f"{way}: decisions/s", *_medians(rates, "per_second"), f"{figures.ratio(way):.2f}"])
        for cost, unit in (("service_us", "service µs"), ("database_us", "PostgreSQL µs"), ("wal_bytes", "WAL bytes")):
            small_cost, large_cost = _medians(rates, cost)
            rows.append([f"  {unit}", small_cost, large_cost, f"{large_cost / small_cost:.2f}"])
    for name, p99_ms in figures.lookups[_LARGE].p99_ms.items() if figures.lookups else ():
        before = figures.lookups[_SMALL].p99_ms[name]
        rows.append([f"look-up {name}, p99 ms", f"{before:.2f}", f"{p99_ms:.2f}", f"{p99_ms / before:.2f}"])
        p50_ms = [figures.lookups[size].p50_ms[name] for size in (_SMALL, _LARGE)]
        rows.append(["  p50 ms", *(f"{each:.2f}" for each in p50_ms), f"{p50_ms[1] / p50_ms[0]:.2f}"])
    if figures.bytes_each:
        rows.append(["bytes for each declaration", figures.bytes_each[_SMALL], figures.bytes_each[_LARGE], ""])
    shown = table(["stored declarations", small, large, "ratio"], rows)
    shown.append(f"goals: decisions at least {GOAL}, look-ups at most {LOOKUP_GOAL}, {BYTES_GOAL:,} bytes")
    shown += [
        f"{each.table}: {each.heap:.0f} heap, {each.indexes:.0f} indexes, {each.toast:.0f} TOAST"
        for each in figures.tables[:12]
    ]
    return shown


def _medians(rates: dict[str, list[Turn]], what: str) -> tuple[float, float]:
    small, large = (statistics.median(getattr(turn, what) for turn in rates[name]) for name in (_SMALL, _LARGE))
    return small, large
