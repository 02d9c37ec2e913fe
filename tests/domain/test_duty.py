"""The arithmetic of the tax: formulas, composite rates and rounding of tax.md."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.duty import QuantityIn, Taxes, full_taxes, reduced_taxes
from app.domain.tariff import NO_RATE, ConsumptionTax, Measure, Rate, RateKind, TariffLine, Threshold, rate
from app.rules.tables.rate_texts import read_consumption_tax
from tests.builders import ACCEPTED_ON

SHARE = Decimal("0.7")
PERCENT = st.sampled_from([Decimal(text) for text in ("0", "6.5", "9", "10", "13", "15", "16", "17", "20", "30", "36")])
AMOUNTS = st.decimals(min_value=0, max_value=10**14, places=5)


def a_line(
    *,
    vat: str | Decimal | None = "13",
    consumption: ConsumptionTax | None = NO_RATE,
    mfn: Rate | None = None,
    provisional: Rate | None = None,
) -> TariffLine:
    return TariffLine(
        hs_code="2208300000",
        name="x",
        mfn_rate=mfn,
        provisional_rate=provisional,
        vat_rate_percent=None if vat is None else Decimal(vat),
        consumption_tax=consumption,
        first_day=ACCEPTED_ON,
    )


def no_quantity(measure: Measure) -> None:
    return None


def of(**quantities: str) -> QuantityIn:
    return lambda measure: Decimal(quantities[measure.name]) if measure.name in quantities else None


def total(taxes: Taxes | tuple[str, ...]) -> Decimal:
    assert isinstance(taxes, Taxes), taxes
    return taxes.duty_cny + taxes.consumption_tax_cny + taxes.vat_cny


@pytest.mark.parametrize(
    ("vat", "consumption", "composite_percent"),
    [
        ("17", "0", "11.90"),
        ("17", "30", "47.00"),
        ("17", "15", "26.3529"),
        ("16", "0", "11.20"),
        ("16", "15", "25.5294"),
        ("13", "0", "9.10"),
        ("13", "10", "17.8889"),
        ("13", "15", "23.0588"),
        ("9", "0", "6.30"),
    ],
)
def test_composite_rates_are_those_of_the_table(vat: str, consumption: str, composite_percent: str) -> None:
    # On ten million yuan a cent of rounding is the ninth digit of the rate.
    value_cny = Decimal(10_000_000)
    taxes = reduced_taxes(value_cny, a_line(vat=vat, consumption=rate(Decimal(consumption))), no_quantity, SHARE)
    percent = total(taxes) / value_cny * 100
    assert percent.quantize(Decimal("0.0001"), ROUND_HALF_UP) == Decimal(composite_percent)


def test_within_the_limits_there_is_no_duty() -> None:
    taxes = reduced_taxes(Decimal(1000), a_line(mfn=rate(Decimal(10))), no_quantity, SHARE)
    assert taxes == Taxes(Decimal(0), Decimal(0), Decimal("91.00"))


def test_full_tax_levies_duty_on_the_value_and_the_other_taxes_on_value_and_duty() -> None:
    line = a_line(mfn=rate(Decimal(10)), consumption=rate(Decimal(20)))
    taxes = full_taxes(Decimal(8000), line, no_quantity)
    assert taxes == Taxes(Decimal("800.00"), Decimal("2200.00"), Decimal("1430.00"))


def test_a_provisional_rate_in_force_goes_before_the_rate_of_most_favoured_nations() -> None:
    line = a_line(mfn=rate(Decimal(10)), provisional=rate(Decimal(2)))
    taxes = full_taxes(Decimal(1000), line, no_quantity)
    assert isinstance(taxes, Taxes)
    assert taxes.duty_cny == Decimal("20.00")


def test_a_provisional_rate_of_zero_is_a_rate() -> None:
    taxes = full_taxes(Decimal(1000), a_line(mfn=rate(Decimal(10)), provisional=NO_RATE), no_quantity)
    assert isinstance(taxes, Taxes)
    assert taxes.duty_cny == 0


def test_spirits_are_levied_by_value_and_by_litre() -> None:
    line = a_line(consumption=rate(Decimal(20), Decimal("0.912"), Measure.LITRE))
    # (500 + 0.75 x 0.912) / 0.8 x 0.2 + 0.684 = 125.855 -> 125.86; (500 + 125.86) x 13 % = 81.3618 -> 81.36
    taxes = reduced_taxes(Decimal(500), line, of(LITRE="0.75"), Decimal(1))
    assert taxes == Taxes(Decimal(0), Decimal("125.86"), Decimal("81.36"))


def test_beer_is_levied_by_litre_at_the_rate_of_its_price() -> None:
    beer = read_consumption_tax("完税价>=2.6576767元: 0.253元/升; 低于: 0.2227元/升", None)
    dear = reduced_taxes(Decimal(100), a_line(consumption=beer), of(LITRE="10"), Decimal(1))
    cheap = reduced_taxes(Decimal(20), a_line(consumption=beer), of(LITRE="10"), Decimal(1))
    assert isinstance(dear, Taxes)
    assert isinstance(cheap, Taxes)
    assert (dear.consumption_tax_cny, cheap.consumption_tax_cny) == (Decimal("2.53"), Decimal("2.23"))


@pytest.mark.parametrize(("value", "due"), [("999.99", False), ("1000.00", True)])
def test_cosmetics_are_levied_from_ten_yuan_a_gram(value: str, due: bool) -> None:
    levy = read_consumption_tax("完税价>=10元/毫升(克)或15元/片: 15%", "weight")
    taxes = reduced_taxes(Decimal(value), a_line(consumption=levy), of(KILOGRAM="0.1"), SHARE)
    assert isinstance(taxes, Taxes)
    assert (taxes.consumption_tax_cny > 0) is due


@pytest.mark.parametrize(("value", "due"), [("149.99", False), ("150.00", True)])
def test_masks_are_levied_from_fifteen_yuan_a_piece(value: str, due: bool) -> None:
    levy = read_consumption_tax("完税价>=10元/毫升(克)或15元/片: 15%", "piece")
    taxes = reduced_taxes(Decimal(value), a_line(consumption=levy), of(SHEET="10"), SHARE)
    assert isinstance(taxes, Taxes)
    assert (taxes.consumption_tax_cny > 0) is due


@pytest.mark.parametrize(("value", "due"), [("9999.99", False), ("10000.00", True)])
def test_watches_are_levied_from_ten_thousand_yuan_a_piece(value: str, due: bool) -> None:
    levy = read_consumption_tax("完税价>=10000元/只: 20%", None)
    taxes = full_taxes(Decimal(value), a_line(mfn=NO_RATE, consumption=levy), of(PIECE="1"))
    assert isinstance(taxes, Taxes)
    assert (taxes.consumption_tax_cny > 0) is due


def test_unknown_rates_are_named_and_never_zero() -> None:
    unknown = a_line(vat=None, consumption=None)
    assert reduced_taxes(Decimal(1), unknown, no_quantity, SHARE) == (
        "tariff.consumption_tax",
        "tariff.vat_rate_percent",
    )
    assert full_taxes(Decimal(1), unknown, no_quantity) == (
        "tariff.mfn_rate",
        "tariff.consumption_tax",
        "tariff.vat_rate_percent",
    )


@pytest.mark.parametrize(
    "levy",
    [rate(amount_cny=Decimal(1), measure=Measure.LITRE), Threshold(Measure.LITRE, Decimal(1), NO_RATE, NO_RATE)],
)
def test_a_quantity_that_nobody_declared_leaves_the_tax_undetermined(levy: ConsumptionTax) -> None:
    assert reduced_taxes(Decimal(9), a_line(consumption=levy), no_quantity, SHARE) == ("declaration.quantity_litre",)


def test_a_duty_by_quantity_needs_the_quantity() -> None:
    line = a_line(mfn=rate(amount_cny=Decimal("7.5"), measure=Measure.LITRE))
    assert full_taxes(Decimal(9), line, no_quantity) == ("declaration.quantity_litre",)
    taxes = full_taxes(Decimal(9), line, of(LITRE="2"))
    assert isinstance(taxes, Taxes)
    assert taxes.duty_cny == Decimal("15.00")


@pytest.mark.parametrize(
    ("levy", "kind"),
    [
        (NO_RATE, RateKind.NONE),
        (rate(Decimal(10)), RateKind.AD_VALOREM),
        (rate(amount_cny=Decimal(1), measure=Measure.LITRE), RateKind.SPECIFIC),
        (rate(Decimal(20), Decimal(1), Measure.LITRE), RateKind.COMPOSITE),
    ],
)
def test_a_rate_says_how_it_levies(levy: Rate, kind: RateKind) -> None:
    assert levy.kind is kind


def half_up(amount: Fraction) -> Fraction:
    return Fraction(int(amount * 100 + Fraction(1, 2)), 100)


@example(  # more digits than a default context keeps
    value=Decimal(0),
    vat=Decimal(13),
    consumption=Decimal(9),
    duty=Decimal(0),
    amount=Decimal("6293851717228.11802"),
    quantity=Decimal("6293851717228.42461"),
)
@example(
    value=Decimal(0),
    vat=Decimal(0),
    consumption=Decimal(0),
    duty=Decimal(0),
    amount=Decimal("12345678901234.56789"),
    quantity=Decimal("98765432109876.54321"),
)
@given(value=AMOUNTS, vat=PERCENT, consumption=PERCENT, duty=PERCENT, amount=AMOUNTS, quantity=AMOUNTS)
def test_taxes_are_those_of_exact_fractions(
    value: Decimal, vat: Decimal, consumption: Decimal, duty: Decimal, amount: Decimal, quantity: Decimal
) -> None:
    levy = rate(consumption, amount, Measure.LITRE)
    taxes = full_taxes(value, a_line(vat=vat, consumption=levy, mfn=rate(duty)), lambda _: quantity)
    assert isinstance(taxes, Taxes)
    exact_duty = half_up(Fraction(value) * Fraction(duty) / 100)
    base, by_quantity = Fraction(value) + exact_duty, Fraction(amount) * Fraction(quantity)
    share = Fraction(consumption) / 100
    exact_consumption = half_up((base + by_quantity) / (1 - share) * share + by_quantity)
    exact_vat = half_up((base + exact_consumption) * Fraction(vat) / 100)
    assert [Fraction(tax) for tax in (taxes.duty_cny, taxes.consumption_tax_cny, taxes.vat_cny)] == [
        exact_duty,
        exact_consumption,
        exact_vat,
    ]


@given(values=st.tuples(AMOUNTS, AMOUNTS), vat=PERCENT, consumption=PERCENT)
def test_a_higher_value_never_owes_less(values: tuple[Decimal, Decimal], vat: Decimal, consumption: Decimal) -> None:
    line = a_line(vat=vat, consumption=rate(consumption))
    low, high = (total(reduced_taxes(value, line, no_quantity, SHARE)) for value in sorted(values))
    assert low <= high
