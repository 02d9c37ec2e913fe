"""The embedded PostgreSQL server as a child process: prepare, start, wait, stop.

What belongs here: the life of one server. What does not: restarting it when it dies, which is the supervisor's.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from app.database_url import DatabaseUrls, on_socket
from app.embedded.account import Account, server_account
from app.embedded.binaries import Binaries, find_binaries
from app.embedded.cluster import ClusterPlan, clean_environment, ensure_cluster, launcher
from app.embedded.configuration import ACCESS_RULES, DATABASE, OWNER_ROLE, SERVICE_ROLE, Tuning, server_settings
from app.embedded.layout import Layout, prepare_socket_folder
from app.embedded.leftover import POLL_SECONDS, STOP_STEPS, clear_leftovers, read_postmaster
from app.errors import DatabaseRefused
from app.security.keyring import KeyRing

# What PostgreSQL says while the last back ends of a killed server are still going away.
STILL_LEAVING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
TOLD_TO_CONNECTIONS = ("the database system is", "terminating connection")
LEAVING_SECONDS = 20.0
LEAVING_POLL_SECONDS = 0.2


def socket_urls(folder: Path, keyring: KeyRing) -> DatabaseUrls:
    """The addresses of the embedded database for a server that listens in `folder`."""
    return DatabaseUrls(
        owner=on_socket(folder, OWNER_ROLE, keyring.owner_password, DATABASE),
        service=on_socket(folder, SERVICE_ROLE, keyring.service_password, DATABASE),
    )


class EmbeddedServer:
    """One PostgreSQL on `home`. Whoever makes it must hold the home's lock (`app.embedded.lock`)."""

    def __init__(self, home: Path, keyring: KeyRing, tuning: Tuning | None = None, *, for_tests: bool = False) -> None:
        self.layout = Layout(home)
        self._tuning = tuning or Tuning()
        self._keyring = keyring
        self._for_tests = for_tests
        self._process: subprocess.Popen[bytes] | None = None
        self._account = Account()
        self._binaries: Binaries | None = None
        self._prepared_at = 0.0
        self.socket_folder = self.layout.near_socket

    @property
    def urls(self) -> DatabaseUrls:
        """The addresses of the two roles; valid after `prepare`."""
        return socket_urls(self.socket_folder, self._keyring)

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running child, if there is one."""
        return self._process

    def prepare(self) -> None:
        """Make or check everything a start needs; stops a server that an earlier run left behind."""
        self.layout.prepare()
        binaries = self._binaries = find_binaries()
        self._account = server_account(self.layout.data, [self.layout.run, binaries.folder])
        self.socket_folder = prepare_socket_folder(self.layout, self._account)
        ensure_cluster(ClusterPlan(self.layout.data, binaries, self._account, self._keyring, self._for_tests))
        clear_leftovers(self.layout.data, self.socket_folder)
        self._write("postgresql.conf", server_settings(self.socket_folder, self._tuning))
        self._write("pg_hba.conf", ACCESS_RULES)
        self._prepared_at = time.monotonic()

    def spawn(self) -> None:
        """Start the child and return at once.

        Call it from the main thread: the child ends with the thread that made it.
        """
        assert self._binaries is not None  # noqa: S101 - prepare() comes first
        command = launcher(self._account, with_parent=os.getpid(), signal_number=signal.SIGINT)
        command += [self._binaries.program("postgres"), "-D", str(self.layout.data)]
        with _private_log(self.layout.start_log) as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own wheel
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the supervisor alone
            )

    def came_up(self) -> bool:
        """Whether the child accepts connections by now; one that ended instead is reported with its last words.

        The back ends of a killed server need a moment to go away. A child that ended because of them is spawned again.
        """
        assert self._process is not None  # noqa: S101 - spawn() comes first
        ended = self._process.poll()
        if ended is None:
            found = read_postmaster(self.layout.data)
            return found is not None and found.pid == self._process.pid and found.ready
        leaving = any(said in _text(self.layout.start_log) for said in STILL_LEAVING)
        if not leaving or time.monotonic() > self._prepared_at + LEAVING_SECONDS:
            raise DatabaseRefused(f"PostgreSQL did not start (exit {ended}): {self.last_words()}")
        time.sleep(LEAVING_POLL_SECONDS)
        self.spawn()
        return False

    def start(self) -> None:
        """Prepare, spawn, and wait until it answers; crash recovery may take long, so waiting has no limit."""
        self.prepare()
        self.spawn()
        while not self.came_up():
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        process, self._process = self._process, None
        if process is None:
            return
        for number, patience_seconds in STOP_STEPS:
            if process.poll() is None:
                process.send_signal(number)
            try:
                process.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                continue
            break
        if self.socket_folder != self.layout.near_socket:
            with suppress(OSError):
                self.socket_folder.rmdir()

    def last_words(self) -> str:
        """Why the server ended, on one line: from its first output, else from its log, which older processes share."""
        for log in (self.layout.start_log, *self._newest_log()):
            lines = [line.strip() for line in _text(log).splitlines() if _gives_a_reason(line)]
            if lines:
                return " | ".join(lines[-3:])
        return f"see {self.layout.start_log}"

    def _newest_log(self) -> list[Path]:
        logs = sorted((self.layout.data / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        return logs[-1:]

    def _write(self, name: str, content: str) -> None:
        """Replace one configuration file as a whole."""
        draft = self.layout.data / (name + ".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(content)
        self._account.give(draft)
        draft.rename(self.layout.data / name)


def _private_log(file: Path) -> BinaryIO:
    """Open a log anew; a server that refuses to start may quote what it was given."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _gives_a_reason(line: str) -> bool:
    """What connections are told while a server comes and goes would hide why it went."""
    return ("FATAL" in line or "PANIC" in line) and not any(words in line for words in TOLD_TO_CONNECTIONS)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")[-4000:]
    except OSError:
        return ""
