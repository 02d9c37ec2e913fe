"""What a check may find; every kind is a column of the table."""

import enum
from collections import Counter


class Kind(enum.StrEnum):
    """The promises that a fault may break; each value is the head of its column."""

    LOST = "lost"  # acknowledged, and not there or not as it was acknowledged
    DUPLICATED = "duplicated"  # there twice, or there without having been filed
    TWICE = "assessed twice"
    LIMITS = "limits"  # a balance that is not its ledger, or not what the client adds up
    GAPS = "gaps"  # a lane or a feed with a hole or a repetition
    AUDIT = "audit"
    REPLAYS = "replays"  # the same key, other bytes
    STUCK = "stuck"  # never answered for good, or never ready again


class Findings:
    """All that was found: every one is counted, the first of each kind are kept in words."""

    _KEPT = 5

    def __init__(self) -> None:
        self.counts: Counter[Kind] = Counter()
        self.words: list[str] = []

    def add(self, kind: Kind, what: str) -> None:
        """Note one."""
        self.counts[kind] += 1
        if self.counts[kind] <= self._KEPT:
            self.words.append(f"{kind}: {what}")

    @property
    def total(self) -> int:
        """How many were found."""
        return self.counts.total()
