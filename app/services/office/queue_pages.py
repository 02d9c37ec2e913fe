"""The page of a queue in the console: its cases, and all that stands around them, in as few round trips as can be.

Officers look at this page more than at all others together. What each part of it means is the business of the services
beside; here they are read together.
"""

from datetime import UTC, datetime

import msgspec

from app.repositories import duty, queue_views
from app.repositories import queues as stored
from app.repositories.duty import DutyRow
from app.repositories.queue_views import ViewRow
from app.repositories.together import together
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.assignment import colleagues_of
from app.services.office.backing import Backing
from app.services.office.queues import CasePage, Known, QueueCounts, QueueFilter, Queues, counts_from, demand_queue
from app.services.office.saved_views import SavedView, SavedViews
from app.services.office.snoozes import hidden_from, hidden_wanted


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page shows. `takes`: whether the officer's own switch is on."""

    cases: CasePage | None
    counts: QueueCounts
    colleagues: list[DutyRow]
    takes: bool
    views: list[SavedView]


class QueuePages:
    """Reading pages of queues for the console."""

    def __init__(self, backing: Backing, queues: Queues, saved_views: SavedViews) -> None:
        self._backing = backing
        self._queues = queues
        self._saved_views = saved_views

    async def page(self, caller: Caller, wanted: QueueFilter | None, cursor: str | None, limit: int) -> QueuePage:
        """A page; without `wanted`, where a filter was faulty, only what stands around the cases."""
        demand_queue(caller, wanted or QueueFilter())
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection:
            tallies, hidden, officers, views = await together(
                connection,
                [
                    stored.tallies_wanted(caller.districts),
                    hidden_wanted(caller, now),
                    duty.known_wanted(),
                    queue_views.of_officer_wanted(caller.party_code, caller.districts),
                ],
            )
            known = Known(stored.tallies_from(tallies), hidden_from(hidden), now)
            cases = await self._queues.read(connection, caller, wanted, (cursor, limit), known) if wanted else None
        everybody = [DutyRow(*row) for row in officers]
        return QueuePage(
            cases=cases,
            counts=counts_from(known.tallies),
            colleagues=colleagues_of(caller, everybody),
            takes=any(row.takes for row in everybody if row.officer == caller.party_code),
            views=self._saved_views.shown([ViewRow(*row) for row in views], caller),
        )
