"""Processor time of this process and of a PostgreSQL server: what others on the machine blur least."""

import os
import time
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
