"""The baseline as processes that share a port, started and stopped like our workers."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.database_url import DatabaseUrls, for_asyncpg
from app.settings import DatabaseSettings
from bench.baseline import DATABASE_VARIABLE, POOL_VARIABLE, PORT_VARIABLE, READY, TABLE
from bench.started_service import without_foreign
from tests.ports import free_port

_PATIENCE_SECONDS = 20.0


class Baseline:
    """Its processes and its port."""

    def __init__(self, port: int, processes: list[Process]) -> None:
        self.port = port
        self._processes = processes

    @property
    def pids(self) -> tuple[int, ...]:
        """The process numbers."""
        return tuple(each.pid for each in self._processes)

    async def stop(self) -> None:
        """What a service manager does."""
        for each in self._processes:
            if each.returncode is None:
                each.send_signal(signal.SIGTERM)
        await asyncio.gather(*(each.wait() for each in self._processes))


@asynccontextmanager
async def baseline(urls: DatabaseUrls, workers: int) -> AsyncIterator[Baseline]:
    """The baseline on an empty database, ready, stopped afterwards."""
    connection = await asyncpg.connect(for_asyncpg(urls.owner))
    await connection.execute(TABLE)
    await connection.close()
    port = free_port()
    own = {
        DATABASE_VARIABLE: for_asyncpg(urls.owner),
        PORT_VARIABLE: str(port),
        POOL_VARIABLE: str(DatabaseSettings().pool_size),
    }
    environment = without_foreign(os.environ) | own
    command = (sys.executable, "-m", "bench.baseline")
    piped = asyncio.subprocess.PIPE
    processes = [await asyncio.create_subprocess_exec(*command, env=environment, stdout=piped) for _ in range(workers)]
    started = Baseline(port, processes)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            for each in processes:
                await _until_ready(each)
        yield started
    finally:
        await started.stop()


async def _until_ready(process: Process) -> None:
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode().strip()
    if said != READY:
        raise RuntimeError(f"the baseline did not start: {said}")
    await asyncio.sleep(0.2)  # its socket listens a moment later
