"""DEC-06, DEC-07: the declaration names the order and the waybill that it stands on."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Result, Text, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified


@rule(
    id="DEC-06",
    title=Text(zh="清单对应订单", en="The declaration names the order"),
    law=specified(
        DECLARATION,
        "orderNo 同一交易平台的订单编号应唯一; ebpCode; ebcCode",
        en="orderNo is unique at its trading platform; ebpCode; ebcCode",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def names_order(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declaration names the platform, the merchant and the number of the order.

    Interpretation: codes decide; names of enterprises are texts beside them.
    """
    declared, order = dossier.declaration, dossier.order
    if (
        declared.order_no == order.order_no
        and declared.merchant_code == order.merchant_code
        and declared.platform_code == order.platform_code
    ):
        return PASSED
    differences: list[Difference] = []
    if declared.platform_code != order.platform_code:
        differences.append(
            difference(
                "电商平台代码",
                "platform code",
                declaration__platform_code=declared.platform_code,
                order__platform_code=order.platform_code,
            )
        )
    if declared.merchant_code != order.merchant_code:
        differences.append(
            difference(
                "电商企业代码",
                "merchant code",
                declaration__merchant_code=declared.merchant_code,
                order__merchant_code=order.merchant_code,
            )
        )
    if declared.order_no != order.order_no:
        differences.append(
            difference(
                "订单编号", "order number", declaration__order_no=declared.order_no, order__order_no=order.order_no
            )
        )
    return differing(Text("清单与订单不对应", "The declaration does not belong to the order"), differences)


@rule(
    id="DEC-07",
    title=Text(zh="清单对应运单", en="The declaration names the waybill"),
    law=specified(
        DECLARATION,
        "logisticsNo 物流企业的运单包裹面单号; logisticsCode",
        en="logisticsNo is the number on the carrier's label; logisticsCode",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def names_waybill(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declaration names the logistics company and the number of the waybill."""
    declared, waybill = dossier.declaration, dossier.waybill
    if declared.waybill_no == waybill.waybill_no and declared.logistics_code == waybill.logistics_code:
        return PASSED
    differences: list[Difference] = []
    if declared.logistics_code != waybill.logistics_code:
        differences.append(
            difference(
                "物流企业代码",
                "logistics company code",
                declaration__logistics_code=declared.logistics_code,
                waybill__logistics_code=waybill.logistics_code,
            )
        )
    if declared.waybill_no != waybill.waybill_no:
        differences.append(
            difference(
                "物流运单编号",
                "waybill number",
                declaration__waybill_no=declared.waybill_no,
                waybill__waybill_no=waybill.waybill_no,
            )
        )
    return differing(Text("清单与运单不对应", "The declaration does not belong to the waybill"), differences)
