"""TIM-02: the day on which the declarant says that it declared."""

from datetime import timedelta

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified
from app.rules.times.written import day_can_be, day_of, is_time, last_told


@rule(
    id="TIM-02",
    title=Text(zh="申报日期", en="Day of the declaration"),
    law=specified(
        DECLARATION,
        "declTime 申报日期，以海关计算机系统接受清单申报数据时记录的日期为准",
        en="declTime is the day on which the customs system recorded that it took the declaration",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="times",
)
def declared_day(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declared day exists, lies neither before this trade began nor after the acceptance, nor before the payment.

    Interpretation: the day that customs record counts, so this one decides nothing; one that cannot be is looked at. An
    older one may be: after a refusal the same declaration is sent again. So may a later one of a correction, which is
    sent while the acceptance stays.
    """
    declaration, paid_at = dossier.declaration, dossier.payment.paid_at
    declared_on, until = declaration.declared_on, last_told(declaration.filed_at[:8], facts.accepted_on)
    earliest, ahead = parameters.times.earliest_day, parameters.times.most_ahead_days
    if not day_can_be(declared_on, earliest, until, ahead):
        return finding(
            zh="申报日期 {declaration.declared_on} 不存在、早于 {parameters.earliest_day} 或晚于申报受理日",
            en="The parcel cannot have been declared on {declaration.declared_on}: before {parameters.earliest_day},"
            " after the day of acceptance, or no day at all",
            declaration__declared_on=declared_on,
            parameters__earliest_day=earliest,
            parameters__most_ahead_days=ahead,
        )
    if declared_on < paid_at[:8] and _lies_before(declared_on, paid_at, ahead):
        return finding(
            zh="申报日期 {declaration.declared_on} 早于支付时间 {payment.paid_at}",
            en="The parcel was declared on {declaration.declared_on}, before it was paid for, {payment.paid_at}",
            declaration__declared_on=declared_on,
            payment__paid_at=paid_at,
            parameters__most_ahead_days=ahead,
        )
    return PASSED


def _lies_before(declared_on: str, paid_at: str, most_ahead_days: int) -> bool:
    """Whether a day lies before that of a payment by more than clocks differ; no, where one is none (TIM-01)."""
    day, paid_on = day_of(declared_on), day_of(paid_at[:8])
    if day is None or paid_on is None or not is_time(paid_at):
        return False
    return day + timedelta(days=most_ahead_days) < paid_on
