"""RSK-06: random inspection at a rate by credit class."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters, Risk
from app.rules.parties.credit_class import ADVANCED, DISCREDITED, ORDINARY, credit_class_of
from app.rules.specification import FROM_THE_FIRST_DAY, operational

# The parties whose conduct decides the rate: who declares and who sells.
_ROLES: Final = ("declarant", "merchant")


@rule(
    id="RSK-06",
    title=Text(zh="随机布控查验", en="Random inspection"),
    law=operational(
        "parcels are picked by a set rate, for example 5.5 %; rates follow the credit class (order 251)",
        zh="按设定比例抽取包裹，例如 5.5%；比例随企业信用等级而定（海关总署令第251号）",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="random_inspection",
)
def random_inspection(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """A parcel is inspected when its draw under the secret of the day is below the rate of its parties' credit class.

    Interpretation: of declarant and merchant the higher rate counts. A rate that the operator sets takes the place of
    all of them; at rate 0 nothing is drawn.
    """
    rate_ppm = rate_that_counts_ppm(facts, parameters.risk)
    if rate_ppm is None:
        return undetermined("facts.parties.credit_class")
    draw_ppm = facts.inspection_draw_ppm
    if not rate_ppm:
        return PASSED
    if draw_ppm is None:
        return undetermined("facts.inspection_draw_ppm")
    if draw_ppm >= rate_ppm:
        return PASSED
    return finding(
        zh="随机布控命中，需要查验",
        en="Drawn for random inspection",
        facts__inspection_draw_ppm=draw_ppm,
        facts__inspection_rate_ppm=rate_ppm,
    )


def rate_that_counts_ppm(facts: Facts, risk: Risk) -> int | None:
    """The rate of a parcel: the operator's, or the highest of its parties; None where that is unknown."""
    return _rate_ppm(facts, risk) if facts.inspection_rate_ppm is None else facts.inspection_rate_ppm


def _rate_ppm(facts: Facts, risk: Risk) -> int | None:
    """The highest rate of the parties that count; None where one has an unknown class or none was loaded."""
    highest: int | None = None
    for standing in facts.parties:
        if standing.role not in _ROLES:
            continue
        credit_class = credit_class_of(standing)
        if credit_class is None:
            return None
        rate_ppm = _rate_of(credit_class, risk)
        highest = rate_ppm if highest is None else max(highest, rate_ppm)
    return highest


def _rate_of(credit_class: str, risk: Risk) -> int:
    rates = {
        ADVANCED: risk.inspection_rate_advanced_ppm,
        ORDINARY: risk.inspection_rate_ordinary_ppm,
        DISCREDITED: risk.inspection_rate_discredited_ppm,
    }
    return rates[credit_class]
