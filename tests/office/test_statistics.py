"""Statistics follow the lanes: what was decided is counted once, whatever happens in between, and again from zero."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Documents
from app.domain.measures import Measure
from app.errors import Forbidden, Malformed
from app.repositories import statistics as stored
from app.security.keyring import KeyRing
from app.services.filings import Caller, OfficerAction
from app.services.office.backing import Backing
from app.services.office.statistics import gathering
from app.services.office.statistics.figures import Figures, Period
from app.services.office.statistics.gathering import gather, start_again
from app.services.office.statistics.statistics import Statistics
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.conftest import FreshDatabase
from tests.services.conftest import AT, OFFICER, dossier, filed, submission
from tests.services.parcels import parcel

DAY = AT.date()


def officer(*duties: str, districts: tuple[str, ...] = ("22",)) -> Caller:
    """An officer with these roles."""
    return msgspec.structs.replace(OFFICER, duties=duties, districts=districts)


SUPERVISOR = officer("supervisor")


@pytest.fixture
def statistics(services: ClearanceServices, keyring: KeyRing) -> Statistics:
    """The statistics beside one worker, gathered when a test says so."""
    backing = Backing(services._side, services._means, keyring, Settings.from_environment({}), services._desk)
    return Statistics(backing)


def heavy(number: int) -> Documents:
    """A parcel that is held: its waybill says another weight."""
    documents = parcel(number)
    waybill = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    return msgspec.structs.replace(documents, waybill=waybill)


def dear(number: int) -> Documents:
    """A parcel that is refused: it is over the single limit."""
    return parcel(number, price_cny="3000.00", quantity=2)


async def a_day_at_the_office(services: ClearanceServices) -> None:
    """Three cleared by themselves, one refused, one released and one refused by an officer, one still held."""
    for number in (1, 2, 3):
        await filed(services, dossier(parcel(number)))
    await filed(services, dossier(dear(4)))
    keys = []
    for number in (5, 6, 7):
        (answer,) = await filed(services, dossier(heavy(number)))
        assert answer.declaration
        keys.append(answer.declaration.declaration_id)
    await services.decide(officer("examiner"), keys[0], OfficerAction.RELEASE, "复核一致", AT + timedelta(hours=1))
    await services.decide(officer("examiner"), keys[1], OfficerAction.INSPECT, "开箱", AT + timedelta(hours=1))
    await services.decide(officer("examiner"), keys[1], OfficerAction.REFUSE, "货证不符", AT + timedelta(hours=2))


async def figures(statistics: Statistics, **wanted: Any) -> Figures:
    period = msgspec.structs.replace(Period(first_day=DAY, last_day=DAY), **wanted)
    return await statistics.figures(SUPERVISOR, period)


async def rows(connection: asyncpg.Connection) -> list[tuple[object, ...]]:
    found = await connection.fetch("SELECT * FROM statistics ORDER BY 1, 2, 3, 4, 5")
    return [tuple(row) for row in found]


async def test_a_day_is_counted(services: ClearanceServices, statistics: Statistics) -> None:
    await a_day_at_the_office(services)
    await statistics.gather()
    seen = await figures(statistics)
    assert seen.decided == {"released": {"itself": 3, "officer": 1}, "refused": {"itself": 1, "officer": 1}}
    assert seen.share_cleared_by_itself == 0.5
    assert seen.first_assessments == {"released": 3, "held": 3, "refused": 1}
    assert seen.share_right_first_time == round(3 / 7, 6)
    assert seen.limits_refused == {"LIM-01": 1}
    assert seen.findings["WGT-02"] == {"held": 3}
    assert [(each.rule, each.hits, each.results, each.hit_rate) for each in seen.inspections] == [
        ("officer", 1, {"refuse": 1}, 1.0)
    ]
    assert seen.seconds_to_decision["itself"] == {"p50": 1.0, "p99": 1.0}
    p50, p99 = (seen.seconds_to_decision["officer"][share] for share in ("p50", "p99"))
    assert p50 is not None
    assert p99 is not None
    assert 3600 <= p50 <= 3600 * 1.13
    assert 7200 <= p99 <= 7200 * 1.13
    assert [(step.decided, step.cleared_by_itself, step.by_officer, step.refused) for step in seen.steps] == [
        (6, 3, 2, 2)
    ]
    assert (seen.links_behind, seen.as_of is not None) == (0, True)


async def test_it_is_the_same_link_by_link_and_from_zero_and_never_twice(
    services: ClearanceServices, statistics: Statistics, service_connection: asyncpg.Connection
) -> None:
    envelope = services._means.envelope
    for _ in range(2):
        await gather(service_connection, envelope, page=1)
    await a_day_at_the_office(services)
    while await gather(service_connection, envelope, page=1):
        pass
    by_link = await rows(service_connection)
    assert by_link
    await statistics.gather()
    assert await rows(service_connection) == by_link
    await start_again(service_connection)
    assert await rows(service_connection) == []
    assert (await figures(statistics)).as_of is None
    await statistics.gather()
    assert await rows(service_connection) == by_link


async def test_what_is_read_from_the_link_alone_is_what_the_history_says(
    services: ClearanceServices, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_day_at_the_office(services)
    while await gather(service_connection, services._means.envelope):
        pass
    short = await rows(service_connection)
    await start_again(service_connection)
    monkeypatch.setattr(gathering, "at_once", lambda *_: None)
    while await gather(service_connection, services._means.envelope):
        pass
    assert await rows(service_connection) == short


async def test_the_sums_of_all_districts_are_read_as_one_row_each(
    services: ClearanceServices, statistics: Statistics, service_connection: asyncpg.Connection
) -> None:
    """Of a month of 84 offices that is 9,000 rows and not 750,000; and the districts are a list that is kept."""
    await filed(services, dossier(parcel(1)))
    await statistics.gather()
    await service_connection.execute("SET enable_seqscan = off")
    read = [
        "SELECT sum(amount) FROM statistics WHERE district = ANY($1) AND day BETWEEN $2 AND $2",
        "SELECT DISTINCT name FROM statistics WHERE district = ANY($1) AND day BETWEEN $2 AND $2 AND measure = 8",
    ]
    for each in read:
        plan = await service_connection.fetch(f"EXPLAIN {each}", [stored.EVERYWHERE], DAY)
        assert "Index Cond: ((district = ANY" in "".join(row[0] for row in plan)
    kept = {row[2]: row[5] for row in await rows(service_connection) if row[1] == Measure.DECIDED}
    assert kept == {"2244": 1, stored.EVERYWHERE: 1}
    assert await statistics.districts(SUPERVISOR, DAY, DAY) == ["2244"]


async def test_a_crash_between_counting_and_moving_on_repeats_nothing(
    services: ClearanceServices, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filed(services, dossier(parcel(1)))

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(stored, "placed", dies)
        with pytest.raises(ConnectionResetError):
            await gather(service_connection, services._means.envelope)
    assert await rows(service_connection) == []
    await gather(service_connection, services._means.envelope)
    decided = [row for row in await rows(service_connection) if row[1] == Measure.DECIDED]
    assert [row[-1] for row in decided] == [1, 1], "of its district, and of all"


async def test_only_one_gathers_at_a_time(
    services: ClearanceServices, registered: FreshDatabase, service_connection: asyncpg.Connection
) -> None:
    await filed(services, dossier(parcel(1)))
    other = await asyncpg.connect(registered.service_url)
    async with service_connection.transaction():
        await stored.lock(service_connection)
        second = asyncio.create_task(gather(other, services._means.envelope))
        done, _ = await asyncio.wait([second], timeout=0.2)
        assert not done
        assert [each.links for each in await stored.lanes_behind(service_connection)] == [1]
    assert await second == 1
    await other.close()


async def test_findings_whose_key_was_shredded_are_counted_as_unknown(
    services: ClearanceServices,
    statistics: Statistics,
    service_connection: asyncpg.Connection,
    owner_connection: asyncpg.Connection,
) -> None:
    await filed(services, dossier(heavy(1)))
    await owner_connection.execute("DELETE FROM data_keys")
    await statistics.gather()
    assert (await figures(statistics)).findings == {"unknown": {"held": 1}}


async def test_a_link_that_cannot_be_read_stops_nobody_who_follows(
    services: ClearanceServices, statistics: Statistics, owner_connection: asyncpg.Connection
) -> None:
    await filed(services, dossier(parcel(1)))
    await owner_connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
    await owner_connection.execute("UPDATE events SET payload = 'damaged' WHERE declaration_id IS NOT NULL")
    await filed(services, dossier(parcel(2)))
    await statistics.gather()
    seen = await figures(statistics)
    assert seen.links_behind == 0
    assert seen.decided == {"released": {"itself": 1}}


async def test_papers_that_did_not_come_are_named_with_who_owes_them(
    services: ClearanceServices, statistics: Statistics, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.order))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 hour'")
    before = await figures(statistics)
    owed = {(each.document, each.party_code, each.declarations) for each in before.missing}
    assert owed == {("payment", "", 1), ("waybill", documents.declaration.logistics_code, 1)}
    elsewhere = officer("auditor", districts=("51",))
    assert (await statistics.figures(elsewhere, Period(first_day=DAY, last_day=DAY))).missing == []
    await services._desk.hold_overdue()
    await statistics.gather()
    today = datetime.now(UTC).date()
    after = await figures(statistics, first_day=today - timedelta(days=1), last_day=today + timedelta(days=1))
    assert after.overdue == {documents.order.platform_code: 1}


async def test_officers_see_the_figures_of_their_districts(services: ClearanceServices, statistics: Statistics) -> None:
    await filed(services, dossier(parcel(1)))
    await statistics.gather()
    period = Period(first_day=DAY, last_day=DAY)
    (district,) = await statistics.districts(SUPERVISOR, DAY, DAY)
    for districts, decided in ((("*",), 1), ((district,), 1), ((district[:2],), 1), (("51",), 0), ((), 0)):
        seen = await statistics.figures(officer("auditor", districts=districts), period)
        assert sum(step.decided for step in seen.steps) == decided, districts
    assert await statistics.districts(officer("auditor", districts=("51",)), DAY, DAY) == []
    with pytest.raises(Forbidden):
        await statistics.figures(SUPERVISOR, Period(first_day=DAY, last_day=DAY, district="5100"))
    with pytest.raises(Forbidden):
        await statistics.figures(officer("administrator"), period)
    for first, last in ((DAY, DAY - timedelta(days=1)), (DAY - timedelta(days=366), DAY)):
        with pytest.raises(Malformed):
            await statistics.figures(SUPERVISOR, Period(first_day=first, last_day=last))


async def test_weeks_begin_on_monday(services: ClearanceServices, statistics: Statistics) -> None:
    await filed(services, dossier(parcel(1)))
    await statistics.gather()
    seen = await figures(statistics, first_day=DAY - timedelta(days=10), last_day=DAY + timedelta(days=3), weekly=True)
    assert all(step.first_day.weekday() == 0 for step in seen.steps)
    assert [step.decided for step in seen.steps] == [0, 0, 1]
