"""Assessing one parcel: every rule in force is called once, and what they say becomes one decision.

Unknown and broken never release: a rule that lacks something or raises ends with an officer, and so does a valuation
that raises. Nothing here waits, reads a clock or logs.
"""

from typing import Final

from app.domain.decision import Assessment, DecidedFinding, Outcome, decide
from app.domain.dossier import Documents, Dossier
from app.domain.duty import TaxBill, TaxRegime
from app.domain.facts import Facts
from app.domain.money import ZERO
from app.domain.valuation import build_dossier, dutiable_value_cny
from app.rules.findings import by_severity, checked, decided_finding, valuation_crashed
from app.rules.kernel import NOT_APPLICABLE, PASSED, Crashed, Result
from app.rules.parameter_groups import Parameters
from app.rules.rulebook import LawOfTheDay, RuleInForce

_NO_BILL: Final = TaxBill(
    regime=TaxRegime.REDUCED, items=(), duty_cny=ZERO, consumption_tax_cny=ZERO, vat_cny=ZERO, total_cny=ZERO
)


def assess(law: LawOfTheDay, documents: Documents, facts: Facts) -> Assessment:
    """The decision on one parcel under the law of its acceptance day, with every reason."""
    try:
        dossier = build_dossier(documents, facts, law.parameters)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever is broken ends with an officer
        return _not_valued(law, documents, error)
    findings = _findings(law, dossier, facts)
    outcome = decide(findings)
    value_cny = dossier.dutiable_value_cny
    return Assessment(
        outcome=outcome,
        book=law.book_hash,
        accepted_on=law.day,
        dutiable_value_cny=value_cny,
        annual_reserved_cny=ZERO if outcome is Outcome.REFUSED else value_cny,
        tax=dossier.tax,
        findings=findings,
    )


def apply(in_force: RuleInForce, dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The result of one rule; whatever it raises is a `Crashed`, and so is an answer that is no result."""
    try:
        return checked(in_force.apply(dossier, facts, parameters))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a broken rule must not stop its neighbours
        return Crashed(type(error).__name__)


def _findings(law: LawOfTheDay, dossier: Dossier, facts: Facts) -> tuple[DecidedFinding, ...]:
    parameters = law.parameters
    found: list[DecidedFinding] = []
    for in_force in law.rules:
        # `apply` written out: a call less for each of some fifty rules, and a rule that passed costs nothing more.
        try:
            result = in_force.apply(dossier, facts, parameters)
            if result is PASSED or result is NOT_APPLICABLE:
                continue
            result = checked(result)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as in `apply`
            result = Crashed(type(error).__name__)
        decided = decided_finding(law, in_force, result)
        if decided is not None:
            found.append(decided)
    found.sort(key=by_severity)
    return tuple(found)


def _not_valued(law: LawOfTheDay, documents: Documents, error: BaseException) -> Assessment:
    """Held without a tax bill; where at least the value can be added up, it is reserved of the annual limit."""
    crash = valuation_crashed(law, error)
    try:
        value_cny = dutiable_value_cny(documents.order, documents.declaration)
    except Exception:  # noqa: BLE001 - the amounts themselves are what is broken
        value_cny = ZERO
    return Assessment(
        outcome=crash.outcome,
        book=law.book_hash,
        accepted_on=law.day,
        dutiable_value_cny=value_cny,
        annual_reserved_cny=value_cny,
        tax=_NO_BILL,
        findings=(crash,),
    )
