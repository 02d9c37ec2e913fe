"""Canonical JSON: one text for one value, nothing lost."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import (
    canonical_decimal,
    canonical_form,
    decode_assessment,
    decode_documents,
    decode_facts,
    encode,
    encode_assessment,
    encode_documents,
    encode_facts,
)
from app.domain.decision import Assessment, DecidedFinding, FindingKind, Outcome
from app.domain.duty import ItemTax, TaxBill, TaxRegime
from app.domain.facts import PriceHistory
from tests import builders

AMOUNTS = st.decimals(min_value=Decimal(-(10**14)), max_value=Decimal(10**14), places=5, allow_nan=False)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("561.89", "561.89"),
        ("561.8900", "561.89"),
        ("2000", "2000.00"),
        ("2E+3", "2000.00"),
        ("0", "0.00"),
        ("-0.00", "0.00"),
        ("-0", "0.00"),
        ("0.1", "0.10"),
        ("0.12345", "0.12345"),
        ("1E-7", "0.0000001"),
        ("12345678901234.12345", "12345678901234.12345"),
    ],
)
def test_a_number_has_one_text(written: str, canonical: str) -> None:
    assert format(canonical_decimal(Decimal(written)), "f") == canonical


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1E+999999"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        canonical_decimal(Decimal(written))


@given(AMOUNTS, st.integers(min_value=0, max_value=6))
def test_the_form_keeps_the_number_and_forgets_how_it_was_written(amount: Decimal, zeros: int) -> None:
    longer = Decimal(format(amount, "f") + "0" * zeros)
    assert canonical_decimal(longer) == amount
    assert str(canonical_decimal(longer)) == str(canonical_decimal(amount))
    assert "E" not in str(canonical_decimal(amount).quantize(Decimal("0.00001")))


def test_documents_survive_the_round_trip_with_equal_bytes() -> None:
    documents = builders.documents()
    content = encode_documents(documents)
    assert decode_documents(content) == documents
    assert encode_documents(decode_documents(content)) == content


def test_equal_documents_written_differently_have_equal_bytes() -> None:
    plain = builders.documents(order=builders.an_order(goods_value_cny=Decimal(205)))
    spaced = builders.documents(order=builders.an_order(goods_value_cny=Decimal("205.00000")))
    assert encode_documents(plain) == encode_documents(spaced) == encode_documents(builders.documents())


def test_facts_survive_the_round_trip_with_equal_bytes() -> None:
    history = PriceHistory(line_no=1, count=7, median_cny=Decimal("59.9"))
    for facts in (
        builders.facts(),
        builders.facts(annual_used_cny=None, price_history=None, payment_shared_with=None, identity_valid=None),
        builders.facts(annual_used_cny=Decimal("25999.990"), price_history=(history,)),
    ):
        content = encode_facts(facts)
        assert decode_facts(content) == facts
        assert encode_facts(decode_facts(content)) == content


def an_assessment(value_cny: str = "220") -> Assessment:
    item = ItemTax(
        line_no=1,
        hs_code="1806310000",
        dutiable_value_cny=Decimal(value_cny),
        duty_cny=Decimal(0),
        consumption_tax_cny=Decimal("0.0"),
        vat_cny=Decimal("20.020"),
    )
    finding = DecidedFinding(
        rule_id="TRI-01",
        rule_version="1",
        kind=FindingKind.FINDING,
        outcome=Outcome.REFUSED,
        official_code="1332",
        law="表3-3",
        text_zh="支付单支付金额与订单支付金额不一致",
        text_en="The payment differs",
        values={"payment.amount_cny": "3197.95", "order.actual_paid_cny": "561.89"},
    )
    return Assessment(
        outcome=Outcome.REFUSED,
        book="0" * 64,
        accepted_on=date(2024, 6, 18),
        dutiable_value_cny=Decimal(value_cny),
        annual_reserved_cny=Decimal(0),
        tax=TaxBill(
            regime=TaxRegime.REDUCED,
            items=(item,),
            duty_cny=Decimal(0),
            consumption_tax_cny=Decimal(0),
            vat_cny=Decimal("20.02"),
            total_cny=Decimal("20.02"),
        ),
        findings=(finding,),
    )


def test_an_assessment_survives_the_round_trip_with_equal_bytes() -> None:
    content = encode_assessment(an_assessment())
    assert decode_assessment(content) == an_assessment()
    assert encode_assessment(decode_assessment(content)) == content
    assert content == encode_assessment(an_assessment("220.000"))


def test_keys_are_sorted_and_there_is_no_white_space() -> None:
    content = encode_assessment(an_assessment()).decode()
    assert content.startswith('{"accepted_on":"2024-06-18","annual_reserved_cny":"0.00","book":')
    assert '"values":{"order.actual_paid_cny":"561.89","payment.amount_cny":"3197.95"}' in content


def test_a_value_that_is_canonical_already_is_not_copied() -> None:
    facts = builders.facts(annual_used_cny=Decimal("0.00"), buyer_same_day_cny=Decimal("0.00"))
    assert canonical_form(facts) is facts
    assert encode("text") == b'"text"'
