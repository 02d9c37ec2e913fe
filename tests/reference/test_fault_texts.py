"""What is wrong with a file is said in Chinese too: every sentence that faulty files bring out."""

from pathlib import Path
from typing import Any

import pytest

from app.errors import ReferenceRefused
from app.services.office.tables_reading import Upload, read_upload
from app.services.reference_fault_texts import in_chinese
from app.services.reference_rows import MOST_FAULTS
from tests.reference.files import a_workbook

TARIFF = "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,labelled_by,legal_unit,first_day,last_day"
PARTIES = "party_code,name,roles,district,first_day,last_day,credit_class,suspended,reason"
FILES = {
    "tariff": (
        TARIFF,
        "18,,x,y,z,no,xx,never,2020-01-01",
        "1806310000,巧克力,8元/升+9元/升,8%+9%,完税价>=10元/毫升: 15%; 低于: 0,,035,2024-01-01,2023-01-01",
        "1806310001,巧克力,8,100,150%,,035,2024-01-01,,too,many",
        "1806310002,巧克力,8元/斗,13,0,,035,,",
        "1806310003,巧克力,8,13,完税价>=10元: 15%; 低于: 0,,035,2024-01-01,",
        "1806310004,巧克力,8,13,0,,035,2024-01-01,",
        "1806310004,巧克力,8,13,0,,035,2024-01-01,",
    ),
    "positive-list": ("hs8,name,modes,yearly_kg,marked,first_day", "1,x,9999,-1,other,2024-01-01"),
    "prohibited": ("hs_prefix,words,name,law,first_day", ",,x,,2024-01-01", "1,,x,y,2024-01-01"),
    "country": ("code,name_zh", "1,中国"),
    "codes": ("table,code,name_zh", "nowhere,142,中国"),
    "parties": (
        PARTIES,
        "?,x,other,1,,,top,maybe,",
        "P1,x,platform,2244,1900-01-01,,ordinary,yes,",
        f"P1,y,platform,2244,2024-01-01,,ordinary,yes,{'x' * 501}",
        "P1,x,platform,2244,2024-01-01,2024-02-01,advanced,no,",
        "P2,x,platform,2244,2024-01-01,2023-02-01,ordinary,yes,110101199003070011",
    ),
}


def faults_of(table: str, *lines: str) -> list[str]:
    upload = Upload(table=table, file_name="t.csv", content="\n".join(lines).encode())
    with pytest.raises(ReferenceRefused) as refusal:
        read_upload(upload, {})
    return [problem for _, _, problem in refusal.value.places]


@pytest.mark.parametrize("table", [*FILES])
def test_every_fault_is_said_in_chinese(table: str) -> None:
    faults = faults_of(table, *FILES[table])
    assert faults
    assert [problem for problem in faults if in_chinese(problem) == problem] == []


@pytest.mark.parametrize(
    "content",
    [
        "代码,名称\n".encode("gbk"),
        b"",
        b"\xd0\xcf\x11\xe0",
        b"PK\x03\x04",
        b'code,"name',
        b"code\0",
        b"code,name_zh\n",
        b"\n" * 1_000_001,
    ],
)
def test_what_is_wrong_with_a_whole_file_is_said_in_chinese(content: bytes) -> None:
    assert_in_chinese(Upload(table="country", file_name="table.csv", content=content))


def test_what_is_wrong_with_a_workbook_is_said_in_chinese(tmp_path: Path) -> None:
    def upload(sheet: str | None, **sheets: list[list[str]]) -> Upload:
        content = a_workbook(tmp_path, **sheets).read_bytes()
        return Upload(table="country", file_name="table.xlsx", content=content, sheet=sheet)

    assert_in_chinese(upload(None, one=[["code"]], two=[["code"]]))
    assert_in_chinese(upload("two", one=[["code"]]))
    assert_in_chinese(upload(None, one=[["code", "=1+1"]]))
    assert_in_chinese(Upload(table="country", file_name="table.xlsx", content=b"code,name_zh"))


@pytest.mark.parametrize("asked", [{"table": "country", "complete": True}, {"table": "codes"}, {"sheet": "first"}])
def test_what_is_asked_for_wrongly_is_said_in_chinese(asked: dict[str, Any]) -> None:
    assert_in_chinese(Upload(**({"table": "country", "file_name": "t.csv", "content": b"code,name_zh\n142,x"} | asked)))


def assert_in_chinese(upload: Upload) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        read_upload(upload, {})
    assert in_chinese(str(refusal.value)) != str(refusal.value)


def test_of_very_many_faults_the_first_are_told() -> None:
    for table, columns in (("country", "code,name_zh"), ("parties", "party_code,name,roles")):
        faults = faults_of(table, columns, *["!,"] * 30_000)
        assert MOST_FAULTS < len(faults) < MOST_FAULTS + 10
        assert "was not read" in faults[-1]
        assert in_chinese(faults[-1]).startswith("该行及以后未读取")


def test_names_of_columns_are_faults_in_chinese_too() -> None:
    faults = faults_of("country", "code,code,nothing", "142,142,x")
    assert len(faults) == 3
    assert [problem for problem in faults if in_chinese(problem) == problem] == []


def test_values_stay_in_the_sentence() -> None:
    assert (
        in_chinese("'18' is not 10 digits; write it as text") == "'18' 不是 10 位数字；请设为文本格式，以免丢失前导零"
    )
    assert in_chinese("nobody knows") == "nobody knows"
