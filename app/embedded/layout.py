"""Where the embedded server keeps its files below TONGGUAN_HOME, and where its socket lies.

What belongs here: paths, and making the folders with the right owner and mode. No permission outside TONGGUAN_HOME is
ever changed, and a folder that exists keeps its mode, TONGGUAN_HOME too.
"""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account
from app.errors import CannotStart, DatabaseRefused

SOCKET_NAME = ".s.PGSQL.5432"
OFFICE_SOCKET_NAME = "http.sock"
SUN_PATH_BYTES = 107  # what the kernel holds of a socket's path, less the final NUL
PRIVATE = 0o700
# Root's own TONGGUAN_HOME may be passed through, not listed, by the user that runs the server; its files are 0600.
PASSABLE = 0o711


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one TONGGUAN_HOME."""

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "postgres"

    @property
    def run(self) -> Path:
        """What only matters while we run: locks, sockets, metrics."""
        return self.home / "run"

    @property
    def lock(self) -> Path:
        """Held by whoever runs the server, the supervisor or a single command."""
        return self.run / "supervisor.lock"

    @property
    def metrics(self) -> Path:
        """Where worker processes share their counters."""
        return self.run / "metrics"

    @property
    def start_log(self) -> Path:
        """What the server says before it writes its own log in the data folder."""
        return self.run / "postgres-start.log"

    @property
    def near_socket(self) -> Path:
        """The socket folder, where its path is short enough."""
        return self.run / "socket"

    @property
    def office(self) -> Path:
        """Where the office's process listens, where that path is short enough."""
        return self.run / "office"

    def prepare(self) -> None:
        """Make what is missing of TONGGUAN_HOME and its run folder."""
        mode = PASSABLE if os.geteuid() == 0 else PRIVATE
        try:
            self.home.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.home, self.run):
                _make_folder(folder, mode)
        except OSError as problem:
            raise DatabaseRefused(
                f"TONGGUAN_HOME cannot be used: {problem}. Name a folder that you may write by TONGGUAN_HOME."
            ) from problem


def prepare_socket_folder(layout: Layout, account: Account) -> Path:
    """Make the private folder of the socket and return it."""
    for folder in _candidates(layout):
        if _drivers_understand(folder):
            _make_folder(folder, PRIVATE, account)
            if folder == layout.near_socket:
                account.give(folder)  # it may be left from a start as another user
            _verify_private(folder, account)
            return folder
    raise DatabaseRefused(
        f"No folder has a path that suits PostgreSQL's socket (at most {SUN_PATH_BYTES} bytes, no comma, no colon). "
        f"Set TMPDIR or TONGGUAN_HOME to a shorter path."
    )


def prepare_office_socket(layout: Layout) -> Path:
    """Where the office listens: below TONGGUAN_HOME, or in a private folder with a shorter path."""
    name = hashlib.sha256(os.fsencode(layout.home.resolve())).hexdigest()[:16]
    far = [Path(folder) / f"tongguan-office-{os.geteuid()}-{name}" for folder in (tempfile.gettempdir(), "/tmp")]  # noqa: S108 - verified below
    for folder in (layout.office, *far):
        path = folder / OFFICE_SOCKET_NAME
        if len(os.fsencode(path)) > SUN_PATH_BYTES:
            continue
        _make_folder(folder, PRIVATE)
        state = folder.lstat()
        if stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and stat.S_IMODE(state.st_mode) == PRIVATE:
            return path
        raise CannotStart(f"{folder} should be a folder of this user with mode 0700, and is not. Remove it.")
    raise CannotStart("No folder has a path short enough for a socket: set TMPDIR or TONGGUAN_HOME to a shorter one.")


def _candidates(layout: Layout) -> list[Path]:
    name = hashlib.sha256(os.fsencode(layout.home.resolve())).hexdigest()[:16]
    far = [Path(folder) / f"tongguan-{os.geteuid()}-{name}" for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp")]  # noqa: S108 - verified below
    return [layout.near_socket, *far]


def _drivers_understand(folder: Path) -> bool:
    """Beside the length: in an address, drivers take a comma for a second host and a colon for a port."""
    text = str(folder / SOCKET_NAME)
    return len(os.fsencode(text)) <= SUN_PATH_BYTES and text.isprintable() and not set(text) & set(",:\\")


def _make_folder(folder: Path, mode: int, account: Account | None = None) -> None:
    try:
        folder.mkdir(mode)
    except FileExistsError:
        return
    folder.chmod(mode)  # mkdir is subject to the umask
    if account is not None:
        account.give(folder)


def _verify_private(folder: Path, account: Account) -> None:
    """In a folder that everybody may write, somebody else could have made this one first."""
    state = folder.lstat()
    if stat.S_ISDIR(state.st_mode) and state.st_uid == 0 == os.geteuid():
        account.give(folder)  # made by us, then interrupted before it was handed over
        state = folder.lstat()
    if stat.S_ISDIR(state.st_mode) and state.st_uid == account.owner_uid and stat.S_IMODE(state.st_mode) == PRIVATE:
        return
    raise DatabaseRefused(
        f"{folder} should be a folder of user {account.owner_uid} with mode 0700 for PostgreSQL's socket, and is not. "
        f"Remove it, or set TONGGUAN_HOME to a shorter path."
    )
