"""The chore that rehearses: takes what was asked for, one after the other, and stores the results."""

import asyncio
import logging
from collections import Counter
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.repositories import table_drafts
from app.repositories.table_drafts import RequestRow
from app.services.database_errors import Unanswered, borrowed
from app.services.office.backing import Backing
from app.services.office.tables import Tables
from app.services.office.tables_law import law_with
from app.services.office.tables_parties import registers_digest
from app.services.office.tables_rehearsal import Law, Progress, Tally, rehearse, row_of

log = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 15
_MOST_AT_ONCE: Final = 10
_MOST_TRIES: Final = 3


class Rehearser:
    """Works off the rehearsals that were asked for; what was under way when a process ended is begun again."""

    def __init__(self, backing: Backing, tables: Tables) -> None:
        self._backing = backing
        self._tables = tables
        self._tries: Counter[UUID] = Counter()  # of rehearsals that the database did not answer

    async def run(self) -> None:
        """For ever: when asked, and every few seconds for what another process left."""
        while True:
            try:
                await self.work_off()
            except Exception:
                log.exception("a rehearsal could not be begun or stored")  # the next round tries again
            try:
                async with asyncio.timeout(_EVERY_SECONDS):
                    await self._tables.asked.wait()
            except TimeoutError:
                continue

    async def work_off(self) -> int:
        """Rehearse everything that waits; answers how many."""
        self._tables.asked.clear()
        async with borrowed(self._backing.pool) as connection:
            waiting = await table_drafts.waiting_requests(connection, _MOST_AT_ONCE)
        for request in waiting:
            try:
                await self._rehearse(request)
            except Unanswered:  # the next round begins it again; those behind it have their turn
                self._tries[request.rehearsal_id] += 1
                log.warning("a rehearsal was put off: the database did not answer")
            except Exception:
                log.exception("a rehearsal could not be begun or stored")
            else:
                self._tries.pop(request.rehearsal_id, None)
        return len(waiting)

    async def _rehearse(self, request: RequestRow) -> None:
        """One rehearsal from the law to its stored result; one that breaks is stored as not passed."""
        backing, limit_ppm = self._backing, self._tables.limit_ppm
        progress = self._tables.progress[request.rehearsal_id] = Progress(request.rehearsal_id)
        try:
            async with borrowed(backing.pool) as connection:
                draft = await table_drafts.draft(connection, request.draft_id)
                parts = (await table_drafts.parts_of(connection, [request.draft_id]))[request.draft_id]
                if draft is None:
                    raise RuntimeError("a rehearsal was asked for a draft that does not exist")
                book = (await backing.means.registry.refresh(connection)).book
                law = Law(book, book, await registers_digest(connection), ())
            try:
                async with borrowed(backing.pool) as connection:
                    law = await law_with(connection, backing.means.registry, draft, parts, datetime.now(UTC))
                tally, failed = await rehearse(backing.pool, backing.means, law, request, limit_ppm, progress)
            except Unanswered:
                if self._tries[request.rehearsal_id] + 1 < _MOST_TRIES:
                    raise
                log.exception("a rehearsal was too slow")
                tally, failed = Tally(), "slow"
            except Exception:  # whatever it is, it would break again, and hold up all that wait behind it
                log.exception("a rehearsal broke")
                tally, failed = Tally(), "broken"
            result = row_of(request, law, tally, failed, limit_ppm, datetime.now(UTC))
            async with borrowed(backing.pool) as connection:
                await table_drafts.add_rehearsal(connection, result)
        finally:
            self._tables.progress.pop(request.rehearsal_id, None)
