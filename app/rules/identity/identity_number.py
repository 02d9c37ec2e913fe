"""IDN-01, IDN-02: the buyer is named by a resident identity number that can be right."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, ORDER, PAYMENT, specified

IDENTITY_CARD: Final = "1"


@rule(
    id="IDN-01",
    title=Text(zh="订购人身份证号码", en="Buyer's identity number"),
    law=Law(
        "GB 11643-1999 公民身份号码; 海关总署公告2016年第26号, 六",
        zh="GB 11643-1999 公民身份号码；海关总署公告2016年第26号，六",
        en="GB 11643-1999, citizen identification number; GACC announcement 26/2016, point 6",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="identity_digit",
)
def identity_number(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The buyer's identity number is one: eighteen characters, right check character, a date of birth that has come.

    It is examined once per distinct number when facts are loaded (app/domain/identity.py says how, and what is neither
    right nor wrong). The payer's number needs no examination of its own: it is the buyer's (TRI-07).
    """
    if facts.identity_valid:
        return PASSED
    number = dossier.order.buyer_id_number
    if facts.identity_valid is None:
        return undetermined("facts.identity_valid", order__buyer_id_number=number)
    return finding(
        zh="订购人身份证号码 {order.buyer_id_number} 不符合公民身份号码国家标准",
        en="The buyer's identity number {order.buyer_id_number} cannot be a resident identity number",
        order__buyer_id_number=number,
    )


@rule(
    id="IDN-02",
    title=Text(zh="证件类型", en="Type of identity document"),
    law=specified(
        f"{ORDER}, {PAYMENT}, {DECLARATION}",
        "buyerIdType, payerIdType 限定为身份证，填写“1”",
        en="buyerIdType and payerIdType are always the identity card, written 1",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="identity_digit",
)
def identity_type(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Buyer and payer are named by their resident identity card, on order, payment and declaration."""
    ordered, paid = dossier.order.buyer_id_type, dossier.payment.payer_id_type
    declared = dossier.declaration.buyer_id_type
    if ordered == paid == declared == IDENTITY_CARD:
        return PASSED
    differences: list[Difference] = []
    if ordered != IDENTITY_CARD:
        differences.append(difference("订单订购人", "buyer of the order", order__buyer_id_type=ordered))
    if paid != IDENTITY_CARD:
        differences.append(difference("支付人", "payer", payment__payer_id_type=paid))
    if declared != IDENTITY_CARD:
        differences.append(difference("清单订购人", "buyer of the declaration", declaration__buyer_id_type=declared))
    return differing(
        Text("证件类型限定为身份证（1）", "The identity document must be the identity card (1)"), differences
    )
