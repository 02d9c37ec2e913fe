"""Officers' acts: state, limit, receipts and case move together, each exactly once."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from app.domain.lifecycle import Act, Status
from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.repositories.heads import load_heads
from app.repositories.limits import disagreements
from app.services.desk import Decision
from app.services.desk.change import SecondOfficerNeeded
from app.services.service import ClearanceServices
from tests.office.people import ANALYST, ELSEWHERE, EXAMINER, SUPERVISOR, carry_out, case_of, held, tallied
from tests.services.conftest import AT, DECLARANT, PLATFORM, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants

AMOUNT = 13_500_000


async def act(services: ClearanceServices, key: UUID, what: Act, reason: str = "核查") -> Status:
    """An examiner acts; the status that follows."""
    view = await services._desk.act_on_one(EXAMINER, key, Decision(act=what, reason=reason), AT)
    return view.status


async def used(connection: asyncpg.Connection) -> tuple[int, int]:
    """The one balance: used and confirmed; agreeing with the ledger."""
    assert await disagreements(connection) == []
    row = await connection.fetchrow("SELECT used, confirmed FROM limit_balances")
    return row[0], row[1]


async def statuses(services: ClearanceServices) -> list[str]:
    """The return statuses of the declarant's receipts, in order."""
    entries = [entry for entry in await services.receipts(DECLARANT, None, 500) if entry.message == "CEB622"]
    return [entry.xml.split("<returnStatus>")[1].split("<")[0] for entry in entries]


async def test_suspended_and_resumed_it_keeps_its_reservation_and_its_receipts_say_so(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    assert await act(services, key, Act.SUSPEND) is Status.SUSPENDED
    assert (await case_of(service_connection, key))["queue"] == Queue.SUSPENDED
    assert await act(services, key, Act.RESUME) is Status.HELD
    assert (await case_of(service_connection, key))["queue"] == Queue.REVIEW
    assert await used(service_connection) == (AMOUNT, 0)
    assert await act(services, key, Act.CONCLUDE) is Status.CONCLUDED
    assert await act(services, key, Act.RELEASE) is Status.RELEASED
    assert await act(services, key, Act.CLOSE) is Status.CLOSED
    assert await used(service_connection) == (AMOUNT, AMOUNT)
    assert await statuses(services) == ["2", "120", "300", "600", "300", "399", "800", "899"]
    assert await tallied(service_connection) == {}


async def test_what_is_returned_abroad_gives_back_and_what_is_detained_does_not(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await carry_out(services, key, Act.DETAIN, Status.DETAINED_ANTI_SMUGGLING)
    assert await used(owner_connection) == (AMOUNT, 0)
    assert (await services.declaration(EXAMINER, key)).status is Status.DETAINED_ANTI_SMUGGLING
    await carry_out(services, key, Act.RETURN)
    assert await used(owner_connection) == (0, 0)
    assert await statuses(services) == ["2", "120", "300", "502", "700"]
    await demand_invariants(owner_connection)


async def test_an_amendment_that_was_asked_for_comes_before_an_officer_whatever_it_is_assessed_to(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    assert await act(services, key, Act.AMEND, "请更正毛重") is Status.REFUSED
    assert await used(owner_connection) == (0, 0)
    await filed(services, submission(later(parcel(1).waybill, 60)))
    (answer,) = await filed(services, submission(later(parcel(1).declaration, 60)))
    assert answer.declaration
    assert (answer.declaration.status, answer.declaration.version) == (Status.HELD, 2)
    assert [each.return_status for each in answer.documents] == ["300"]
    assert (await case_of(owner_connection, key))["queue"] == Queue.AMENDED
    assert await used(owner_connection) == (AMOUNT, 0)
    assert await act(services, key, Act.RELEASE) is Status.RELEASED
    assert await used(owner_connection) == (AMOUNT, AMOUNT)
    assert not (await load_heads(owner_connection, [key]))[key].watched
    await demand_invariants(owner_connection)


async def test_what_was_refused_before_it_was_opened_does_not_come_back_past_the_inspection(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    assert await act(services, key, Act.INSPECT, "开箱") is Status.INSPECTION
    assert await act(services, key, Act.REFUSE, "申报不符") is Status.REFUSED
    await filed(services, submission(later(parcel(1).waybill, 60)))
    (answer,) = await filed(services, submission(later(parcel(1).declaration, 60)))
    assert answer.declaration
    assert (answer.declaration.status, answer.declaration.version) == (Status.HELD, 2)
    await demand_invariants(owner_connection)


async def test_the_mark_outlives_a_version_that_is_refused_at_once_and_falls_when_an_officer_decides(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await act(services, key, Act.AMEND, "请更正毛重")
    stranger = later(parcel(1).declaration, 60, buyer_name="别人")
    await filed(services, submission(stranger))
    await filed(services, submission(later(parcel(1).waybill, 60)))
    assert (await services.declaration(EXAMINER, key)).status is Status.REFUSED
    await filed(services, submission(later(parcel(1).declaration, 120)))
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD
    await act(services, key, Act.REFUSE, "不予接受")
    await filed(services, submission(later(parcel(1).declaration, 180)))
    assert (await services.declaration(EXAMINER, key)).status is Status.RELEASED


async def test_a_release_taken_back_is_reserved_again_and_each_round_is_entered_once(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    key = answer.declaration.declaration_id
    for _ in range(3):
        await carry_out(services, key, Act.CORRECT)
        assert await used(owner_connection) == (AMOUNT, 0)
        assert (await case_of(owner_connection, key))["queue"] == Queue.REVIEW
        await act(services, key, Act.RELEASE)
        assert await used(owner_connection) == (AMOUNT, AMOUNT)
    await carry_out(services, key, Act.CORRECT)
    await act(services, key, Act.REFUSE)
    assert await used(owner_connection) == (0, 0)
    entries = await owner_connection.fetch("SELECT entry FROM limit_ledger ORDER BY entry")
    assert [row[0] for row in entries] == [0, 3, 4, 12, 14, 22, 24, 32, 34]
    await demand_invariants(owner_connection)


async def test_a_closed_parcel_is_not_corrected(services: ClearanceServices) -> None:
    key = await held(services)
    await act(services, key, Act.RELEASE)
    await act(services, key, Act.CLOSE)
    with pytest.raises(Conflict):
        await carry_out(services, key, Act.CORRECT)


async def test_papers_that_are_asked_for_wait_in_their_queue_until_they_come_or_are_late(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    keys = [await held(services, number) for number in (1, 2)]
    due = AT + timedelta(hours=5)
    for key in keys:
        view = await services._desk.request_documents(EXAMINER, key, "请补充授权书", due, AT)
        assert view.status is Status.HELD
        case = await case_of(owner_connection, key)
        assert (case["queue"], case["due_at"]) == (Queue.AWAITING, due)
    await services._desk.documents_arrived(PLATFORM, keys[0], AT)
    assert (await case_of(owner_connection, keys[0]))["queue"] == Queue.REVIEW
    assert await services._desk.documents_overdue() == 1
    assert (await case_of(owner_connection, keys[1]))["queue"] == Queue.OVERDUE
    with pytest.raises(Conflict):
        await services._desk.documents_arrived(PLATFORM, keys[0], AT)
    with pytest.raises(Malformed):
        await services._desk.request_documents(EXAMINER, keys[0], "x", AT, AT)
    texts = [entry.xml for entry in await services.receipts(DECLARANT, None, 500)]
    assert any("补充单证：请补充授权书" in text for text in texts)
    await tallied(owner_connection)
    await demand_invariants(owner_connection)


async def test_severe_acts_need_a_second_officer_and_roles_and_districts_are_asked(
    services: ClearanceServices,
) -> None:
    key = await held(services)
    detain = Decision(act=Act.DETAIN, reason="侵权", status=Status.DETAINED_CUSTOMS)
    with pytest.raises(SecondOfficerNeeded):
        await services._desk.act(SUPERVISOR, [key], detain, AT)
    release = Decision(act=Act.RELEASE, reason="复核一致")
    for nobody in (ANALYST, PLATFORM):
        with pytest.raises(Forbidden):
            await services._desk.act(nobody, [key], release, AT)
    (answered,) = await services._desk.act(ELSEWHERE, [key], release, AT)
    assert (type(answered.refusal), answered.status) == (NotFound, None)
    with pytest.raises(Malformed):
        await services._desk.act(EXAMINER, [key], Decision(act=Act.CANCEL, reason="x"), AT)


async def test_an_act_that_was_done_is_answered_as_done_to_the_same_officer_only(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    assert await act(services, key, Act.RELEASE) is Status.RELEASED
    assert await act(services, key, Act.RELEASE) is Status.RELEASED
    (other,) = await services._desk.act(SUPERVISOR, [key], Decision(act=Act.RELEASE, reason="x"), AT)
    assert isinstance(other.refusal, Conflict)
    assert await owner_connection.fetchval("SELECT count(*) FROM transitions WHERE act = 4") == 1


async def test_who_decided_stands_in_the_transition(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await act(services, key, Act.INSPECT)
    await act(services, key, Act.CONFORM)
    rows = await owner_connection.fetch("SELECT act, decided_by FROM transitions WHERE act > 5 ORDER BY 1")
    assert [tuple(row) for row in rows] == [(6, "EXAMINER"), (8, "EXAMINER")]


async def test_a_watched_refusal_says_what_to_amend(services: ClearanceServices) -> None:
    key = await held(services)
    await act(services, key, Act.AMEND, "请更正毛重")
    texts = [entry.xml for entry in await services.receipts(DECLARANT, None, 500)]
    assert any("海关退单：请更正毛重" in text for text in texts)


async def test_a_deadline_that_was_put_off_has_not_passed(
    services: ClearanceServices, owner_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, desk = await held(services), services._desk
    await act(services, key, Act.REQUEST_DOCUMENTS)  # of 2024: its deadline has passed
    look = desk._late

    async def meanwhile(now: datetime, limit: int) -> dict[UUID, int]:
        found = await look(now, limit)
        again = Decision(act=Act.REQUEST_DOCUMENTS, reason="发票", due_at=now + timedelta(days=3))
        await desk.act(EXAMINER, [key], again, now)
        return found

    monkeypatch.setattr(desk, "_late", meanwhile)
    assert await desk.documents_overdue() == 0
    assert (await case_of(owner_connection, key))["queue"] == Queue.AWAITING
    monkeypatch.undo()
    await owner_connection.execute("UPDATE cases SET due_at = now() - interval '1 s'")
    assert await desk.documents_overdue() == 1
