"""`tongguan reference` as a whole, against a database that the operator named."""

from pathlib import Path

from tests.cli.conftest import Command, done, refused
from tests.reference.files import CHOCOLATE, a_csv, a_tariff


async def test_a_table_is_imported_listed_exported_and_rolled_back(tongguan: Command, tmp_path: Path) -> None:
    async def reference(*arguments: str | Path) -> str:
        return (await done(tongguan("reference", *map(str, arguments)))).stdout

    first = await reference("import", "--table", "tariff", a_tariff(tmp_path, CHOCOLATE))
    assert first == "tariff: version 1 is current: 1 row imported.\n"

    changed = a_tariff(tmp_path, CHOCOLATE.replace(",8,", ",5,"), name="changed.csv")
    second = await reference("import", "--table", "tariff", changed)
    assert second == "tariff: version 2 is current: 1 row imported, 1 row of its own days replaced.\n"
    assert "nothing new; version 2" in await reference("import", "--table", "tariff", changed)

    listed = await reference("list")
    assert "tariff" in listed
    assert "version 2" in listed
    assert "official" in listed

    exported = tmp_path / "exported.csv"
    await reference("export", "tariff", exported, "--version", "1")
    assert "1806310000,巧克力,8," in exported.read_text(encoding="utf-8")
    assert "version 1 is current again (1 row)" in await reference("rollback", "tariff")
    assert await reference("export", "tariff") == exported.read_text(encoding="utf-8")
    nowhere = tongguan("reference", "export", "tariff", str(tmp_path / "none" / "out.csv"))
    assert "cannot be written" in await refused(nowhere)


async def test_a_faulty_file_is_told_row_by_row_and_fails(tongguan: Command, tmp_path: Path) -> None:
    faulty = str(a_tariff(tmp_path, CHOCOLATE, "1,巧克力,x,13,0,035,,"))
    told = (await refused(tongguan("reference", "import", "--table", "tariff", faulty))).splitlines()
    assert told[0] == "3 faults; nothing was imported."
    assert [line.split(":")[0] for line in told[1:]] == ["row 3, first_day", "row 3, hs_code", "row 3, mfn_rate"]
    assert (await done(tongguan("reference", "list"))).stdout == ""


async def test_short_words_and_options_are_understood(tongguan: Command, tmp_path: Path) -> None:
    listed = str(a_csv(tmp_path, "hs8,name", "18063100,巧克力"))
    options = ("--table", "positive-list", "--complete", "--first-day", "2022-03-01")
    assert (await done(tongguan("reference", "import", *options, listed))).stderr == ""
    assert "official, complete" in (await done(tongguan("reference", "list"))).stdout

    parties = str(a_csv(tmp_path, "party_code,name,roles", "3101960P01,平台,platform", name="parties.csv"))
    imported = await done(tongguan("reference", "import", "--table", "parties", parties))
    assert imported.stdout == "parties: 1 added or brought up to date.\n"

    unknown = await refused(tongguan("reference", "import", "--table", "tarif", listed))
    assert "There is no table tarif" in unknown
    assert "`import` takes parties and codes as well" in unknown
