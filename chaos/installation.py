"""The service as an operator runs it, `tongguan serve` in a folder of its own, and its processes by number."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from app.database_url import DatabaseUrls
from app.embedded.layout import Layout
from app.embedded.leftover import end_orphans, live_postmaster, stop_process
from app.embedded.server import socket_urls
from app.security.keyring import KeyRing
from app.services.demo_keys import read_demo_keys
from tests.ports import free_port

REPOSITORY: Final = Path(__file__).resolve().parent.parent
POLL_SECONDS: Final = 0.03
_PATIENCE_SECONDS: Final = 120.0
_RESTARTS: Final = 3  # for each time that it is waited for
_LOOKS: Final = 8  # fresh connections in a row: the kernel spreads them over the workers
_LISTENING: Final = "0A"
_FOREIGN: Final = ("TONGGUAN_", "DATABASE_URL", "PG", "HOST", "PORT", "FAKETIME")


class NeverReady(Exception):
    """The service did not come back; its log says why."""


class Installation:
    """One TONGGUAN_HOME and whatever runs on it."""

    def __init__(self, home: Path, log: Path, workers: int) -> None:
        self.home = home
        self.log = log
        self.workers = workers
        self.port = free_port()
        self.settings: dict[str, str] = {}
        self._restarts_left = _RESTARTS
        self._process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> None:
        """Start the supervisor and return at once."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        own = {"TONGGUAN_HOME": str(self.home), "TONGGUAN_WORKERS": str(self.workers), "PORT": str(self.port)}
        own |= {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=inherited | own | self.settings,
                cwd=REPOSITORY,
                start_new_session=True,
            )

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        """The running supervisor."""
        if self._process is None:
            raise RuntimeError("the service was not started yet")
        return self._process

    def postmaster_pid(self) -> int | None:
        """The process of PostgreSQL, if it lives."""
        found = live_postmaster(self.home / "postgres")
        return found.pid if found else None

    def worker_pids(self) -> list[int]:
        """The living workers."""
        listed = _children(self.supervisor.pid)
        return [pid for pid, command in listed.items() if "app.worker" in command]

    def backend_pids(self) -> list[int]:
        """The processes of PostgreSQL that serve a connection."""
        postmaster = self.postmaster_pid()
        listed = _children(postmaster) if postmaster else {}
        return [pid for pid, command in listed.items() if "tongguan_service" in command]

    def is_ready(self, without: Collection[int] = ()) -> bool:
        """Whether every worker listens and every /readyz answers 200, none of it from the processes `without`."""
        postmaster, workers = self.postmaster_pid(), self.worker_pids()
        if postmaster is None or {postmaster, *workers}.intersection(without) or len(workers) != self.workers:
            return False
        return all(self.listens(pid) for pid in workers) and all(self._answers() for _ in range(_LOOKS))

    def wait_until_ready(self, without: Collection[int] = ()) -> None:
        """Until it is; NeverReady where it does not become so."""
        self._restarts_left = _RESTARTS
        self.wait_until(lambda: self.is_ready(without))

    def wait_until(self, holds: Callable[[], bool], patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """Until a condition holds; NeverReady with the end of the log where it does not.

        What an init system does is done here: a service that fails (killed again while it started) is started again.
        """
        deadline = time.monotonic() + patience_seconds
        while not holds():
            if self.supervisor.poll() not in (None, 0) and self._restarts_left:
                self._restarts_left -= 1
                self.spawn()
            if self.supervisor.poll() is not None or time.monotonic() > deadline:
                raise NeverReady(f"the service is not ready ({self.supervisor.poll()}):\n{self.last_words()}")
            time.sleep(POLL_SECONDS)

    def listens(self, pid: int) -> bool:
        """Whether a process listens on our port."""
        try:
            held = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            return False
        return any(f"socket:[{inode}]" in held for inode in _listening_inodes(self.port))

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def urls(self) -> DatabaseUrls:
        """How its database is reached; it must live."""
        found = live_postmaster(self.home / "postgres")
        if found is None or found.socket_folder is None:
            raise NeverReady(f"there is no database:\n{self.last_words()}")
        return socket_urls(found.socket_folder, self.keyring())

    def keyring(self) -> KeyRing:
        """Its secrets."""
        return KeyRing.load(self.home / "keyring.json")

    def keys(self) -> dict[str, str]:
        """The API keys of the demo parties."""
        return read_demo_keys(self.home / "demo-keys.env")

    def last_words(self) -> str:
        """The end of the log."""
        return self.log.read_text("utf-8", errors="replace")[-3000:] if self.log.exists() else ""

    def stop(self) -> int:
        """What Ctrl-C does; answers the exit code."""
        self.supervisor.send_signal(signal.SIGINT)
        try:
            return self.supervisor.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            return self.supervisor.wait()

    def clean_up(self) -> None:
        """Leave nothing running, whatever happened."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self.stop()
        layout = Layout(self.home)
        left = live_postmaster(layout.data)
        if left is not None:
            stop_process(left.pid)
        end_orphans(layout.data)


def _children(pid: int) -> dict[int, str]:
    """The child processes of a process with their command lines."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return {int(row[0]): row[2] for row in rows if len(row) > 2 and not row[1].startswith("Z")}


def _listening_inodes(port: int) -> list[str]:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]
