"""The lock of one TONGGUAN_HOME: at most one process runs its embedded server.

What belongs here: an advisory lock that the system itself lets go when its holder dies, so none is ever stale.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

from app.errors import DatabaseRefused

RETRY_SECONDS = 0.1


class HomeLock:
    """Held while in the `with` block; `note` tells others who holds it."""

    def __init__(self, file: Path, note: str, patience_seconds: float = 0.0) -> None:
        self._file = file
        self._note = note
        self._patience_seconds = patience_seconds
        self._descriptor = -1

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._patience_seconds
        while not self.try_take():
            if time.monotonic() > deadline:
                raise DatabaseRefused(
                    f"{self._file.parent.parent} is in use by {self.holder()}. Stop that first, or name another folder "
                    f"by TONGGUAN_HOME."
                )
            time.sleep(RETRY_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def try_take(self) -> bool:
        """Take the lock if it is free."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{self._note} (process {os.getpid()})".encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let the lock go; harmless when it is not held."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def holder(self) -> str:
        """Who holds it, in words."""
        try:
            return self._file.read_text(encoding="utf-8") or "another process"
        except OSError:
            return "another process"
