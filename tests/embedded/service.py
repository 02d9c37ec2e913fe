"""Runs `tongguan serve` as a program, so that it can be stopped, killed and started again."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from app.embedded.account import Account
from app.embedded.cluster import launcher
from tests.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


def until(condition: Callable[[], bool], what: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition; how long is never asserted, only that it comes."""
    deadline = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.02)


class Service:
    """One installation of the service on `home`."""

    def __init__(self, home: Path, account: Account | None = None, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self._account = account or Account()
        self._settings = {"WORKERS": "1", **settings}
        self.python_path = [REPOSITORY]
        self._process: subprocess.Popen[str] | None = None
        self.said = ""

    def spawn(self) -> None:
        """Start the program and return at once."""
        foreign = ("TONGGUAN_", "DATABASE_URL", "PG", "HOST", "PORT")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= {f"TONGGUAN_{name}": value for name, value in self._settings.items()}
        environment |= {
            "TONGGUAN_HOME": str(self.home),
            "PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join(str(folder) for folder in self.python_path),
        }
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        self._process = subprocess.Popen(
            [*launcher(self._account), sys.executable, "-m", "app.cli", "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=REPOSITORY,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start the program and wait until it says that it is ready and answers so."""
        self.spawn()
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Tongguan is ready"):
                break
        assert "Tongguan is ready" in self.said, self.said
        assert self.answers()

    @property
    def process(self) -> subprocess.Popen[str]:
        """The running supervisor."""
        assert self._process is not None
        return self._process

    def runs(self) -> bool:
        """Whether the program has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Whether /readyz answers 200."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def end(self) -> tuple[int, str]:
        """Wait for the program's own end; its exit code and everything it said."""
        said, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, self.said + said

    def stop(self) -> tuple[int, str]:
        """What Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def postmaster_pid(self) -> int:
        """The process number of its PostgreSQL."""
        return int((self.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])

    def worker_pids(self) -> list[int]:
        """The process numbers of its workers."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return [int(found[1]) for found in re.finditer(r"^\s*(\d+) .*app\.worker", listed.stdout, re.MULTILINE)]

    def clean_up(self) -> None:
        """Leave nothing running, whatever the test did."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
