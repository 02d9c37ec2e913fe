"""TAX-02: what the platform withheld is what is due."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="TAX-02",
    title=Text(zh="代扣税款与核定税款", en="Withheld tax against assessed tax"),
    law=Law(
        "财关税〔2016〕18号 一（代收代缴义务人）；容差为实践做法（二手来源）",
        en="Caiguanshui 18/2016, point 1 (who collects the tax); the tolerance is practice, from a secondary source",
        verified=False,
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="tax_tolerance",
)
def declared_tax(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The tax that the order withheld differs from the assessed tax by no more than the tolerance.

    The tolerance is the larger of a percentage of the assessed tax and an amount. A withheld tax of 0 is lawful
    (nothing was withheld) and is no difference. An undetermined tax is another rule's matter (TAX-01).
    """
    withheld_cny, bill = dossier.order.tax_total_cny, dossier.tax
    if not withheld_cny:
        return PASSED
    if bill.missing:
        return NOT_APPLICABLE
    tax = parameters.tax
    assessed_cny = bill.total_cny
    difference_cny = abs(withheld_cny - assessed_cny)
    if difference_cny <= tax.tolerance_cny or difference_cny * 100 <= assessed_cny * tax.tolerance_percent:
        return PASSED
    return finding(
        zh="订单代扣税款 {order.tax_total_cny} 元与核定税款 {tax.assessed_cny} 元相差超过容差"
        "（{parameters.tolerance_percent}% 或 {parameters.tolerance_cny} 元）",
        en="The withheld tax {order.tax_total_cny} CNY differs from the assessed tax {tax.assessed_cny} CNY by more"
        " than the tolerance ({parameters.tolerance_percent} % or {parameters.tolerance_cny} CNY)",
        order__tax_total_cny=withheld_cny,
        tax__assessed_cny=assessed_cny,
        parameters__tolerance_percent=tax.tolerance_percent,
        parameters__tolerance_cny=tax.tolerance_cny,
    )
