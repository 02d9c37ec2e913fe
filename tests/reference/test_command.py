"""`tongguan reference` as a whole, against a database that the operator named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.security.keyring import KeyRing
from tests.conftest import FreshDatabase
from tests.reference.files import CHOCOLATE, a_csv, a_tariff

Answer = subprocess.CompletedProcess[str]


class Command:
    """Runs `tongguan reference`."""

    def __init__(self, database: FreshDatabase, folder: Path) -> None:
        KeyRing.create(folder / "keyring.json")
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("TONGGUAN_")}
        self._environment |= {
            "DATABASE_URL": database.owner_url,
            "TONGGUAN_SERVICE_DATABASE_URL": database.service_url,
            "TONGGUAN_KEYRING": str(folder / "keyring.json"),
            "TONGGUAN_HOME": str(folder / "home"),
        }

    def __call__(self, *arguments: str | Path) -> Answer:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "reference", *map(str, arguments)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def reference(database: FreshDatabase, tmp_path: Path) -> Command:
    return Command(database, tmp_path)


async def test_a_table_is_imported_listed_exported_and_rolled_back(reference: Command, tmp_path: Path) -> None:
    first = reference("import", "--table", "tariff", a_tariff(tmp_path, CHOCOLATE))
    assert (first.returncode, first.stdout) == (0, "tariff: version 1 is current: 1 row imported.\n"), first.stderr

    changed = a_tariff(tmp_path, CHOCOLATE.replace(",8,", ",5,"), name="changed.csv")
    second = reference("import", "--table", "tariff", changed).stdout
    assert second == "tariff: version 2 is current: 1 row imported, 1 row of its own days replaced.\n"
    assert "nothing new; version 2" in reference("import", "--table", "tariff", changed).stdout

    listed = reference("list").stdout
    assert "tariff" in listed
    assert "version 2" in listed
    assert "official" in listed

    exported = tmp_path / "exported.csv"
    assert reference("export", "tariff", exported, "--version", "1").returncode == 0
    assert "1806310000,巧克力,8," in exported.read_text(encoding="utf-8")
    assert "version 1 is current again (1 row)" in reference("rollback", "tariff").stdout
    assert reference("export", "tariff").stdout == exported.read_text(encoding="utf-8")
    nowhere = reference("export", "tariff", str(tmp_path / "none" / "out.csv"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (2, True)


async def test_a_faulty_file_is_told_row_by_row_and_fails(reference: Command, tmp_path: Path) -> None:
    answer = reference("import", "--table", "tariff", a_tariff(tmp_path, CHOCOLATE, "1,巧克力,x,13,0,035,,"))
    assert answer.returncode != 0
    told = answer.stderr.splitlines()
    assert told[0] == "3 faults; nothing was imported."
    assert [line.split(":")[0] for line in told[1:]] == ["row 3, first_day", "row 3, hs_code", "row 3, mfn_rate"]
    assert "Traceback" not in answer.stderr
    assert reference("list").stdout == ""


async def test_short_words_and_options_are_understood(reference: Command, tmp_path: Path) -> None:
    listed = a_csv(tmp_path, "hs8,name", "18063100,巧克力")
    answer = reference("import", "--table", "positive-list", "--complete", "--first-day", "2022-03-01", listed)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "official, complete" in reference("list").stdout

    parties = a_csv(tmp_path, "party_code,name,roles", "3101960P01,平台,platform", name="parties.csv")
    assert reference("import", "--table", "parties", parties).stdout == "parties: 1 added or brought up to date.\n"

    unknown = reference("import", "--table", "tarif", listed)
    assert unknown.returncode != 0
    assert "There is no table tarif" in unknown.stderr
    assert "`import` takes parties and codes as well" in unknown.stderr
