"""Saved views: an officer's own, or shared with a district; they show nobody more than the own districts."""

from decimal import Decimal

import asyncpg
import pytest

from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.security.keyring import KeyRing
from app.services.office import saved_views
from app.services.office.queues import QueueFilter
from app.services.service import ClearanceServices
from tests import builders
from tests.office.queue_ground import ELSEWHERE, EXAMINER, SECOND, SUPERVISOR, Desks, acts_of, desks

MILK = QueueFilter(
    queue=Queue.INSPECTION, words="婴儿奶粉", value_from_cny=Decimal("99.5"), assignee="me", escalated=True
)


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


async def test_a_view_comes_back_as_it_was_saved_and_is_sealed(
    office: Desks, owner_connection: asyncpg.Connection
) -> None:
    view_id = await office.saved_views.save(EXAMINER, " 奶粉 ", MILK)
    (view,) = await office.saved_views.listed(EXAMINER)
    assert (view.view_id, view.name, view.filter, view.mine, view.district) == (view_id, "奶粉", MILK, True, None)
    assert await office.saved_views.listed(SECOND) == []
    assert "奶粉".encode() not in await owner_connection.fetchval("SELECT content FROM queue_views")


async def test_a_shared_view_is_seen_in_the_district_and_removed_by_its_owner(
    office: Desks, owner_connection: asyncpg.Connection
) -> None:
    view_id = await office.saved_views.save(SUPERVISOR, "奶粉", MILK, "2244")
    region = await office.saved_views.save(SUPERVISOR, "全部", QueueFilter(), "22")
    assert [view.view_id for view in await office.saved_views.listed(EXAMINER)] == [view_id, region]
    assert await office.saved_views.listed(ELSEWHERE) == []
    with pytest.raises(NotFound):
        await office.saved_views.remove(EXAMINER, view_id)
    await office.saved_views.remove(SUPERVISOR, view_id)
    assert [view.view_id for view in await office.saved_views.listed(EXAMINER)] == [region]
    assert [name for name, _, _ in await acts_of(owner_connection)] == [
        "queue_view.save", "queue_view.save", "queue_view.remove",
    ]  # fmt: skip


async def test_views_without_sense_or_for_others_are_refused(office: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Forbidden):
        await office.saved_views.save(EXAMINER, "x", MILK, "5100")
    for name, words in (("", None), ("x" * 61, None), ("x", builders.an_identity_number())):
        with pytest.raises(Malformed):
            await office.saved_views.save(EXAMINER, name, QueueFilter(words=words))
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 0)
    with pytest.raises(Conflict):
        await office.saved_views.save(EXAMINER, "x", MILK)
