"""LAW-01: what happens to a parcel that was accepted before the law that this service knows."""

from datetime import date, timedelta

from app.domain.decision import Outcome
from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.period import InForce
from app.rules.kernel import Law, Result, Text, rule, undetermined
from app.rules.parameter_groups import FIRST_LAW_DAY, Parameters


@rule(
    id="LAW-01",
    title=Text(zh="适用法律", en="Law on record"),
    law=Law("财关税〔2016〕18号", en="Caiguanshui 18/2016"),
    in_force=InForce(first_day=date.min, last_day=FIRST_LAW_DAY - timedelta(days=1)),
    consequence=Outcome.HELD,
)
def law_on_record(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The tax policy for cross-border retail imports is in force from 2016-04-08; no earlier law is on record.

    Interpretation: a parcel of an earlier day (only a wrong clock can bring one) is never decided by itself.
    """
    return undetermined("law", facts__accepted_on=facts.accepted_on)
