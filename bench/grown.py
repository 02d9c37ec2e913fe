"""Two databases: one with ten thousand declarations that were really filed, one with a million made from them.

Filling takes minutes. With a folder that is kept it may be done in pieces: each run goes on where the last one stopped.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import asyncpg
import msgspec

from app.database_url import DatabaseUrls, for_asyncpg
from bench.bodies import json_body
from bench.filing import demand_answers, submissions
from bench.multiply import FILLED, SOURCE, Multiplication, finish, prepare, row_counts
from bench.parcels import Parcels
from bench.stand import Machine, Stand, administer, fresh_stand, named_database, open_services, prepared

SMALL: Final = "bench_small"
LARGE: Final = "bench_large"
SEED: Final = 700
FILED: Final = 10_000
_AT_A_TIME: Final = 500
_COPIES_AT_A_TIME: Final = 3
_CONNECTIONS: Final = 2
_SAID_EVERY: Final = 60
_FILLED: Final = f"{SOURCE}.{FILLED}"
_BULK: Final = "max_wal_size = '16GB'\ncheckpoint_timeout = '1h'\nautovacuum = off\nsynchronous_commit = off\n"


@dataclass(frozen=True, slots=True)
class Grown:
    """Both databases, and how many declarations the large one holds."""

    small: Stand
    large: Stand
    declarations: int


class Task(msgspec.Struct, frozen=True):
    """Some copies of one table: one transaction."""

    table: Multiplication
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{self.table.table} {self.first}"


class Filling:
    """Makes both databases, as far as the time allows."""

    def __init__(self, machine: Machine, declarations: int, seconds: float, say: Callable[[str], None]) -> None:
        self._machine = machine
        self._copies = declarations // FILED - 1
        self._until = time.monotonic() + seconds
        self._say = say
        self._done = 0

    async def run(self) -> Grown | None:
        """Both databases; None when the time was over before they were full."""
        if not await self._exists(SMALL):
            await self._file_small()
        small = await prepared(self._machine, named_database(self._machine, SMALL))
        large = await prepared(self._machine, await self._copied())
        if not await self._filled_up(large):
            with _bulk(self._machine):
                if not await self._fill(large):
                    return None
        connection = await asyncpg.connect(for_asyncpg(large.urls.owner))
        try:
            count = await connection.fetchval("SELECT count(*) FROM declarations")
        finally:
            await connection.close()
        return Grown(small, large, count)

    async def _exists(self, name: str) -> bool:
        found = await administer(self._machine, f"SELECT FROM pg_database WHERE datname = '{name}'")
        return found == "SELECT 1"

    async def _file_small(self) -> None:
        """Under another name until it is whole."""
        draft = f"{SMALL}_draft"
        await administer(self._machine, f"DROP DATABASE IF EXISTS {draft}")
        await administer(self._machine, f"CREATE DATABASE {draft}")
        stand = await prepared(self._machine, named_database(self._machine, draft))
        now = datetime.now(UTC)
        parcels = Parcels(SEED, now)
        async with open_services(stand) as services:
            for _ in range(FILED // _AT_A_TIME):
                bodies = [json_body(each) for each in parcels.take(_AT_A_TIME)]
                demand_answers(await services.file(submissions(bodies, now)))
        await _vacuum(stand)
        await administer(self._machine, f"ALTER DATABASE {draft} RENAME TO {SMALL}")
        self._say(f"{FILED:,} declarations were filed")

    async def _copied(self) -> DatabaseUrls:
        urls = named_database(self._machine, LARGE)
        if not await self._exists(LARGE):
            await administer(self._machine, f"CREATE DATABASE {LARGE} TEMPLATE {SMALL}")
            connection = await asyncpg.connect(for_asyncpg(urls.owner))
            await connection.execute(f"CREATE SCHEMA {SOURCE}")
            await connection.execute(f"CREATE TABLE {_FILLED} (task text PRIMARY KEY)")
            await connection.close()
        return urls

    async def _filled_up(self, large: Stand) -> bool:
        connection = await asyncpg.connect(for_asyncpg(large.urls.owner))
        try:
            return await connection.fetchval(f"SELECT to_regclass('{_FILLED}') IS NULL") is True
        finally:
            await connection.close()

    async def _fill(self, large: Stand) -> bool:
        async with fresh_stand(self._machine) as empty:
            connection = await asyncpg.connect(for_asyncpg(empty.urls.owner))
            before = await row_counts(connection)
            await connection.close()
        pool = await asyncpg.create_pool(for_asyncpg(large.urls.owner), min_size=1, max_size=_CONNECTIONS + 1)
        try:
            async with pool.acquire() as connection:
                tables = await prepare(connection, before)
                done = {row["task"] for row in await connection.fetch(f"SELECT task FROM {_FILLED}")}  # noqa: S608
            left = iter([task for task in self._tasks(tables) if task.name not in done])
            await asyncio.gather(*(self._work(pool, left) for _ in range(_CONNECTIONS)))
            if next(left, None) is not None or time.monotonic() > self._until:
                return False
            async with pool.acquire() as connection:
                await finish(connection, self._copies)
        finally:
            await pool.close()
        await _vacuum(large)
        return True

    def _tasks(self, tables: list[Multiplication]) -> list[Task]:
        """The copies of every table, few at a time; all tables grow together, as they would."""
        firsts = range(1, self._copies + 1, _COPIES_AT_A_TIME)
        return [
            Task(table, first, min(first + _COPIES_AT_A_TIME - 1, self._copies)) for first in firsts for table in tables
        ]

    async def _work(self, pool: asyncpg.Pool, left: Iterator[Task]) -> None:
        async with pool.acquire() as connection:
            for task in left:
                if time.monotonic() > self._until:
                    return
                async with connection.transaction():
                    await connection.execute(task.table.statement, task.first, task.last)
                    await connection.execute(f"INSERT INTO {_FILLED} VALUES ($1)", task.name)  # noqa: S608
                self._done += 1
                if self._done % _SAID_EVERY == 0:
                    self._say(f"filling: copy {task.last} of {self._copies}")


@contextmanager
def _bulk(machine: Machine) -> Iterator[None]:
    """The server with few checkpoints while rows are added by the million; afterwards again as it was."""
    settings = machine.server.layout.data / "postgresql.local.conf"
    settings.write_text(_BULK, encoding="ascii")
    settings.chmod(0o644)
    machine.server.stop()
    machine.server.start()
    try:
        yield
    finally:
        settings.unlink()
        machine.server.stop()  # with a checkpoint: what is measured afterwards starts from a clean log
        machine.server.start()


async def _vacuum(stand: Stand) -> None:
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
