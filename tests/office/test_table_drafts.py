"""Drafts of tables: refused with all faults or stored once, their difference, and two people for every change."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from app.errors import Conflict, Forbidden, Malformed, NotFound, ReferenceRefused
from app.repositories import reference, registers
from app.repositories.evidence import EventRow
from app.security.keyring import KeyRing
from app.services.auditing.records import payload_of
from app.services.office.tables_reading import Upload
from app.services.reference_rows import MOST_FAULTS
from tests.conftest import FreshDatabase
from tests.console.conftest import an_officer
from tests.office.officers import ADMINISTRATOR, ANALYST, AUDITOR, EXAMINER, OTHER_ANALYST, SUPERVISOR
from tests.office.tabling import AT, LIST_COLUMNS, Tabling, tabling_on
from tests.reference.files import CHOCOLATE, SHAMPOO, TARIFF_COLUMNS, a_workbook

PARTY_COLUMNS = "party_code,name,roles,first_day,credit_class,suspended,reason"


@pytest.fixture
async def tabling(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Tabling]:
    async with tabling_on(registered.service_url, keyring) as opened:
        yield opened


async def acts(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch("SELECT * FROM events ORDER BY lane, position")
    payloads = [payload_of(EventRow(*row)) for row in rows]
    return [payload.act for payload in payloads if payload]


async def count_of(connection: asyncpg.Connection, table: str) -> int:
    number: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return number


async def test_a_file_with_faults_is_refused_with_all_of_them_and_nothing_is_stored(
    tabling: Tabling, service_connection: asyncpg.Connection
) -> None:
    lines = [TARIFF_COLUMNS, "12,巧克力,8,13,0,035,2024-01-01,", CHOCOLATE, "3305100090,,x,13,0,035,never,"]
    with pytest.raises(ReferenceRefused) as refusal:
        await tabling.uploaded("tariff", lines)
    assert {(row, column) for row, column, _ in refusal.value.places} == {
        (2, "hs_code"), (4, "name"), (4, "mfn_rate"), (4, "first_day")
    }  # fmt: skip
    assert await count_of(service_connection, "table_drafts") == 0
    assert "table.upload_refused" in await acts(service_connection)


async def test_faults_of_a_file_of_codes_keep_their_places(tabling: Tabling) -> None:
    lines = ["table,code,name_zh", "country,1,中国", "nowhere,142,中国", "unit,035,"]
    with pytest.raises(ReferenceRefused) as refusal:
        await tabling.uploaded("codes", lines)
    assert [place[:2] for place in refusal.value.places] == [(3, "table")]
    with pytest.raises(ReferenceRefused) as refusal:
        await tabling.uploaded("codes", [lines[0], lines[1], lines[3]])
    assert [place[:2] for place in refusal.value.places] == [(2, "code"), (3, "name_zh")]


async def test_a_draft_is_shown_with_its_difference_and_changes_nothing(
    tabling: Tabling, service_connection: asyncpg.Connection
) -> None:
    epoch = await registers.epoch(service_connection)
    draft = await tabling.uploaded("tariff", [TARIFF_COLUMNS, CHOCOLATE, SHAMPOO])
    found, page = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT, limit=1)
    assert found.counts["added"] + found.counts["changed"] + found.unchanged == 2
    assert found.counts["removed"] > 10  # the file is the truth from its first day on
    assert len(page.rows) == 1
    assert page.last == page.rows[0].place
    assert await registers.epoch(service_connection) == epoch
    assert (await tabling.tables.draft(ANALYST, draft.draft_id)).status == "open"


async def test_a_difference_tells_values_before_and_after_and_can_be_narrowed(tabling: Tabling) -> None:
    first = await tabling.uploaded("country", ["code,name_zh", "142,中国", "502,美国"], keep_earlier=False)
    await approved(tabling, first.draft_id)
    draft = await tabling.uploaded("country", ["code,name_zh", "142,中华人民共和国", "110,香港"], keep_earlier=False)
    found, page = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT)
    assert found.counts == {"added": 1, "removed": 1, "changed": 1}
    (changed,) = [row for row in page.rows if row.kind == "changed"]
    assert [(cell.column, cell.before, cell.after) for cell in changed.cells] == [("name_zh", "中国", "中华人民共和国")]
    _, only = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT, kind="added", words="香港")
    assert [row.key for row in only.rows] == ["110"]
    _, behind = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT, after=page.rows[0].place, limit=1)
    assert behind.rows == (page.rows[1],)
    with pytest.raises(Malformed):
        await tabling.tables.difference_page(ANALYST, draft.draft_id, AT, kind="other")


async def test_rows_that_are_only_cut_off_the_day_before_are_no_difference(tabling: Tabling) -> None:
    columns = "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,legal_unit,first_day"
    rows = ["1806310000,巧克力,8,13,0,035,{day}", "3305100090,洗发剂,{rate},13,0,035,{day}"]
    old = await tabling.uploaded("tariff", [columns, *(row.format(day="2020-01-01", rate=3) for row in rows)])
    await approved(tabling, old.draft_id)
    new = await tabling.uploaded("tariff", [columns, *(row.format(day="2025-01-01", rate=5) for row in rows)])
    found, _ = await tabling.tables.difference_page(ANALYST, new.draft_id, AT)
    assert (found.counts["changed"], found.unchanged) == (1, 1)


async def approved(tabling: Tabling, draft_id):  # type: ignore[no-untyped-def]
    await tabling.rehearsed(draft_id)
    return await tabling.answers.approve(SUPERVISOR, draft_id, "", AT)


async def test_an_approval_by_a_second_person_makes_the_draft_the_version_in_force(
    tabling: Tabling, service_connection: asyncpg.Connection
) -> None:
    epoch = await registers.epoch(service_connection)
    draft = await tabling.uploaded("tariff", [TARIFF_COLUMNS, CHOCOLATE, SHAMPOO], note="2024 tariff")
    await tabling.rehearsed(draft.draft_id)
    with pytest.raises(Forbidden):
        await tabling.answers.approve(ANALYST, draft.draft_id, "", AT)
    before, _ = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT)
    view = await tabling.answers.approve(OTHER_ANALYST, draft.draft_id, "checked", AT)
    assert view.status == "approved"
    after, _ = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT)
    assert after == before, "what was changed stays to be seen"
    versions = await tabling.tables.versions(ANALYST, "tariff")
    assert (versions[0].version, versions[0].imported_by) == (2, ANALYST.party_code)
    assert (await reference.current_versions(service_connection))[-3].table_name
    assert await registers.epoch(service_connection) > epoch
    assert b"1806310000" in await tabling.tables.content(ANALYST, "tariff", None)
    assert {"table.draft", "table.rehearse", "table.approve", "reference.import"} <= set(await acts(service_connection))
    with pytest.raises(Conflict):
        await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)


async def test_a_draft_is_not_approved_without_a_rehearsal_of_what_is_in_force(tabling: Tabling) -> None:
    draft = await tabling.uploaded("country", ["code,name_zh", "142,中国"])
    with pytest.raises(Conflict, match="not rehearsed"):
        await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)
    await tabling.rehearsed(draft.draft_id)
    other = await tabling.uploaded("currency", ["code,name_zh", "142,人民币"])
    await approved(tabling, other.draft_id)
    assert (await tabling.tables.draft(ANALYST, draft.draft_id)).outdated
    with pytest.raises(Conflict, match="another rule book"):
        await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)
    await approved(tabling, draft.draft_id)


async def test_the_database_refuses_an_approval_by_the_proposer_or_without_a_passed_rehearsal(
    tabling: Tabling, service_connection: asyncpg.Connection
) -> None:
    draft = await tabling.uploaded("country", ["code,name_zh", "142,中国"])
    view = await tabling.rehearsed(draft.draft_id)
    rehearsal = view.rehearsals[0].request.rehearsal_id
    insert = "INSERT INTO table_draft_answers VALUES ($1, $2, $3, now(), 1, $4, $5, $6, '', '')"
    me, other = ANALYST.party_code, SUPERVISOR.party_code
    with pytest.raises(asyncpg.CheckViolationError):
        await service_connection.execute(insert, draft.draft_id, me, me, 1, rehearsal, True)
    with pytest.raises(asyncpg.ForeignKeyViolationError):  # a proposer that it does not have
        await service_connection.execute(insert, draft.draft_id, other, me, 1, rehearsal, True)
    with pytest.raises(asyncpg.CheckViolationError):
        await service_connection.execute(insert, draft.draft_id, me, other, 1, None, None)
    with pytest.raises(asyncpg.ForeignKeyViolationError):  # a step back needs none, but this is no step back
        await service_connection.execute(insert, draft.draft_id, me, other, 2, None, None)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service_connection.execute("UPDATE table_drafts SET proposed_by = 'X'")


async def test_a_draft_is_rejected_by_another_and_withdrawn_by_its_proposer(tabling: Tabling) -> None:
    lines = ["code,name_zh", "142,中国"]
    first, second = await tabling.uploaded("country", lines), await tabling.uploaded("country", lines)
    with pytest.raises(Forbidden):
        await tabling.answers.reject(ANALYST, first.draft_id, "no", AT)
    assert (await tabling.answers.reject(SUPERVISOR, first.draft_id, "names are missing", AT)).status == "rejected"
    with pytest.raises(Forbidden):
        await tabling.answers.withdraw(OTHER_ANALYST, second.draft_id, "", AT)
    assert (await tabling.answers.withdraw(ANALYST, second.draft_id, "", AT)).status == "withdrawn"
    with pytest.raises(Conflict):
        await tabling.answers.approve(SUPERVISOR, second.draft_id, "", AT)
    page = await tabling.tables.drafts(ANALYST, limit=1)
    assert len(page.drafts) == 1
    assert page.last is not None
    assert (await tabling.tables.drafts(ANALYST, page.last)).last is None
    assert (await tabling.tables.drafts(ANALYST, only_open=True)).drafts == ()


async def test_the_faults_of_refused_files_are_kept_up_to_a_number_of_all_together(tabling: Tabling) -> None:
    many = ((2, "code", "is missing"),) * MOST_FAULTS
    first, *later = [tabling.tables.keep_faults(ANALYST, many) for _ in range(3)]
    with pytest.raises(NotFound):
        tabling.tables.kept_faults(ANALYST, first)
    assert [len(tabling.tables.kept_faults(ANALYST, name)) for name in later] == [MOST_FAULTS] * 2


async def test_one_step_back_takes_two_people_as_well(tabling: Tabling, service_connection: asyncpg.Connection) -> None:
    with pytest.raises(Conflict):
        await tabling.tables.step_back(ANALYST, "tariff", "", AT)
    draft = await tabling.uploaded("tariff", [TARIFF_COLUMNS, CHOCOLATE])
    await approved(tabling, draft.draft_id)
    back = await tabling.tables.step_back(ANALYST, "tariff", "the file was of another year", AT)
    with pytest.raises(Forbidden):
        await tabling.answers.approve(ANALYST, back.draft_id, "", AT)
    await tabling.answers.approve(SUPERVISOR, back.draft_id, "", AT)
    current = {version.table_name: version for version in await reference.current_versions(service_connection)}
    assert current["tariff"].version == 1
    assert "reference.rollback" in await acts(service_connection)


@pytest.mark.parametrize(("state", "duty"), [(3, "analyst"), (2, "auditor")])
async def test_what_somebody_proposed_who_may_not_any_more_is_not_approved(
    tabling: Tabling, service_connection: asyncpg.Connection, state: int, duty: str
) -> None:
    draft = await tabling.uploaded("tariff", [TARIFF_COLUMNS, CHOCOLATE, SHAMPOO])
    await an_officer(service_connection, ANALYST.party_code, (duty,), ("*",))
    await service_connection.execute("UPDATE officers SET state = $1", state)
    with pytest.raises(Conflict, match="proposer"):
        await approved(tabling, draft.draft_id)
    view = await tabling.answers.reject(SUPERVISOR, draft.draft_id, "its proposer left", AT)
    assert view.status == "rejected"


async def test_parties_are_shown_with_what_would_change_and_registered_on_approval(
    tabling: Tabling, service_connection: asyncpg.Connection
) -> None:
    lines = [
        PARTY_COLUMNS,
        "NEWPARTY1,新平台,platform,2024-01-01,,,",
        "3101960P01,platform,platform,,discredited,yes,false documents",
    ]
    draft = await tabling.uploaded("parties", lines)
    found, page = await tabling.tables.difference_page(ANALYST, draft.draft_id, AT)
    assert {(row.table, row.kind, row.key) for row in page.rows} >= {
        ("parties", "added", "NEWPARTY1"),
        ("roles", "added", "NEWPARTY1 platform"),
        ("standings", "added", "3101960P01"),
    }
    assert not await registers.is_known(service_connection, "NEWPARTY1")
    await approved(tabling, draft.draft_id)
    assert await registers.is_known(service_connection, "NEWPARTY1")
    assert "party.import" in await acts(service_connection)
    assert found.unchanged >= 0


async def test_a_draft_for_a_future_day_counts_from_its_day(tabling: Tabling) -> None:
    draft = await tabling.uploaded("positive-list", [LIST_COLUMNS, "18063100,巧克力,2030-01-01"], complete=True)
    assert draft.first_day == date(2030, 1, 1)
    await tabling.rehearsed(draft.draft_id)
    await tabling.answers.approve(SUPERVISOR, draft.draft_id, "", AT)
    async with tabling.backing.pool.acquire() as connection:
        tables = (await tabling.backing.means.registry.refresh(connection)).book.tables
    assert "33051000" in str(tables.on(date(2029, 12, 31)).positive_list)
    assert "33051000" not in str(tables.on(date(2030, 1, 1)).positive_list)


async def test_who_may_not_is_refused(tabling: Tabling) -> None:
    lines = ["code,name_zh", "142,中国"]
    for caller in (EXAMINER, AUDITOR, SUPERVISOR, ADMINISTRATOR):
        with pytest.raises(Forbidden):
            await tabling.uploaded("country", lines, caller)
    with pytest.raises(Forbidden):
        await tabling.tables.in_force(EXAMINER)
    assert len(await tabling.tables.in_force(AUDITOR)) == 10
    draft = await tabling.uploaded("country", lines)
    for caller in (EXAMINER, AUDITOR, ADMINISTRATOR):
        with pytest.raises(Forbidden):
            await tabling.answers.approve(caller, draft.draft_id, "", AT)
        with pytest.raises(Forbidden):
            await tabling.tables.step_back(caller, "country", "", AT)
    with pytest.raises(Malformed):
        await tabling.uploaded("nothing", lines)
    with pytest.raises(NotFound):
        await tabling.tables.content(ANALYST, "country", 99)


async def test_a_workbook_is_read_and_one_that_unpacks_to_gigabytes_is_not(
    tabling: Tabling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = a_workbook(tmp_path, codes=[["code", "name_zh"], ["142", "中国"]])
    upload = Upload(table="country", file_name="codes.xlsx", content=book.read_bytes())
    assert (await tabling.tables.upload(ANALYST, upload, AT)).rows == 1
    monkeypatch.setattr("app.services.office.tables_reading._MOST_UNPACKED", 2**20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sheet.xml", bytes(2**20 + 1))
    with pytest.raises(ReferenceRefused, match="unpacks to"):
        await tabling.tables.upload(ANALYST, Upload(table="country", file_name="a.xlsx", content=bomb.getvalue()), AT)
    for name, content in (("a.xlsx", b"code,name_zh"), ("a.csv", b"PK\3\4 no zip")):
        with pytest.raises(ReferenceRefused):
            await tabling.tables.upload(ANALYST, Upload(table="country", file_name=name, content=content), AT)
