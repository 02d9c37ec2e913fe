"""Processor time and memory of processes, read from the kernel: what others on the machine blur least (Linux)."""

import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Spent(msgspec.Struct, frozen=True):
    """Seconds: on the clock, of our processor, of the server's."""

    wall: float
    service: float
    database: float


class Meter:
    """Reads the three clocks since it was made."""

    def __init__(self, postmaster_pid: int) -> None:
        self._pid = postmaster_pid
        self._began = self._now()

    def spent(self) -> Spent:
        """What has gone by."""
        began, now = self._began, self._now()
        return Spent(now.wall - began.wall, now.service - began.service, now.database - began.database)

    def _now(self) -> Spent:
        return Spent(time.perf_counter(), time.process_time(), tree_seconds(self._pid))


def tree_seconds(pid: int) -> float:
    """Processor seconds of a process and all below it, those that ended included (Linux; 0 elsewhere)."""
    return _ticks(pid) / _TICKS + sum(tree_seconds(child) for child in _children(pid))


def workers_of(supervisor_pid: int) -> list[int]:
    """The process numbers of the workers of a service, in the order in which they were started."""
    return sorted(pid for pid in tree(supervisor_pid) if b"app.worker" in _command(pid))


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for each in found:  # grows while it is read
        found += _children(each)
    return found


def resident_kib(pid: int) -> int:
    """What a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _ticks(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


@contextmanager
def on_cores(cores: Collection[int], *running: int) -> Iterator[None]:
    """What is started meanwhile runs on these cores, and so do the processes that are named and all below them."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    _move(running, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
        _move(running, before)


def _move(running: Iterable[int], cores: Collection[int]) -> None:
    for each in (pid for top in running for pid in tree(top)):
        with suppress(ProcessLookupError):  # a back end that has just ended
            os.sched_setaffinity(each, cores)
