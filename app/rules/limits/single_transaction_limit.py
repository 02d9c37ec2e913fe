"""LIM-01: the limit of one order."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.quantities import is_one_article
from app.domain.quota import ONE_ARTICLE_ONLY, TAXED_IN_FULL, annual_covers
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="LIM-01",
    title=Text(zh="单次交易限值", en="Single transaction limit"),
    law=Law(
        "财关税〔2018〕49号 一、二；此前 财关税〔2016〕18号 三",
        en="Caiguanshui 49/2018, points 1 and 2; before it Caiguanshui 18/2016, point 3",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="single_limit",
)
def single_transaction_limit(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The dutiable value of one order does not exceed the single transaction limit, unless the order holds one
    indivisible article and the buyer's annual limit still covers it; that article is taxed in full.

    Until 2018-12-31 an order over the limit was admitted and taxed in full, so it is no finding on those days.
    Interpretation: the dutiable value counts with freight and insurance and without tax.
    """
    limits = parameters.limits
    value_cny, limit_cny = dossier.dutiable_value_cny, limits.single_transaction_cny
    if limit_cny is None or limits.annual_cny is None:
        return undetermined("parameters.limits")
    if value_cny <= limit_cny:
        return PASSED
    if limits.over_single_limit == TAXED_IN_FULL:
        return NOT_APPLICABLE
    read = {"tax__dutiable_value_cny": value_cny, "parameters__limit_cny": limit_cny}
    if limits.over_single_limit == ONE_ARTICLE_ONLY and is_one_article(dossier.declaration.items):
        covered = annual_covers(facts.annual_used_cny, value_cny, limits.annual_cny)
        if covered is None:
            return undetermined("facts.annual_used_cny", **read)
        if covered:
            return PASSED
        return finding(
            zh="完税价格 {tax.dutiable_value_cny} 元超过单次交易限值 {parameters.limit_cny} 元，"
            "虽仅一件商品，但年度限额已不足",
            en="The dutiable value {tax.dutiable_value_cny} CNY exceeds the single transaction limit"
            " {parameters.limit_cny} CNY; it is one article, but the annual limit does not cover it",
            **read,
        )
    return finding(
        zh="完税价格 {tax.dutiable_value_cny} 元超过单次交易限值 {parameters.limit_cny} 元，且不是单件不可分割商品",
        en="The dutiable value {tax.dutiable_value_cny} CNY exceeds the single transaction limit"
        " {parameters.limit_cny} CNY, and the order is not one indivisible article",
        **read,
    )
