"""Snoozing hides cases of a buyer or of an article in one district until a day, and says so."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.security.blind_index import item_index
from app.security.keyring import KeyRing
from app.services.office import snoozes
from app.services.office.queues import QueueFilter
from app.services.office.snoozes import NewSnooze, SnoozeKind
from app.services.service import ClearanceServices
from tests import builders
from tests.office.queue_ground import AUDITOR, ELSEWHERE, EXAMINER, PLATFORM, SUPERVISOR, Cases, Desks, acts_of, desks

BUYER = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


def of_buyer(key: UUID, **given: object) -> NewSnooze:
    values = {"declaration_id": key, "kind": SnoozeKind.BUYER, "days": 3, "reason": "待企业说明"} | given
    return NewSnooze(**values)  # type: ignore[arg-type]


async def shown(office: Desks, caller=EXAMINER, **wanted: object) -> list[UUID]:  # type: ignore[no-untyped-def]
    page = await office.queues.page(caller, QueueFilter(**wanted), None, 50)  # type: ignore[arg-type]
    return [case.declaration_id for case in page.cases]


async def test_a_snoozed_buyer_is_hidden_in_that_district_until_it_ends(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    hidden, again = await cases.add(1, buyer=BUYER), await cases.add(2, buyer=BUYER)
    other, near = await cases.add(3), await cases.add(4, buyer=BUYER, district="2203")
    snooze_id = await office.snoozes.make(EXAMINER, of_buyer(hidden))
    assert await shown(office) == [other]
    assert await shown(office, SUPERVISOR) == [other, near]
    assert await shown(office, platform_code=PLATFORM) == [other]
    assert await shown(office, snoozed=True) == [hidden, again, other]
    (told,) = await office.snoozes.active(SUPERVISOR)
    assert (told.snooze_id, told.reason, told.made_by, told.kind) == (
        snooze_id,
        "待企业说明",
        "EXAMINER1",
        SnoozeKind.BUYER,
    )
    assert (await office.queues.page(EXAMINER, QueueFilter(), None, 50)).snoozes == 1
    await owner_connection.execute(
        "UPDATE snoozes SET made_at = made_at - interval '9 days', ends_at = ends_at - interval '9 days'"
    )
    assert await shown(office) == [hidden, again, other]
    assert await office.snoozes.active(EXAMINER) == []


async def test_a_snooze_is_ended_early_by_officers_of_the_district_and_audited(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    key = await cases.add(1, buyer=BUYER)
    snooze_id = await office.snoozes.make(EXAMINER, of_buyer(key))
    with pytest.raises(NotFound):
        await office.snoozes.end(ELSEWHERE, snooze_id)
    with pytest.raises(Forbidden):
        await office.snoozes.end(AUDITOR, snooze_id)
    await office.snoozes.end(SUPERVISOR, snooze_id)
    assert await shown(office) == [key]
    with pytest.raises(NotFound):
        await office.snoozes.end(SUPERVISOR, snooze_id)
    told = await acts_of(owner_connection)
    assert [name for name, _, _ in told] == ["case.snooze", "case.snooze_ended"]
    assert "待企业" not in told[0][2]
    assert "待企业".encode() not in await owner_connection.fetchval("SELECT reason FROM snoozes")


async def test_an_article_of_the_case_is_snoozed_and_no_other(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    key = await cases.add(1)
    tag = office.tags.item(item_index(PLATFORM, "SKU-1"))
    await owner_connection.execute("UPDATE cases SET tags = tags || $1::bigint", tag)
    wanted = of_buyer(key, kind=SnoozeKind.ARTICLE, item_no="SKU-2")
    with pytest.raises(NotFound):
        await office.snoozes.make(EXAMINER, wanted)
    await office.snoozes.make(EXAMINER, of_buyer(key, kind=SnoozeKind.ARTICLE, item_no="SKU-1"))
    assert await shown(office) == []


@pytest.mark.parametrize(
    "given",
    [
        {"days": 0},
        {"days": 15},
        {"reason": " "},
        {"reason": f"买家 {builders.an_identity_number()}"},
        {"kind": SnoozeKind.ARTICLE},
    ],
)
async def test_snoozes_without_sense_are_refused(office: Desks, cases: Cases, given: dict) -> None:  # type: ignore[type-arg]
    key = await cases.add(1, buyer=BUYER)
    with pytest.raises(Malformed):
        await office.snoozes.make(EXAMINER, of_buyer(key, **given))


async def test_what_is_unknown_elsewhere_or_too_much_is_not_snoozed(
    office: Desks, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, unknown = await cases.add(1, buyer=BUYER), await cases.add(2)
    with pytest.raises(NotFound):
        await office.snoozes.make(ELSEWHERE, of_buyer(key))
    with pytest.raises(NotFound):
        await office.snoozes.make(EXAMINER, of_buyer(unknown))
    with pytest.raises(Forbidden):
        await office.snoozes.make(AUDITOR, of_buyer(key))
    monkeypatch.setattr(snoozes, "MOST_IN_DISTRICT", 0)
    with pytest.raises(Conflict):
        await office.snoozes.make(EXAMINER, of_buyer(key))


async def test_the_database_refuses_a_snooze_for_ever(cases: Cases, owner_connection: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="expires"):
        await owner_connection.execute(
            "INSERT INTO snoozes VALUES (gen_random_uuid(), '2244', 1, 1, gen_random_uuid(), 'X', $1, $2, '\\x00')",
            cases.now,
            cases.now + timedelta(days=32),
        )
