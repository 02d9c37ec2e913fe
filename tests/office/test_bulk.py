"""Bulk decisions: one transaction, a constant number of statements, an answer for each; many need a second officer."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from app.domain.lifecycle import Act, Status
from app.errors import Conflict, NotFound
from app.rules.officers_work import officers_work
from app.services.desk import Decision
from app.services.desk.change import SecondOfficerNeeded
from app.services.office.answers import Verdict
from app.services.service import ClearanceServices
from tests.office.people import EXAMINER, OTHER_SUPERVISOR, SUPERVISOR, all_held, proposals_of, tallied
from tests.services.conftest import AT, Opened
from tests.services.record import demand_invariants
from tests.statements import noted

RELEASE = Decision(act=Act.RELEASE, reason="抽查一致")
ALONE = officers_work(AT.date()).bulk_alone


async def test_each_is_answered_what_was_done_or_why_not(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    first, second, third = await all_held(services, [1, 2, 3])
    await services._desk.act(SUPERVISOR, [second], Decision(act=Act.REFUSE, reason="不符"), AT)
    missing = UUID(int=7)
    answered = await services._desk.act(EXAMINER, [first, second, missing, third, first], RELEASE, AT)
    assert [each.declaration_id for each in answered] == [first, second, missing, third]
    assert [each.status for each in answered] == [Status.RELEASED, Status.REFUSED, None, Status.RELEASED]
    assert [type(each.refusal) for each in answered] == [type(None), Conflict, NotFound, type(None)]
    assert await tallied(owner_connection) == {}
    await demand_invariants(owner_connection)


async def test_the_number_of_statements_does_not_depend_on_how_many_they_are(
    services: ClearanceServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = await all_held(services, list(range(ALONE + 1)))
    sent = noted(monkeypatch)
    counts = []
    for some in (keys[:1], keys[1:]):
        sent.clear()
        answered = await services._desk.act(EXAMINER, some, RELEASE, AT)
        assert all(each.done for each in answered)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_more_than_one_officer_may_decide_alone_is_proposed_and_carried_out_by_another(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    keys = await all_held(services, list(range(ALONE + 1)))
    with pytest.raises(SecondOfficerNeeded):
        await services._desk.act(EXAMINER, keys, RELEASE, AT)
    proposals = proposals_of(services)
    made = await proposals.propose(EXAMINER, keys, RELEASE, AT)
    assert made.proposal_id
    await services._desk.act(SUPERVISOR, keys[:1], Decision(act=Act.INSPECT, reason="开箱"), AT)
    answered = await proposals.answer(OTHER_SUPERVISOR, made.proposal_id, Verdict.APPROVED, "", AT)
    assert sum(each.done for each in answered.results) == ALONE
    sizes = await owner_connection.fetch("SELECT DISTINCT decided_with, decided_by FROM transitions WHERE act = 4")
    assert [tuple(row) for row in sizes] == [(ALONE + 1, "SUPERVISOR2")]
    assert (await services.declaration(EXAMINER, keys[0])).status is Status.INSPECTION
    await demand_invariants(owner_connection)


async def test_of_two_officers_who_decide_at_once_one_wins_each(
    open_services: Opened, owner_connection: asyncpg.Connection
) -> None:
    here, there = await open_services(), await open_services()
    keys = await all_held(here, list(range(8)))
    refuse = Decision(act=Act.REFUSE, reason="不符")
    released, refused = await asyncio.gather(
        here._desk.act(EXAMINER, keys, RELEASE, AT), there._desk.act(SUPERVISOR, keys[::-1], refuse, AT)
    )
    won = {each.declaration_id for each in released if each.done}
    lost = {each.declaration_id for each in refused if each.done}
    assert won | lost == set(keys)
    assert not won & lost
    assert await tallied(owner_connection) == {}
    await demand_invariants(owner_connection)
