"""TAX-01: the tax of every item is known."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="TAX-01",
    title=Text(zh="税款核定", en="Assessed tax"),
    law=Law(
        "财关税〔2016〕18号 一至三；财关税〔2018〕49号 一、二",
        en="Caiguanshui 18/2016, points 1 to 3; Caiguanshui 49/2018, points 1 and 2",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="tax_tolerance",
)
def assessed_tax(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Duty, VAT and consumption tax of every item are assessed on its share of the dutiable value.

    A code or rate that the tariff does not say, a quantity that the declaration does not tell, or what the buyer has
    used of the annual limit (where it decides the regime) leave the tax undetermined: it is never taken as 0.
    """
    unknown = [item for item in dossier.tax.items if item.missing]
    if not unknown:
        return PASSED
    return undetermined(
        *dossier.tax.missing,
        declaration__line_no=", ".join(str(item.line_no) for item in unknown),
        declaration__hs_code=", ".join(dict.fromkeys(item.hs_code for item in unknown)),
    )
