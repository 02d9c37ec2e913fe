"""Rehearsing drafts: stored parcels are judged again, and a draft that would stop too many is stopped itself."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from app.domain.period import shanghai_day
from app.errors import Conflict, Malformed
from app.repositories import table_drafts
from app.repositories.assessment_samples import sampled
from app.repositories.table_drafts import RequestRow
from app.security.keyring import KeyRing
from app.services.office.tables_chore import Rehearser
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.office.officers import ANALYST, SUPERVISOR, an_officer
from tests.office.tabling import AT, DAYS, LIST_COLUMNS, Tabling, tabling_on
from tests.services.conftest import dossier, filed
from tests.services.parcels import later, parcel

# The parcels are of 1806310000; a complete list without it refuses every one.
WITHOUT = [LIST_COLUMNS, "33051000,洗发剂,2019-01-01"]
WITH = [*WITHOUT, "18063100,巧克力,2019-01-01"]


@pytest.fixture
async def tabling(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Tabling]:
    async with tabling_on(registered.service_url, keyring) as opened:
        yield opened


@pytest.fixture
async def stored(services: ClearanceServices) -> None:
    """Four parcels, released under the tables in force."""
    answers = await filed(services, *(dossier(parcel(number)) for number in range(1, 5)))
    outcomes = [answer.declaration.outcome for answer in answers if answer.declaration]
    assert {None if outcome is None else outcome.word for outcome in outcomes} == {"released"}


@pytest.mark.usefixtures("stored")
async def test_a_draft_that_would_stop_too_many_is_stopped_with_the_figure(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", WITHOUT, complete=True)
    view = await tabling.rehearsed(draft.draft_id)
    (rehearsal,) = view.rehearsals
    assert rehearsal.state == "stopped"
    assert rehearsal.result
    assert (rehearsal.result.released, rehearsal.result.stopped) == (4, 4)
    assert rehearsal.share_percent == 100
    assert rehearsal.report
    assert rehearsal.report.changes == {"released refused": 4}
    assert rehearsal.report.failed == "share"
    assert len(rehearsal.report.examples) == 4
    with pytest.raises(Conflict, match=r"100\.0 %"):
        await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)


@pytest.mark.usefixtures("stored")
async def test_a_draft_that_changes_no_decision_passes(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    view = await tabling.rehearsed(draft.draft_id)
    assert view.rehearsals[0].state == "passed"
    assert (await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)).status == "approved"


@pytest.mark.usefixtures("stored")
async def test_the_set_share_is_a_setting(registered: FreshDatabase, keyring: KeyRing) -> None:
    async with tabling_on(registered.service_url, keyring, TONGGUAN_TABLE_HELD_PERCENT="100") as lenient:
        draft = await lenient.uploaded("positive-list", WITHOUT, complete=True)
        assert (await lenient.rehearsed(draft.draft_id)).rehearsals[0].state == "passed"


@pytest.mark.usefixtures("stored")
async def test_a_draft_for_a_later_day_is_rehearsed_as_if_it_were_that_day(tabling: Tabling) -> None:
    future = [LIST_COLUMNS, "33051000,洗发剂,2030-01-01"]
    draft = await tabling.uploaded("positive-list", future, complete=True)
    view = await tabling.rehearsed(draft.draft_id)
    assert view.rehearsals[0].share_percent == 100


@pytest.mark.usefixtures("stored")
async def test_a_gap_between_the_first_and_the_last_day_of_a_draft_is_seen(tabling: Tabling) -> None:
    gap = [
        f"{LIST_COLUMNS},last_day",
        "18063100,巧克力,2019-01-01,2030-12-31",
        "33051000,洗发剂,2031-01-01,",
        "18063100,巧克力,2032-01-01,",
    ]
    draft = await tabling.uploaded("positive-list", gap, complete=True)
    assert (await tabling.rehearsed(draft.draft_id)).rehearsals[0].share_percent == 100


@pytest.mark.usefixtures("stored")
async def test_a_suspension_that_ends_before_another_row_begins_is_seen(tabling: Tabling) -> None:
    lines = [
        "party_code,name,roles,first_day,last_day,suspended,reason",
        "3101960P01,platform,platform,2030-01-01,2030-12-31,yes,false documents",
        "NEWPARTY1,new,logistics,2031-01-01,,,",
    ]
    draft = await tabling.uploaded("parties", lines)
    assert (await tabling.rehearsed(draft.draft_id)).rehearsals[0].share_percent == 100


@pytest.mark.usefixtures("stored")
async def test_examples_are_those_of_the_readers_districts(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", WITHOUT, complete=True)
    await tabling.rehearsed(draft.draft_id)
    for districts, shown in (("2244",), 4), (("51",), 0):
        reader = an_officer("reader", "analyst", districts=districts)
        (rehearsal,) = (await tabling.tables.draft(reader, draft.draft_id)).rehearsals
        assert rehearsal.report
        assert len(rehearsal.report.examples) == shown
        assert rehearsal.report.changes == {"released refused": 4}


@pytest.mark.usefixtures("stored")
async def test_few_parcels_that_were_assessed_again_are_all_there_are(
    services: ClearanceServices, tabling: Tabling
) -> None:
    dear = parcel(5, price_cny="3000.00")
    (refused,) = await filed(services, dossier(dear))
    assert refused.declaration
    assert refused.declaration.status.word == "refused"
    again = msgspec.structs.replace(dear, declaration=later(dear.declaration))
    await filed(services, dossier(again))
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    (rehearsal,) = (await tabling.rehearsed(draft.draft_id)).rehearsals
    assert rehearsal.result
    assert (rehearsal.result.judged, rehearsal.state) == (5, "passed")


@pytest.mark.usefixtures("stored")
async def test_parcels_whose_keys_were_shredded_are_not_waited_for(
    tabling: Tabling, owner_connection: asyncpg.Connection
) -> None:
    await owner_connection.execute(
        "DELETE FROM data_keys WHERE subject_id = (SELECT declaration_id FROM assessments LIMIT 1)"
    )
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    (rehearsal,) = (await tabling.rehearsed(draft.draft_id)).rehearsals
    assert rehearsal.result
    assert (rehearsal.result.judged, rehearsal.result.skipped, rehearsal.state) == (3, 1, "passed")


@pytest.mark.usefixtures("stored")
async def test_a_suspension_is_rehearsed_like_a_table(tabling: Tabling) -> None:
    lines = ["party_code,name,roles,suspended,reason", "3101960P01,platform,platform,yes,false documents"]
    draft = await tabling.uploaded("parties", lines)
    view = await tabling.rehearsed(draft.draft_id)
    assert view.rehearsals[0].report
    assert view.rehearsals[0].state == "stopped"
    assert view.rehearsals[0].share_percent == 100


@pytest.mark.usefixtures("stored")
async def test_days_without_parcels_prove_nothing(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", WITHOUT, complete=True)
    view = await tabling.rehearsed(draft.draft_id, (date(2019, 1, 1), date(2019, 1, 2)))
    (rehearsal,) = view.rehearsals
    assert rehearsal.state == "stopped"
    assert rehearsal.report
    assert rehearsal.report.failed == "empty"


async def test_parcels_of_which_none_is_released_prove_nothing(services: ClearanceServices, tabling: Tabling) -> None:
    whole = parcel(1)
    heavy = msgspec.structs.replace(whole.waybill, gross_weight_kg=Decimal("9.9"))
    await filed(services, dossier(msgspec.structs.replace(whole, waybill=heavy)))
    draft = await tabling.uploaded("positive-list", WITHOUT, complete=True)
    (rehearsal,) = (await tabling.rehearsed(draft.draft_id)).rehearsals
    assert rehearsal.state == "stopped"
    assert rehearsal.report
    assert rehearsal.report.failed == "none_released"


async def test_before_the_first_parcel_there_is_nothing_to_rehearse_on(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    (rehearsal,) = (await tabling.rehearsed(draft.draft_id)).rehearsals
    assert rehearsal.state == "passed"
    assert rehearsal.share_percent is None


async def test_a_rehearsal_that_was_asked_for_is_taken_up_by_the_next_process(
    tabling: Tabling, registered: FreshDatabase, keyring: KeyRing
) -> None:
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    await tabling.tables.ask_rehearsal(ANALYST, draft.draft_id, *DAYS, AT)
    with pytest.raises(Conflict):
        await tabling.tables.ask_rehearsal(ANALYST, draft.draft_id, *DAYS, AT)
    async with tabling_on(registered.service_url, keyring) as other:
        assert await other.rehearser.work_off() == 1
        assert await other.rehearser.work_off() == 0
    assert (await tabling.tables.draft(ANALYST, draft.draft_id)).rehearsals[0].state == "passed"
    with pytest.raises(Malformed):
        await tabling.tables.ask_rehearsal(ANALYST, draft.draft_id, DAYS[1], DAYS[0], AT)


@pytest.mark.parametrize("days", [(date(2024, 6, 1), date.max), (date.min, date(2024, 6, 1))])
async def test_a_rehearsal_that_breaks_holds_up_none_behind_it(tabling: Tabling, days: tuple[date, date]) -> None:
    broken = await tabling.uploaded("positive-list", WITHOUT, complete=True)
    good = await tabling.uploaded("positive-list", WITH, complete=True)
    await _asked_before_days_were_bounded(tabling, broken.draft_id, days)
    assert (await tabling.rehearsed(good.draft_id)).rehearsals[0].state == "passed"
    (rehearsal,) = (await tabling.tables.draft(ANALYST, broken.draft_id)).rehearsals
    assert rehearsal.report
    assert rehearsal.report.failed == "broken"
    with pytest.raises(Malformed):
        await tabling.tables.ask_rehearsal(ANALYST, broken.draft_id, *days, AT)


@pytest.mark.usefixtures("stored")
async def test_a_rehearsal_that_the_database_never_answers_ends_with_that_reason(
    registered: FreshDatabase, tabling: Tabling, owner_connection: asyncpg.Connection
) -> None:
    draft = await tabling.uploaded("positive-list", WITH, complete=True)
    await tabling.tables.ask_rehearsal(ANALYST, draft.draft_id, *DAYS, AT)
    impatient = {"lock_timeout": "50ms"}
    async with (
        asyncpg.create_pool(registered.service_url, min_size=1, max_size=2, server_settings=impatient) as pool,
        owner_connection.transaction(),
    ):
        await owner_connection.execute("LOCK TABLE documents IN ACCESS EXCLUSIVE MODE")
        rehearser = Rehearser(msgspec.structs.replace(tabling.backing, pool=pool), tabling.tables)
        assert [await rehearser.work_off() for _ in range(4)] == [1, 1, 1, 0]
    (rehearsal,) = (await tabling.tables.draft(ANALYST, draft.draft_id)).rehearsals
    assert rehearsal.report
    assert (rehearsal.state, rehearsal.report.failed) == ("stopped", "slow")


async def _asked_before_days_were_bounded(tabling: Tabling, draft_id: UUID, days: tuple[date, date]) -> None:
    by, at, (first_day, last_day) = ANALYST.party_code, AT - timedelta(hours=1), days
    row = RequestRow(
        draft_id=draft_id, rehearsal_id=uuid4(), requested_by=by, requested_at=at, first_day=first_day,
        last_day=last_day, sample=10,
    )  # fmt: skip
    async with tabling.backing.pool.acquire() as connection:
        await table_drafts.add_request(connection, row)


@pytest.mark.usefixtures("stored")
async def test_a_sample_is_bounded_and_spread_over_the_days(service_connection: asyncpg.Connection) -> None:
    columns = [row[0] for row in await service_connection.fetch(_COLUMNS_OF_ASSESSMENTS)]
    others = ", ".join(f"a.{name}" for name in columns[3:])
    await service_connection.execute(
        f"INSERT INTO assessments ({', '.join(columns)}) SELECT '2024-06-01', '2024-06-01'::timestamptz "
        f"+ interval '2 hours' * n, gen_random_uuid(), {others} FROM generate_series(0, 299) n, (SELECT * FROM "
        "assessments LIMIT 1) a"
    )
    first, last = date(2024, 6, 1), date(2024, 6, 26)
    few = await sampled(service_connection, first, last, 40)
    assert 20 <= len(few) <= 40
    assert len({shanghai_day(row.assessed_at).day // 3 for row in few}) >= 8  # of all parts of the month
    assert len(await sampled(service_connection, first, last, 1000)) == 300
    in_one_hour = await sampled(service_connection, date(2020, 1, 1), date(2024, 6, 26), 40)
    assert len(in_one_hour) >= 20  # the span is empty but for its end


_COLUMNS_OF_ASSESSMENTS = (
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'assessments' ORDER BY ordinal_position"
)
