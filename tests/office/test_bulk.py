"""Bulk decisions: one transaction, a constant number of statements, an answer for each; many need a second officer."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from app.domain.lifecycle import Act, Status
from app.errors import Conflict, NotFound
from app.rules.officers_work import officers_work
from app.security.keyring import KeyRing
from app.services.desk import Decision
from app.services.desk.change import ManySmallRequests, SecondOfficerNeeded
from app.services.office.answers import Verdict
from app.services.service import ClearanceServices
from tests.office.people import EXAMINER, OTHER_SUPERVISOR, SUPERVISOR, acts_of, all_held, proposals_of, tallied
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
    assert counts[1] == counts[0] + 1, "what the officer did of late is counted once"


async def test_many_small_requests_of_one_officer_need_a_second_one(
    services: ClearanceServices, keyring: KeyRing
) -> None:
    keys = await all_held(services, list(range(ALONE + 4)))
    first, second = keys[: ALONE - 1], keys[ALONE - 1 :]
    desk, acts = services._desk, acts_of(services, keyring)
    await desk.act(EXAMINER, first, RELEASE, AT)
    with pytest.raises(ManySmallRequests):
        await desk.act(EXAMINER, second, RELEASE, AT)
    preview = await acts.preview(EXAMINER, second, RELEASE, AT)
    assert (preview.needs_second, preview.possible_need_second) == (True, True)
    assert all(each.done for each in await desk.act(EXAMINER, first, RELEASE, AT)), "the same again is answered as done"
    assert not (await acts.preview(EXAMINER, first, RELEASE, AT)).needs_second
    assert not (await acts.preview(EXAMINER, [*first, second[0]], RELEASE, AT)).possible_need_second
    await desk.act_on_one(EXAMINER, second[0], RELEASE, AT)
    await desk.act(EXAMINER, second[1:3], Decision(act=Act.REFUSE, reason="不符"), AT)
    await desk.act(SUPERVISOR, second[3:5], RELEASE, AT)


async def test_a_preview_of_several_says_what_deciding_on_them_would_even_if_it_is_possible_for_one(
    services: ClearanceServices, keyring: KeyRing
) -> None:
    *done, other = await all_held(services, list(range(ALONE + 1)))
    desk, acts = services._desk, acts_of(services, keyring)
    await desk.act(EXAMINER, done, RELEASE, AT)
    preview = await acts.preview(EXAMINER, [done[0], other], RELEASE, AT)
    assert (preview.needs_second, preview.possible, preview.possible_need_second) == (True, (other,), False)
    with pytest.raises(ManySmallRequests):
        await desk.act(EXAMINER, [done[0], other], RELEASE, AT)
    await desk.act_on_one(EXAMINER, other, RELEASE, AT)


async def test_what_was_decided_before_the_window_or_by_two_does_not_count(services: ClearanceServices) -> None:
    keys = await all_held(services, list(range(ALONE + 5)))
    proposals = proposals_of(services)
    made = await proposals.propose(SUPERVISOR, keys[:3], RELEASE, AT)
    assert made.proposal_id
    await proposals.answer(OTHER_SUPERVISOR, made.proposal_id, Verdict.APPROVED, "", AT)
    await services._desk.act(OTHER_SUPERVISOR, keys[3 : ALONE + 3], RELEASE, AT)
    with pytest.raises(ManySmallRequests):
        await services._desk.act(OTHER_SUPERVISOR, keys[ALONE + 3 :], RELEASE, AT)
    after = AT + timedelta(minutes=officers_work(AT.date()).bulk_window_minutes)
    assert all(each.done for each in await services._desk.act(OTHER_SUPERVISOR, keys[ALONE + 3 :], RELEASE, after))


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
