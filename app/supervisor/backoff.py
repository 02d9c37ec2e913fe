"""Growing pauses between attempts, forgotten once things went well for a while."""

import asyncio
import time

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 5.0
FORGIVEN_AFTER_SECONDS = 30.0


class Backoff:
    """The first attempt waits a tenth of a second, each further one twice as long, up to five seconds."""

    def __init__(self) -> None:
        self._pause_seconds = FIRST_SECONDS
        self._last = time.monotonic()

    def next_pause_seconds(self, now: float) -> float:
        """The pause before an attempt at instant `now` (of the monotonic clock)."""
        calm = now - self._last > FORGIVEN_AFTER_SECONDS
        pause_seconds = FIRST_SECONDS if calm else self._pause_seconds
        self._pause_seconds = min(LONGEST_SECONDS, pause_seconds * 2)
        self._last = now
        return pause_seconds

    async def wait(self) -> None:
        """Pause before the next attempt."""
        await asyncio.sleep(self.next_pause_seconds(time.monotonic()))
