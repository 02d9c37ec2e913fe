"""TRI-02, TRI-03: the payment pays for the order, or for all orders that share it."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import beyond
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, ORDER, specified


@rule(
    id="TRI-02",
    title=Text(zh="支付金额与订单一致", en="Payment amount equals the order"),
    law=specified(ORDER, "acturalPaid 与支付凭证的支付金额一致", en="acturalPaid is the amount of the payment"),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
    official_code="1332",
)
def payment_amount(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The actual amount paid of the order equals the amount of the payment.

    Interpretation: a payment that several orders share is compared with all of them together (TRI-03). Where it is not
    known whether it is shared, different amounts say nothing.
    """
    paid_cny, amount_cny = dossier.order.actual_paid_cny, dossier.payment.amount_cny
    shared_with = facts.payment_shared_with
    if shared_with:
        return NOT_APPLICABLE
    if not beyond(paid_cny, amount_cny, parameters.triple_check.amount_tolerance_cny):
        return PASSED
    if shared_with is None:
        return undetermined(
            "facts.payment_shared_with", order__actual_paid_cny=paid_cny, payment__amount_cny=amount_cny
        )
    return finding(
        zh="支付单支付金额与订单支付金额不一致：订单 {order.actual_paid_cny} 元，支付单 {payment.amount_cny} 元",
        en="The payment amount differs from the order: order {order.actual_paid_cny} CNY, payment"
        " {payment.amount_cny} CNY",
        order__actual_paid_cny=paid_cny,
        payment__amount_cny=amount_cny,
    )


@rule(
    id="TRI-03",
    title=Text(zh="多订单合并支付", en="One payment for several orders"),
    law=specified(ORDER, "acturalPaid 与支付凭证的支付金额一致", en="acturalPaid is the amount of the payment"),
    in_force=FROM_THE_FIRST_DAY,
    consequence="reuse",
)
def shared_payment(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The amounts of all orders that one payment was filed for add up to the amount of the payment.

    Interpretation: one payment for several orders is lawful (GACC 165/2018 lets one payment record list several
    orders). A sum that does not fit is for an officer; so is an order whose amount is not known yet.
    """
    shared_with = facts.payment_shared_with
    if shared_with is None:
        return undetermined("facts.payment_shared_with")
    if not shared_with:
        return NOT_APPLICABLE
    sum_cny = dossier.order.actual_paid_cny
    for shared in shared_with:
        if shared.actual_paid_cny is None:
            return undetermined("facts.payment_shared_with.actual_paid_cny", facts__order_no=shared.order_no)
        sum_cny += shared.actual_paid_cny
    amount_cny = dossier.payment.amount_cny
    if not beyond(sum_cny, amount_cny, parameters.triple_check.amount_tolerance_cny):
        return PASSED
    return finding(
        zh="同一支付交易对应 {facts.orders} 个订单，实际支付金额合计 {facts.orders_paid_cny} 元，"
        "与支付金额 {payment.amount_cny} 元不一致",
        en="One payment was filed for {facts.orders} orders; their amounts, together {facts.orders_paid_cny} CNY,"
        " are not the amount paid, {payment.amount_cny} CNY",
        facts__orders=len(shared_with) + 1,
        facts__orders_paid_cny=sum_cny,
        payment__amount_cny=amount_cny,
    )
