"""One worker process, or the office's: started, known to be ready, started again when it dies or hangs, stopped.

What belongs here: the child's life. A worker says through a pipe (`heartbeat`) that it is ready, when its own /readyz
answers, and then that it lives; over the shared port nobody could tell which worker answered.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog
from prometheus_client.multiprocess import mark_process_dead

from app.embedded.account import Account
from app.embedded.cluster import launcher
from app.errors import CannotStart
from app.supervisor.backoff import Backoff
from app.supervisor.heartbeat import LANE_LOST_EXIT, Ear

POLL_SECONDS = 0.05
# A worker that hangs while stopping gets this long beyond its own limit.
KILL_AFTER_SECONDS = 5.0
# Starting takes some seconds of processor time before the first beat.
STARTING_TAKES_LONGER = 4

log = structlog.get_logger(__name__)


OFFICE = 0  # no worker has this number


class WorkerProcess:
    """The worker with one number, or the office's process; the processes behind it come and go."""

    def __init__(self, number: int, environment: Mapping[str, str]) -> None:
        self.number = number
        self._name = "The office" if number == OFFICE else f"Worker {number}"
        self._program = "app.office_worker" if number == OFFICE else "app.worker"
        self._environment = {**environment, "TONGGUAN_WORKER_NUMBER": str(number)}
        self._process: subprocess.Popen[bytes] | None = None
        self._ear: Ear | None = None

    def spawn(self) -> None:
        """Start the process and return at once; it is killed if the supervisor dies. Main thread only."""
        reading, writing = os.pipe()
        command = launcher(Account(), with_parent=os.getpid(), signal_number=signal.SIGKILL)
        command += [sys.executable, "-m", self._program]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            env={**self._environment, "TONGGUAN_READY_FD": str(writing)},
            pass_fds=[writing],
            start_new_session=True,  # Ctrl-C in a terminal is for the supervisor alone
        )
        os.close(writing)
        self._forget_pipe()
        self._ear = Ear(reading)

    def is_ready(self) -> bool:
        """Whether the worker has announced itself."""
        if self._ear is None:
            return False
        self._ear.listen()
        return self._ear.ready

    def is_silent(self, silence_seconds: float) -> bool:
        """Whether nothing was heard of it for so long; before it was ready it may take a multiple of that."""
        if self._ear is None:
            return False
        self._ear.listen()
        return self._ear.silent_seconds > silence_seconds * (1 if self._ear.ready else STARTING_TAKES_LONGER)

    async def first_start(self) -> None:
        """Start it for the first time; a worker that ends before it is ready stops the whole start."""
        self.spawn()
        while not self.is_ready():
            if self._ended():
                raise CannotStart(f"{self._name} ended while starting; its reason stands above.")
            await asyncio.sleep(POLL_SECONDS)

    async def keep(self, metrics: Path, silence_seconds: float) -> None:
        """Start it again whenever it dies; kill it when nothing was heard of it for `silence_seconds`."""
        backoff = Backoff()
        while True:
            if self._process is not None and self._ended():
                self._tell_of_its_end(self._process.returncode)
                mark_process_dead(self._process.pid, str(metrics))
                await backoff.wait()
                self.spawn()
            elif self.is_silent(silence_seconds):
                log.error("worker hangs and is killed", worker=self.number or "office", silent_seconds=silence_seconds)
                await self._kill()
            await asyncio.sleep(POLL_SECONDS)

    def _tell_of_its_end(self, code: int) -> None:
        if code == LANE_LOST_EXIT:
            advice = "another process wrote its lane; each installation on a database needs its own TONGGUAN_INSTANCE"
            log.error(
                "worker ended because it lost its lane and is started again",
                worker=self.number or "office",
                advice=advice,
            )
        else:
            log.error("worker died and is started again", worker=self.number or "office", exit=code)

    async def _kill(self) -> None:
        self._signal(signal.SIGKILL)
        while not self._ended():
            await asyncio.sleep(POLL_SECONDS)

    def ask_to_stop(self) -> None:
        """Let it finish what it has begun and end."""
        self._signal(signal.SIGTERM)

    async def ended(self, patience_seconds: float) -> None:
        """Wait for its end; after its own limit and a little more it is killed."""
        try:
            async with asyncio.timeout(patience_seconds + KILL_AFTER_SECONDS):
                while not self._ended():
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            log.warning("worker did not stop and is killed", worker=self.number or "office")
            self._signal(signal.SIGKILL)
            if self._process is not None:
                self._process.wait()
        self._forget_pipe()

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _forget_pipe(self) -> None:
        if self._ear is not None:
            self._ear.close()
            self._ear = None
