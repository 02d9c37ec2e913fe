"""TIM-03: the day on which the means of transport arrived."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified
from app.rules.times.written import day_can_be, last_told


@rule(
    id="TIM-03",
    title=Text(zh="进口日期", en="Day of the import"),
    law=specified(
        DECLARATION,
        "ieDate 运输工具申报进境的日期，无法确知实际进境日期时免填",
        en="ieDate is the day on which the means of transport was declared to come in; empty where it is not known",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="times",
)
def import_day(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The day of the import, if given, exists and lies neither before this trade began nor after the acceptance.

    Interpretation: a day that is not known yet is left out, so one that lies ahead is no day of an import. A correction
    may add one after the acceptance, which stays.
    """
    declaration = dossier.declaration
    import_date, until = declaration.import_date, last_told(declaration.filed_at[:8], facts.accepted_on)
    if not import_date:
        return NOT_APPLICABLE
    earliest, ahead = parameters.times.earliest_day, parameters.times.most_ahead_days
    if day_can_be(import_date, earliest, until, ahead):
        return PASSED
    return finding(
        zh="进口日期 {declaration.import_date} 不存在、早于 {parameters.earliest_day} 或晚于申报受理日",
        en="The parcel cannot have been imported on {declaration.import_date}: before {parameters.earliest_day}, after"
        " the day of acceptance, or no day at all",
        declaration__import_date=import_date,
        parameters__earliest_day=earliest,
        parameters__most_ahead_days=ahead,
    )
