"""The database breaks, hangs or is taken away: nothing is lost, nothing happens twice, and work goes on by itself."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.domain.lifecycle import Status
from app.errors import Unavailable
from app.services import database_errors
from app.services.clearance import intake, unit, writer
from app.services.clearance.writer import Writer
from app.services.database_errors import Unanswered
from app.services.filings import DeclarationFilter, OfficerAction
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.services.conftest import AT, OFFICER, PLATFORM, Opened, dossier, filed
from tests.services.interruptions import REPLY_LOST, Interruption, interrupt
from tests.services.parcels import parcel
from tests.services.proxy import way_to
from tests.services.record import demand_invariants, statuses, whole_feed
from tests.services.test_desk import held


async def test_a_connection_that_breaks_before_any_statement_of_a_unit_loses_and_doubles_nothing(
    open_services: Opened, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    interruption = Interruption(service_connection)
    interrupt(monkeypatch, interruption)
    for number in itertools.count():
        interruption.statements, interruption.when = 0, number
        (answer,) = await filed(services, dossier(parcel(number)))
        assert answer.declaration is not None
        assert (answer.declaration.status, answer.created) == (Status.RELEASED, True)
        if interruption.when is not None:  # the unit has no statement of that number: all of them were tried
            break
    assert number >= 4  # begin, load, facts, store, commit
    assert await service_connection.fetchval("SELECT count(*) FROM events") == number + 1
    assert statuses(await whole_feed(services, PLATFORM)) == ["2", "120", "800"] * (number + 1)
    await demand_invariants(service_connection)


async def test_a_unit_that_was_committed_and_not_told_is_not_done_again(
    open_services: Opened, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    interrupt(monkeypatch, Interruption(service_connection, REPLY_LOST))
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.RELEASED
    await filed(services, dossier(parcel(2)))
    assert statuses(await whole_feed(services, PLATFORM)) == ["2", "120", "800"] * 2
    await demand_invariants(service_connection)


@pytest.mark.parametrize("when", [*range(0, 8, 2), REPLY_LOST])
async def test_an_officer_s_act_is_done_once_or_not_at_all(
    services: ClearanceServices,
    service_connection: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    when: int | str,
) -> None:
    key = await held(services)
    interruption = Interruption(service_connection, when)
    interrupt(monkeypatch, interruption)
    with pytest.raises(Exception, match="does not answer"):
        await services.decide(OFFICER, key, OfficerAction.RELEASE, "ok", AT)
    await demand_invariants(service_connection)
    view = await services.declaration(OFFICER, key)
    assert view.status is (Status.RELEASED if when == REPLY_LOST else Status.HELD)
    released = await services.decide(OFFICER, key, OfficerAction.RELEASE, "ok", AT)
    assert released.status is Status.RELEASED, "sent again it is done, or was"
    assert statuses(await whole_feed(services, PLATFORM)) == ["2", "120", "300", "800"]


async def test_while_the_database_is_gone_everybody_is_told_to_come_again_and_then_work_goes_on(
    open_services: Opened, registered: FreshDatabase, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = Counted(unit.clear)
    monkeypatch.setattr(intake, "clear", attempts)
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url, TONGGUAN_LANES_PER_WORKER="1")
        await filed(services, dossier(parcel(0)))
        await way.cut()
        attempts.made = 0
        answers = await services.file([dossier(parcel(number)) for number in range(1, 61)])
        assert [type(answer) for answer in answers] == [Unanswered] * 60
        assert attempts.made < 10  # a unit that meets no database is not tried again parcel by parcel
        for asked in (
            services.authenticate("tg_any"),
            services.declarations(PLATFORM, DeclarationFilter(), None, 10),
            services.receipts(PLATFORM, None, 10),
            services.idempotency.begin(PLATFORM, "key", b""),
            services.explanation(PLATFORM, UUID(int=0)),
            services.decide(OFFICER, UUID(int=0), OfficerAction.RELEASE, "x", AT),
        ):
            with pytest.raises(Unanswered):
                await asked
        assert await services.ready() == ("database",)
        await way.mend()
        assert len(await filed(services, *[dossier(parcel(number)) for number in range(1, 61)])) == 60
        assert await services.ready() == ()
        await services.close()


async def test_a_database_that_hangs_keeps_nobody_waiting_for_ever(
    open_services: Opened,
    registered: FreshDatabase,
    service_connection: asyncpg.Connection,
    short_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url, TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_STATEMENT_TIMEOUT_SECONDS="1")
        await filed(services, dossier(parcel(0)))
        way.freeze()
        with monkeypatch.context() as impatient:
            for module in (writer, database_errors):
                impatient.setattr(module, "ACQUIRE_SECONDS", 0.2)
            filing = asyncio.create_task(services.file([dossier(parcel(1))]))
            with pytest.raises(Unanswered):
                await services.receipts(PLATFORM, None, 10)
            assert [type(answer) for answer in await filing] == [Unanswered]
        way.thaw()
        await filed(services, dossier(parcel(1)), dossier(parcel(2)))
        await services.close()
    await demand_invariants(service_connection)


async def test_a_writer_that_lost_its_connection_does_not_take_its_lane_back_from_a_successor(
    open_services: Opened, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    successor = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_WORKER_NUMBER="1")
    interrupt(monkeypatch, Interruption(service_connection, 8))
    (answer,) = await former.file([dossier(parcel(1))])
    assert isinstance(answer, Unavailable)
    assert await former.ready() == ("lane",)
    await filed(successor, dossier(parcel(1)))
    await demand_invariants(service_connection)


@pytest.mark.parametrize("act", ["file", "decide"])
async def test_a_writer_finds_out_that_its_successor_has_written_already(
    open_services: Opened, service_connection: asyncpg.Connection, act: str
) -> None:
    former = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    keys = [await held(former, number) for number in (1, 2)]
    successor = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_WORKER_NUMBER="1")
    await filed(successor, dossier(parcel(3)))
    await successor.decide(OFFICER, keys[0], OfficerAction.RELEASE, "x", AT)
    if act == "file":
        assert isinstance((await former.file([dossier(parcel(4))]))[0], Unavailable)
    else:
        with pytest.raises(Unavailable):
            await former.decide(OFFICER, keys[1], OfficerAction.RELEASE, "x", AT)
    assert await former.ready() == ("lane",)
    await demand_invariants(service_connection)


async def test_a_worker_whose_officers_lane_was_taken_over_is_not_ready(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await Writer(services._pool, "test/1/desk").take()
    with pytest.raises(Unavailable):
        await services.decide(OFFICER, key, OfficerAction.RELEASE, "x", AT)
    assert await services.ready() == ("lane",)
    await demand_invariants(service_connection)


class Counted:
    """A function that counts its calls."""

    def __init__(self, called: Callable[..., Any]) -> None:
        self._called = called
        self.made = 0

    async def __call__(self, *arguments: Any) -> Any:
        self.made += 1
        return await self._called(*arguments)
