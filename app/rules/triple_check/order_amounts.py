"""TRI-01, TRI-09, TRI-10: the amounts of an order add up."""

from decimal import Decimal

from app.domain.dossier import Dossier, OrderItem
from app.domain.facts import Facts
from app.domain.money import ZERO
from app.rules.differences import Difference, beyond, differing
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, ORDER, specified


@rule(
    id="TRI-01",
    title=Text(zh="订单实际支付金额", en="Actual amount paid of the order"),
    law=specified(
        ORDER,
        "acturalPaid 商品价格+运杂费+代扣税款-非现金抵扣金额",
        en="acturalPaid is price of the goods + freight + tax withheld - what was not paid in money",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def actual_paid(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The actual amount paid equals goods value plus freight plus tax withheld less what was paid with non-cash means.

    Interpretation: both sides are compared in yuan and fen, rounded half up.
    """
    order = dossier.order
    owed_cny = order.goods_value_cny + order.freight_cny + order.tax_total_cny - order.discount_cny
    if not beyond(order.actual_paid_cny, owed_cny, parameters.triple_check.amount_tolerance_cny):
        return PASSED
    return finding(
        zh="订单实际支付金额 {order.actual_paid_cny} 元不等于商品价格 {order.goods_value_cny}"
        " + 运杂费 {order.freight_cny} + 代扣税款 {order.tax_total_cny} - 非现金抵扣金额 {order.discount_cny}",
        en="The actual amount paid, {order.actual_paid_cny} CNY, is not goods value {order.goods_value_cny}"
        " + freight {order.freight_cny} + tax {order.tax_total_cny} - discount {order.discount_cny}",
        order__actual_paid_cny=order.actual_paid_cny,
        order__goods_value_cny=order.goods_value_cny,
        order__freight_cny=order.freight_cny,
        order__tax_total_cny=order.tax_total_cny,
        order__discount_cny=order.discount_cny,
    )


@rule(
    id="TRI-09",
    title=Text(zh="订单商品总价", en="Total price of an order item"),
    law=specified(
        ORDER,
        "totalPrice 商品总价，等于单价乘以数量; price 赠品单价填写为“0”",
        en="totalPrice is the price of one times the quantity; the price of a present is 0",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def item_total(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The total price of each order item equals its unit price times its quantity; a gift has the price 0.

    Interpretation: the product is compared in yuan and fen, rounded half up (a third of a yuan has no exact price).
    """
    differences: list[Difference] = []
    for item in dossier.order.items:
        product_cny = item.price_cny * item.quantity
        if item.total_cny == product_cny:  # nearly always: no rounding, and no look at the parameter
            continue
        if beyond(item.total_cny, product_cny, parameters.triple_check.amount_tolerance_cny):
            differences.append(_wrong_total(item))
    if not differences:
        return PASSED
    subject = Text("订单商品总价不等于单价乘以数量", "The total price of an order item is not price times quantity")
    return differing(subject, differences)


def _wrong_total(item: OrderItem) -> Difference:
    line = f"order.items.{item.line_no}"
    values = {
        f"{line}.total_cny": item.total_cny,
        f"{line}.price_cny": item.price_cny,
        f"{line}.quantity": item.quantity,
    }
    return Difference(Text(f"第{item.line_no}项", f"item {item.line_no}"), values)


@rule(
    id="TRI-10",
    title=Text(zh="订单商品价格", en="Goods value of the order"),
    law=specified(
        ORDER,
        "goodsValue 商品实际成交价，含非现金抵扣金额; totalPrice 商品总价",
        en="goodsValue is the price paid, with what was not paid in money; totalPrice is the price of the goods",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def goods_value(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The total prices of the items add up to the goods value of the order, which includes what vouchers paid for.

    Interpretation: compared in yuan and fen, rounded half up.
    """
    order = dossier.order
    sum_cny: Decimal = sum((item.total_cny for item in order.items), ZERO)
    if not beyond(order.goods_value_cny, sum_cny, parameters.triple_check.amount_tolerance_cny):
        return PASSED
    return finding(
        zh="订单商品价格 {order.goods_value_cny} 元不等于各项商品总价之和 {order.items_total_cny} 元",
        en="The goods value, {order.goods_value_cny} CNY, is not the sum of the items, {order.items_total_cny} CNY",
        order__goods_value_cny=order.goods_value_cny,
        order__items_total_cny=sum_cny,
    )
