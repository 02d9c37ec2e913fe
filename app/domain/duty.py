"""The tax of a retail import: the shapes of a bill and the arithmetic (tax.md; 财关税〔2016〕18号, 〔2018〕49号)."""

import enum
from decimal import Decimal

import msgspec


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
