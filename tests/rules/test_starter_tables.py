"""The starter tables that we ship: canonical, true to the facts they were made from, and marked as what they are."""

import csv
from datetime import date
from pathlib import Path

import pytest

from app.domain.tariff import Threshold
from app.rules.tables.canonical import rows_of, to_bytes
from app.rules.tables.cells import Cells
from app.rules.tables.specifications import SPECIFICATIONS, Reading
from app.rules.tables.starter import FOLDER, starter_contents, starter_tables

DAY = date(2024, 6, 18)


def shared_rows(shared_dir: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((shared_dir / "data" / name).open(encoding="utf-8-sig")))


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_the_files_are_canonical(name: str) -> None:
    specification, shipped = SPECIFICATIONS[name], starter_contents()[name]
    canonical = []
    for number, row in enumerate(rows_of(shipped), start=2):
        cells = Cells(number, row)
        specification.read(cells, Reading())
        assert not cells.faults, cells.faults
        canonical.append(cells.canonical)
    assert to_bytes(specification, canonical) == shipped


def test_every_table_has_a_file_and_a_line_in_the_readme() -> None:
    assert {file.stem for file in FOLDER.glob("*.csv")} == set(SPECIFICATIONS)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in SPECIFICATIONS if f"`{name}.csv`" not in readme] == []


def test_the_starter_list_is_not_complete_and_says_so() -> None:
    positive_list = starter_tables().on(DAY).positive_list
    assert not positive_list.complete
    marks = [entry.marked for entry in positive_list.entries.values()]
    assert (marks.count("official"), marks.count("starter")) == (35, 83)


def test_before_the_first_of_april_2019_only_official_entries_and_no_tariff_are_known() -> None:
    before = starter_tables().on(date(2019, 3, 31))
    assert before.tariff == {}
    assert {entry.marked for entry in before.positive_list.entries.values()} == {"official"}
    assert starter_tables().on(date(2016, 4, 7)).positive_list.entries == {}


def test_no_starter_entry_rests_on_a_line_that_may_not_be_on_the_list(shared_dir: Path) -> None:
    allowed = set()
    for row in shared_rows(shared_dir, "tariff/cbec_typical_lines.csv"):
        known = row["mfn"] and row["vat"] and row["consumption"]
        if known and not set(row["supervision"]) & set("89EF") and not row["hs10"].startswith("24"):
            allowed.add(row["hs10"][:8])
    entries = starter_tables().on(DAY).positive_list.entries
    assert {code for code, entry in entries.items() if entry.marked == "starter"} <= allowed
    assert allowed <= set(entries)


def test_official_entries_keep_their_remarks(shared_dir: Path) -> None:
    entries = starter_tables().on(DAY).positive_list.entries
    for row in shared_rows(shared_dir, "tariff/positive_list_2016_entries_1_35.csv"):
        entry = entries[row["hs8"]]
        assert (entry.name, entry.remark, entry.first_day) == (row["name"], row["remark"] or None, date(2016, 4, 8))


def test_rates_are_those_of_the_facts_and_what_they_do_not_say_stays_unknown(shared_dir: Path) -> None:
    tables = starter_tables().on(DAY)
    for row in shared_rows(shared_dir, "tariff/cbec_typical_lines.csv"):
        line = tables.tariff_line(row["hs10"])
        assert line is not None
        assert (line.mfn_rate is None) == (row["mfn"] == "")
        assert (line.consumption_tax is None) == (row["consumption"] == "")
        expected_vat = None if row["vat"] in ("", "16") else row["vat"]
        assert (None if line.vat_rate_percent is None else str(line.vat_rate_percent)) == expected_vat
        assert isinstance(line.consumption_tax, Threshold) == ("完税价" in row["consumption"])
        assert set(line.supervision_marks) == set(row["supervision"])


def test_code_tables_hold_the_codes_that_messages_use() -> None:
    tables = starter_tables().on(DAY)
    assert tables.countries["142"] == "中国"
    assert tables.currencies["142"] == "人民币"
    assert tables.units["035"] == "千克"
    assert {"9610", "1210", "1239", "9710", "9810"} <= set(tables.trade_modes)
    assert tables.transport_modes["5"] == "航空运输"
    assert tables.wrap_types["2"] == "纸箱"
    assert tables.customs_districts["2244"] == "上海快件"
