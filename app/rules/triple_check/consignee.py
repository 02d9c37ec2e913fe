"""TRI-08: order and waybill go to the same consignee."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.folding import same_telephone, same_text
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Result, Text, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, ORDER, specified


@rule(
    id="TRI-08",
    title=Text(zh="收货人与运单一致", en="Same consignee on order and waybill"),
    law=specified(
        ORDER,
        "consignee, consigneeTelephone, consigneeAddress 必须与电子运单的一致",
        en="consignee, consigneeTelephone and consigneeAddress have to be those of the waybill",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def consignee(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Consignee, telephone and address of the order are those of the waybill.

    Interpretation: width, spaces, punctuation and case of letters make no difference, nor does the way a telephone
    number is written (+86, hyphens); a masked character (*) is a difference.
    """
    order, waybill = dossier.order, dossier.waybill
    differences: list[Difference] = []
    if not same_text(order.consignee, waybill.consignee):
        differences.append(
            difference("收货人姓名", "name", order__consignee=order.consignee, waybill__consignee=waybill.consignee)
        )
    if not same_telephone(order.consignee_telephone, waybill.consignee_telephone):
        differences.append(
            difference(
                "收货人电话",
                "telephone",
                order__consignee_telephone=order.consignee_telephone,
                waybill__consignee_telephone=waybill.consignee_telephone,
            )
        )
    if not same_text(order.consignee_address, waybill.consignee_address):
        differences.append(
            difference(
                "收货地址",
                "address",
                order__consignee_address=order.consignee_address,
                waybill__consignee_address=waybill.consignee_address,
            )
        )
    if not differences:
        return PASSED
    return differing(Text("订单与运单的收货人信息不一致", "Order and waybill name different consignees"), differences)
