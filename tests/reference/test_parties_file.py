"""Files of parties: every fault, and what a good one says."""

from datetime import date
from pathlib import Path

import pytest

from app.errors import ReferenceRefused
from app.services.party_import import Parties, Registration, StatedStanding, read_parties
from app.services.reference_files import read_sheet
from tests.builders import IDENTITY
from tests.reference.files import a_csv

COLUMNS = "party_code,name,roles,district,first_day,last_day,credit_class,suspended,reason"
DAY = date(2024, 1, 1)


def parties(folder: Path, *lines: str) -> Parties:
    return read_parties(read_sheet(a_csv(folder, COLUMNS, *lines)))


def test_a_party_may_have_several_roles_and_a_standing(tmp_path: Path) -> None:
    read = parties(tmp_path, "3101960P01,平台,platform merchant,2244,2024-01-01,,advanced,,")
    assert read.named == {"3101960P01": ("平台", "2244")}
    assert read.registrations == (
        Registration("3101960P01", "platform", DAY, None),
        Registration("3101960P01", "merchant", DAY, None),
    )
    assert read.standings == (StatedStanding("3101960P01", DAY, None, "advanced", None, None),)


def test_a_row_without_credit_class_or_suspension_says_nothing_of_the_standing(tmp_path: Path) -> None:
    read = parties(tmp_path, "3101960P01,平台,platform,,,,,,")
    assert read.standings == ()
    assert read.registrations == (Registration("3101960P01", "platform", None, None),)


def test_every_fault_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        parties(
            tmp_path,
            "3101960P01,平台,platform,,,,,,",
            "3101960P01,别名,merchant,,,,,,",
            "31019 60,物流,carrier,22,2024-13-01,,good,maybe,",
            "3101960P02,支付,payment,,1899-01-01,,,yes,",
        )
    assert [fault.split(":")[0] for fault in refusal.value.faults] == [
        "row 3, name",
        "row 4, credit_class",
        "row 4, district",
        "row 4, first_day",
        "row 4, party_code",
        "row 4, roles",
        "row 4, suspended",
        "row 5, first_day",
        "row 5, reason",
    ]


def test_a_reason_that_holds_an_identity_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="row 2, reason: The reason holds an identity number"):
        parties(tmp_path, f"3101960P01,平台,platform,,,,,yes,冒用 {IDENTITY} 的身份")


def test_contradicting_rows_are_told(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refusal:
        parties(
            tmp_path,
            "3101960P01,平台,platform,,2024-01-01,,advanced,,",
            "3101960P01,平台,platform,,2024-01-01,2024-12-31,ordinary,,",
        )
    assert [fault.split(":")[0] for fault in refusal.value.faults] == ["row 3, credit_class", "row 3, last_day"]
