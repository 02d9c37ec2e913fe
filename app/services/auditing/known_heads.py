"""What heads that were exported before say of the lanes."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from pathlib import Path

import msgspec

from app.errors import NotFound
from app.security.signing import is_signed
from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.heads import Heads, LaneHead, SignedHeads

_SUFFIXES = (".json", ".jsonl")


class KnownHeads:
    """Exported heads by lane and place; only those count that a trusted key has signed.

    Without any trusted key a signature is checked against the key beside it, and `untrusted` names that key. Heads
    that were exported after `as_of` (the moment that is verified, where it is not now) cannot be judged.
    """

    def __init__(self, trusted: Collection[str], found: Discrepancies) -> None:
        self.as_of: datetime | None = None
        self.exports = 0
        self.untrusted: set[str] = set()
        self._trusted = trusted
        self._found = found
        self._heads: dict[int, dict[int, dict[bytes, datetime]]] = {}
        self._month_ends: dict[int, dict[int, set[tuple[date, bytes]]]] = {}
        self._epochs: dict[int, set[tuple[int, datetime]]] = {}

    def load(self, path: Path) -> None:
        """Read a file, or every file of a folder (`*.json`, `*.jsonl`); NotFound where there is none."""
        files = [path]
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
        if not files or not all(file.is_file() for file in files):
            raise NotFound(f"There are no exported heads in {path}: name the file or folder that export-heads wrote.")
        for file in files:
            with file.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    self.add(line, f"{file.name}, line {number}")

    def add(self, line: bytes, where: str) -> Heads | None:
        """Take one export; None where it does not count, which is then a discrepancy."""
        try:
            signed = msgspec.json.decode(line, type=SignedHeads)
            heads = msgspec.json.decode(signed.heads, type=Heads)
            for each in heads.lanes:
                bytes.fromhex(each.head + "".join(end.head for end in each.months))
        except (msgspec.MsgspecError, ValueError) as problem:
            self._found.add(Kind.HEADS_UNREADABLE, where, str(problem))
            return None
        if not self._is_ours(signed, where):
            return None
        self.exports += 1
        for lane in heads.lanes:
            self._add_lane(lane, heads.exported_at)
        return heads

    def lanes(self) -> Iterable[int]:
        """The lanes that any export names."""
        return self._heads

    def at(self, lane: int, position: int) -> dict[bytes, datetime]:
        """What was exported of a place: chain values, each with the time of its first export."""
        return self._heads.get(lane, {}).get(position, {})

    def ended(self, lane: int, position: int, before: date) -> list[bytes]:
        """Chain values of a place where a month before another ended."""
        ends = self._month_ends.get(lane, {}).get(position, ())
        return [head for month, head in ends if month < before]

    def latest(self) -> dict[int, tuple[int, bytes]]:
        """The place furthest on that was exported of each lane, with its chain value."""
        return {
            lane: (place, next(iter(heads[place]))) for lane, heads in self._heads.items() for place in [max(heads)]
        }

    def beyond(self, lane: int, position: int) -> tuple[int, datetime] | None:
        """The place furthest on that was exported of a lane from behind a position."""
        told = [(place, at) for place, heads in self._heads.get(lane, {}).items() for at in heads.values()]
        return max((each for each in told if each[0] > position and self._judgeable(each[1])), default=None)

    def epoch(self, lane: int) -> int:
        """The highest epoch that was exported of a lane."""
        return max((epoch for epoch, at in self._epochs.get(lane, ()) if self._judgeable(at)), default=0)

    def _is_ours(self, signed: SignedHeads, where: str) -> bool:
        if self._trusted and signed.public_key not in self._trusted:
            self._found.add(Kind.HEADS_UNSIGNED, where, f"the key {signed.public_key} is not the expected one")
            return False
        if not is_signed(bytes(signed.heads), signed.signature, signed.public_key):
            self._found.add(Kind.HEADS_UNSIGNED, where, "the signature does not fit")
            return False
        if not self._trusted:
            self.untrusted.add(signed.public_key)
        return True

    def _add_lane(self, lane: LaneHead, at: datetime) -> None:
        told = self._heads.setdefault(lane.lane, {})
        ends = self._month_ends.setdefault(lane.lane, {})
        for end in lane.months:
            ends.setdefault(end.position, set()).add((end.month, bytes.fromhex(end.head)))
        for position, head in [(lane.position, lane.head), *((end.position, end.head) for end in lane.months)]:
            times = told.setdefault(position, {})
            times[bytes.fromhex(head)] = min(times.get(bytes.fromhex(head), at), at)
        self._epochs.setdefault(lane.lane, set()).add((lane.epoch, at))

    def _judgeable(self, at: datetime) -> bool:
        return self.as_of is None or at <= self.as_of
