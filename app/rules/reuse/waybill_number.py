"""REU-01: a waybill number is not used again within six months."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.months import last_day_of_period
from app.rules.kernel import PASSED, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, WAYBILL, specified


@rule(
    id="REU-01",
    title=Text(zh="运单编号重复使用", en="Waybill number used again"),
    law=specified(
        WAYBILL,
        "logisticsNo 同一物流企业的运单编号在6个月内不重复",
        en="logisticsNo is used once in six months by one carrier",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="reuse",
)
def waybill_number(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Within six months no other declaration that still stands used the same number of the same logistics company.

    Interpretation: calendar months as civil law counts them, the day of use not included: a number used on 15 January
    is free again on 16 July. A use that came later than this acceptance day counts in the same way, so that it does
    not matter which of two declarations is assessed first.
    """
    uses = facts.waybill_uses
    if not uses:
        return PASSED if uses is not None else undetermined("facts.waybill_uses")
    months = parameters.reuse.waybill_months
    accepted_on = facts.accepted_on
    for use in uses:
        first, second = min(use.used_on, accepted_on), max(use.used_on, accepted_on)
        if second <= last_day_of_period(first, months):
            return finding(
                zh="运单编号 {declaration.waybill_no} 在 {parameters.waybill_months} 个月内已用于订单 {facts.order_no}"
                "（{facts.used_on}）",
                en="Waybill number {declaration.waybill_no} was used for order {facts.order_no} on {facts.used_on},"
                " within {parameters.waybill_months} months",
                declaration__waybill_no=dossier.declaration.waybill_no,
                facts__order_no=use.order_no,
                facts__used_on=use.used_on,
                parameters__waybill_months=months,
            )
    return PASSED
