"""How many lone filings may be under way at once: as many as are answered in the time that one may have to wait.

Asked before a body is read, so that reading what cannot be done in time does not take the processor from what can, and
counted from when the body is there until its answer leaves: a body that does not come takes nobody's place. The bound
follows the rate of the last second, on a fast machine and on a slow one; a database that stands still leaves the least.
"""

import time
from typing import Final

from app.errors import Unavailable

_WINDOW_SECONDS: Final = 1.0


class NoRoom(Unavailable):
    """More lone filings are under way than can be answered soon."""

    def __init__(self) -> None:
        super().__init__("too many filings are under way; send the same again later", retry_after_seconds=1)


class Admission:
    """Enter it for each filing: Unavailable where it would have to wait too long."""

    def __init__(self, least: int, longest_wait_seconds: float) -> None:
        self._least = least
        self._longest_wait_seconds = longest_wait_seconds
        self._under_way = 0
        self._answered = 0
        self._most = float(least)
        self._window_began = time.monotonic()

    def answered(self, count: int) -> None:
        """Note that so many filings were settled."""
        self._answered += count

    def is_full(self) -> bool:
        """Whether one more would be refused."""
        now = time.monotonic()
        if now - self._window_began > _WINDOW_SECONDS:
            rate = self._answered / (now - self._window_began)
            self._most = max(self._least, rate * self._longest_wait_seconds)
            self._answered, self._window_began = 0, now
        return self._under_way >= self._most

    def __enter__(self) -> None:
        if self.is_full():
            raise NoRoom
        self._under_way += 1

    def __exit__(self, *_: object) -> None:
        self._under_way -= 1
