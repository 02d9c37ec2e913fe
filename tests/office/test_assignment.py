"""Who works on which case: one officer at a time, whoever is fastest; and what is done by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, NotFound
from app.repositories import duty
from app.repositories.case_work import free_silent
from app.repositories.duty import DutyRow
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.assignment import MOST_GIVEN
from app.services.office.snoozes import NewSnooze, SnoozeKind
from app.services.service import ClearanceServices
from tests.office.queue_ground import (
    AUDITOR,
    ELSEWHERE,
    EXAMINER,
    SECOND,
    SUPERVISOR,
    Cases,
    Desks,
    acts_of,
    desks,
)
from tests.services.conftest import Opened

BUYER = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


async def assignee(cases: Cases, key: UUID) -> str | None:
    return (await cases.of(key))["assignee"]  # type: ignore[no-any-return]


async def on_duty(connection: asyncpg.Connection, *officers: Caller, minutes_ago: int = 0) -> None:
    seen = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    for each in officers:
        row = DutyRow(each.party_code, each.name, list(each.districts), works=True, takes=True, seen_at=seen)
        await duty.seen(connection, row)
        await duty.switch(connection, each.party_code, takes=True)


async def takes(office: Desks) -> list[bool]:
    """How the examiner's switch stands."""
    return [row.takes for row in await office.assignment.colleagues(EXAMINER) if row.officer == EXAMINER.party_code]


async def test_a_case_is_claimed_once_given_back_and_claimed_by_another(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    key = await cases.add(1)
    await office.assignment.claim(EXAMINER, key)
    await office.assignment.claim(EXAMINER, key)  # again: nothing more happens
    with pytest.raises(Conflict, match="EXAMINER1 has this case"):
        await office.assignment.claim(SECOND, key)
    with pytest.raises(Forbidden):
        await office.assignment.give_back(SECOND, key)
    await office.assignment.give_back(EXAMINER, key)
    await office.assignment.claim(SECOND, key)
    assert await assignee(cases, key) == "EXAMINER2"
    told = await acts_of(owner_connection)
    assert [name for name, _, _ in told] == ["case.claim", "case.release_claim", "case.claim"]
    assert told[0][1:] == ("officer:EXAMINER1:key_1", f'{{"declaration":"{key}"}}')


async def test_what_is_elsewhere_closed_or_not_allowed_is_not_claimed(office: Desks, cases: Cases) -> None:
    key, closed = await cases.add(1), await cases.add(2, queue=Queue.CLOSED)
    with pytest.raises(NotFound):
        await office.assignment.claim(ELSEWHERE, key)
    with pytest.raises(Conflict, match="closed"):
        await office.assignment.claim(EXAMINER, closed)
    with pytest.raises(Forbidden):
        await office.assignment.claim(AUDITOR, key)
    with pytest.raises(Forbidden):
        await office.assignment.assign(EXAMINER, key, "EXAMINER2")
    with pytest.raises(Forbidden):
        await office.assignment.hand_over(EXAMINER, "EXAMINER2", None)
    with pytest.raises(Forbidden):
        await office.assignment.next_case(AUDITOR)


async def test_a_supervisor_assigns_to_officers_of_the_district(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    await on_duty(owner_connection, SECOND, ELSEWHERE)
    key = await cases.add(1, assignee="EXAMINER1")
    await office.assignment.assign(SUPERVISOR, key, "EXAMINER2")
    assert await assignee(cases, key) == "EXAMINER2"
    for stranger in ("EXAMINER3", "NOBODY"):
        with pytest.raises(NotFound):
            await office.assignment.assign(SUPERVISOR, key, stranger)
    await office.assignment.give_back(SUPERVISOR, key)
    assert await assignee(cases, key) is None


async def test_the_next_case_is_the_most_urgent_one_has_then_a_free_one(office: Desks, cases: Cases) -> None:
    free, late = await cases.add(1), await cases.add(5, assignee="EXAMINER1")
    soon = await cases.add(2, assignee="EXAMINER1", queue=Queue.INSPECTION)
    await cases.add(3, assignee="EXAMINER1", queue=Queue.AWAITING)
    await cases.add(0, district="5100")

    async def follows(after: UUID | None) -> UUID | None:
        line = await office.assignment.next_case(EXAMINER, after)
        return line.declaration_id if line else None

    assert await follows(None) == soon
    assert await follows(soon) == late
    assert await follows(late) == free
    assert await assignee(cases, free) == "EXAMINER1"
    assert await office.assignment.next_case(SECOND) is None


async def test_officers_who_ask_at_once_never_get_the_same_case(
    open_services: Opened, cases: Cases, keyring: KeyRing
) -> None:
    offices = [desks(await open_services(), keyring) for _ in range(3)]
    wanted = {await cases.add(number) for number in range(30)}
    callers = [
        msgspec.structs.replace(EXAMINER, party_code=f"EXAMINER{number}", key_id=f"key{number}") for number in range(40)
    ]
    lines = await asyncio.gather(
        *(offices[number % 3].assignment.next_case(caller) for number, caller in enumerate(callers))
    )
    got = [line.declaration_id for line in lines if line is not None]
    assert (len(got), set(got)) == (30, wanted)
    for caller, line in zip(callers, lines, strict=True):
        if line is not None:
            assert await assignee(cases, line.declaration_id) == caller.party_code


async def test_of_two_who_claim_at_once_one_has_it(open_services: Opened, cases: Cases, keyring: KeyRing) -> None:
    offices = [desks(await open_services(), keyring) for _ in range(2)]
    key = await cases.add(1)
    results = await asyncio.gather(
        offices[0].assignment.claim(EXAMINER, key), offices[1].assignment.claim(SECOND, key), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "NoneType"]


async def test_everything_of_an_officer_is_handed_over_in_one_act(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    await on_duty(owner_connection, SECOND)
    mine = [await cases.add(number, assignee="EXAMINER1") for number in range(3)]
    far = await cases.add(9, assignee="EXAMINER1", district="5100")
    with pytest.raises(NotFound):
        await office.assignment.hand_over(SUPERVISOR, "EXAMINER1", "NOBODY")
    assert await office.assignment.hand_over(SUPERVISOR, "EXAMINER1", "EXAMINER2") == 3
    assert {await assignee(cases, key) for key in mine} == {"EXAMINER2"}
    assert await assignee(cases, far) == "EXAMINER1"
    assert await office.assignment.hand_over(SUPERVISOR, "EXAMINER2", None) == 3
    assert {await assignee(cases, key) for key in mine} == {None}
    assert [(name, note) for name, _, note in await acts_of(owner_connection)] == [
        ("case.hand_over", '{"cases":3,"from":"EXAMINER1","to":"EXAMINER2"}'),
        ("case.hand_over", '{"cases":3,"from":"EXAMINER2","to":null}'),
    ]


async def test_free_cases_go_to_whoever_has_least_by_weight(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    await on_duty(owner_connection, EXAMINER, SECOND)
    await cases.add(0, assignee="EXAMINER1", weight=30)
    keys = [await cases.add(number, weight=10) for number in range(1, 6)]
    await office.assignment.do_chores()
    given = [await assignee(cases, key) for key in keys]
    assert given == ["EXAMINER2", "EXAMINER2", "EXAMINER2", "EXAMINER1", "EXAMINER2"]
    assert (await acts_of(owner_connection))[-1][0] == "case.assigned"
    assert (await acts_of(owner_connection))[-1][2] == '{"EXAMINER1":1,"EXAMINER2":4}'


async def test_nobody_is_given_more_than_fits_nor_cases_of_other_districts_nor_while_away(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    await on_duty(owner_connection, EXAMINER)
    await on_duty(owner_connection, SECOND, minutes_ago=60)
    await cases.add(0, assignee="EXAMINER1", weight=MOST_GIVEN - 15)
    far = await cases.add(1, district="5100")
    heavy, light, over = await cases.add(2, weight=20), await cases.add(3), await cases.add(4)
    await office.assignment.do_chores()
    assert [await assignee(cases, key) for key in (far, heavy, light, over)] == [None, None, "EXAMINER1", None]
    await office.assignment.switch(EXAMINER, takes=False)
    assert await takes(office) == [False]
    await cases.add(5)
    assert (await office.assignment.do_chores())["case.assigned"] == 0


async def test_what_lies_silent_goes_back_and_what_is_late_is_escalated_once(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    long_ago = cases.now - timedelta(hours=5)
    silent = await cases.add(1, assignee="EXAMINER1", touched_at=long_ago)
    waiting = await cases.add(2, assignee="EXAMINER1", touched_at=long_ago, queue=Queue.AWAITING, due_at=long_ago)
    busy = await cases.add(3, assignee="EXAMINER1")
    late = await cases.add(4, due_at=long_ago)
    assert await office.assignment.do_chores() == {
        "case.escalated": 1, "case.released_after_silence": 1, "case.assigned": 0,
    }  # fmt: skip
    assert [await assignee(cases, key) for key in (silent, waiting, busy)] == [None, "EXAMINER1", "EXAMINER1"]
    assert [(await cases.of(key))["escalated_at"] is not None for key in (late, waiting, busy)] == [True, False, False]
    assert sum((await office.assignment.do_chores()).values()) == 0
    assert [name for name, _, _ in await acts_of(owner_connection)] == ["case.escalated", "case.released_after_silence"]


async def test_a_chore_that_fails_for_ever_starves_none_behind_it(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await on_duty(owner_connection, EXAMINER)
    late = await cases.add(1, due_at=cases.now - timedelta(hours=5))
    await owner_connection.execute("ALTER TABLE cases ADD CHECK (escalated_at IS NULL)")
    assert await office.assignment.do_chores() == {"case.released_after_silence": 0, "case.assigned": 1}
    assert await assignee(cases, late) == "EXAMINER1"
    told = [(record.message, record.__dict__["chore"]) for record in caplog.records if "chore" in record.__dict__]
    assert told == [("a chore failed", "case.escalated")]


async def test_what_its_assignee_touches_meanwhile_is_not_taken_away(
    cases: Cases, owner_connection: asyncpg.Connection, service_connection: asyncpg.Connection
) -> None:
    key = await cases.add(1, assignee="EXAMINER1", touched_at=cases.now - timedelta(hours=5))
    async with owner_connection.transaction():
        await owner_connection.execute("UPDATE cases SET touched_at = $1", cases.now)
        freeing = asyncio.create_task(
            free_silent(service_connection, cases.now - timedelta(hours=2), Queue.AWAITING, cases.now)
        )
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = $1"
        while not await owner_connection.fetchval(waiting, service_connection.get_server_pid()):
            assert not freeing.done()
    assert await freeing == []
    assert await assignee(cases, key) == "EXAMINER1"


async def test_chores_lock_a_hundred_cases_at_a_time(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    await cases.add(1, due_at=cases.now - timedelta(hours=1))
    await owner_connection.execute(
        "INSERT INTO cases SELECT (copy).* FROM (SELECT jsonb_populate_record(c, jsonb_build_object("
        "'declaration_id', gen_random_uuid())) AS copy FROM cases c, generate_series(1, 249)) AS copies"
    )
    assert (await office.assignment.do_chores())["case.escalated"] == 250
    links = [msgspec.json.decode(facts) for name, _, facts in await acts_of(owner_connection) if "escalated" in name]
    assert [sum(link.values()) for link in links] == [100, 100, 50]


async def test_chores_of_several_processes_do_everything_once(
    open_services: Opened, cases: Cases, keyring: KeyRing, owner_connection: asyncpg.Connection
) -> None:
    offices = [desks(await open_services(), keyring) for _ in range(3)]
    await on_duty(owner_connection, EXAMINER, SECOND)
    for number in range(12):
        await cases.add(number, due_at=cases.now - timedelta(minutes=1))
    done = await asyncio.gather(*(each.assignment.do_chores() for each in offices))
    assert sum(each.get("case.escalated", 0) for each in done) == 12
    assert sum(each.get("case.assigned", 0) for each in done) == 12
    rows = await owner_connection.fetch("SELECT assignee, count(*) FROM cases GROUP BY 1")
    assert {row[0]: row[1] for row in rows} == {"EXAMINER1": 6, "EXAMINER2": 6}


async def test_snoozed_cases_are_neither_next_nor_given_out(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    hidden, shown = await cases.add(1, buyer=BUYER), await cases.add(2)
    wanted = NewSnooze(declaration_id=hidden, kind=SnoozeKind.BUYER, days=1, reason="待企业说明")
    await office.snoozes.make(EXAMINER, wanted)
    line = await office.assignment.next_case(SECOND)
    assert line is not None
    assert line.declaration_id == shown
    await on_duty(owner_connection, EXAMINER)
    await office.assignment.do_chores()
    assert await assignee(cases, hidden) is None


async def test_officers_are_seen_with_what_they_may_do(office: Desks, owner_connection: asyncpg.Connection) -> None:
    await office.assignment.seen(EXAMINER)
    await office.assignment.seen(AUDITOR)
    rows = {row.officer: row for row in await duty.known(owner_connection)}
    assert (rows["EXAMINER1"].works, rows["EXAMINER1"].takes, rows["AUDITOR1"].works) == (True, False, False)
    await office.assignment.switch(EXAMINER, takes=True)
    await office.assignment.seen(EXAMINER)
    assert await takes(office) == [True]
    assert [row.officer for row in await office.assignment.colleagues(ELSEWHERE)] == ["AUDITOR1"]


async def test_the_register_of_officers_says_who_works_where(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    add = (
        "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, totp_step) "
        "VALUES ($1, 'x', $2, $3, $4, now(), 'test', 0)"
    )
    await on_duty(owner_connection, SECOND)
    await owner_connection.execute(add, "EXAMINER2", ["examiner"], ["2244"], 3)  # locked since
    await owner_connection.execute(add, "EXAMINER9", ["examiner"], ["22"], 2)  # never seen yet
    await owner_connection.execute(add, "AUDITOR9", ["auditor"], ["22"], 2)
    key = await cases.add(1)
    for nobody in ("EXAMINER2", "AUDITOR9"):
        with pytest.raises(NotFound):
            await office.assignment.assign(SUPERVISOR, key, nobody)
    assert (await office.assignment.do_chores())["case.assigned"] == 0
    await office.assignment.assign(SUPERVISOR, key, "EXAMINER9")
    assert await assignee(cases, key) == "EXAMINER9"
