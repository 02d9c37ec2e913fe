"""Dated tables: what is in force on which day, what is on a list, what is prohibited, one hash."""

from collections.abc import Sequence
from datetime import date

import pytest

from app.rules.tables.canonical import to_bytes
from app.rules.tables.cells import Cells
from app.rules.tables.dated import Tables
from app.rules.tables.entries import PositiveListEntry, ProhibitedGoods
from app.rules.tables.lookups import PositiveList, Prohibitions
from app.rules.tables.specifications import SPECIFICATIONS, Reading

LINE = {"hs_code": "1806310000", "name": "巧克力", "mfn_rate": "8", "vat_rate_percent": "13", "consumption_tax": "0"}


def content(table: str, rows: Sequence[dict[str, str]]) -> bytes:
    specification = SPECIFICATIONS[table]
    canonical = []
    for number, row in enumerate(rows, start=2):
        cells = Cells(number, row)
        specification.read(cells, Reading())
        assert not cells.faults, cells.faults
        canonical.append(cells.canonical)
    return to_bytes(specification, canonical)


def tariff(*rows: dict[str, str]) -> Tables:
    return Tables.load({"tariff": content("tariff", [LINE | row for row in rows])})


def test_a_line_is_in_force_from_its_first_to_its_last_day() -> None:
    tables = tariff({"first_day": "2020-01-01", "last_day": "2020-02-29"})
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 29), date(2020, 3, 1)]
    assert [tables.on(day).tariff_line("1806310000") is not None for day in days] == [False, True, True, False]


def test_the_line_of_the_day_is_found_whatever_day_is_asked_first() -> None:
    tables = tariff(
        {"first_day": "2018-05-01", "last_day": "2019-03-31", "vat_rate_percent": "16"},
        {"first_day": "2019-04-01"},
    )
    asked = [date(2019, 4, 1), date(2019, 3, 31), date(2018, 4, 30), date(2030, 1, 1)]
    lines = [tables.on(day).tariff_line("1806310000") for day in asked]
    assert [line and line.vat_rate_percent for line in lines] == [13, 16, None, 13]


def test_days_between_two_changes_share_one_value() -> None:
    tables = tariff({"first_day": "2020-01-01"})
    assert tables.on(date(2020, 1, 1)) is tables.on(date(2024, 2, 29))
    assert tables.on(date(2019, 12, 31)) is not tables.on(date(2020, 1, 1))


def test_a_table_that_was_not_loaded_knows_nothing() -> None:
    day = Tables.load({}).on(date(2024, 6, 18))
    assert day.tariff_line("1806310000") is None
    assert day.positive_list.complete is False
    assert "142" not in day.countries


def test_the_hash_depends_on_content_and_not_on_the_order_of_tables_or_rows() -> None:
    first, second = {"first_day": "2020-01-01"}, {"first_day": "2020-01-01", "hs_code": "3305100090"}
    unit = content("unit", [{"code": "035", "name_zh": "千克"}])
    forward = Tables.load({"tariff": content("tariff", [LINE | first, LINE | second]), "unit": unit})
    backward = Tables.load({"unit": unit, "tariff": content("tariff", [LINE | second, LINE | first])})
    other = Tables.load({"tariff": content("tariff", [LINE | first]), "unit": unit})
    assert forward.hash == backward.hash
    assert forward.hash != other.hash


def test_damaged_content_is_refused() -> None:
    damaged = content("tariff", [LINE | {"first_day": "2020-01-01"}]).replace(b",13,", b",?,")
    with pytest.raises(ValueError, match=r"damaged: row 2, vat_rate_percent"):
        Tables.load({"tariff": damaged})


def an_entry(hs8: str, *, complete: bool) -> PositiveListEntry:
    return PositiveListEntry(hs8=hs8, name="x", complete=complete, first_day=date(2022, 3, 1))


def test_a_list_is_complete_where_every_entry_of_the_day_is_of_a_complete_edition() -> None:
    assert PositiveList.of([an_entry("18063100", complete=True)]).complete
    assert not PositiveList.of([an_entry("18063100", complete=True), an_entry("33051000", complete=False)]).complete
    assert not PositiveList.of([]).complete


def test_a_complete_edition_proves_nothing_of_the_days_before_it() -> None:
    rows = [{"hs8": "18063100", "name": "x", "complete": "yes", "first_day": "2022-03-01"}]
    tables = Tables.load({"positive_list": content("positive_list", rows)})
    assert tables.on(date(2022, 3, 1)).positive_list.complete
    assert not tables.on(date(2022, 2, 28)).positive_list.complete


def goods(hs_prefix: str | None, *words: str) -> ProhibitedGoods:
    return ProhibitedGoods(name="x", law="y", hs_prefix=hs_prefix, words=words, first_day=date(1993, 3, 1))


def test_prohibited_goods_are_found_by_prefix_of_any_length() -> None:
    prohibitions = Prohibitions.of([goods("93"), goods("130211")])
    assert prohibitions.by_code("9302000000", "玩具")
    assert prohibitions.by_code("1302110000", "鸦片")
    assert prohibitions.by_code("1302120000", "甘草") is None


def test_words_beside_a_code_must_stand_in_the_name() -> None:
    prohibitions = Prohibitions.of([goods("0507", "象牙")])
    assert prohibitions.by_code("0507100010", "象 牙 制品")
    assert prohibitions.by_code("0507100010", "牛角") is None
    assert prohibitions.by_name("象牙制品") is None


@pytest.mark.parametrize("name", ["虎骨酒", "ＴＩＧＥＲ  Bone wine", "tigerbone"])
def test_words_are_found_whatever_their_width_case_or_spacing(name: str) -> None:
    assert Prohibitions.of([goods(None, "虎骨", "tiger bone")]).by_name(name)
