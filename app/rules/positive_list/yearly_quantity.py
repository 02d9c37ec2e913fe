"""LST-03: some goods are limited by weight for a person and a year."""

from decimal import Decimal

from app.domain.dossier import DeclarationItem, Dossier
from app.domain.facts import Facts
from app.domain.quantities import quantity_in
from app.domain.tariff import Measure
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="LST-03",
    title=Text(zh="清单备注的数量限制", en="Quantity of the positive list's note"),
    law=Law(
        "跨境电子商务零售进口商品清单 备注（每人每年数量）",
        en="Positive list of the retail import trade, notes: quantity for each person and year",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="positive_list",
)
def yearly_quantity(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Goods whose entry is noted with a weight for each person and year do not exceed it.

    Interpretation: what a person imported earlier in the year is not counted by code, so this rule compares the parcel
    alone: one that by itself exceeds the weight of a year is certain to break the note. Items of one entry count
    together.
    """
    entry_of = parameters.tables.positive_list.entry
    limited: dict[str, list[DeclarationItem]] = {}
    for item in dossier.declaration.items:
        entry = entry_of(item.hs_code)
        if entry is not None and entry.yearly_kg is not None:
            limited.setdefault(entry.hs8, []).append(item)
    if not limited:
        return NOT_APPLICABLE
    for items in limited.values():
        entry = entry_of(items[0].hs_code)
        if entry is None or entry.yearly_kg is None:
            continue
        weight_kg = _weight_kg(items)
        read = {"declaration__line_no": line_numbers(items), "declaration__hs_code": hs_codes(items)}
        if weight_kg is None:
            return undetermined("declaration.quantity_kg", **read)
        if weight_kg > entry.yearly_kg:
            return finding(
                zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 共 {declaration.quantity_kg} 千克，"
                "超过清单备注的每人每年 {parameters.yearly_kg} 千克",
                en="Item {declaration.line_no}: {declaration.quantity_kg} kg of {declaration.hs_code} exceed the"
                " {parameters.yearly_kg} kg that the positive list's note allows a person in a year",
                **read,
                declaration__quantity_kg=weight_kg,
                parameters__yearly_kg=entry.yearly_kg,
            )
    return PASSED


def _weight_kg(items: list[DeclarationItem]) -> Decimal | None:
    weight_kg = Decimal(0)
    for item in items:
        quantity_kg = quantity_in(item, Measure.KILOGRAM)
        if quantity_kg is None:
            return None
        weight_kg += quantity_kg
    return weight_kg
