"""Numbers of people in free texts are found, and numbers of parcels that look alike are not."""

import pytest

from app.domain.personal_numbers import personal_number_in
from tests.builders import an_identity_number

IDENTITY = an_identity_number()


@pytest.mark.parametrize(
    "text",
    [
        "请联系 13800138000",
        "买家电话13800138000，未接",
        "buyer's number: 138-0013-8000.",
        "tel.+86 138 0013 8000",
        "0086-13800138000",
        "1３8００１３8０００",
        "订单号 20240618001，电话 19912345678",
    ],
)
def test_a_mobile_telephone_is_found(text: str) -> None:
    assert personal_number_in(text) == "telephone"


@pytest.mark.parametrize(
    "text",
    [
        "单证不符",
        "运单 SF13800138000 重量不符",
        "运单号：13800138000 重量不符",
        "order no. 13912345678: wrong price",
        "订单编号 138001380001",
        "order 8613800138000 and 113800138000",
        "ORD-13800138000",
        "13800138000-2",
        "HZ_13800138000",
        "12800138000 and 10086",
        "1380013800",
        "金额 13800138000.50 元",
        "电话 021-58880000",
        IDENTITY[:-1] + ("1" if IDENTITY[-1] != "1" else "2"),
        f"单号 A{IDENTITY}",
        f"{IDENTITY}0",
    ],
)
def test_numbers_that_only_look_alike_are_none_of_a_person(text: str) -> None:
    assert personal_number_in(text) is None


def test_an_identity_number_comes_first() -> None:
    assert personal_number_in(f"买家 {IDENTITY}，电话 13800138000") == "identity_number"
