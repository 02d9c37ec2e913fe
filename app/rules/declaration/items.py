"""DEC-04, DEC-05: the items of the declaration are the items of the order."""

from typing import Final

from app.domain.dossier import DeclarationItem, Dossier, OrderItem
from app.domain.facts import Facts
from app.domain.folding import same_text
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified

# Every line that differs is named; the values of a declaration with 99 wrong lines would fill the record for nothing.
LINES_WITH_VALUES: Final = 10


@rule(
    id="DEC-04",
    title=Text(zh="商品项数", en="Number of items"),
    law=specified(
        DECLARATION, "gnum 与关联的电子订单表体序号一一对应", en="gnum fits the lines of the order one by one"
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
    official_code="1320",
)
def number_of_items(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declaration has as many items as the order."""
    declared, ordered = len(dossier.declaration.items), len(dossier.order.items)
    if declared == ordered:
        return PASSED
    return finding(
        zh="清单表体商品项与订单表体商品项的项数不一致：清单 {declaration.item_count} 项，订单 {order.item_count} 项",
        en="The number of items differs: declaration {declaration.item_count}, order {order.item_count}",
        declaration__item_count=declared,
        order__item_count=ordered,
    )


@rule(
    id="DEC-05",
    title=Text(zh="商品项一致", en="Same items"),
    law=specified(
        DECLARATION,
        "gnum 与关联的电子订单表体序号一一对应; gname 与电子订单一致",
        en="gnum fits the lines of the order one by one; gname is that of the order",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
    official_code="1322",
)
def same_items(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Each item of the declaration has the order item of the same number, with its name, quantity, price and total.

    Interpretation: quantities and amounts are equal as numbers (2 is 2.000), names after folding. Where the documents
    have different numbers of items, DEC-04 says so and there is nothing to match.
    """
    declared, ordered = dossier.declaration.items, dossier.order.items
    if len(declared) != len(ordered):
        return NOT_APPLICABLE
    # Nearly always both lists have the same order; a dictionary is made for the others only.
    if all(map(_agree, declared, ordered)):
        return PASSED
    of_order = {item.line_no: item for item in ordered}
    wrong = [item for item in declared if not _agree(item, of_order.get(item.line_no))]
    if not wrong:
        return PASSED
    values: dict[str, object] = {"declaration.differing_lines": ", ".join(str(item.line_no) for item in wrong)}
    for item in wrong[:LINES_WITH_VALUES]:
        values |= _differing_values(item, of_order.get(item.line_no))
    return finding(
        zh="订单清单表体商品项不一致：清单第 {declaration.differing_lines} 项",
        en="The items of order and declaration differ: line {declaration.differing_lines} of the declaration",
        **values,
    )


def _agree(declared: DeclarationItem, ordered: OrderItem | None) -> bool:
    return (
        ordered is not None
        and declared.line_no == ordered.line_no
        and declared.quantity == ordered.quantity
        and declared.price_cny == ordered.price_cny
        and declared.total_cny == ordered.total_cny
        and same_text(declared.goods_name, ordered.item_name)
    )


def _differing_values(declared: DeclarationItem, ordered: OrderItem | None) -> dict[str, object]:
    """What differs in one line, by path; for a line that the order lacks, its name."""
    one, other = f"declaration.items.{declared.line_no}", f"order.items.{declared.line_no}"
    if ordered is None:
        return {f"{one}.goods_name": declared.goods_name, other: None}
    values: dict[str, object] = {}
    for field in ("quantity", "price_cny", "total_cny"):
        if getattr(declared, field) != getattr(ordered, field):
            values |= {f"{one}.{field}": getattr(declared, field), f"{other}.{field}": getattr(ordered, field)}
    if not same_text(declared.goods_name, ordered.item_name):
        values |= {f"{one}.goods_name": declared.goods_name, f"{other}.item_name": ordered.item_name}
    return values
