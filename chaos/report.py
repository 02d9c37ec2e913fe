"""The table: what was done how often, what was found, how long it took until the service was ready again."""

from typing import Any

import msgspec

from bench.figures import table
from chaos.findings import Findings, Kind

READY_GOAL_SECONDS = 10.0


class Row(msgspec.Struct):
    """One kind of fault."""

    fault: str
    count: int = 0
    found: dict[str, int] = {}
    slowest_ready_seconds: float = 0.0
    ready_seconds: list[float] = []


class Report:
    """Takes the result of each fault."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.skipped: dict[str, str] = {}
        self.words: list[str] = []

    def note(self, fault: str, ready_seconds: float | None, found: Findings) -> None:
        """One more; without `ready_seconds` it is a check at the end, after no fault."""
        row = self.rows.setdefault(fault, Row(fault))
        row.count += 1
        for kind, count in found.counts.items():
            row.found[kind] = row.found.get(kind, 0) + count
        if ready_seconds is not None:
            row.ready_seconds.append(round(ready_seconds, 2))
            row.slowest_ready_seconds = max(row.ready_seconds)
        self.words += [f"{fault}: {words}" for words in found.words]

    @property
    def wrong(self) -> int:
        """How many findings there are."""
        return sum(sum(row.found.values()) for row in self.rows.values())

    @property
    def late(self) -> int:
        """How many faults after which the service was not ready within the goal."""
        return sum(seconds >= READY_GOAL_SECONDS for row in self.rows.values() for seconds in row.ready_seconds)

    def lines(self) -> list[str]:
        """The table to print."""
        heads = ["fault", "count", *(kind.value for kind in Kind), "median ready s", "slowest ready s"]
        return table(heads, [_cells(row) for row in [*self.rows.values(), self._total()]])

    def figures(self) -> dict[str, Any]:
        """The same for programs."""
        return {"faults": list(self.rows.values()), "skipped": self.skipped, "wrong": self.wrong, "late": self.late}

    def _total(self) -> Row:
        whole = Row("all")
        for row in self.rows.values():
            whole.count += row.count
            whole.ready_seconds = whole.ready_seconds + row.ready_seconds
            for kind, count in row.found.items():
                whole.found[kind] = whole.found.get(kind, 0) + count
        whole.slowest_ready_seconds = max(whole.ready_seconds, default=0.0)
        return whole


def _cells(row: Row) -> list[str | int | float]:
    middle = sorted(row.ready_seconds)[len(row.ready_seconds) // 2] if row.ready_seconds else 0.0
    found = [row.found.get(kind, 0) for kind in Kind]
    return [row.fault, row.count, *found, middle, row.slowest_ready_seconds]
