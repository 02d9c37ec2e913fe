"""LIM-02: the limit of one buyer in one calendar year."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.money import with_separators
from app.domain.quota import TAXED_IN_FULL, annual_total_cny
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="LIM-02",
    title=Text(zh="个人年度交易限值", en="Annual limit of the buyer"),
    law=Law(
        "财关税〔2018〕49号 一、二；此前 财关税〔2016〕18号 三",
        en="Caiguanshui 49/2018, points 1 and 2; before it Caiguanshui 18/2016, point 3",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="annual_limit",
    official_code="1313",
)
def annual_limit(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The dutiable values of all retail imports of one buyer in a calendar year do not exceed the annual limit.

    Until 2018-12-31 what was over the limit was admitted and taxed in full, so it is no finding on those days.
    Interpretation: the year is that of the acceptance day, the buyer is the identity number.
    """
    limits = parameters.limits
    if limits.annual_cny is None:
        return undetermined("parameters.limits")
    if limits.over_annual_limit == TAXED_IN_FULL:
        return NOT_APPLICABLE
    used_cny, value_cny, limit_cny = facts.annual_used_cny, dossier.dutiable_value_cny, limits.annual_cny
    if used_cny is None:
        return undetermined("facts.annual_used_cny")
    total_cny = annual_total_cny(used_cny, value_cny)
    if total_cny <= limit_cny:
        return PASSED
    # The two figures stand in the official text itself, as customs print it, and so reach whoever is refused;
    # everywhere else they are facts, which only officers see.
    figures = f"totalPrice：{with_separators(total_cny)} > limitPrice: {with_separators(limit_cny)};"
    return finding(
        zh=f"订购人购买超过年度限额,超过个人年度购买额度;{figures}",
        en=f"The buyer's purchases exceed the annual limit; {figures}",
        facts__annual_used_cny=used_cny,
        facts__annual_total_cny=total_cny,
        tax__dutiable_value_cny=value_cny,
        parameters__limit_cny=limit_cny,
    )
