"""RSK-04: one purchase is not cut into orders that stay below the single limit."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, operational


@rule(
    id="RSK-04",
    title=Text(zh="拆单", en="Split orders"),
    law=operational(
        "化整为零: general trade broken into small parcels; single limit of 财关税〔2016〕18号, 〔2018〕49号",
        zh="化整为零：将一般贸易货物拆成低于单次限值的小包裹；单次限值见财关税〔2016〕18号、〔2018〕49号",
        en="general trade broken into small parcels under the single limit of the notices "
        "Caiguanshui 18 of 2016 and 49 of 2018",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="risk",
)
def split_orders(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The orders of one buyer on one day, each within the single transaction limit, are together within it too.

    Interpretation: several orders a day are lawful, so an officer looks and nothing is refused. An order that is itself
    over the limit is the limit rules' matter.
    """
    limit_cny = parameters.limits.single_transaction_cny
    if limit_cny is None:
        return undetermined("parameters.limits.single_transaction_cny")
    others_cny, own_cny = facts.buyer_same_day_cny, dossier.dutiable_value_cny
    if others_cny is None:
        return undetermined("facts.buyer_same_day_cny")
    if own_cny > limit_cny:
        return NOT_APPLICABLE
    if not others_cny or own_cny + others_cny <= limit_cny:
        return PASSED
    return finding(
        zh="订购人当日其他清单完税价格合计 {facts.buyer_same_day_cny} 元，加本单 {tax.dutiable_value_cny} 元"
        "超过单次限值 {parameters.single_transaction_cny} 元",
        en="The buyer's other parcels of the day are worth {facts.buyer_same_day_cny} CNY; with this one,"
        " {tax.dutiable_value_cny} CNY, more than the single limit of {parameters.single_transaction_cny} CNY",
        facts__buyer_same_day_cny=others_cny,
        tax__dutiable_value_cny=own_cny,
        parameters__single_transaction_cny=limit_cny,
    )
