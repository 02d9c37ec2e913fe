"""Opening CSV files and workbooks."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart

from app.errors import ReferenceRefused
from app.services.reference_files import read_sheet
from tests.reference.files import a_csv, a_workbook, in_sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_with_and_without_a_mark_at_its_begin(tmp_path: Path, encoding: str) -> None:
    sheet = read_sheet(a_csv(tmp_path, "code,name_zh", "035,千克", encoding=encoding))
    assert sheet.lines == ((1, ("code", "name_zh")), (2, ("035", "千克")))


def test_empty_lines_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    sheet = read_sheet(a_csv(tmp_path, "code,name_zh", "", " , ", "035,千克"))
    assert [number for number, _ in sheet.lines] == [1, 4]


def test_quoted_cells_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    sheet = read_sheet(a_csv(tmp_path, "code,name_zh", '035,"千克,\n公斤"', "036,克"))
    assert sheet.lines[1][1] == ("035", "千克,\n公斤")


def test_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match=r"not UTF-8 \(line 2\)"):
        read_sheet(a_csv(tmp_path, "code,name_zh", "035,千克", encoding="gb18030"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b'code,name\n035,"kg', "line 2"),
        (b"c\0de\n", "NUL"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .xlsx"),
        (b"PK\x03\x04", "save it as .xlsx"),
    ],
)
def test_what_is_no_csv_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    with pytest.raises(ReferenceRefused, match=problem):
        read_sheet(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="cannot be opened"):
        read_sheet(tmp_path / "absent.csv")


def test_a_sheet_is_named_for_workbooks_only(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="no sheets"):
        read_sheet(a_csv(tmp_path, "a"), "Sheet1")


def test_a_workbook_is_read_as_texts(tmp_path: Path) -> None:
    file = a_workbook(
        tmp_path,
        tariff=[["hs_code", "vat", "rate", "day", "instant"], ["0402100000", 13, 6.5, date(2024, 1, 1), None], []],
    )
    assert read_sheet(file).lines == (
        (1, ("hs_code", "vat", "rate", "day", "instant")),
        (2, ("0402100000", "13", "6.5", "2024-01-01")),
    )


def test_a_percentage_is_read_as_it_is_shown(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["vat", "day"], [0.13, datetime(2024, 1, 1)]])  # noqa: DTZ001 - as Excel keeps it
    workbook = load_workbook(file)
    workbook["tariff"]["A2"].number_format = "0%"
    workbook.save(file)
    assert read_sheet(file).lines[1] == (2, ("13%", "2024-01-01"))


def test_a_formula_that_nobody_calculated_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code", "rate", "last_day"], ["1", "=2+3", ""]])
    with pytest.raises(ReferenceRefused, match=r"formulas without a result \(the first in B2\)"):
        read_sheet(file)


def test_a_cell_that_is_formatted_only_is_empty(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code", "rate"], ["1", "2"]])
    workbook = load_workbook(file)
    workbook["tariff"]["C2"].number_format = "0%"
    workbook.save(file)
    assert read_sheet(file).lines[1] == (2, ("1", "2", ""))


def test_a_workbook_that_says_a_wrong_size_is_read_to_its_end(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code", "rate"], ["1", "2"], ["3", "4"]])
    in_sheet(file, b'ref="A1:B3"', b'ref="A1:A2"')
    assert read_sheet(file).lines == ((1, ("code", "rate")), (2, ("1", "2")), (3, ("3", "4")))


def test_a_workbook_of_which_a_sheet_is_damaged_is_refused(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code", "rate"], ["1", "2"]])
    in_sheet(file, b"</sheetData>", b"")
    with pytest.raises(ReferenceRefused, match="no workbook that can be read"):
        read_sheet(file)


def test_a_formula_stands_for_its_result(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code", "rate"], ["1", "=2+3"]])
    in_sheet(file, b"<v></v>", b"<v>5</v>")
    assert read_sheet(file).lines[1] == (2, ("1", "5"))


def test_a_sheet_that_is_a_chart_is_no_table(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, tariff=[["code"], ["1"]])
    workbook = load_workbook(file)
    workbook.create_chartsheet("chart").add_chart(BarChart())
    workbook.save(file)
    assert read_sheet(file).lines == ((1, ("code",)), (2, ("1",)))


def test_a_csv_has_as_many_rows_as_a_workbook_at_most(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"code\n" + b"\n" * 1_000_000)
    with pytest.raises(ReferenceRefused, match="more than 1,000,000 rows"):
        read_sheet(file)


def test_of_several_sheets_one_must_be_named(tmp_path: Path) -> None:
    file = a_workbook(tmp_path, first=[["a"], ["1"]], second=[["b"], ["2"]])
    with pytest.raises(ReferenceRefused, match="first, second: name one"):
        read_sheet(file)
    with pytest.raises(ReferenceRefused, match="no sheet 'third'"):
        read_sheet(file, "third")
    assert read_sheet(file, "second").lines == ((1, ("b",)), (2, ("2",)))


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "table.xlsx"
    file.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(ReferenceRefused, match="no workbook that can be read"):
        read_sheet(file)
