"""Officers beside the intake: filings at half of the capacity, alone and with ten times normal office traffic.

Both in alternating rounds of one run, on one service. Normal is 20 officers with a page every five seconds each, and a
look at the dashboard (page, four charts, workbook) once a minute; ten times that is 40 pages a second and ten looks a
minute. The senders have a core of their own, service and PostgreSQL have the others.
"""

import asyncio
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from app.database_url import DatabaseUrls, for_asyncpg
from app.repositories import officer_sessions
from app.services.office.sessions import hash_of
from bench.contest import Contestant, serving, shoot
from bench.figures import table
from bench.load_generator import MISSING, is_installed
from bench.office_seed import OFFICES, Seeded, seed
from bench.officers import Order as OfficersOrder
from bench.officers import Worked
from bench.open_loop import CREATED, Order, Sent
from bench.processor import on_cores
from bench.stand import Machine, fresh_database, prepared
from bench.supply import Reader, Supply, supply

GOAL: Final = 1.1
TURNED_AWAY: Final = 503  # officers may have to come again where the intake takes the whole machine; never the reverse
_NORMAL_PAGES_PER_SECOND: Final = 20 / 5
_NORMAL_REPORTS_PER_SECOND: Final = 1 / 60
_OFFICERS: Final = 200
_CONNECTIONS: Final = 64
_FIRST_GUESS_PER_SECOND: Final = 4_000
_MOST_CONNECTIONS: Final = 2_000
_WARMING_SECONDS: Final = 6.0  # in which each officer is seen for the first time
_PAGES: Final = (
    "/console/queues?queue=review",
    "/console/queues?queue=inspection",
    "/console",
    "/console/queues?queue=review&rule=TRI-02",
    "/console/hand-over",
)
_PERIOD: Final = "step=day"
_REPORT: Final = (
    f"/console/dashboard?{_PERIOD}",
    *(f"/console/dashboard/charts/{name}.svg?{_PERIOD}" for name in ("trend", "waiting", "findings", "inspections")),
    f"/console/dashboard/export.xlsx?{_PERIOD}",
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much, for how long, how often."""

    share: float = 0.5
    times_normal: float = 10.0
    seconds: float = 12.0
    rounds: int = 5
    workers: int = 1
    cases: int = 50_000
    apart: bool = True  # the senders on a core of their own


QUICK: Final = Plan(seconds=5.0, rounds=2, cases=5_000)


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """Filings alone or with officers beside them."""

    sent: Sent
    officers: Worked | None


class BesideFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Every round, and the ratio of the medians."""

    capacity_per_second: float
    per_second: float
    rounds: list[Round]

    def times_ms(self, place: int, *, beside: bool) -> list[float]:
        """p50 (0) or p99 (1) of the rounds of one kind."""
        return [each.sent.accepted_ms[place] for each in self.rounds if bool(each.officers) is beside]

    def ratio(self, place: int) -> float:
        """How much longer filings take with officers beside them."""
        alone, beside = (statistics.median(self.times_ms(place, beside=beside)) for beside in (False, True))
        return beside / alone


async def measure(machine: Machine, plan: Plan) -> BesideFigures | str:
    """Seed cases, find the capacity, then alternate."""
    if not is_installed():
        return MISSING
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return "the senders need a core of their own, and this machine has one only"
    service_cores, sender_cores = (cores[1:], cores[:1]) if plan.apart else (cores, cores)
    with tempfile.TemporaryDirectory(prefix="tongguan-bench-") as name, supply(Path(name), seed=81) as bodies:
        bodies.top_up(Reader(), _FIRST_GUESS_PER_SECOND)
        with on_cores(service_cores, machine.postmaster_pid):
            async with fresh_database(machine) as urls:
                await prepared(machine, urls)
                sessions = await _seeded(machine, urls, plan)
                async with serving(machine, Path(name) / "var", plan.workers, urls) as ours:
                    return await _rounds(machine, bodies, ours, plan, sessions, sender_cores)


async def _seeded(machine: Machine, urls: DatabaseUrls, plan: Plan) -> list[str]:
    """Cases to page through, and officers who are signed in."""
    owner = await asyncpg.connect(for_asyncpg(urls.owner))
    now, names = datetime.now(UTC), [f"session-{number}" for number in range(_OFFICERS)]
    try:
        await seed(owner, machine.keyring, Seeded(declarations=plan.cases * 2, open_cases=plan.cases))
        for number, name in enumerate(names):
            districts = [OFFICES[number % len(OFFICES)][:2]]
            await owner.execute(_OFFICER, f"BENCH{number:03}", f"Officer {number}", ["supervisor"], districts)
            until = now.replace(year=now.year + 1)
            await officer_sessions.add_session(owner, hash_of(name), f"BENCH{number:03}", now, until, "password")
        await owner.execute("VACUUM (ANALYZE)")  # or the server does it in the first round
    finally:
        await owner.close()
    return names


async def _rounds(
    machine: Machine, bodies: Supply, ours: Contestant, plan: Plan, sessions: list[str], cores: list[int]
) -> BesideFigures:
    capacity = await _capacity(machine, bodies, ours, cores)
    rate, rounds = plan.share * capacity, list[Round]()
    await _work(ours, msgspec.structs.replace(plan, seconds=_WARMING_SECONDS), sessions)
    for _ in range(plan.rounds):
        for beside in (False, True):
            bodies.top_up(ours.reader, int(2.1 * rate * plan.seconds))
            with on_cores(cores):
                sending = asyncio.create_task(_file(bodies, ours, rate, plan.seconds))
                working = asyncio.create_task(_work(ours, plan, sessions)) if beside else None
                rounds.append(Round(sent=await sending, officers=await working if working else None))
            await asyncio.sleep(1)
    return BesideFigures(capacity_per_second=capacity, per_second=rate, rounds=rounds)


async def _capacity(machine: Machine, bodies: Supply, ours: Contestant, cores: list[int]) -> float:
    """Decisions a second of a closed loop, warm."""
    found = float(_FIRST_GUESS_PER_SECOND)
    for seconds in (2.0, 5.0):
        bodies.top_up(ours.reader, int(found * seconds * 1.6))
        with on_cores(cores):
            found = (await shoot(machine, bodies, ours, _CONNECTIONS, seconds)).per_second
    return found


async def _file(bodies: Supply, ours: Contestant, rate: float, seconds: float) -> Sent:
    order = Order(
        port=ours.target.port,
        key=ours.target.key,
        path=ours.target.path,
        file=str(bodies.folder / "bodies.0"),
        position=ours.reader.positions[0],
        per_second=rate,
        seconds=seconds,
        most_connections=_MOST_CONNECTIONS,
    )
    sent = msgspec.json.decode(await _told("bench.open_loop", order), type=Sent)
    ours.reader.positions[0] = sent.position
    if set(sent.statuses) - {CREATED, 0} or sent.statuses.get(0) or sent.unsent:
        raise RuntimeError(f"not every filing was taken: {sent}")
    return sent


async def _work(ours: Contestant, plan: Plan, sessions: list[str]) -> Worked:
    order = OfficersOrder(
        port=ours.target.port,
        sessions=sessions,
        pages=list(_PAGES),
        pages_per_second=_NORMAL_PAGES_PER_SECOND * plan.times_normal,
        report=list(_REPORT),
        reports_per_second=_NORMAL_REPORTS_PER_SECOND * plan.times_normal,
        seconds=plan.seconds,
    )
    worked = msgspec.json.decode(await _told("bench.officers", order), type=Worked)
    if set(worked.statuses) - {200, TURNED_AWAY}:
        raise RuntimeError(f"not every page was shown: {worked}")
    return worked


async def _told(program: str, order: msgspec.Struct) -> bytes:
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", program, msgspec.json.encode(order).decode(), stdout=asyncio.subprocess.PIPE
    )
    return (await running.communicate())[0]


def _of_officers(worked: Worked) -> tuple[float, ...]:
    return (*worked.page_ms, worked.report_ms[1], worked.statuses.get(TURNED_AWAY, 0))


def lines(figures: BesideFigures | str) -> list[str]:
    """The figures as a table."""
    if isinstance(figures, str):
        return [figures]
    rows = [
        (
            "with officers" if each.officers else "alone",
            *(each.sent.accepted_ms[place] for place in (0, 1, 2)),
            each.sent.late_ms,
            *(_of_officers(each.officers) if each.officers else ("", "", "", "")),
        )
        for each in figures.rounds
    ]
    heads = (
        "filings", "p50 ms", "p99 ms", "p99.9 ms", "sender late ms",
        "page p50 ms", "page p99 ms", "report p99 ms", "turned away",
    )  # fmt: skip
    return [
        f"capacity {figures.capacity_per_second:,.0f} a second, filed at {figures.per_second:,.0f}",
        *table(heads, rows),
        (
            f"median of the rounds, with officers to alone: p50 x {figures.ratio(0):.2f}, p99 x {figures.ratio(1):.2f} "
            f"(goal: p99 x {GOAL})"
        ),
    ]


_OFFICER: Final = (
    "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, totp_step) "
    "VALUES ($1, $2, $3, $4, 2, now(), 'bench', 0)"
)
