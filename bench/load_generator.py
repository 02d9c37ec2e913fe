"""wrk as the sender: distinct bodies over many connections, and what it says about the answers.

A percentile is wrk's own, corrected for requests that a slow answer kept from being sent.
"""

import asyncio
import resource
import shutil
from pathlib import Path
from typing import Final

import msgspec

from bench.supply import THREADS, Reader, Supply

_SCRIPT: Final = Path(__file__).with_name("wrk") / "post.lua"
_MARK: Final = "FIGURES "
_PATIENCE_SECONDS: Final = 30
MISSING: Final = "wrk is not installed (Debian and Ubuntu: apt-get install wrk)"


class Answers(msgspec.Struct, frozen=True):
    """What one run of wrk came to."""

    answered: int
    seconds: float
    refused: int  # answered with 400 or more
    broken: int  # connections refused, cut or too slow
    p50_ms: float
    p99_ms: float
    p999_ms: float
    ran_out: int  # threads that had no more bodies
    positions: list[int]
    sender_seconds: float = 0.0  # of the processor

    @property
    def accepted(self) -> int:
        return self.answered - self.refused

    @property
    def per_second(self) -> float:
        return self.accepted / self.seconds


class Target(msgspec.Struct, frozen=True):
    """Where the bodies are posted, with which key, and as what."""

    port: int
    key: str
    path: str = "/v1/declarations"
    media_type: str = "application/json"
    connection: str = "keep-alive"  # or close: every body over a new connection, which the kernel gives to any worker


def is_installed() -> bool:
    """Whether there is a wrk on this machine."""
    return shutil.which("wrk") is not None


async def post(supply: Supply, reader: Reader, target: Target, connections: int, seconds: float) -> Answers:
    """Post bodies that this reader has not had, over so many connections, for so long."""
    threads = min(THREADS, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds:.0f}s", f"--timeout={_PATIENCE_SECONDS}s"]
    command += ["-s", str(_SCRIPT), f"http://127.0.0.1:{target.port}", "--", str(supply.folder)]
    command += [target.key, target.path, target.media_type, target.connection, *map(str, reader.positions)]
    before = _children_seconds()
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = (await running.communicate())[0].decode(errors="replace")
    _, mark, figures = said.partition(_MARK)
    if not mark:
        raise RuntimeError(f"wrk did not finish: {said}")
    answers = msgspec.json.decode(figures, type=Answers)
    reader.positions[:threads] = answers.positions
    return msgspec.structs.replace(answers, sender_seconds=_children_seconds() - before)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
