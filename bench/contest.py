"""Our service and the baseline beside each other, each on a database of one server: who they are, what they cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from app.database_url import DatabaseUrls, for_asyncpg
from bench.baseline_service import baseline
from bench.load_generator import Answers, Target, post
from bench.processor import tree_seconds
from bench.stand import Machine, fresh_database
from bench.started_service import on_database, started
from bench.supply import NODES, Reader, Supply

OURS: Final = "tongguan"
BASELINE: Final = "baseline"
_SETTLING_SECONDS: Final = 0.5  # what was under way when wrk hung up is finished before another one is measured


@dataclass(slots=True)
class Contestant:
    """One of them while it runs: where it listens, what it costs, what it acknowledged."""

    name: str
    target: Target
    pids: tuple[int, ...]
    urls: DatabaseUrls
    count: str
    reader: Reader = field(default_factory=Reader)
    acknowledged: int = 0
    under_way: int = 0  # what wrk may have left unanswered when its time was over

    def processor_seconds(self) -> float:
        """Of all its processes, PostgreSQL not among them."""
        return sum(tree_seconds(pid) for pid in self.pids)

    async def stored(self) -> int:
        """How many are in the database."""
        connection = await asyncpg.connect(for_asyncpg(self.urls.owner))
        try:
            return int(await connection.fetchval(self.count))
        finally:
            await connection.close()


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the sender against one contestant."""

    name: str
    connections: int
    answers: Answers
    service_us: float
    database_us: float
    sender_us: float

    decisions: int

    @property
    def per_second(self) -> float:
        return self.decisions / self.answers.seconds


@asynccontextmanager
async def serving(machine: Machine, home: Path, workers: int, urls: DatabaseUrls) -> AsyncIterator[Contestant]:
    """Our service on a database, running and idle."""
    with started(home, workers, on_database(machine, urls)) as service:
        target = Target(service.port, service.platform_key)
        yield Contestant(OURS, target, (service.pid,), urls, "SELECT count(*) FROM declarations")


@asynccontextmanager
async def contestants(machine: Machine, home: Path, workers: int) -> AsyncIterator[tuple[Contestant, Contestant]]:
    """Both, running and idle, each on an empty database."""
    async with (
        fresh_database(machine) as our_urls,
        fresh_database(machine) as their_urls,
        serving(machine, home, workers, our_urls) as ours,
        baseline(their_urls, workers) as opponent,
    ):
        target = Target(opponent.port, "none")
        yield ours, Contestant(BASELINE, target, opponent.pids, their_urls, "SELECT count(*) FROM documents")


async def shoot(machine: Machine, supply: Supply, who: Contestant, connections: int, seconds: float) -> Shot:
    """One run; an answer that is an error ends the measurement."""
    each, before = supply.shape.decisions_each, await who.stored()
    own, database = who.processor_seconds(), tree_seconds(machine.postmaster_pid)
    answers = await post(supply, who.reader, who.target, connections, seconds)
    own, database = who.processor_seconds() - own, tree_seconds(machine.postmaster_pid) - database
    if answers.refused or answers.broken or answers.ran_out:
        raise RuntimeError(f"{who.name}: {answers}")
    decisions = await who.stored() - before if each is None else answers.accepted * each
    who.acknowledged += decisions
    who.under_way += connections * (each or NODES)
    each_us = 1e6 / decisions
    await asyncio.sleep(_SETTLING_SECONDS)
    return Shot(
        name=who.name,
        connections=connections,
        answers=answers,
        service_us=own * each_us,
        database_us=database * each_us,
        sender_us=answers.sender_seconds * each_us,
        decisions=decisions,
    )


async def demand_stored(who: Contestant) -> int:
    """What was acknowledged is stored, and nothing else but what was under way when wrk stopped listening."""
    stored = await who.stored()
    if not who.acknowledged <= stored <= who.acknowledged + who.under_way:
        raise RuntimeError(f"{who.name} acknowledged {who.acknowledged} and stored {stored}")
    return stored
