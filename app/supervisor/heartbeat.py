"""What a worker tells its supervisor through a pipe: that it is ready, and from then on that it still lives.

What belongs here: both ends of the pipe. A worker beats from its event loop, so a loop that is blocked and a process
that is stopped fall silent alike; a worker that is merely slow still beats.
"""

import os
import time
from collections.abc import Callable
from typing import Final

BEAT_SECONDS: Final = 1.0
# The exit code of a worker that ended because its lane has another writer: its last word.
LANE_LOST_EXIT: Final = 75
# Silence is counted only while the supervisor itself looks: when both were stopped (a machine that slept, a debugger,
# processors that others took) nobody was silent.
_LONGEST_COUNTED_SECONDS: Final = 0.5
_BEAT: Final = b"."
_READY: Final = b"R"
_READ_AT_ONCE: Final = 4096


class Voice:
    """The worker's end. Without a supervisor (`descriptor` None) it says nothing to nobody."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        if descriptor is not None:
            os.set_blocking(descriptor, False)

    @classmethod
    def from_variable(cls, value: str) -> "Voice":
        """The pipe that the supervisor named in the environment."""
        return cls(int(value) if value.isdigit() else None)

    def ready(self) -> None:
        """Say that this worker takes work."""
        self._say(_READY)

    def beat(self) -> None:
        """Say that the event loop turns."""
        self._say(_BEAT)

    def _say(self, word: bytes) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, word)
        except BlockingIOError:  # nobody listens just now; what lies in the pipe says enough
            pass
        except BrokenPipeError:  # the supervisor is gone, and soon so are we
            self._descriptor = None


class Ear:
    """The supervisor's end: whether the worker was ready, and for how long it has said nothing."""

    def __init__(self, descriptor: int, clock: Callable[[], float] = time.monotonic) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._clock = clock
        self._looked = clock()
        self.ready = False
        self.silent_seconds = 0.0

    def listen(self) -> None:
        """Take what was said since the last time, and count the silence."""
        now = self._clock()
        if self._heard():
            self.silent_seconds = 0.0
        else:
            self.silent_seconds += min(now - self._looked, _LONGEST_COUNTED_SECONDS)
        self._looked = now

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._descriptor)

    def _heard(self) -> bool:
        try:
            said = os.read(self._descriptor, _READ_AT_ONCE)
        except BlockingIOError:
            return False
        self.ready = self.ready or _READY in said
        return bool(said)
