"""`tongguan serve` started as a program: free port, temporary folder, its own PostgreSQL or a database of the stand."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.database_url import DatabaseUrls
from bench.processor import tree_seconds
from bench.stand import ENVIRONMENT, Machine
from tests.ports import free_port

_FOREIGN = ("TONGGUAN_", "DATABASE_URL", "PG", "HOST", "PORT")
_PATIENCE_SECONDS = 60


class StartedService:
    """A running service."""

    def __init__(self, home: Path, workers: int, variables: Mapping[str, str]) -> None:
        self._home = home
        self.port = free_port()
        inherited = without_foreign(os.environ)
        own = {"TONGGUAN_HOME": str(home), "TONGGUAN_WORKERS": str(workers), "PORT": str(self.port)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=inherited | ENVIRONMENT | own | dict(variables),
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        """Until it says so; what it said instead is the error."""
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if line.startswith("Tongguan is ready"):
                # What it says later has to be read as well: a full pipe would hold it up.
                threading.Thread(target=self._process.stdout.read, daemon=True).start()
                return
        raise RuntimeError(f"the service did not start:\n{said}")

    @property
    def pid(self) -> int:
        """The process number of the supervisor."""
        return self._process.pid

    @property
    def platform_key(self) -> str:
        """The key of the demo platform, which holds the mandates of the other parties."""
        found = re.search(r"^PLATFORM_KEY=(\S+)$", (self._home / "demo-keys.env").read_text("utf-8"), re.MULTILINE)
        assert found is not None
        return found[1]

    def processor_seconds(self) -> tuple[float, float]:
        """Of supervisor and workers, and of PostgreSQL."""
        postmaster = int((self._home / "postgres" / "postmaster.pid").read_text("ascii").split("\n", 1)[0])
        database = tree_seconds(postmaster)
        return tree_seconds(self._process.pid) - database, database

    def stop(self) -> None:
        """What Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A TONGGUAN_HOME that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tongguan-bench-"))
    try:
        yield folder / "var"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(home: Path, workers: int, variables: Mapping[str, str] | None = None) -> Iterator[StartedService]:
    """A service that is ready, stopped afterwards."""
    service = StartedService(home, workers, variables or {})
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()


def on_database(machine: Machine, urls: DatabaseUrls) -> dict[str, str]:
    """The variables of a service that works on a database of the stand."""
    return {
        "TONGGUAN_DATABASE_URL": urls.owner,
        "TONGGUAN_SERVICE_DATABASE_URL": urls.service,
        "TONGGUAN_KEYRING": str(machine.keyring_path),
    }


def without_foreign(variables: Mapping[str, str]) -> dict[str, str]:
    """What a program that is measured inherits: nothing that would say something about services or databases."""
    return {name: value for name, value in variables.items() if not name.startswith(_FOREIGN)}
