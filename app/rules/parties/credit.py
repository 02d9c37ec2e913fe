"""PTY-08: parcels of discredited enterprises are looked at."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.parties.credit_class import DISCREDITED, credit_class_of
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="PTY-08",
    title=Text(zh="企业信用等级", en="Credit class of the parties"),
    law=Law(
        "海关注册登记和备案企业信用管理办法 (海关总署令第251号, 2021-11-01; before it orders 237 and 225): MEMORY",
        zh="《海关注册登记和备案企业信用管理办法》（海关总署令第251号，2021-11-01起施行；此前为第237号、第225号令）",
        en="Measures on the credit of enterprises registered with customs (GACC order 251, from "
        "2021-11-01; before it orders 237 and 225)",
        verified=False,
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="discredited_party",
)
def credit_class(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Customs apply strict supervision to discredited enterprises: no party of the declaration is one.

    Interpretation: every party counts, also payment and logistics company and warehouse.
    """
    discredited: list[str] = []
    unknown: list[str] = []
    for standing in facts.parties:
        found = credit_class_of(standing)
        if found == DISCREDITED:
            discredited.append(standing.role)
        elif found is None:
            unknown.append(f"facts.parties.{standing.role}.credit_class")
    if discredited:
        return finding(
            zh="存在失信企业：{facts.discredited_roles}",
            en="Discredited enterprises take part: {facts.discredited_roles}",
            facts__discredited_roles=", ".join(dict.fromkeys(discredited)),
        )
    return undetermined(*unknown) if unknown else PASSED
