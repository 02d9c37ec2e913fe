"""Files of parties: every fault, and what a good one says."""

from datetime import date
from pathlib import Path

import pytest

from app.errors import ReferenceRefused
from app.services.party_import import Parties, read_parties
from app.services.reference_files import read_sheet
from tests.reference.files import a_csv

COLUMNS = "party_code,name,roles,district,first_day,last_day,credit_class,suspended,reason"
DAY = date(2024, 6, 18)


def parties(folder: Path, *lines: str) -> Parties:
    return read_parties(read_sheet(a_csv(folder, COLUMNS, *lines)), DAY)


def test_a_party_may_have_several_roles_and_a_standing(tmp_path: Path) -> None:
    read = parties(tmp_path, "3101960P01,平台,platform merchant,2244,2024-01-01,,advanced,no,认证")
    assert read.named == {"3101960P01": ("平台", "2244")}
    assert read.roles == {
        ("3101960P01", "platform", date(2024, 1, 1), None),
        ("3101960P01", "merchant", date(2024, 1, 1), None),
    }
    assert read.standings == {("3101960P01", date(2024, 1, 1)): (None, False, "advanced", "认证")}


def test_a_row_without_credit_class_or_suspension_says_nothing_of_the_standing(tmp_path: Path) -> None:
    read = parties(tmp_path, "3101960P01,平台,platform,,,,,,")
    assert read.standings == {}
    assert read.roles == {("3101960P01", "platform", DAY, None)}


def test_every_fault_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        parties(
            tmp_path,
            "3101960P01,平台,platform,,,,,,",
            "3101960P01,别名,merchant,,,,,,",
            "31019 60,物流,carrier,22,2024-13-01,,good,maybe,",
        )
    assert [fault.split(":")[0] for fault in refusal.value.faults] == [
        "row 3, name",
        "row 4, credit_class",
        "row 4, district",
        "row 4, first_day",
        "row 4, party_code",
        "row 4, roles",
        "row 4, suspended",
    ]


def test_contradicting_rows_are_told(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        parties(
            tmp_path,
            "3101960P01,平台,platform,,2024-01-01,,advanced,,",
            "3101960P01,平台,platform,,2024-01-01,2024-12-31,ordinary,,",
        )
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["row 3, credit_class", "row 3, last_day"]
