"""The tax of a retail import: the shapes of a bill and the arithmetic (tax.md; 财关税〔2016〕18号, 〔2018〕49号).

Interpretation (no official text states the rounding): for each item every statutory tax is rounded half up to 0.01
before the reduction, the reduced tax is rounded again, and totals are sums of rounded amounts. The tax base of VAT
holds duty and consumption tax as rounded. Until it is rounded an amount is exact, whatever the caller's context.
"""

import enum
from collections.abc import Callable
from decimal import Decimal

import msgspec

from app.domain.money import CENT, EXACT, ZERO, round_cny
from app.domain.tariff import Measure, Rate, TariffLine, Threshold


class TaxRegime(enum.StrEnum):
    """Which of the two computations applies to the whole order."""

    REDUCED = "reduced"  # within the limits: no duty, VAT and consumption tax at 70 %
    FULL = "full"  # over the single limit where the law allows it: duty, VAT and consumption tax in full


class ItemTax(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The tax of one goods item, CNY, each amount already rounded to 0.01.

    `missing` names what was unknown (for example ``tariff.vat_rate_percent``); then the amounts are 0 and the bill
    is undetermined.
    """

    line_no: int
    hs_code: str
    dutiable_value_cny: Decimal
    duty_cny: Decimal
    consumption_tax_cny: Decimal
    vat_cny: Decimal
    missing: tuple[str, ...] = ()

    @property
    def total_cny(self) -> Decimal:
        """Duty, consumption tax and VAT together."""
        return self.duty_cny + self.consumption_tax_cny + self.vat_cny


class TaxBill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The tax of a whole order: totals are sums of the rounded amounts of its items."""

    regime: TaxRegime
    items: tuple[ItemTax, ...]
    duty_cny: Decimal
    consumption_tax_cny: Decimal
    vat_cny: Decimal
    total_cny: Decimal

    @property
    def missing(self) -> tuple[str, ...]:
        """What was unknown for any item, in line order, without repeats."""
        return tuple(dict.fromkeys(name for item in self.items for name in item.missing))


QuantityIn = Callable[[Measure], Decimal | None]
_ONE = Decimal(1)
_NO_TAX = Decimal("0.00")  # a rounded amount as all others, so that its canonical form is itself


class Taxes(msgspec.Struct, frozen=True, gc=False):
    """The amounts levied on one item, each rounded."""

    duty_cny: Decimal
    consumption_tax_cny: Decimal
    vat_cny: Decimal


def full_taxes(value_cny: Decimal, line: TariffLine, quantity_in: QuantityIn) -> Taxes | tuple[str, ...]:
    """Duty, consumption tax and VAT at their statutory rates; or the paths of what is unknown."""
    if line.duty_rate is None:
        return ("tariff.mfn_rate", *unknown_rates(line))
    duty_cny = _by_rate(value_cny, line.duty_rate, quantity_in)
    if isinstance(duty_cny, str):
        return (duty_cny, *unknown_rates(line))
    return _statutory(value_cny, round_cny(duty_cny), line, quantity_in)


def reduced_taxes(
    value_cny: Decimal, line: TariffLine, quantity_in: QuantityIn, reduced_share: Decimal
) -> Taxes | tuple[str, ...]:
    """No duty, consumption tax and VAT at `reduced_share` (0.70) of the statutory tax; or what is unknown."""
    statutory = _statutory(value_cny, ZERO, line, quantity_in)
    if isinstance(statutory, tuple):
        return statutory
    consumption_tax_cny = statutory.consumption_tax_cny
    return Taxes(
        _NO_TAX,
        round_cny(consumption_tax_cny * reduced_share) if consumption_tax_cny else _NO_TAX,
        round_cny(statutory.vat_cny * reduced_share),
    )


def unknown_rates(line: TariffLine) -> tuple[str, ...]:
    """The paths of the rates that the tariff does not say, for a tax without duty."""
    return tuple(
        path
        for path, value in (
            ("tariff.consumption_tax", line.consumption_tax),
            ("tariff.vat_rate_percent", line.vat_rate_percent),
        )
        if value is None
    )


def _statutory(
    value_cny: Decimal, duty_cny: Decimal, line: TariffLine, quantity_in: QuantityIn
) -> Taxes | tuple[str, ...]:
    vat_rate_percent, levy = line.vat_rate_percent, line.consumption_tax
    if vat_rate_percent is None or levy is None:
        return unknown_rates(line)
    base_cny = value_cny + duty_cny
    consumption_tax_cny = _consumption_tax(value_cny, base_cny, levy, quantity_in)
    if isinstance(consumption_tax_cny, str):
        return (consumption_tax_cny,)
    taxed_cny = EXACT.multiply(EXACT.add(base_cny, consumption_tax_cny), vat_rate_percent)
    vat_cny = round_cny(EXACT.multiply(taxed_cny, CENT))  # a percentage; exact, and quicker than a division
    return Taxes(duty_cny, consumption_tax_cny, vat_cny)


def _consumption_tax(
    value_cny: Decimal, base_cny: Decimal, levy: Rate | Threshold, quantity_in: QuantityIn
) -> Decimal | str:
    """Rounded: (base + q x u) / (1 - ct) x ct + q x u, of which ad valorem and by quantity are special cases."""
    if isinstance(levy, Threshold):
        quantity = quantity_in(levy.measure)
        if quantity is None:
            return unknown_quantity(levy.measure)
        levy = levy.above if value_cny >= levy.floor_cny * quantity else levy.below
    by_quantity_cny = ZERO
    if levy.measure is not None:
        quantity = quantity_in(levy.measure)
        if quantity is None:
            return unknown_quantity(levy.measure)
        by_quantity_cny = EXACT.multiply(quantity, levy.amount_cny)
    share = levy.share
    if not share:
        return round_cny(by_quantity_cny) if by_quantity_cny else _NO_TAX
    taxed_cny = EXACT.multiply(EXACT.add(base_cny, by_quantity_cny), share)
    return round_cny(EXACT.add(EXACT.divide(taxed_cny, _ONE - share), by_quantity_cny))


def _by_rate(value_cny: Decimal, rate: Rate, quantity_in: QuantityIn) -> Decimal | str:
    if rate.measure is None:
        return value_cny * rate.share
    quantity = quantity_in(rate.measure)
    if quantity is None:
        return unknown_quantity(rate.measure)
    return value_cny * rate.share + quantity * rate.amount_cny


def unknown_quantity(measure: Measure) -> str:
    """The path that names a quantity which no declared unit tells."""
    return f"declaration.quantity_{measure.value}"
