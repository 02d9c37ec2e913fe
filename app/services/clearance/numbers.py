"""preNo and invtNo: handed out from blocks that were reserved in the database before the unit of work began.

`preNo` is B + day + nine digits, `invtNo` customs district + year + I + nine digits (GACC samples, cbec 1). A block is
committed before its first number is used, so a rolled-back unit leaves a gap and never a repeat.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from app.errors import Unavailable
from app.repositories.bulk import Connection
from app.repositories.numbers import reserve_blocks

PRE_NO = "pre_no"
_BLOCK = 200
_HIGHEST = 999_999_999


class Numbers:
    """The blocks of one writer."""

    def __init__(self) -> None:
        self._left: dict[str, range] = {}

    async def provide(self, connection: Connection, series: Iterable[str]) -> None:
        """Make sure that so many numbers of each series are at hand; commits by itself (no transaction is open)."""
        wanted = {name: _BLOCK + count for name, count in Counter(series).items() if self._at_hand(name) < count}
        for name, first in (await reserve_blocks(connection, wanted)).items():
            self._left[name] = range(first, first + wanted[name])

    def pre_no(self, day: date) -> str:
        """The next pre-entry number; the series is one for all days and repeats only after 10^9."""
        return f"B{day.year:04d}{day.month:02d}{day.day:02d}{self._next(PRE_NO) % 1_000_000_000:09d}"

    def declaration_no(self, customs_code: str, day: date) -> str:
        """The next declaration number of a district and year."""
        number = self._next(declaration_series(customs_code, day))
        if number > _HIGHEST:
            raise Unavailable(f"district {customs_code} has no declaration numbers left in {day.year}")
        return f"{customs_code}{day.year}I{number:09d}"

    def _at_hand(self, series: str) -> int:
        return len(self._left.get(series, ()))

    def _next(self, series: str) -> int:
        block = self._left[series]
        self._left[series] = block[1:]
        return block[0]


def declaration_series(customs_code: str, day: date) -> str:
    """The series of declaration numbers of a district in a year."""
    return f"{customs_code}{day.year}"
