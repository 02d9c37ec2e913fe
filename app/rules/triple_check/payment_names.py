"""TRI-04, TRI-06, TRI-11: payment and order name each other."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import difference, differing
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, ORDER, PAYMENT, specified


@rule(
    id="TRI-04",
    title=Text(zh="支付单对应订单", en="The payment names the order"),
    law=specified(
        PAYMENT,
        "orderNo 交易平台的订单编号; ebpCode 电商平台代码",
        en="orderNo is the order's number at the trading platform; ebpCode is the platform's code",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def payment_names_order(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The payment names the platform and the number of the order.

    Interpretation: a payment that several orders share names one of them; that is enough for the others.
    """
    order, payment = dossier.order, dossier.payment
    if payment.platform_code == order.platform_code:
        if payment.order_no == order.order_no:
            return PASSED
        if facts.payment_shared_with is None:
            return undetermined("facts.payment_shared_with")
        for shared in facts.payment_shared_with:
            if shared.order_no == payment.order_no and shared.platform_code == payment.platform_code:
                return PASSED
    differences = []
    if payment.platform_code != order.platform_code:
        differences.append(
            difference(
                "电商平台代码",
                "platform code",
                order__platform_code=order.platform_code,
                payment__platform_code=payment.platform_code,
            )
        )
    if payment.order_no != order.order_no:
        differences.append(
            difference("订单编号", "order number", order__order_no=order.order_no, payment__order_no=payment.order_no)
        )
    return differing(Text("支付单与订单不对应", "The payment does not belong to the order"), differences)


@rule(
    id="TRI-06",
    title=Text(zh="支付企业一致", en="Same payment company"),
    law=specified(
        ORDER,
        "payCode 支付企业的海关注册登记编号",
        en="payCode is the customs registration number of the payment company",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
    official_code="13035",
)
def payment_company(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The payment company that the order names is the one of the payment; an order need not name any."""
    named, paid_through = dossier.order.payment_company_code, dossier.payment.payment_company_code
    if named == paid_through:
        return PASSED
    if named is None:
        return NOT_APPLICABLE
    return finding(
        zh="支付企业不一致：订单 {order.payment_company_code}，支付单 {payment.payment_company_code}",
        en="The payment companies differ: order {order.payment_company_code}, payment {payment.payment_company_code}",
        order__payment_company_code=named,
        payment__payment_company_code=paid_through,
    )


@rule(
    id="TRI-11",
    title=Text(zh="支付交易编号一致", en="Same payment transaction"),
    law=specified(
        ORDER,
        "payTransactionId 支付企业唯一的支付流水号",
        en="payTransactionId is the payment company's own number of the payment, given once",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def payment_transaction(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The payment transaction that the order names is the one of the payment; an order need not name any."""
    named, paid_with = dossier.order.payment_transaction_no, dossier.payment.payment_transaction_no
    if named == paid_with:
        return PASSED
    if named is None:
        return NOT_APPLICABLE
    return finding(
        zh="支付交易编号不一致：订单 {order.payment_transaction_no}，支付单 {payment.payment_transaction_no}",
        en="The payment transactions differ: order {order.payment_transaction_no}, payment"
        " {payment.payment_transaction_no}",
        order__payment_transaction_no=named,
        payment__payment_transaction_no=paid_with,
    )
