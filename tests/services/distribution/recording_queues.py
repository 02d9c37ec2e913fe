"""Every statement of queues: pages, counts, search, who works on what, views, snoozes, hand-over, chores."""

import asyncpg

from app.domain.queues import Queue
from app.repositories.case_work import add_words
from app.security.keyring import KeyRing
from app.services.office.queues import QueueFilter
from app.services.office.snoozes import NewSnooze, SnoozeKind
from app.services.service import ClearanceServices
from tests.office.people import all_held
from tests.office.queue_ground import AUDITOR, EXAMINER, SECOND, SUPERVISOR, desks


async def do_everything_of_queues(
    services: ClearanceServices, connection: asyncpg.Connection, keyring: KeyRing
) -> None:
    """Look, search, snooze, save a view, claim, assign, hand over, and let the chores run."""
    office, keys = desks(services, keyring), await all_held(services, [60, 61])
    narrowed = QueueFilter(rule="WGT-02", trade_mode="9610", words="面霜", younger_minutes=60)
    for caller in (EXAMINER, AUDITOR):
        await office.queues.counts(caller)
        for wanted in (QueueFilter(), narrowed, QueueFilter(assignee="me"), QueueFilter(queue=Queue.INSPECTION)):
            await office.queues.page(caller, wanted, None, 1)
    for text in ("ORDER00000060", "B20240618000000001", "面霜", "+86 13800000000", str(keys[0])):
        await office.search.find(SUPERVISOR, text)
    await add_words(connection, keys[0], office.tags.words("已电话联系"))
    made = await office.snoozes.make(
        SUPERVISOR, NewSnooze(declaration_id=keys[0], kind=SnoozeKind.BUYER, days=1, reason="待说明")
    )
    await office.queues.page(SUPERVISOR, narrowed, None, 10)
    await office.snoozes.active(SUPERVISOR)
    await office.snoozes.end(SUPERVISOR, made)
    view = await office.saved_views.save(SUPERVISOR, "全部", QueueFilter())
    await office.saved_views.listed(SUPERVISOR)
    await office.saved_views.remove(SUPERVISOR, view)
    await office.assignment.switch(SECOND, takes=True)
    await office.assignment.seen(EXAMINER)
    await office.assignment.colleagues(SUPERVISOR)
    await office.assignment.assign(SUPERVISOR, keys[1], SECOND.party_code)
    line = await office.assignment.next_case(SUPERVISOR)
    assert line is not None
    await office.assignment.give_back(SUPERVISOR, line.declaration_id)
    await office.assignment.claim(SUPERVISOR, line.declaration_id)
    await office.hand_over.summary(SUPERVISOR)
    await office.assignment.hand_over(SUPERVISOR, SUPERVISOR.party_code, None)
    await office.assignment.do_chores()
