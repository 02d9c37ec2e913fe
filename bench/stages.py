"""Where the processor time of a decision goes, by sampling a process that clears units of 64 (py-spy, no code changed).

Only samples that hold the interpreter count: waiting for PostgreSQL is no work (nor is packing and encrypting, which
let go of it, and stand in no file therefore). One counts for the innermost function of ours on the stack: what
`hashlib` or `uuid` do for `receipts.py` is its cost. What has no function of ours on it is the driver, the event loop
and the interpreter.
"""

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from bench.figures import Cell, table
from bench.processor import Meter, Spent
from bench.stand import Machine, collected, fresh_stand
from bench.units import Clearing

LENGTH: Final = 64
UNITS: Final = 120
SECONDS: Final = 10.0
SAMPLES_A_SECOND: Final = 200
_SHOWN: Final = 24
_FRAME: Final = re.compile(r"\(((?:app|bench)/[\w/]+\.py)")
_ELSEWHERE: Final = "asyncpg, asyncio, interpreter"


class StageFigures(msgspec.Struct, frozen=True):
    """Microseconds of the service's processor per declaration, by file; PostgreSQL's beside them."""

    declarations: int
    by_file: dict[str, float]
    service_us: float
    database_us: float


async def measure(machine: Machine) -> StageFigures | str:
    """Clear units of 64 while py-spy watches this process; a reason where it cannot."""
    spy = Path(sys.executable).parent / "py-spy"
    if not spy.exists():
        return "py-spy is not installed"
    async with fresh_stand(machine) as stand:
        clearing = await Clearing.open(stand)
        try:
            return await _watched(clearing, spy, machine.postmaster_pid)
        finally:
            await clearing.pool.close()


async def _watched(clearing: Clearing, spy: Path, postmaster_pid: int) -> StageFigures | str:
    bodies = [clearing.bodies(LENGTH) for _ in range(UNITS)]
    for _ in range(5):
        await clearing.clear(clearing.bodies(LENGTH))
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples"
        watching = await _watch(spy, samples)
        with collected():
            declarations, spent = await _clear(clearing, bodies, postmaster_pid)
        watching.send_signal(signal.SIGINT)
        _, said = await watching.communicate()
        if not samples.exists():
            return f"py-spy may not watch this process: {said.decode(errors='replace').strip()[:200]}"
        counted = _by_file(samples.read_text("utf-8"))
    whole = sum(counted.values())
    service_us = spent.service / declarations * 1e6
    return StageFigures(
        declarations,
        {name: count / whole * service_us for name, count in counted.most_common()},
        service_us,
        spent.database / declarations * 1e6,
    )


async def _watch(spy: Path, samples: Path) -> asyncio.subprocess.Process:
    command = [
        "record",
        "--pid",
        str(os.getpid()),
        "--format",
        "raw",
        "--nolineno",
        "--gil",
        "--rate",
        str(SAMPLES_A_SECOND),
    ]
    watching = await asyncio.create_subprocess_exec(
        str(spy), *command, "--output", str(samples), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    await asyncio.sleep(0.5)  # it reads our symbols first
    return watching


async def _clear(clearing: Clearing, bodies: list[list[bytes]], postmaster_pid: int) -> tuple[int, Spent]:
    meter, cleared = Meter(postmaster_pid), 0
    for unit in bodies:
        await clearing.clear(unit)
        cleared += LENGTH
        if meter.spent().wall > SECONDS:
            break
    return cleared, meter.spent()


def _by_file(samples: str) -> Counter[str]:
    """Samples by the innermost file of ours on the stack."""
    counted: Counter[str] = Counter()
    for line in samples.splitlines():
        stack, _, count = line.rpartition(" ")
        ours = [found for found in _FRAME.findall(stack) if found.startswith("app/")]
        counted[_place(stack, ours)] += int(count)
    return counted


def _place(stack: str, ours: list[str]) -> str:
    """Statements belong to the driver, whoever sent them."""
    return ours[-1] if ours and "asyncpg/" not in stack else _ELSEWHERE


def lines(figures: StageFigures | str) -> list[str]:
    """The table to print."""
    if isinstance(figures, str):
        return [f"not measured: {figures}"]
    shown = list(figures.by_file.items())[:_SHOWN]
    rest = sum(figures.by_file.values()) - sum(cost for _, cost in shown)
    rows: list[tuple[Cell, ...]] = [*shown, ("all other files", rest)]
    rows += [("service, together", figures.service_us), ("PostgreSQL", figures.database_us)]
    return table([f"units of {LENGTH}, {figures.declarations} declarations", "CPU µs each"], rows)
