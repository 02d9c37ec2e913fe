"""TRI-05: the waybill belongs to the order."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import SINCE_FORMAT_OF_2018, WAYBILL, specified


@rule(
    id="TRI-05",
    title=Text(zh="运单对应订单", en="The waybill names the order"),
    law=specified(
        WAYBILL,
        "orderNo 交易平台的订单编号 (in the XSD since GACC 113/2018; the day 2018-09-30 is MEMORY)",
        zh="orderNo 交易平台的订单编号；自海关总署公告2018年第113号（2018-09-30）起列入报文格式",
        en="orderNo is the order's number at the trading platform; in the schema since GACC "
        "announcement 113/2018, from 2018-09-30",
        verified=False,
    ),
    in_force=SINCE_FORMAT_OF_2018,
    consequence="triple_check",
)
def waybill_names_order(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The waybill names the number of the order.

    A waybill names no platform, so only the number can be compared. Before the format of 2018 it named no order.
    """
    order_no, named = dossier.order.order_no, dossier.waybill.order_no
    if named == order_no:
        return PASSED
    return finding(
        zh="运单与订单不对应：订单编号 {order.order_no}，运单所列订单编号 {waybill.order_no}",
        en="The waybill does not belong to the order: order {order.order_no}, the waybill names {waybill.order_no}",
        order__order_no=order_no,
        waybill__order_no=named,
    )
