"""Price histories of articles that sell often, kept for a moment by each worker.

Of an article that sells more than thirty times a day the latest prices are a sample of the day's, and one more parcel
hardly moves it; reading it costs more than storing a declaration. So a full sample is read once a second, not once a
parcel. What is not full, or not of one day only, is read each time.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Final

from app.repositories.counters import EarlierPrices

SECONDS_KEPT: Final = 1.0
MOST_KEPT: Final = 20_000


class PriceSamples:
    """The full samples of a worker, by article and day."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[int, date], tuple[float, EarlierPrices]] = {}

    def known(self, item: int, day: date) -> EarlierPrices | None:
        """The sample of an article, if it was read a moment ago."""
        kept = self._kept.get((item, day))
        return kept[1] if kept and self._clock() < kept[0] else None

    def keep(self, item: int, day: date, earlier: EarlierPrices) -> None:
        """Keep what was read, where it is a full sample of this day."""
        if earlier.full_on(day):
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[item, day] = self._clock() + SECONDS_KEPT, earlier
