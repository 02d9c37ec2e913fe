"""What waits now: open cases by age, and papers that parties owe. Read from the heads, bounded, remembered for a while.

Neither can be summed up beforehand, since it changes by waiting alone. Everybody's dashboards share one reading.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from app.domain.lifecycle import Status
from app.domain.queues import Queue
from app.repositories import statistics as stored
from app.repositories.heads import Head, load_heads, load_waybills
from app.services.clearance.working import missing_documents
from app.services.database_errors import borrowed
from app.services.filings import DocumentKind
from app.services.office.statistics.figures import Age, Missing

REMEMBERED_SECONDS: Final = 30.0
MOST_CASES: Final = 1_000_000
MOST_LATE: Final = 2_000
_HOUR, _DAY = 3_600, 86_400
AGES_SECONDS: Final = (0, _HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY)
Within = Callable[[str], bool]


class Reading(msgspec.Struct, frozen=True):
    """One reading, over all districts."""

    at: float
    ages: tuple[tuple[str, int, int, int], ...]  # district, queue, age, cases
    missing: tuple[tuple[str, str, str, int], ...]  # district, document, party, declarations
    at_least: bool

    def waiting(self, within: Within) -> list[Age]:
        """Open cases of some districts."""
        found: Counter[tuple[int, int]] = Counter()
        for district, queue, age, cases in self.ages:
            if within(district):
                found[queue, age] += cases
        return [
            Age(queue=Queue(queue).word, from_seconds=AGES_SECONDS[age], cases=cases)
            for (queue, age), cases in sorted(found.items())
        ]

    def owed(self, within: Within) -> list[Missing]:
        """Missing papers of some districts, the most first."""
        found: Counter[tuple[str, str]] = Counter()
        for district, document, party, declarations in self.missing:
            if within(district):
                found[document, party] += declarations
        ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
        return [Missing(document=kind, party_code=party, declarations=count) for (kind, party), count in ordered]


class Now:
    """The latest reading, made anew when it is old and somebody asks."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._reading: Reading | None = None
        self._turn = asyncio.Lock()

    async def reading(self) -> Reading:
        """A reading that is not older than half a minute."""
        async with self._turn:
            if self._reading is None or time.monotonic() - self._reading.at > REMEMBERED_SECONDS:
                async with borrowed(self._pool) as connection:
                    self._reading = await _read(connection)
            return self._reading


async def _read(connection: asyncpg.Connection) -> Reading:
    ages = await stored.ages(connection, AGES_SECONDS, MOST_CASES)
    late = await stored.waiting_past_deadline(connection, (Status.WAITING.value, Status.HELD.value), MOST_LATE)
    owed = await _owed(connection, late)
    return Reading(
        time.monotonic(),
        tuple((row[0], row[1], max(1, row[2]) - 1, row[3]) for row in ages),
        tuple((*key, count) for key, count in owed.items()),
        len(late) >= MOST_LATE,
    )


async def _owed(connection: asyncpg.Connection, late: list[UUID]) -> Counter[tuple[str, str, str]]:
    heads = await load_heads(connection, late)
    waybills = await load_waybills(connection, [head.waybill_id for head in heads.values() if head.waybill_id])
    owed: Counter[tuple[str, str, str]] = Counter()
    for head in heads.values():
        for kind in missing_documents(head, waybills):
            owed[head.customs_code or "", kind.word, _whose(kind, head) or ""] += 1
    return owed


def _whose(kind: DocumentKind, head: Head) -> str | None:
    match kind:
        case DocumentKind.ORDER:
            return head.platform_code
        case DocumentKind.PAYMENT:
            return head.payment_company_code
        case DocumentKind.WAYBILL:
            return head.logistics_code
        case DocumentKind.DECLARATION:
            return head.declarant_code
