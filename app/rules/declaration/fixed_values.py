"""DEC-09, DEC-10, DEC-11: fields for which a retail import allows one value only."""

from collections.abc import Iterator
from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Law, Result, Text, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, ORDER, SPECIFICATION, WAYBILL, specified

IMPORT: Final = "I"


@rule(
    id="DEC-09",
    title=Text(zh="件数", en="Number of parcels"),
    law=specified(f"{WAYBILL}, {DECLARATION}", "packNo 限定为“1”", en="packNo is always 1"),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def pack_count(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """One waybill is one parcel, and one declaration declares it."""
    allowed = parameters.declaration.pack_count
    declared, carried = dossier.declaration.pack_count, dossier.waybill.pack_count
    if declared == allowed and carried == allowed:
        return PASSED
    differences: list[Difference] = []
    if declared != allowed:
        differences.append(difference("清单", "declaration", declaration__pack_count=declared))
    if carried != allowed:
        differences.append(difference("运单", "waybill", waybill__pack_count=carried))
    return differing(Text(f"件数限定为 {allowed}", f"The number of parcels must be {allowed}"), differences)


@rule(
    id="DEC-10",
    title=Text(zh="币制", en="Currency"),
    law=Law(
        f"{SPECIFICATION}, 表3-3, 表3-10, 表3-17, 表3-31: currency 限定为人民币，填写“142”",
        zh=f"{SPECIFICATION}，表3-3、表3-10、表3-17、表3-31：currency 限定为人民币，填写“142”",
        en="Message specification of the unified cross-border system, edition 202205, tables "
        "3-3, 3-10, 3-17, 3-31: currency is always the yuan, written 142",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def currency(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """All amounts of a retail import are in CNY: order, payment, waybill, declaration and every item."""
    allowed = parameters.declaration.currency
    order, declaration = dossier.order, dossier.declaration
    of_documents = {order.currency, dossier.payment.currency, dossier.waybill.currency, declaration.currency}
    of_items = {item.currency for item in order.items} | {item.currency for item in declaration.items}
    if of_documents | of_items == {allowed}:
        return PASSED
    differences = [
        Difference(Text(zh, en), {path: stated}) for zh, en, path, stated in _currencies(dossier) if stated != allowed
    ]
    return differing(Text(f"币制限定为 {allowed}", f"The currency must be {allowed}"), differences)


def _currencies(dossier: Dossier) -> Iterator[tuple[str, str, str, str]]:
    """Where a currency is stated: names, path, code."""
    order, declaration = dossier.order, dossier.declaration
    yield "订单", "order", "order.currency", order.currency
    yield "支付单", "payment", "payment.currency", dossier.payment.currency
    yield "运单", "waybill", "waybill.currency", dossier.waybill.currency
    yield "清单", "declaration", "declaration.currency", declaration.currency
    for ordered in order.items:
        yield "订单商品", "order item", f"order.items.{ordered.line_no}.currency", ordered.currency
    for declared in declaration.items:
        yield "清单商品", "declaration item", f"declaration.items.{declared.line_no}.currency", declared.currency


@rule(
    id="DEC-11",
    title=Text(zh="进口标记", en="Import flag"),
    law=specified(
        f"{ORDER}, {DECLARATION}",
        "orderType 电子订单类型：I进口; ieFlag I-进口",
        en="orderType and ieFlag are I, import",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def import_flag(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """An import order and an import declaration carry the mark I."""
    ordered, declared = dossier.order.order_type, dossier.declaration.import_export_flag
    if ordered == IMPORT and declared == IMPORT:
        return PASSED
    differences: list[Difference] = []
    if ordered != IMPORT:
        differences.append(difference("订单类型", "order type", order__order_type=ordered))
    if declared != IMPORT:
        differences.append(difference("清单进出口标记", "declaration", declaration__import_export_flag=declared))
    return differing(Text(f"进口标记应为 {IMPORT}", f"The import mark must be {IMPORT}"), differences)
