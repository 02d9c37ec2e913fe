"""The dutiable value of an order, its shares by item, and the tax bill: computed once, before any rule runs.

Interpretation: the dutiable value is shared over the items by the value of each (its total price). Each share is
rounded to 0.01 and what remains falls to the largest item, so that the shares add up exactly to the order's value;
a gift at price 0 gets 0; where every item is free of charge, the first bears freight and insurance. The order's value
itself is not rounded, so that a limit is met or exceeded by the amounts as they were filed.
"""

from decimal import Decimal
from functools import partial
from typing import Protocol

from app.domain.dossier import Declaration, DeclarationItem, Documents, Dossier, Order
from app.domain.duty import ItemTax, TaxBill, Taxes, TaxRegime, full_taxes, reduced_taxes
from app.domain.facts import Facts
from app.domain.money import EXACT, ZERO, round_cny
from app.domain.quantities import is_one_article, quantity_in
from app.domain.quota import LimitsInForce, regime_of
from app.domain.tariff import TariffLine


class TaxInForce(Protocol):
    """The dated values of tax that valuation needs."""

    @property
    def reduced_share_percent(self) -> Decimal | None:
        """The part of VAT and consumption tax that is collected within the limits (70)."""


class TariffOfTheDay(Protocol):
    """The tables of one day, as far as valuation asks them."""

    def tariff_line(self, hs_code: str) -> TariffLine | None:
        """What the tariff says of a code; None where it does not know the code."""


class LawOfTheDay(Protocol):
    """The parameters of the acceptance day, as far as valuation reads them."""

    @property
    def limits(self) -> LimitsInForce:
        """Single and annual limit."""

    @property
    def tax(self) -> TaxInForce:
        """The reduction."""

    @property
    def tables(self) -> TariffOfTheDay:
        """The tariff of the day."""


def build_dossier(documents: Documents, facts: Facts, parameters: LawOfTheDay) -> Dossier:
    """The documents with their dutiable value and tax bill under the law of the acceptance day."""
    order, declaration = documents.order, documents.declaration
    value_cny = dutiable_value_cny(order, declaration)
    return Dossier(
        order=order,
        payment=documents.payment,
        waybill=documents.waybill,
        declaration=declaration,
        dutiable_value_cny=value_cny,
        tax=tax_bill(value_cny, declaration.items, facts, parameters),
    )


def dutiable_value_cny(order: Order, declaration: Declaration) -> Decimal:
    """Goods before discounts, freight and insurance: what the buyer gives for the goods, without tax."""
    return order.goods_value_cny + declaration.freight_cny + declaration.insurance_cny


def shares_cny(total_cny: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """`total_cny` shared by weight, each share rounded to 0.01 and none negative; they add up exactly."""
    if len(weights) == 1:
        return [total_cny]
    whole = sum(weights, ZERO)
    if not whole:
        return [total_cny] + [ZERO] * (len(weights) - 1)
    shares = [_share_cny(total_cny, weight, whole) if weight else ZERO for weight in weights]
    remainder = total_cny - sum(shares)
    if remainder:
        _place_remainder(shares, weights, remainder)
    return shares


def _share_cny(total_cny: Decimal, weight: Decimal, whole: Decimal) -> Decimal:
    # The product of two N19,5 amounts has up to 38 digits, more than a default context keeps.
    return round_cny(EXACT.divide(EXACT.multiply(total_cny, weight), whole))


def _place_remainder(shares: list[Decimal], weights: list[Decimal], remainder: Decimal) -> None:
    # A few cents over many items may round up by more than the largest item bears: then the next one gives too.
    for index in sorted(range(len(weights)), key=weights.__getitem__, reverse=True):
        remainder += shares[index]
        if remainder >= ZERO:
            shares[index] = remainder
            return
        shares[index] = ZERO


def tax_bill(value_cny: Decimal, items: tuple[DeclarationItem, ...], facts: Facts, parameters: LawOfTheDay) -> TaxBill:
    """The tax of the order: the regime of the whole, the tax of each item, and the sums of rounded amounts."""
    regime = regime_of(value_cny, facts.annual_used_cny, parameters.limits, one_article=is_one_article(items))
    shares = shares_cny(value_cny, [item.total_cny for item in items])
    if isinstance(regime, TaxRegime):
        percent = parameters.tax.reduced_share_percent
        reduced = None if percent is None else percent / 100
        taxes = [
            _item_tax(item, share, regime, reduced, parameters.tables)
            for item, share in zip(items, shares, strict=True)
        ]
    else:
        unknown = (regime,)
        regime = TaxRegime.REDUCED
        taxes = [_undetermined(item, share, unknown) for item, share in zip(items, shares, strict=True)]
    return _bill(regime, tuple(taxes))


def _bill(regime: TaxRegime, items: tuple[ItemTax, ...]) -> TaxBill:
    duty_cny = consumption_tax_cny = vat_cny = ZERO
    for item in items:
        duty_cny += item.duty_cny
        consumption_tax_cny += item.consumption_tax_cny
        vat_cny += item.vat_cny
    return TaxBill(
        regime=regime,
        items=items,
        duty_cny=duty_cny,
        consumption_tax_cny=consumption_tax_cny,
        vat_cny=vat_cny,
        total_cny=duty_cny + consumption_tax_cny + vat_cny,
    )


def _item_tax(
    item: DeclarationItem,
    share_cny: Decimal,
    regime: TaxRegime,
    reduced_share: Decimal | None,
    tariff: TariffOfTheDay,
) -> ItemTax:
    line = tariff.tariff_line(item.hs_code)
    if line is None:
        return _undetermined(item, share_cny, ("tariff.line",))
    taxes: Taxes | tuple[str, ...]
    if regime is TaxRegime.FULL:
        taxes = full_taxes(share_cny, line, partial(quantity_in, item))
    elif reduced_share is None:
        taxes = ("parameters.tax",)
    else:
        taxes = reduced_taxes(share_cny, line, partial(quantity_in, item), reduced_share)
    if isinstance(taxes, tuple):
        return _undetermined(item, share_cny, taxes)
    return ItemTax(
        line_no=item.line_no,
        hs_code=item.hs_code,
        dutiable_value_cny=share_cny,
        duty_cny=taxes.duty_cny,
        consumption_tax_cny=taxes.consumption_tax_cny,
        vat_cny=taxes.vat_cny,
    )


def _undetermined(item: DeclarationItem, share_cny: Decimal, missing: tuple[str, ...]) -> ItemTax:
    return ItemTax(
        line_no=item.line_no,
        hs_code=item.hs_code,
        dutiable_value_cny=share_cny,
        duty_cny=ZERO,
        consumption_tax_cny=ZERO,
        vat_cny=ZERO,
        missing=missing,
    )
