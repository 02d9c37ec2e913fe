"""The special faults: what is broken is not a process but what it leans on, or the order in which it wakes up."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from app.supervisor.heartbeat import LANE_LOST_EXIT
from chaos.clock import ServiceClock
from chaos.disk import Place, fill
from chaos.faults import Struck
from chaos.installation import REPOSITORY, Installation, NeverReady
from chaos.senders import Senders

_HELD_SECONDS: Final = 4.0
_LOG_MEBIBYTES: Final = 300
_JUMPS: Final = 8
_JUMP_SECONDS: Final = 0.7
_HOURS: Final = (0, 1, 26, 49, 75)  # never before now: a document of the future is refused, and rightly
_END_SECONDS: Final = 60.0


class Surroundings(msgspec.Struct, frozen=True):
    """What special faults work on."""

    installation: Installation
    senders: Senders
    place: Place
    clock: ServiceClock
    dice: random.Random


Special = Callable[[Surroundings], Struck]


def fill_the_disk(around: Surroundings) -> Struck:
    """The file system of TONGGUAN_HOME is full for some seconds: first for tables, then for the write-ahead log too."""
    owner = for_asyncpg(around.installation.urls().owner)
    ballast = fill(around.place)
    try:
        time.sleep(_HELD_SECONDS / 2)
        asyncio.run(_write_ahead(owner))
        time.sleep(_HELD_SECONDS)
    finally:
        ballast.unlink()
    return Struck((), time.monotonic())


def exhaust_the_pool(around: Surroundings) -> Struck:
    """Somebody else takes every connection that PostgreSQL gives, the service's own among them."""
    asyncio.run(_hold_all_connections(for_asyncpg(around.installation.urls().service)))
    return Struck((), time.monotonic())


def move_the_clock(around: Surroundings) -> Struck:
    """The wall clock of the workers, and the instants that callers give, jump between days, forth and back."""
    try:
        for _ in range(_JUMPS):
            around.clock.set_hours(around.dice.choice(_HOURS))
            given = datetime.now(UTC) + timedelta(hours=around.dice.choice(_HOURS))
            around.senders.clock = around.dice.choice((None, given.isoformat(timespec="seconds")))
            time.sleep(_JUMP_SECONDS)
    finally:
        around.senders.clock = None
        around.clock.set_hours(0)
    at = time.monotonic()
    if around.clock.library is not None and not asyncio.run(_decided_ahead(around.installation.urls().owner)):
        raise NeverReady("the clock of the workers did not jump: no decision is dated ahead of PostgreSQL's clock")
    return Struck((), at)


def revive_an_old_writer(around: Surroundings) -> Struck:
    """A worker is stopped in the middle of its work, a successor takes its lanes and writes, the old one wakes up.

    The old one must end and be replaced; its replacement takes the lanes in turn, so the successor must end too.
    """
    installation = around.installation
    old = around.dice.choice(installation.worker_pids())
    environment = _environment_of(old)
    os.kill(old, signal.SIGSTOP)
    try:
        successor = _second_worker(installation, environment)
        try:
            installation.wait_until(lambda: installation.listens(successor.pid) or successor.poll() is not None)
            time.sleep(around.dice.uniform(0.3, 1.0))
            at = time.monotonic()
            _wake(old)
            installation.wait_until_ready([old])
            code = successor.wait(_END_SECONDS)
        finally:
            successor.kill()
            successor.wait()
    finally:
        _wake(old)
    if code != LANE_LOST_EXIT:
        raise NeverReady(f"the second writer of a lane ended with {code} and not with {LANE_LOST_EXIT}")
    return Struck((old,), at)


def hang_a_worker(around: Surroundings) -> Struck:
    """A worker is stopped and never wakes up: its supervisor has to notice and to replace it."""
    installation = around.installation
    hung = around.dice.choice(installation.worker_pids())
    os.kill(hung, signal.SIGSTOP)
    installation.wait_until(lambda: hung not in installation.worker_pids())
    return Struck((hung,), time.monotonic())


SPECIALS: Final[dict[str, Special]] = {
    "disk full": fill_the_disk,
    "no connection left": exhaust_the_pool,
    "clock jumps": move_the_clock,
    "old writer revived": revive_an_old_writer,
    "worker hangs": hang_a_worker,
}


async def _decided_ahead(url: str) -> int:
    connection = await asyncpg.connect(for_asyncpg(url))
    try:
        ahead = "SELECT count(*) FROM assessments WHERE assessed_at > now() + interval '30 minutes'"
        count: int = await connection.fetchval(ahead)
    finally:
        await connection.close()
    return count


async def _write_ahead(url: str) -> None:
    """Use up what is left of the write-ahead log, so that PostgreSQL needs a new file of it and panics."""
    try:
        connection = await asyncpg.connect(url)
        for _ in range(_LOG_MEBIBYTES):
            await connection.execute("SELECT pg_logical_emit_message(true, 'chaos', repeat('x', 1048576))")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return
    await connection.close()


async def _hold_all_connections(url: str) -> None:
    held: list[asyncpg.Connection] = []
    until = time.monotonic() + _HELD_SECONDS
    try:
        while time.monotonic() < until:
            try:
                held.append(await asyncpg.connect(url, server_settings={"application_name": "chaos"}))
            except (asyncpg.TooManyConnectionsError, asyncpg.CannotConnectNowError, OSError):
                await _end_others(held)
    finally:
        for connection in held:
            connection.terminate()


async def _end_others(held: list[asyncpg.Connection]) -> None:
    """End one connection of the service; who gets its place is a race."""
    if held:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tongguan' LIMIT 1"
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):
            await held[0].execute(ended)
    await asyncio.sleep(0.01)


def _wake(pid: int) -> None:
    with suppress(ProcessLookupError):  # its supervisor may have lost patience
        os.kill(pid, signal.SIGCONT)


def _environment_of(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
    environment = dict(entry.split("=", 1) for entry in entries if "=" in entry)
    environment.pop("TONGGUAN_READY_FD", None)
    return environment


def _second_worker(installation: Installation, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A worker of the same instance and number, as a machine that was thought dead might still run one."""
    with installation.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "app.worker"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=REPOSITORY,
            start_new_session=True,
        )
