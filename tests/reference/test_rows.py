"""From the lines of a file to canonical rows, or to every fault of it."""

from datetime import date
from pathlib import Path

import pytest

from app.errors import ReferenceRefused
from app.rules.tables.canonical import entries_of, to_bytes
from app.rules.tables.specifications import SPECIFICATIONS, Reading
from app.services.reference_files import read_sheet
from app.services.reference_rows import Draft, read_draft
from app.services.reference_tables import rows_before
from tests.reference.files import CHOCOLATE, SHAMPOO, a_csv, a_tariff


def drafted(file: Path, table: str = "tariff", **reading: object) -> Draft:
    return read_draft(read_sheet(file), SPECIFICATIONS[table], Reading(**reading))  # type: ignore[arg-type]


def faults_of(file: Path, table: str = "tariff", **reading: object) -> tuple[str, ...]:
    with pytest.raises(ReferenceRefused) as refusal:
        drafted(file, table, **reading)
    return refusal.value.faults


def test_every_fault_of_every_row_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    faults = faults_of(
        a_tariff(
            tmp_path,
            CHOCOLATE,
            "402100000,奶粉,x,13,0,035,2024-01-01,",
            "0402210000,,10,13,15%%,公斤,2024-02-30,",
            "0402290000,奶粉,10,13,0,035,2024-06-01,2024-05-31",
        )
    )
    assert [fault.split(": ")[0] for fault in faults] == [
        "row 3, hs_code",
        "row 3, mfn_rate",
        "row 4, consumption_tax",
        "row 4, first_day",
        "row 4, legal_unit",
        "row 4, name",
        "row 5, last_day",
    ]
    assert "no leading zero is lost" in faults[0]


def test_the_message_says_how_many_faults_there_are_and_that_nothing_was_imported(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match=r"^2 faults; nothing was imported\.\nrow 2"):
        drafted(a_tariff(tmp_path, "1,巧克力,x,13,0,035,2024-01-01,"))


def test_unknown_rates_are_kept_unknown(tmp_path: Path) -> None:
    draft = drafted(a_tariff(tmp_path, "1806310000,巧克力,,,,,2024-01-01,"))
    assert [draft.rows[0][column] for column in ("mfn_rate", "vat_rate_percent", "consumption_tax")] == ["", "", ""]


def test_one_first_day_may_be_given_for_the_whole_file(tmp_path: Path) -> None:
    file = a_tariff(tmp_path, "1806310000,巧克力,8,13,0,035,,", SHAMPOO)
    assert [fault.split(":")[0] for fault in faults_of(file)] == ["row 2, first_day"]
    days = [row["first_day"] for row in drafted(file, first_day=date(2023, 1, 1)).rows]
    assert days == ["2023-01-01", "2024-01-01"]


@pytest.mark.parametrize("written", ["2024-01-01", "2024/1/1", "20240101", "2024.01.01", "2024-01-01 00:00:00"])
def test_days_may_be_written_in_the_usual_ways(tmp_path: Path, written: str) -> None:
    draft = drafted(a_tariff(tmp_path, f"1806310000,巧克力,8,13,0,035,{written},"))
    assert draft.rows[0]["first_day"] == "2024-01-01"


def test_units_may_be_named(tmp_path: Path) -> None:
    file = a_tariff(tmp_path, "1806310000,巧克力,8,13,0,千克,2024-01-01,")
    assert drafted(file, unit_codes={"千克": "035"}).rows[0]["legal_unit"] == "035"
    assert [fault.split(":")[0] for fault in faults_of(file)] == ["row 2, legal_unit"]


def test_columns_may_bear_the_names_of_the_official_table(tmp_path: Path) -> None:
    file = a_csv(
        tmp_path,
        "商品编码,商品名称,最惠国税率,普通税率,增值税率,消费税率,法定单位,监管条件,生效日期",
        "1806310000,巧克力,8%,50%,13%,-,035,AB,2024-01-01",
    )
    row = drafted(file).rows[0]
    assert (row["hs_code"], row["mfn_rate"], row["supervision_marks"]) == ("1806310000", "8%", "AB")


def test_a_line_of_names_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    faults = faults_of(a_csv(tmp_path, "hs_code,name,nmae,vat_rate_percent,hs10", "1,2,3,4,5"))
    assert [fault.split(":")[0] for fault in faults] == [
        "row 1, consumption_tax",
        "row 1, hs10",
        "row 1, mfn_rate",
        "row 1, nmae",
    ]


def test_a_row_with_more_cells_than_columns_is_a_fault(tmp_path: Path) -> None:
    assert "more cells" in faults_of(a_tariff(tmp_path, CHOCOLATE + ",too much"))[0]


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="no rows"):
        drafted(a_tariff(tmp_path))


def test_the_same_code_on_the_same_days_is_a_fault(tmp_path: Path) -> None:
    faults = faults_of(a_tariff(tmp_path, CHOCOLATE, SHAMPOO, "1806310000,巧克力,8,13,0,035,2023-01-01,2024-01-01"))
    assert faults == ("row 4, hs_code: 1806310000 stands in row 2 too, on the same days; keep one, or date them apart",)


def test_each_row_within_the_days_of_a_long_one_is_a_fault(tmp_path: Path) -> None:
    rows = [f"1806310000,巧克力,8,13,0,035,{days}" for days in ("2020-01-01,", "2021-01-01,2021-01-31", "2022-01-01,")]
    faults = faults_of(a_tariff(tmp_path, *rows), "tariff")
    assert [fault.partition(";")[0] for fault in faults] == [
        f"row {row}, hs_code: 1806310000 stands in row 2 too, on the same days" for row in (3, 4)
    ]


def test_a_day_that_a_program_writes_for_none_is_none(tmp_path: Path) -> None:
    file = a_tariff(tmp_path, "1806310000,巧克力,8,13,0,035,0001-01-01,9999-12-31")
    assert faults_of(file, "tariff") == ("row 2, first_day: '0001-01-01' is no day; write 2019-04-01",)


def test_the_same_code_on_other_days_is_none(tmp_path: Path) -> None:
    draft = drafted(a_tariff(tmp_path, CHOCOLATE, "1806310000,巧克力,8,16,0,035,2023-01-01,2023-12-31"))
    assert draft.first_day == date(2023, 1, 1)


def test_a_code_without_days_is_valid_on_all_and_stands_once(tmp_path: Path) -> None:
    file = a_csv(tmp_path, "code,name_zh", "035,千克", "035,公斤")
    assert len(faults_of(file, "unit")) == 1
    assert drafted(a_csv(tmp_path, "code,name_zh", "035,千克"), "unit").first_day is None


def test_the_notes_of_a_positive_list_are_read(tmp_path: Path) -> None:
    file = a_csv(
        tmp_path,
        "hs8,name,remark,modes,yearly_kg,first_day",
        "03061690,其他冻小虾,仅限网购保税商品,1210 1239,,2022-03-01",
        "10063020,精米,每人每年20千克,,20,2022-03-01",
        "17011300,甘蔗糖,,9999,-1,2022-03-01",
    )
    assert [fault.split(":")[0] for fault in faults_of(file, "positive_list")] == ["row 4, modes", "row 4, yearly_kg"]
    good = a_csv(tmp_path, *file.read_text(encoding="utf-8").splitlines()[:3])
    draft = drafted(good, "positive_list", complete=True)
    entries = entries_of(draft.specification, to_bytes(draft.specification, draft.rows))
    assert [getattr(entry, "modes", None) for entry in entries] == [frozenset({"1210", "1239"}), frozenset()]
    assert all(getattr(entry, "complete", False) for entry in entries)


def test_prohibited_goods_need_a_code_or_words(tmp_path: Path) -> None:
    file = a_csv(tmp_path, "hs_prefix,words,name,law,first_day", ",,毒品,海关总署令第43号,1993-03-01")
    assert [fault.split(":")[0] for fault in faults_of(file, "prohibited_goods")] == ["row 2, hs_prefix"]


def test_rows_of_earlier_days_are_cut_off_the_day_before() -> None:
    rows = [
        {"first_day": "2019-04-01", "last_day": ""},
        {"first_day": "2019-04-01", "last_day": "2020-12-31"},
        {"first_day": "2024-02-29", "last_day": ""},
        {"first_day": "2024-03-01", "last_day": ""},
    ]
    assert [row["last_day"] for row in rows_before(date(2024, 3, 1), rows)] == [
        "2024-02-29",
        "2020-12-31",
        "2024-02-29",
    ]
    assert rows_before(None, rows) == []


def test_equal_tables_have_equal_bytes_however_their_files_were_written(tmp_path: Path) -> None:
    one = drafted(a_tariff(tmp_path, CHOCOLATE, SHAMPOO))
    other = drafted(
        a_csv(
            tmp_path,
            "last_day,First_Day,hs10,name,mfn,vat,consumption,unit1",
            ",2024/1/1,3305100090, 洗发剂 ,3,13,0,035",
            ",20240101,1806310000,巧克力,8,13,0,035",
            encoding="utf-8-sig",
        )
    )
    assert to_bytes(one.specification, one.rows) == to_bytes(other.specification, other.rows)
