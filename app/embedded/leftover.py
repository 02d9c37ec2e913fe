"""Servers and files that an earlier run left behind.

What belongs here: reading `postmaster.pid`, telling a live server of this data folder from a stale number, stopping it.
A left-over server is stopped cleanly and started again as our own child: only a parent learns at once that its child
died, and only a fresh start is sure to run with today's settings.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.embedded.layout import SOCKET_NAME
from app.errors import DatabaseRefused

# How long each way of asking may take: fast shutdown, immediate shutdown (recovers at the next start), kill.
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
POLL_SECONDS = 0.02
ORPHAN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says."""

    pid: int
    socket_folder: Path | None
    ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """The content of `postmaster.pid`, or None where there is none or it is half written."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    folder = Path(lines[4]) if len(lines) > 4 and lines[4] else None  # noqa: PLR2004 - the file's fifth line
    return Postmaster(pid, folder, ready=len(lines) > 7 and lines[7].strip() == "ready")  # noqa: PLR2004 - its eighth


def live_postmaster(data: Path) -> Postmaster | None:
    """The server that runs on this data folder now, whoever started it."""
    found = read_postmaster(data)
    return found if found is not None and _serves(found.pid, data) else None


def clear_leftovers(data: Path, socket_folder: Path) -> None:
    """Stop a left-over server and remove what would mislead the next one."""
    left = live_postmaster(data)
    if left is not None:
        stop_process(left.pid)
    end_orphans(data)
    stale = read_postmaster(data)
    if stale is not None and is_alive(stale.pid):
        # The number was given to another program since (usual in containers, where numbers start low). PostgreSQL
        # would take that program for a server and refuse to start. A server that lives on is still noticed by it:
        # its shared memory is found under the folder's own number.
        (data / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, SOCKET_NAME + ".lock"):
        (socket_folder / name).unlink(missing_ok=True)


def end_orphans(data: Path) -> None:
    """End what is left of a server whose postmaster is gone.

    Usually nothing: they notice. But one that waits for a lock whose holder was killed with the postmaster waits for
    ever (seen: the WAL writer), and no server starts while it lives. A kill is to the record what a crash is.
    """
    for pid in _working_in(data):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for pid in _working_in(data):
        _ends_within(pid, ORPHAN_SECONDS)


def stop_process(pid: int) -> None:
    """Stop a server that is not our child, politely first."""
    for number, patience_seconds in STOP_STEPS:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError:
            break
        if _ends_within(pid, patience_seconds):
            return
    raise DatabaseRefused(f"A PostgreSQL of an earlier start (process {pid}) cannot be stopped. Stop it: kill {pid}")


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return Path("/proc/self").exists() is False
    return state.rpartition(")")[2].split()[0] != "Z"


def _ends_within(pid: int, patience_seconds: float) -> bool:
    deadline = time.monotonic() + patience_seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _working_in(data: Path) -> list[int]:
    """The server processes of this data folder; only where the system shows the folder that a process works in."""
    here = data.resolve()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            program = Path(process.joinpath("exe").readlink()).name.removesuffix(" (deleted)")
            if program == "postgres" and process.joinpath("cwd").readlink() == here:
                found.append(int(process.name))
        except OSError:  # it ended meanwhile, or belongs to somebody else
            continue
    return found


def _serves(pid: int, data: Path) -> bool:
    """A server works inside its data folder; a stranger that inherited its number does not."""
    if not is_alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        listed = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False)  # noqa: S603, S607 - a number
        return str(data) in listed.stdout
