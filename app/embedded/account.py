"""Which user of the system runs the embedded server, and what it takes to let it reach its files.

PostgreSQL refuses to run as root. As root we therefore hand it to an unprivileged user, give that user the data folder
and the socket folder, and nothing else. Folders above them stay as they are: where one of them lets only root pass, the
server keeps the single capability to read and search past permissions.
"""

import os
import pwd
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.errors import DatabaseRefused

CANDIDATES = ("postgres", "nobody")
# Either lets a process enter a folder it could not; the first cannot also write, so it is preferred. Containers often
# withhold the first and grant the second.
CAP_DAC_READ_SEARCH = 2
CAP_DAC_OVERRIDE = 1
CAP_SETPCAP = 8  # what handing one on takes
CHANGE_OF_USER = (0, 6, 7)  # CAP_CHOWN, CAP_SETGID, CAP_SETUID


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. `uid` is None when that is simply ourselves; `capability` is kept only if it is needed."""

    uid: int | None = None
    gid: int | None = None
    capability: int | None = None

    @property
    def owner_uid(self) -> int:
        """The user that must own the data folder and the socket folder."""
        return os.geteuid() if self.uid is None else self.uid

    def launch_options(self) -> list[str]:
        """What `app/embedded/launch.py` must be told to become this account."""
        if self.uid is None:
            return []
        options = ["--uid", str(self.uid), "--gid", str(self.gid)]
        return options if self.capability is None else [*options, "--capability", str(self.capability)]

    def give(self, path: Path) -> None:
        """Hand one file or folder of ours to the account; without root there is nothing to hand over."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account(data: Path, must_reach: Iterable[Path]) -> Account:
    """The account for a server on the data folder `data` (which may not exist yet) that has to reach `must_reach`."""
    owner = _owner(data)
    if os.geteuid() != 0:
        if owner is not None and owner[0] != os.geteuid():
            raise DatabaseRefused(
                f"{data} belongs to another user, so it was made by a start as root or as somebody else. Start as that "
                f"user again, or hand the folder over: chown -R {os.geteuid()} {data}"
            )
        return Account()
    uid, gid = owner or _unprivileged_user()
    if uid == 0:
        raise DatabaseRefused(
            f"{data} belongs to root, as which PostgreSQL does not run. Hand it over, for example: "
            f"chown -R {_unprivileged_user()[0]} {data}"
        )
    _verify_change_of_user()
    if all(_may_pass(uid, gid, path) for path in must_reach):
        return Account(uid, gid)
    return Account(uid, gid, _available_capability())


def _owner(folder: Path) -> tuple[int, int] | None:
    try:
        state = folder.stat()
    except FileNotFoundError:
        return None
    return state.st_uid, state.st_gid


def _unprivileged_user() -> tuple[int, int]:
    for name in CANDIDATES:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        if user.pw_uid != 0:
            return user.pw_uid, user.pw_gid
    raise DatabaseRefused(
        "PostgreSQL does not run as root, and this system has neither a user `postgres` nor `nobody`. Start the "
        "service as a normal user, or set DATABASE_URL."
    )


def _verify_change_of_user() -> None:
    """A container may run as a root that is not allowed to become somebody else."""
    held = _permitted_capabilities()
    if sys.platform == "linux" and not all(held >> capability & 1 for capability in CHANGE_OF_USER):
        raise DatabaseRefused(
            "PostgreSQL does not run as root, and this system does not let root become another user (CAP_SETUID, "
            "CAP_SETGID and CAP_CHOWN are withheld). Start the service as a normal user, or set DATABASE_URL."
        )


def _may_pass(uid: int, gid: int, path: Path) -> bool:
    """Whether the permission bits let the user enter every folder from the root down to `path`."""
    whole = path.resolve()
    return all(_may_enter(uid, gid, folder.stat()) for folder in (whole, *whole.parents) if folder.is_dir())


def _may_enter(uid: int, gid: int, state: os.stat_result) -> bool:
    if state.st_uid == uid:
        return bool(state.st_mode & stat.S_IXUSR)
    if state.st_gid == gid:
        return bool(state.st_mode & stat.S_IXGRP)
    return bool(state.st_mode & stat.S_IXOTH)


def _available_capability() -> int:
    held = _permitted_capabilities()
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if held >> capability & held >> CAP_SETPCAP & 1:
            return capability
    raise DatabaseRefused(
        "PostgreSQL cannot run as root, and another user cannot reach the folders: one above TONGGUAN_HOME or the "
        "virtual environment is closed to everyone else, and this system withholds CAP_DAC_READ_SEARCH or "
        "CAP_SETPCAP. Start the service as a normal user, move TONGGUAN_HOME and the checkout to a folder that others "
        "may enter, or set DATABASE_URL."
    )


def _permitted_capabilities() -> int:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines.get("CapPrm", "0").strip(), 16)
