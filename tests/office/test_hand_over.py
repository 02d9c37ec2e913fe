"""Shift hand-over: what is open and why, of the districts, and one's own cases."""

from datetime import timedelta

import asyncpg
import pytest

from app.domain.queues import Queue
from app.errors import Forbidden
from app.security.keyring import KeyRing
from app.services.office.hand_over import QueueSummary
from app.services.service import ClearanceServices
from tests.office.queue_ground import ELSEWHERE, EXAMINER, SUPERVISOR, Cases, Desks, desks


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


async def test_a_summary_says_how_many_since_when_and_why(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    late = cases.now - timedelta(minutes=30)
    oldest = await cases.add(1, due_at=late, escalated_at=cases.now, rules=["RSK-01", "WGT-01"])
    mine = await cases.add(2, assignee="EXAMINER1")
    await cases.add(3, queue=Queue.INSPECTION, assignee="EXAMINER2")
    await cases.add(4, district="5100")
    noted = cases.now - timedelta(minutes=3)
    for at in (noted, noted - timedelta(hours=1)):
        await owner_connection.execute(
            "INSERT INTO case_entries VALUES "
            "($1, gen_random_uuid(), $2, 1, 1, 'EXAMINER1', gen_random_uuid(), '\\x00')",
            mine,
            at,
        )
    summary = await office.hand_over.summary(EXAMINER)
    review, inspection = summary.queues
    assert isinstance(review, QueueSummary)
    assert (review.queue, review.open, review.escalated, review.unassigned) == (Queue.REVIEW, 2, 1, 1)
    assert (inspection.queue, inspection.open, inspection.unassigned) == (Queue.INSPECTION, 1, 0)
    assert review.oldest is not None
    assert review.oldest.declaration_id == oldest
    assert review.rules == (("WGT-01", 2), ("RSK-01", 1))
    assert [item.declaration_id for item in summary.mine] == [mine]
    assert summary.noted_at == {mine: noted}
    assert summary.mine_by_rule == (("WGT-01", 1),)
    assert (await office.hand_over.summary(ELSEWHERE)).counts.by_queue[Queue.REVIEW] == 1


async def test_a_supervisor_reads_what_another_officer_has(office: Desks, cases: Cases) -> None:
    key = await cases.add(1, assignee="EXAMINER1")
    summary = await office.hand_over.summary(SUPERVISOR, "EXAMINER1")
    assert (summary.officer, [item.declaration_id for item in summary.mine]) == ("EXAMINER1", [key])
    with pytest.raises(Forbidden):
        await office.hand_over.summary(EXAMINER, "SUPERVISOR1")
