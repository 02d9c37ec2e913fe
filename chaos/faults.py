"""The kills: what is done to which process, and which processes must be gone before the service counts as back."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from chaos.installation import Installation, NeverReady

_TERM_PATIENCE_SECONDS: Final = 60.0


class Struck(msgspec.Struct, frozen=True):
    """What a fault did: processes that are gone, and when the way back began (of the monotonic clock)."""

    gone: tuple[int, ...]
    at: float


Kill = Callable[[Installation, random.Random], Struck]


def kill_worker(installation: Installation, dice: random.Random) -> Struck:
    """SIGKILL to one worker."""
    installation.wait_until(lambda: bool(installation.worker_pids()))
    return _kill([dice.choice(installation.worker_pids())])


def kill_backend(installation: Installation, dice: random.Random) -> Struck:
    """SIGKILL to one back end of PostgreSQL: the postmaster ends all others and recovers."""
    return _kill([dice.choice(installation.backend_pids() or [_postmaster(installation)])])


def kill_postmaster(installation: Installation, dice: random.Random) -> Struck:
    """SIGKILL to the postmaster; its back ends notice and end."""
    return _kill([_postmaster(installation)])


def kill_supervisor(installation: Installation, dice: random.Random) -> Struck:
    """SIGKILL to the supervisor, which takes its children along; an init system starts it again at once."""
    children = [*installation.worker_pids(), _postmaster(installation)]
    struck = _kill([installation.supervisor.pid])
    installation.supervisor.wait()
    installation.spawn()
    return msgspec.structs.replace(struck, gone=(*struck.gone, *children))


def kill_all(installation: Installation, dice: random.Random) -> Struck:
    """SIGKILL to everything in any order, as when the power fails but the disk keeps what was synced."""
    pids = [installation.supervisor.pid, *installation.worker_pids(), *installation.backend_pids()]
    pids.append(_postmaster(installation))
    dice.shuffle(pids)
    struck = _kill(pids)
    installation.supervisor.wait()
    installation.spawn()
    return struck


def terminate(installation: Installation, dice: random.Random) -> Struck:
    """SIGTERM to the service under load: it finishes what it has begun and ends with 0; then it is started again."""
    children = [*installation.worker_pids(), _postmaster(installation)]
    installation.supervisor.send_signal(signal.SIGTERM)
    code = installation.supervisor.wait(_TERM_PATIENCE_SECONDS)
    if code != 0:
        raise NeverReady(f"after SIGTERM the service ended with {code}:\n{installation.last_words()}")
    at = time.monotonic()
    installation.spawn()
    return Struck(tuple(children), at)


KILLS: Final[dict[str, tuple[Kill, int]]] = {
    "worker": (kill_worker, 30),
    "PostgreSQL back end": (kill_backend, 15),
    "postmaster": (kill_postmaster, 15),
    "supervisor": (kill_supervisor, 15),
    "everything": (kill_all, 15),
    "SIGTERM": (terminate, 10),
}


def _kill(pids: list[int]) -> Struck:
    at = time.monotonic()
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return Struck(tuple(pids), at)


def _postmaster(installation: Installation) -> int:
    installation.wait_until(lambda: installation.postmaster_pid() is not None)
    pid = installation.postmaster_pid()
    if pid is None:
        raise NeverReady(f"PostgreSQL came and went:\n{installation.last_words()}")
    return pid
