"""TIM-01: the time of the payment."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, PAYMENT, specified
from app.rules.times.written import time_can_be


@rule(
    id="TIM-01",
    title=Text(zh="支付时间", en="Time of the payment"),
    law=specified(PAYMENT, "payTime 支付时间，格式:YYYYMMDDhhmmss", en="payTime is the time of the payment"),
    in_force=FROM_THE_FIRST_DAY,
    consequence="times",
)
def payment_time(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The payment was made at a time that exists, not before this trade began and not after the acceptance.

    Interpretation: the payment is made before its data are sent, and these before the declaration (GACC 26/2016); a
    clock may be a little ahead.
    """
    paid_at = dossier.payment.paid_at
    earliest, ahead = parameters.times.earliest_day, parameters.times.most_ahead_days
    if time_can_be(paid_at, earliest, facts.accepted_on, ahead):
        return PASSED
    return finding(
        zh="支付时间 {payment.paid_at} 不存在、早于 {parameters.earliest_day} 或晚于申报受理日",
        en="The payment cannot have been made at {payment.paid_at}: before {parameters.earliest_day}, after the day of"
        " acceptance, or no time at all",
        payment__paid_at=paid_at,
        parameters__earliest_day=earliest,
        parameters__most_ahead_days=ahead,
    )
