"""Versions of tables in a real database, written by the service role."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.errors import Conflict, NotFound, ReferenceRefused
from app.repositories import reference, registers
from app.repositories.reference import load_tables
from app.rules.tables.starter import starter_contents, starter_tables
from app.services.clerk import changing_registers
from app.services.reference_import import ImportReport, ImportRequest, import_file
from app.services.reference_tables import export_table, load_tables_of, roll_back
from app.services.starter_tables import load_starter
from tests.conftest import FreshDatabase
from tests.reference.files import CHOCOLATE, SHAMPOO, a_csv, a_tariff

NOW = datetime(2024, 6, 18, 2, tzinfo=UTC)
DAY = date(2024, 6, 18)


@pytest.fixture
async def connection(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(database.service_url)
    yield opened
    await opened.close()


async def imported(
    connection: asyncpg.Connection, file: Path, table: str = "tariff", at: datetime = NOW, **request: Any
) -> ImportReport:
    async with changing_registers(connection, "tester", at) as clerk:
        return await import_file(clerk, ImportRequest(table=table, file=file, **request))


async def started(connection: asyncpg.Connection) -> tuple[str, ...]:
    async with connection.transaction():
        return await load_starter(connection, NOW)


async def test_the_starter_tables_are_loaded_once_and_marked(connection: asyncpg.Connection) -> None:
    assert set(await started(connection)) == set(starter_contents())
    epoch = await registers.epoch(connection)
    assert await started(connection) == ()
    assert await registers.epoch(connection) == epoch
    versions = await reference.current_versions(connection)
    assert {version.official for version in versions} == {False}
    assert {version.imported_by for version in versions} == {"starter"}
    assert (await load_tables(connection)).hash == starter_tables().hash


async def test_an_import_is_current_at_once_and_raises_the_epoch(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await started(connection)
    epoch = await registers.epoch(connection)
    report = await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    assert (report.tables[0].version.version, report.tables[0].version.official) == (2, True)
    assert await registers.epoch(connection) > epoch
    tables = (await load_tables(connection)).on(DAY)
    assert set(tables.tariff) == {"1806310000"}


async def test_what_was_on_record_for_earlier_days_stays(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    report = await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    assert (report.tables[0].brought, report.tables[0].kept) == (1, 128)
    tables = await load_tables(connection)
    assert len(tables.on(date(2023, 12, 31)).tariff) == 128
    assert len(tables.on(date(2024, 1, 1)).tariff) == 1


async def test_a_corrected_file_replaces_what_it_corrects(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await imported(connection, a_tariff(tmp_path, CHOCOLATE, SHAMPOO))
    await imported(connection, a_tariff(tmp_path, CHOCOLATE.replace(",8,", ",9,")))
    line = (await load_tables(connection)).on(DAY).tariff
    assert set(line) == {"1806310000"}
    assert line["1806310000"].mfn_rate is not None
    assert line["1806310000"].mfn_rate.percent == 9


async def test_all_of_the_earlier_days_may_be_dropped(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE), keep_earlier=False)
    assert (await load_tables(connection)).on(date(2023, 12, 31)).tariff == {}


async def test_the_same_content_makes_no_new_version(connection: asyncpg.Connection, tmp_path: Path) -> None:
    first = await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    again = await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    assert not again.tables[0].changed
    assert again.tables[0].version == first.tables[0].version


async def test_a_faulty_file_changes_nothing(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    before = await reference.current_versions(connection), await registers.epoch(connection)
    with pytest.raises(ReferenceRefused):
        await imported(connection, a_tariff(tmp_path, CHOCOLATE, "x,y,z,13,0,035,2024-01-01,"))
    assert (await reference.current_versions(connection), await registers.epoch(connection)) == before


async def test_one_step_back_and_forward_again(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    epoch = await registers.epoch(connection)
    async with connection.transaction():
        assert (await roll_back(connection, "tariff")).version == 1
    assert await registers.epoch(connection) > epoch
    assert len((await load_tables(connection)).on(DAY).tariff) == 128
    report = await imported(connection, a_tariff(tmp_path, SHAMPOO))
    assert report.tables[0].version.version == 3
    assert [version.version for version in await reference.versions_of(connection, "tariff")] == [3, 2, 1]


async def test_a_step_back_leads_to_what_was_replaced_and_never_to_what_was_taken_back(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await started(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    await imported(connection, a_tariff(tmp_path, SHAMPOO))
    async with connection.transaction():
        assert (await roll_back(connection, "tariff")).version == 2
    await imported(connection, a_tariff(tmp_path, CHOCOLATE, SHAMPOO))
    for expected in (2, 1):
        async with connection.transaction():
            assert (await roll_back(connection, "tariff")).version == expected


async def test_of_a_version_that_came_before_it_was_kept_the_one_before_it_counts(
    database: FreshDatabase, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await started(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE reference_versions SET replaced = NULL")
    await owner.close()
    async with connection.transaction():
        assert (await roll_back(connection, "tariff")).version == 1


async def test_there_is_nothing_before_the_first_version(connection: asyncpg.Connection) -> None:
    with pytest.raises(NotFound, match="no version yet"):
        await roll_back(connection, "tariff")
    await started(connection)
    with pytest.raises(Conflict, match="the first"):
        await roll_back(connection, "tariff")
    with pytest.raises(ReferenceRefused, match="the tables are tariff, positive_list"):
        await roll_back(connection, "tarif")


async def test_an_earlier_version_can_be_loaded_for_a_replay(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    earlier = await load_tables(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    assert (await load_tables_of(connection, earlier.digests)).hash == earlier.hash
    with pytest.raises(NotFound, match="tariff"):
        await load_tables_of(connection, {"tariff": "00" * 32})


async def test_what_is_exported_can_be_imported_again(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    for name, shipped in starter_contents().items():
        exported = await export_table(connection, name)
        assert exported == shipped
        file = tmp_path / f"{name}.csv"
        file.write_bytes(exported)
        report = await imported(connection, file, name)
        assert not report.tables[0].changed
    assert await export_table(connection, "unit", 1) == starter_contents()["unit"]
    with pytest.raises(NotFound, match="no version 9"):
        await export_table(connection, "unit", 9)


async def test_a_complete_positive_list_is_complete_from_its_first_day(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await started(connection)
    file = a_csv(tmp_path, "hs8,name", "18063100,巧克力")
    await imported(connection, file, "positive-list", complete=True, first_day=date(2022, 3, 1))
    tables = await load_tables(connection)
    assert tables.on(date(2022, 3, 1)).positive_list.complete
    assert set(tables.on(DAY).positive_list.entries) == {"18063100"}
    assert not tables.on(date(2022, 2, 28)).positive_list.complete
    assert "33051000" in tables.on(date(2022, 2, 28)).positive_list.entries


async def test_only_the_positive_list_can_be_complete(connection: asyncpg.Connection, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="positive list only"):
        await imported(connection, a_tariff(tmp_path, CHOCOLATE), complete=True)


async def test_units_are_named_as_the_current_table_names_them(connection: asyncpg.Connection, tmp_path: Path) -> None:
    await started(connection)
    await imported(connection, a_tariff(tmp_path, CHOCOLATE.replace("035", "千克")))
    line = (await load_tables(connection)).on(DAY).tariff_line("1806310000")
    assert line is not None
    assert line.legal_unit == "035"


async def test_a_file_of_codes_may_hold_several_tables(connection: asyncpg.Connection, tmp_path: Path) -> None:
    file = a_csv(tmp_path, "table,code,name_zh", "country,142,中国", "unit,035,千克", "unit,036,克")
    report = await imported(connection, file, "codes")
    assert {one.version.table_name: one.brought for one in report.tables} == {"country": 1, "unit": 2}
    assert (await load_tables(connection)).on(DAY).units == {"035": "千克", "036": "克"}


async def test_a_fault_in_one_table_of_codes_stops_all(connection: asyncpg.Connection, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        await imported(connection, a_csv(tmp_path, "table,code,name_zh", "unit,35,千克", "country,14,中国"), "codes")
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["row 2, code", "row 3, code"]
    with pytest.raises(ReferenceRefused, match="row 2, table: 'units' is no table of codes"):
        await imported(connection, a_csv(tmp_path, "table,code,name_zh", "units,035,千克"), "codes")
    assert await reference.current_versions(connection) == []


HEAD = "party_code,name,roles,credit_class,suspended,reason,first_day"


async def standings(connection: asyncpg.Connection, day: date) -> tuple[bool, str | None]:
    (party,) = await registers.parties(connection, day)
    return party.suspended, party.credit_class


async def test_parties_are_added_and_brought_up_to_date(connection: asyncpg.Connection, tmp_path: Path) -> None:
    first = a_csv(tmp_path, HEAD, "3101960P01,平台,platform merchant,advanced,,,2024-01-01")
    second = a_csv(tmp_path, HEAD, "3101960P01,平台改名,platform,,yes,虚假交易,2024-03-01", name="second.csv")
    epoch = await registers.epoch(connection)
    assert (await imported(connection, first, "parties")).parties == 1
    assert await registers.epoch(connection) > epoch
    await imported(connection, second, "parties")
    (party,) = await registers.parties(connection, DAY)
    assert (party.name, party.roles) == ("平台改名", ("merchant", "platform"))


async def test_a_standing_changes_only_what_a_row_says(connection: asyncpg.Connection, tmp_path: Path) -> None:
    for number, row in enumerate(("advanced,,,2024-01-01", ",yes,虚假交易,2024-03-01", "discredited,,,2024-05-01")):
        await imported(connection, a_csv(tmp_path, HEAD, f"P1,平台,platform,{row}", name=f"{number}.csv"), "parties")
    days = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 5, 1)]
    assert [await standings(connection, day) for day in days] == [
        (False, "advanced"), (True, "advanced"), (True, "discredited"),
    ]  # fmt: skip


async def test_a_file_without_days_registers_a_party_once(connection: asyncpg.Connection, tmp_path: Path) -> None:
    file = a_csv(tmp_path, "party_code,name,roles", "P1,平台,platform")
    await imported(connection, file, "parties")
    await imported(connection, file, "parties", at=NOW + timedelta(days=3))
    assert [role.first_day for role in await registers.party_roles(connection)] == [DAY]


async def test_every_change_is_audited(connection: asyncpg.Connection, tmp_path: Path) -> None:
    async def events() -> int:
        counted: int = await connection.fetchval("SELECT count(*) FROM events")
        return counted

    await imported(connection, a_tariff(tmp_path, CHOCOLATE))
    assert await events() == 1
    await imported(connection, a_tariff(tmp_path, CHOCOLATE))  # nothing new
    assert await events() == 1
    await imported(connection, a_csv(tmp_path, HEAD, "P1,平台,platform,advanced,,,2024-01-01"), "parties")
    assert await events() == 4  # the import, the registration, the standing


async def test_the_service_role_cannot_change_a_stored_version(connection: asyncpg.Connection) -> None:
    await started(connection)
    for statement in ("UPDATE reference_versions SET row_count = 0", "DELETE FROM reference_versions"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_two_imports_at_once_come_one_after_the_other(database: FreshDatabase, tmp_path: Path) -> None:
    first, second = await asyncpg.connect(database.service_url), await asyncpg.connect(database.service_url)
    try:
        await second.execute("SET lock_timeout = '100ms'")
        async with changing_registers(first, "first", NOW) as clerk:
            await import_file(clerk, ImportRequest(table="tariff", file=a_tariff(tmp_path, CHOCOLATE)))
            with pytest.raises(asyncpg.LockNotAvailableError):
                await imported(second, a_tariff(tmp_path, SHAMPOO, name="second.csv"))
        report = await imported(second, tmp_path / "second.csv")
        assert report.tables[0].version.version == 2
    finally:
        await first.close()
        await second.close()
