"""`tongguan parties`: what is changed counts in running workers at their next refresh."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app.domain.period import shanghai_day
from app.repositories import registers
from app.rules.catalogue import all_rules
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.starter import starter_tables
from app.services.filings import DocumentKind
from app.services.registry import Registry, Snapshot
from tests.cli.conftest import Command, creating, done

PLATFORM, MERCHANT = "3101960P01", "3101960M01"
TODAY = shanghai_day(datetime.now(UTC))
Refresh = Callable[[], Awaitable[Snapshot]]


@pytest.fixture
async def refresh(tongguan: Command, connection: asyncpg.Connection) -> Refresh:
    """A worker's registry, read once when platform and merchant were registered; refreshes as a unit of work does."""
    await done(tongguan(*creating(**{"first-day": "2016-01-01"})))
    await done(tongguan(*creating(party=MERCHANT, role="merchant", **{"first-day": "2016-01-01"})))
    book = RuleBook.load(all_rules(), read_tree(), starter_tables())

    async def load_book(_connection: object, _current: RuleBook | None) -> RuleBook:
        return book

    registry = Registry(load_book)
    await registry.refresh(connection)
    return lambda: registry.refresh(connection)


def suspended(snapshot: Snapshot, day: date, code: str = PLATFORM) -> bool:
    return snapshot.standing("platform", code, day).suspended


async def test_a_suspension_reaches_a_running_registry_at_its_next_refresh(tongguan: Command, refresh: Refresh) -> None:
    assert not suspended(await refresh(), TODAY)
    printed = await done(tongguan("parties", "suspend", PLATFORM, "--reason", "涉嫌刷单"))
    assert printed.stdout.startswith(f"{PLATFORM} is suspended from 20")
    after = await refresh()
    assert suspended(after, TODAY + timedelta(days=1))
    assert not suspended(after, date(2024, 6, 18))
    assert not after.standing("merchant", MERCHANT, TODAY + timedelta(days=1)).suspended


async def test_a_suspension_covers_both_its_days(tongguan: Command, refresh: Refresh) -> None:
    days = ("--from", "2024-06-18", "--until", "2024-06-20")
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "x", *days))
    after = await refresh()
    assert [day for day in range(16, 23) if suspended(after, date(2024, 6, day))] == [18, 19, 20]


async def test_resuming_ends_planned_suspensions_too(tongguan: Command, refresh: Refresh) -> None:
    days = ("--from", "2024-06-10", "--until", "2024-06-30")
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "x", *days))
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "y", "--from", "2099-01-01"))
    await done(tongguan("parties", "resume", PLATFORM, "--from", "2024-06-18"))
    after = await refresh()
    assert suspended(after, date(2024, 6, 17))
    assert not suspended(after, date(2024, 6, 18))
    assert not suspended(after, date(2099, 1, 1))


async def test_a_credit_class_leaves_a_suspension_as_it_is(tongguan: Command, refresh: Refresh) -> None:
    days = ("--from", "2024-06-10", "--until", "2024-06-20")
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "x", *days))
    await done(tongguan("parties", "edit", PLATFORM, "--credit-class", "advanced", "--from", "2024-06-15"))
    after = await refresh()
    stood = [after.standing("platform", PLATFORM, date(2024, 6, day)) for day in (14, 15, 20, 21)]
    assert [(one.suspended, one.credit_class) for one in stood] == [
        (True, None), (True, "advanced"), (True, "advanced"), (False, "advanced"),
    ]  # fmt: skip


async def test_name_and_district_change_alone_and_together(
    tongguan: Command, refresh: Refresh, connection: asyncpg.Connection
) -> None:
    await done(tongguan("parties", "edit", PLATFORM, "--name", "新名"))
    await done(tongguan("parties", "edit", PLATFORM, "--district", "2244"))
    today = shanghai_day(datetime.now(UTC))  # perhaps another than when the run began
    found = {party.party_code: party for party in await registers.parties(connection, today)}[PLATFORM]
    assert (found.name, found.district, found.credit_class) == ("新名", "2244", None)


async def test_the_list_shows_roles_and_standing_of_today(tongguan: Command, refresh: Refresh) -> None:
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "x"))
    await done(tongguan("parties", "edit", MERCHANT, "--credit-class", "discredited", "--name", "商家"))
    lines = (await done(tongguan("parties", "list"))).stdout.splitlines()
    assert [line.split()[:3] for line in lines[:-1]] == [
        [MERCHANT, "merchant", "discredited"],
        [PLATFORM, "platform", "suspended"],
    ]
    assert lines[0].endswith("商家")
    assert lines[-1] == "2 parties, 1 suspended today"


async def test_show_tells_everything_on_record_of_one_party(tongguan: Command, refresh: Refresh) -> None:
    days = ("--from", "2024-06-18", "--until", "2024-06-20")
    await done(tongguan("parties", "suspend", MERCHANT, "--reason", "走私嫌疑", *days))
    await done(tongguan("parties", "mandate", MERCHANT, PLATFORM, "--document", "order", *days))
    printed = (await done(tongguan("parties", "show", MERCHANT))).stdout
    assert printed.startswith(f"party     {MERCHANT} ")
    assert "role      merchant     from 2016-01-01 on" in printed
    assert "standing  ordinary, suspended from 2024-06-18 until 2024-06-20: 走私嫌疑" in printed
    assert f"mandate   given to {PLATFORM}: order from 2024-06-18 until 2024-06-20" in printed
    assert "key       key_" in printed
    held = (await done(tongguan("parties", "show", PLATFORM))).stdout
    assert f"mandate   held of {MERCHANT}: order" in held


def mandated(snapshot: Snapshot, day: date, kind: DocumentKind = DocumentKind.ORDER) -> bool:
    return snapshot.mandated(MERCHANT, PLATFORM, kind, day)


async def test_a_mandate_reaches_a_running_registry_at_its_next_refresh(tongguan: Command, refresh: Refresh) -> None:
    assert not mandated(await refresh(), TODAY)
    await done(tongguan("parties", "mandate", MERCHANT, PLATFORM, "--document", "order"))
    after = await refresh()
    assert mandated(after, TODAY + timedelta(days=1))
    assert not mandated(after, TODAY + timedelta(days=1), DocumentKind.DECLARATION)
    assert not mandated(after, date(2024, 6, 18))
    assert not after.mandated(PLATFORM, MERCHANT, DocumentKind.ORDER, TODAY + timedelta(days=1))


async def test_a_mandate_for_all_documents_covers_all_four(tongguan: Command, refresh: Refresh) -> None:
    await done(tongguan("parties", "mandate", MERCHANT, PLATFORM, "--document", "all", "--from", "2024-06-18"))
    after = await refresh()
    assert all(mandated(after, date(2024, 6, 18), kind) for kind in DocumentKind)


async def test_a_mandate_that_is_stated_anew_ends_when_the_new_one_does(tongguan: Command, refresh: Refresh) -> None:
    granting = ("parties", "mandate", MERCHANT, PLATFORM, "--document", "order")
    await done(tongguan(*granting, "--from", "2024-01-01"))
    await done(tongguan(*granting, "--from", "2099-01-01"))
    await done(tongguan(*granting, "--from", "2024-06-18", "--until", "2024-06-20"))
    after = await refresh()
    assert mandated(after, date(2024, 1, 1))
    assert mandated(after, date(2024, 6, 20))
    assert not mandated(after, date(2024, 6, 21))
    assert not mandated(after, date(2099, 1, 1))
    await done(tongguan(*granting, "--from", "2024-06-18", "--until", "2024-06-21"))
    assert mandated(await refresh(), date(2024, 6, 21))


async def test_a_revoked_mandate_ends_the_day_before(tongguan: Command, refresh: Refresh) -> None:
    granting = ("parties", "mandate", MERCHANT, PLATFORM, "--document", "all")
    await done(tongguan(*granting, "--from", "2024-01-01"))
    await done(tongguan(*granting, "--from", "2024-06-18", "--revoke"))
    after = await refresh()
    assert mandated(after, date(2024, 6, 17))
    assert not any(mandated(after, date(2024, 6, 18), kind) for kind in DocumentKind)
