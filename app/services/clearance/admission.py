"""How many lone filings may be under way at once: as many as are answered in the time that one may have to wait.

Asked before a body is read, so that reading what cannot be done in time does not take the processor from what can, and
counted from when the body is there until its answer leaves: a body that does not come takes nobody's place. The bound
follows the rate of the last second, on a fast machine and on a slow one; a database that stands still leaves the least.

No party takes the room of all: while others file too it has half of it at most. The last eighth is never one party's,
for whoever is not known yet has to be asked who it is; only one request in 16 is, so that turning away stays cheap.
"""

import time
from typing import Final

from app.errors import Unavailable

_WINDOW_SECONDS: Final = 1.0
_SHARE_AMONG_OTHERS: Final = 0.5
_SHARE_ALONE: Final = 0.875
_ASKED: Final = 16


class NoRoom(Unavailable):
    """More lone filings are under way than can be answered soon."""

    def __init__(self) -> None:
        super().__init__("too many filings are under way; send the same again later", retry_after_seconds=1)


class Admission:
    """Entered for each filing, and once its sender is known for that one: Unavailable where it would wait too long."""

    def __init__(self, least: int, longest_wait_seconds: float) -> None:
        self._least = least
        self._longest_wait_seconds = longest_wait_seconds
        self._under_way = 0
        self._of_party: dict[str, int] = {}
        self._lately: set[str] = set()  # who filed in this window
        self._others_lately = False  # whether several parties did in the one before
        self._knocked = 0
        self._answered = 0
        self._most = float(least)
        self._window_began = time.monotonic()

    def answered(self, count: int) -> None:
        """Note that so many filings were settled."""
        self._answered += count

    def is_full(self) -> bool:
        """Whether a filing of whoever it is is refused before it is read."""
        self._follow()
        if self._under_way >= self._most:
            return True
        if self._under_way < self._most * _SHARE_ALONE:
            return False
        self._knocked += 1
        return self._knocked % _ASKED != 0

    def held_by(self, party: str) -> "_Place":
        """A place of a party, to be entered."""
        return _Place(self, party)

    def take(self, party: str) -> None:
        """Take a place of the room, and of the party's share of it; NoRoom where there is none."""
        self.__enter__()
        self._lately.add(party)
        held = self._of_party.get(party, 0)
        if held >= 1 and held >= self._most * (_SHARE_AMONG_OTHERS if self._others(party) else _SHARE_ALONE):
            self._under_way -= 1
            raise NoRoom
        self._of_party[party] = held + 1

    def give_back(self, party: str) -> None:
        """What `take` took."""
        self._under_way -= 1
        if self._of_party[party] == 1:
            del self._of_party[party]
        else:
            self._of_party[party] -= 1

    def __enter__(self) -> None:
        self._follow()
        if self._under_way >= self._most:
            raise NoRoom
        self._under_way += 1

    def __exit__(self, *_: object) -> None:
        self._under_way -= 1

    def _others(self, party: str) -> bool:
        """Whether another party files too, or did a moment ago."""
        return self._others_lately or len(self._lately) > 1 or len(self._of_party) > (party in self._of_party)

    def _follow(self) -> None:
        """A new window: the bound is what was answered in the last one."""
        now = time.monotonic()
        if now - self._window_began > _WINDOW_SECONDS:
            rate = self._answered / (now - self._window_began)
            self._most = max(self._least, rate * self._longest_wait_seconds)
            self._others_lately = len(self._lately) > 1
            self._lately.clear()
            self._answered, self._window_began = 0, now


class _Place:
    """A place that one party holds while the block runs."""

    __slots__ = ("_admission", "_party")

    def __init__(self, admission: Admission, party: str) -> None:
        self._admission = admission
        self._party = party

    def __enter__(self) -> None:
        self._admission.take(self._party)

    def __exit__(self, *_: object) -> None:
        self._admission.give_back(self._party)
