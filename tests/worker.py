"""A worker process of its own, as the supervisor starts it, to be spoken to over a real connection."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.embedded.service import REPOSITORY, until
from tests.ports import free_port


@dataclass(frozen=True)
class Worker:
    """Where a worker listens, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> socket.socket:
        """A raw connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def is_ready(self) -> bool:
        """Whether /readyz answers 200."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def resident_mebibytes(self) -> float:
        """The memory that the process occupies now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


@contextmanager
def listening_worker(variables: dict[str, str]) -> Iterator[Worker]:
    """A worker with these settings, ready; it is stopped at the end."""
    worker = Worker(
        port := free_port(),
        subprocess.Popen(
            [sys.executable, "-m", "app.worker"],
            env=clean_environment(**variables, PORT=str(port)),
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ),
    )
    try:
        until(worker.is_ready, "the worker's readiness")
        yield worker
    finally:
        worker.process.terminate()
        worker.process.wait(timeout=30)


def clean_environment(**changes: str) -> dict[str, str]:
    """This process's environment without anything of ours, and with `changes`."""
    foreign = ("TONGGUAN_", "DATABASE_URL", "HOST", "PORT")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return clean | {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"} | changes


def answer_on(connection: socket.socket) -> bytes:
    """Everything that comes until the other side closes or says nothing more."""
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
            head, separator, body = received.partition(b"\r\n\r\n")
            length = next(
                (line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b""
            )
            if separator and length.strip().isdigit() and len(body) >= int(length):
                break
    except (ConnectionResetError, TimeoutError):
        pass
    return received


def status_in(answer: bytes) -> int:
    """The status of an answer; 0 where there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
