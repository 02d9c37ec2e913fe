"""DEC-08: freight and insurance of the declaration are those of the waybill."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.differences import Difference, beyond, difference, differing
from app.rules.kernel import PASSED, Result, Text, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified


@rule(
    id="DEC-08",
    title=Text(zh="运费和保费", en="Freight and insurance"),
    law=specified(
        DECLARATION,
        "freight 物流企业实际收取的运输费用; insuredFee 物流企业实际收取的商品保价费用",
        en="freight and insuredFee are what the carrier really charged for carriage and insurance",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def freight_and_insurance(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Freight and insurance of the declaration are what the logistics company really charged, as its waybill says.

    Interpretation: the specification makes both mandatory on the waybill ("无则填0"), its XSD lets them be absent. So
    an absent one is unknown and not 0. Amounts are compared in yuan and fen, rounded half up.
    """
    declared, waybill = dossier.declaration, dossier.waybill
    tolerance_cny = parameters.triple_check.amount_tolerance_cny
    differences: list[Difference] = []
    missing: list[str] = []
    if waybill.freight_cny is None:
        missing.append("waybill.freight_cny")
    elif beyond(declared.freight_cny, waybill.freight_cny, tolerance_cny):
        differences.append(
            difference(
                "运费",
                "freight",
                declaration__freight_cny=declared.freight_cny,
                waybill__freight_cny=waybill.freight_cny,
            )
        )
    if waybill.insurance_cny is None:
        missing.append("waybill.insurance_cny")
    elif beyond(declared.insurance_cny, waybill.insurance_cny, tolerance_cny):
        differences.append(
            difference(
                "保费",
                "insurance",
                declaration__insurance_cny=declared.insurance_cny,
                waybill__insurance_cny=waybill.insurance_cny,
            )
        )
    if differences:
        subject = Text("清单与运单的费用不一致", "The charges of declaration and waybill differ")
        return differing(subject, differences)
    return undetermined(*missing) if missing else PASSED
