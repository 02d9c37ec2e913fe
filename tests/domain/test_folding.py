"""Folding: what two systems write differently is equal, what is different stays different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.folding import folded, same_identity_number, same_telephone, same_text, telephone_digits


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海市浦东新区世纪大道100号", "上海市 浦东新区，世纪大道 100 号"),
        ("Ｂ座１２０１室", "B座1201室"),
        ("8-201室", "8—201 室"),
        ("买买提·阿不都", "买买提・阿不都"),
        ("ZHANG San", "zhang\u3000san"),
        ("张\u200b三", "张三"),
        ("Straße", "STRASSE"),
    ],
)
def test_width_space_marks_and_case_make_no_difference(one: str, other: str) -> None:
    assert same_text(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张山"),
        ("世纪大道100号", "世纪大道101号"),
        ("张*三", "张三"),
        ("上海市***", "上海市"),
        ("——", "……"),
        ("", "。"),
    ],
)
def test_other_characters_and_hidden_ones_are_a_difference(one: str, other: str) -> None:
    assert not same_text(one, other)


@pytest.mark.parametrize(
    "written",
    ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000", "+86-138-0000-0000", "8613800000000",
     "008613800000000", "＋８６１３８００００００００"],
)  # fmt: skip
def test_a_mobile_number_may_be_written_in_many_ways(written: str) -> None:
    assert same_telephone(written, "13800000000")


@pytest.mark.parametrize("written", ["021-58880000", "+86 21 5888 0000", "(021)58880000", "+86(0)21-58880000"])
def test_a_landline_may_be_written_in_many_ways(written: str) -> None:
    assert telephone_digits(written) == "2158880000"


@pytest.mark.parametrize(
    ("one", "other"),
    [("13800000000", "13800000001"), ("138****0000", "13800000000"), ("138****0000", "1380000"), ("86123456", "123456"),
     ("无", "暂无"), ("0", "1")],
)  # fmt: skip
def test_other_and_hidden_telephones_differ(one: str, other: str) -> None:
    assert not same_telephone(one, other)


def test_telephones_without_a_digit_are_texts() -> None:
    assert same_telephone("无 ", "无")


def test_an_identity_number_may_end_with_a_small_x() -> None:
    assert same_identity_number("11010519491231002x", "11010519491231002X")
    assert not same_identity_number("11010519491231002X", "110105194912310029")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_the_order_of_two_texts_does_not_matter(one: str, other: str) -> None:
    assert same_text(one, other) == same_text(other, one)
    assert same_telephone(one, other) == same_telephone(other, one)
    assert same_text(one, one)


@given(st.text(alphabet=" ,.-—·，。（）\u3000\t", max_size=20))
def test_marks_may_stand_anywhere(marks: str) -> None:
    assert same_text(f"{marks}世纪{marks}大道{marks}", "世纪大道")
