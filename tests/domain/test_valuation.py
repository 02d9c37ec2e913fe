"""Dutiable value, shares, regime and bill of whole orders."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier import DeclarationItem, Documents, Dossier
from app.domain.duty import TaxRegime
from app.domain.money import ZERO, round_cny
from app.domain.valuation import build_dossier, dutiable_value_cny, shares_cny
from tests import builders
from tests.rules.law import book

TOTALS = st.decimals(min_value=0, max_value=10**14, places=5)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=5), min_size=1, max_size=30)


def valued(documents: Documents, day: date = builders.ACCEPTED_ON, **facts: object) -> Dossier:
    return build_dossier(documents, builders.facts(accepted_on=day, **facts), book().on(day).parameters)


def one_article(goods_cny: str, hs_code: str = "1806310000") -> Documents:
    item = builders.a_declaration_item(hs_code=hs_code, quantity=Decimal(1), total_cny=Decimal(goods_cny))
    return builders.documents(
        order=builders.an_order(goods_value_cny=Decimal(goods_cny)),
        declaration=builders.a_declaration(items=(item,)),
    )


def test_the_dutiable_value_is_goods_before_discount_with_freight_and_insurance() -> None:
    declaration = builders.a_declaration(insurance_cny=Decimal("2.50"))
    assert dutiable_value_cny(builders.an_order(), declaration) == Decimal("222.50")


def test_the_default_parcel_owes_what_its_order_withheld() -> None:
    dossier = valued(builders.documents())
    assert dossier.tax.regime is TaxRegime.REDUCED
    assert dossier.tax.total_cny == dossier.order.tax_total_cny == Decimal("20.02")
    assert [item.dutiable_value_cny for item in dossier.tax.items] == [Decimal("128.78"), Decimal("91.22")]


def test_a_gift_gets_no_share() -> None:
    assert shares_cny(Decimal("10.00"), [Decimal(3), ZERO, Decimal(3)]) == [Decimal("5.00"), ZERO, Decimal("5.00")]


def test_the_remainder_falls_to_the_largest_item() -> None:
    shares = shares_cny(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1), Decimal(4)])
    assert shares == [Decimal("14.29")] * 3 + [Decimal("57.13")]


def test_where_all_is_free_of_charge_the_first_item_bears_the_freight() -> None:
    assert shares_cny(Decimal("15.00"), [ZERO, ZERO]) == [Decimal("15.00"), ZERO]


def test_a_few_cents_over_many_items_make_no_share_negative() -> None:
    cent = Decimal("0.01")
    assert shares_cny(3 * cent, [Decimal(1)] * 5) == [ZERO, ZERO, cent, cent, cent]


@given(total=TOTALS, weights=WEIGHTS)
def test_shares_add_up_exactly_and_none_is_negative(total: Decimal, weights: list[Decimal]) -> None:
    shares = shares_cny(total, weights)
    assert sum(shares, ZERO) == total
    assert all(share >= 0 for share in shares)
    if any(weights):
        assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)


@given(total=TOTALS, weights=WEIGHTS)
def test_all_but_one_share_are_whole_cents(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(share != round_cny(share) for share in shares_cny(total, weights)) <= 1


@given(prices=st.lists(st.decimals(min_value=0, max_value=900, places=2), min_size=1, max_size=8))
def test_totals_are_sums_of_the_rounded_taxes_of_items(prices: list[Decimal]) -> None:
    items = tuple(
        builders.a_declaration_item(line_no=number, total_cny=price) for number, price in enumerate(prices, start=1)
    )
    documents = builders.documents(
        order=builders.an_order(goods_value_cny=sum(prices, ZERO)), declaration=builders.a_declaration(items=items)
    )
    bill = valued(documents).tax
    assert bill.vat_cny == sum((item.vat_cny for item in bill.items), ZERO)
    assert bill.total_cny == sum((item.total_cny for item in bill.items), ZERO)
    assert all(item.vat_cny == round_cny(item.vat_cny) for item in bill.items)


@pytest.mark.parametrize(("goods", "regime"), [("4985.00", TaxRegime.REDUCED), ("4985.01", TaxRegime.FULL)])
def test_one_article_over_the_single_limit_is_taxed_in_full(goods: str, regime: TaxRegime) -> None:
    assert valued(one_article(goods)).tax.regime is regime


def test_full_tax_has_duty_and_no_reduction() -> None:
    bill = valued(one_article("5985.00")).tax  # 6,000.00 at 8 % duty, 13 % VAT
    assert (bill.duty_cny, bill.vat_cny, bill.total_cny) == (Decimal("480.00"), Decimal("842.40"), Decimal("1322.40"))


@pytest.mark.parametrize(("used", "regime"), [("20000.00", TaxRegime.FULL), ("20000.01", TaxRegime.REDUCED)])
def test_one_article_is_taxed_in_full_only_while_the_year_covers_it(used: str, regime: TaxRegime) -> None:
    assert valued(one_article("5985.00"), annual_used_cny=Decimal(used)).tax.regime is regime


def test_an_unknown_year_leaves_the_tax_of_one_article_undetermined() -> None:
    assert valued(one_article("5985.00"), annual_used_cny=None).tax.missing == ("facts.annual_used_cny",)


def test_an_unknown_year_does_not_matter_within_the_single_limit_since_2019() -> None:
    assert valued(builders.documents(), annual_used_cny=None).tax.missing == ()


@pytest.mark.parametrize(("goods", "regime"), [("1985.00", TaxRegime.REDUCED), ("1985.01", TaxRegime.FULL)])
def test_before_2019_every_order_over_the_single_limit_was_taxed_in_full(goods: str, regime: TaxRegime) -> None:
    documents = builders.documents(order=builders.an_order(goods_value_cny=Decimal(goods)))
    assert valued(documents, date(2018, 12, 31)).tax.regime is regime


@pytest.mark.parametrize(("used", "regime"), [("19780.00", TaxRegime.REDUCED), ("19780.01", TaxRegime.FULL)])
def test_before_2019_an_order_over_the_year_was_taxed_in_full(used: str, regime: TaxRegime) -> None:
    assert valued(builders.documents(), date(2018, 12, 31), annual_used_cny=Decimal(used)).tax.regime is regime


def test_before_2019_an_unknown_year_leaves_the_regime_undetermined() -> None:
    assert valued(builders.documents(), date(2018, 12, 31), annual_used_cny=None).tax.missing == (
        "facts.annual_used_cny",
    )


def test_an_item_whose_code_is_unknown_leaves_its_neighbours_assessed() -> None:
    items = builders.declaration_items()
    unknown = msgspec.structs.replace(items[0], hs_code="6101300000")
    bill = valued(builders.documents(declaration=builders.a_declaration(items=(unknown, items[1])))).tax
    assert bill.missing == ("tariff.line",)
    assert [item.missing for item in bill.items] == [("tariff.line",), ()]
    assert bill.items[0].total_cny == 0
    assert bill.items[1].total_cny == Decimal("8.30")


def test_valuation_does_not_depend_on_the_order_in_which_items_are_asked() -> None:
    forward = valued(builders.documents()).tax
    items: tuple[DeclarationItem, ...] = tuple(reversed(builders.declaration_items()))
    backward = valued(builders.documents(declaration=builders.a_declaration(items=items))).tax
    assert {item.hs_code: item for item in forward.items} == {item.hs_code: item for item in backward.items}
