"""Identity numbers: made-up numbers with a right check character, and what is wrong with the others."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from app.domain.identity import county_codes, is_valid_identity_number, mentions_identity_number

DAY = date(2024, 6, 18)


def a_number(county: str, born: str, sequence: str = "001") -> str:
    body = county + born + sequence
    return body + ric.calc_check_digit(body + "0")


def test_a_right_number_is_valid() -> None:
    assert is_valid_identity_number(a_number("310115", "19950101"), DAY) is True


def test_the_example_of_the_standard_is_valid_with_a_small_x_too() -> None:
    assert is_valid_identity_number("11010519491231002X", DAY) is True
    assert is_valid_identity_number("11010519491231002x", DAY) is True


@pytest.mark.parametrize("position", range(18))
def test_every_changed_character_is_found(position: int) -> None:
    number = "11010519491231002X"
    wrong = "1" if number[position] != "1" else "2"
    assert is_valid_identity_number(number[:position] + wrong + number[position + 1 :], DAY) is False


def test_a_birth_in_the_future_is_refused_and_on_the_day_itself_is_not() -> None:
    assert is_valid_identity_number(a_number("310101", "20240618"), DAY) is True
    assert is_valid_identity_number(a_number("310101", "20240618"), DAY - timedelta(days=1)) is False


@pytest.mark.parametrize("born", ["19900229", "19901301", "00000101", "19900132"])
def test_a_day_that_does_not_exist_is_no_birth(born: str) -> None:
    assert is_valid_identity_number(a_number("310101", born), DAY) is False


@pytest.mark.parametrize("number", ["", "310101900101001", "3101011990010100１X", "31010119900101001 ", "A" * 18])
def test_fifteen_digits_and_other_forms_are_refused(number: str) -> None:
    assert is_valid_identity_number(number, DAY) is False


def test_a_number_given_after_the_county_changed_is_valid() -> None:
    number = a_number("310115", "19700101")  # Pudong became a district in 1992
    assert is_valid_identity_number(number, DAY) is True
    assert not ric.is_valid(number)


def test_a_county_that_ended_before_the_birth_is_not_known() -> None:
    assert is_valid_identity_number(a_number("110103", "20120101"), DAY) is None
    assert is_valid_identity_number(a_number("110103", "20110101"), DAY) is None
    assert is_valid_identity_number(a_number("110103", "20101231"), DAY) is True


def test_a_county_that_begins_after_the_day_is_not_known() -> None:
    number = a_number("120116", "19900101")  # Binhai: since 2009
    assert is_valid_identity_number(number, date(2008, 12, 31)) is None
    assert is_valid_identity_number(number, date(2009, 1, 1)) is True


def test_an_unknown_county_is_not_known_and_an_unknown_province_is_refused() -> None:
    assert is_valid_identity_number(a_number("310199", "19900101"), DAY) is None
    assert is_valid_identity_number(a_number("003101", "19900101"), DAY) is False


@pytest.mark.parametrize("county", ["810000", "820000", "830000"])
def test_residents_from_hong_kong_macao_and_taiwan_are_valid(county: str) -> None:
    number = a_number(county, "19700101")
    assert is_valid_identity_number(number, DAY) is True
    assert is_valid_identity_number(number[:-1] + ("1" if number[-1] != "1" else "2"), DAY) is False


def test_a_permanent_foreign_resident_is_not_known() -> None:
    assert is_valid_identity_number(a_number("931840", "19900101"), DAY) is None


@given(st.sampled_from(sorted(county_codes())), st.dates(date(1900, 1, 1), DAY), st.integers(0, 999))
def test_what_the_library_accepts_is_accepted(county: str, born: date, sequence: int) -> None:
    if len(county) != 6:
        return
    number = a_number(county, born.strftime("%Y%m%d"), f"{sequence:03d}")
    if ric.is_valid(number):
        assert is_valid_identity_number(number, DAY) is True


def test_a_number_in_full_width_digits_is_a_mention_too() -> None:
    number = a_number("310115", "19950101")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    assert mentions_identity_number(f"证件{number}")
    assert mentions_identity_number(f"证件{wide}")
    assert not mentions_identity_number(f"清单{number}1")


def in_groups(number: str, between: str) -> str:
    return between.join((number[:6], number[6:14], number[14:]))


@pytest.mark.parametrize("between", [" ", "-", " - ", "\u3000", "\u00a0", "－", "–", "—"])
def test_a_number_in_groups_is_a_mention_too(between: str) -> None:
    number = a_number("310115", "19950101")
    assert mentions_identity_number(f"证件 {in_groups(number, between)}，买家本人")
    other = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert not mentions_identity_number(f"证件 {in_groups(other, between)}，买家本人")


def test_a_number_in_groups_beside_other_numbers_is_found() -> None:
    number = a_number("310115", "19950101")
    assert mentions_identity_number(f"第 2 件 {in_groups(number, ' ')} 3 次")
    assert mentions_identity_number(f"1234 {in_groups(number, ' ')}")
