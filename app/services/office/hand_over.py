"""Shift hand-over: what is open in an officer's districts and why, on one page that can be printed.

Counts are the kept ones. What is told by reading cases (oldest, rules) is told of the most urgent ones, and says so.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from app.domain.case_entries import EntryKind
from app.domain.duties import Permission, demand
from app.domain.queues import Queue
from app.repositories import case_work as work
from app.repositories import queues as stored
from app.repositories.queue_summaries import summed
from app.repositories.queues import CaseLine
from app.repositories.together import together
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.queues import OPEN_QUEUES, CaseItem, QueueCounts, counts_from, items_from
from app.services.reading import in_district

READ_FOR_REASONS: Final = 100  # cases of each queue whose findings are looked at
_MOST_MINE: Final = 200


class QueueSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One queue of the districts: how many, since when, why. `escalated` ends at one more than `queues.COUNTED`."""

    queue: Queue
    open: int
    escalated: int
    unassigned: int
    oldest: CaseItem | None
    rules: tuple[tuple[str, int], ...]  # of the most urgent `READ_FOR_REASONS`, most frequent first


class HandOverSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What one shift leaves to the next."""

    at: datetime
    officer: str
    counts: QueueCounts
    queues: tuple[QueueSummary, ...]
    mine: tuple[CaseItem, ...]  # most urgent first; `touched_at` is what the officer last did
    noted_at: dict[UUID, datetime]  # of these, when the last note was written
    mine_by_rule: tuple[tuple[str, int], ...]


class HandOver:
    """Summing up what is open."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    async def summary(self, caller: Caller, officer: str | None = None) -> HandOverSummary:
        """Of the caller's districts, with the cases of the caller or, for a supervisor, of another officer."""
        demand(caller.duties, Permission.VIEW_CASES)
        who = officer or caller.party_code
        if who != caller.party_code:
            demand(caller.duties, Permission.HAND_OVER)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection:
            rows, own = await together(
                connection,
                [stored.tallies_wanted(caller.districts), work.mine_wanted(who, _MOST_MINE, OPEN_QUEUES)],
            )
            tallies, lines = stored.tallies_from(rows), map(stored.line_from, own)
            mine = [each for each in lines if in_district(caller, each.district)]
            counts = counts_from(tallies)
            wanted = [queue for queue in OPEN_QUEUES if counts.by_queue[queue]]
            districts = None if "*" in caller.districts else list(counts.by_district)
            found = await summed(connection, wanted, districts, now, READ_FOR_REASONS)
            shown = [*mine, *(each.oldest for each in found.values() if each.oldest)]
            numbers, noted = await together(
                connection,
                [
                    stored.numbers_wanted([each.declaration_id for each in shown]),
                    stored.last_entries_wanted([each.declaration_id for each in mine], EntryKind.NOTE),
                ],
            )
        items = items_from(stored.listed(shown, numbers), caller, now)
        oldest = {item.queue: item for item in items[len(mine) :]}
        return HandOverSummary(
            at=now,
            officer=who,
            counts=counts,
            queues=tuple(
                QueueSummary(
                    queue=queue,
                    open=counts.by_queue[queue],
                    escalated=found[queue].escalated,
                    unassigned=found[queue].unassigned,
                    oldest=oldest.get(queue),
                    rules=found[queue].rules,
                )
                for queue in wanted
            ),
            mine=tuple(items[: len(mine)]),
            noted_at=dict(noted),
            mine_by_rule=_frequent(mine),
        )


def _frequent(lines: Iterable[CaseLine]) -> tuple[tuple[str, int], ...]:
    found = Counter(rule for line in lines for rule in line.rules)
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))
