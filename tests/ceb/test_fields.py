"""Single fields: what each reader makes of a text, and of nothing."""

from decimal import Decimal

import pytest

from app.ceb.fields import Unfit, code, kept_text, optional_text, read_amount, text, whole, write_amount


def test_nothing_is_absent_for_an_optional_text_and_empty_for_a_required_one() -> None:
    for sent in (None, ""):
        assert optional_text("note", "note", 0, 5).read(sent) is None
        assert kept_text("note", "note", 5).read(sent) == ""
        assert text("copName", "name", 0, 5).read(sent) == ""
        assert isinstance(code("unit", "unit", 3).read(sent), Unfit)


def test_a_fixed_text_sent_empty_has_its_fixed_value_and_another_one_is_kept() -> None:
    currency = text("currency", "currency", 3, 3, fixed="142")
    assert currency.read(None) == currency.read("") == "142"
    assert currency.read("502") == "502"


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("1", "1"),
        ("1.50", "1.50"),
        ("+1.5", "1.5"),
        (" 007 ", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0.0", "0.0"),
        ("0.000000000", "0.00000"),
        ("9" * 19, "9" * 19),
        ("0" * 500 + "1", "1"),
        ("1.1" + "0" * 500, "1.10000"),
    ],
)
def test_amounts_have_many_forms_and_keep_their_decimals(sent: str, value: str) -> None:
    read = read_amount(sent)
    assert isinstance(read, Decimal)
    assert write_amount(read) == value


@pytest.mark.parametrize(
    "sent", [None, "", " ", "1e5", "1E5", "NaN", "Infinity", "1_000", "1,000", "٣", "0x1", "9" * 20]
)
def test_what_is_no_amount_is_unfit(sent: str | None) -> None:
    assert read_amount(sent) == Unfit("not_an_amount")


def test_an_endless_number_is_refused_and_not_computed() -> None:
    digits = "9" * 5_000_000
    assert isinstance(whole("gnum", "line_no").read(digits), Unfit)
    assert isinstance(read_amount(digits), Unfit)
    assert isinstance(read_amount("0." + digits), Unfit)
