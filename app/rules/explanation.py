"""Why a parcel was decided as it was: every rule with what it answered and the values it read, by replay.

Rules are pure, so the trace is made on demand by asking them again, once as they are and once on recording stand-ins.
Whether the answers still are those of the decision on record is the business of `replay`.
"""

import msgspec

from app.domain.decision import DecidedFinding
from app.domain.dossier import Documents, Dossier
from app.domain.facts import Facts
from app.domain.identifiers import RuleId
from app.domain.valuation import build_dossier
from app.rules.evaluation import apply
from app.rules.findings import VALUATION_ID, decided_finding, valuation_crashed
from app.rules.kernel import Crashed, Finding, Law, NotApplicable, Passed, Result, Text, Undetermined
from app.rules.recording import Reads, recording
from app.rules.rulebook import LawOfTheDay, RuleInForce

_WORDS: dict[type, str] = {
    Passed: "passed",
    NotApplicable: "not_applicable",
    Undetermined: "undetermined",
    Finding: "finding",
    Crashed: "crashed",
}
_VALUATION = Text(zh="完税价格和税款", en="Dutiable value and tax")


class RuleTrace(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: what it answered and which values it read, by path.

    `finding` is what it gave the decision, None where it passed or did not apply. `complete` is False where the rule
    did not answer the same on the stand-ins: then `values` holds only what was noted until then.
    """

    rule_id: RuleId
    rule_version: str
    title: Text
    law: Law
    result: str  # passed, not_applicable, undetermined, finding, crashed
    finding: DecidedFinding | None
    values: dict[str, str]
    complete: bool
    profile: bool = False  # a risk profile, which officers wrote


def explain(law: LawOfTheDay, documents: Documents, facts: Facts) -> tuple[RuleTrace, ...]:
    """The trace of every rule in force, in the order of their ids."""
    try:
        dossier = build_dossier(documents, facts, law.parameters)
    except Exception as error:  # noqa: BLE001 - as `assess`: a valuation that raises holds the parcel
        return (_not_valued(law, error),)
    return tuple(_trace(law, in_force, dossier, facts) for in_force in law.rules)


def _trace(law: LawOfTheDay, in_force: RuleInForce, dossier: Dossier, facts: Facts) -> RuleTrace:
    result = apply(in_force, dossier, facts, law.parameters)
    values, again = _values_read(law, in_force, dossier, facts)
    rule = in_force.rule
    return RuleTrace(
        rule_id=rule.id,
        rule_version=rule.version,
        title=rule.title,
        law=rule.law,
        result=_WORDS[type(result)],
        finding=decided_finding(law, in_force, result),
        values=values,
        complete=again == result,
        profile=bool(rule.definition),
    )


def _values_read(law: LawOfTheDay, in_force: RuleInForce, dossier: Dossier, facts: Facts) -> tuple[Reads, Result]:
    reads: Reads = {}
    result = apply(
        in_force,
        recording(dossier, "", reads),
        recording(facts, "facts", reads),
        recording(law.parameters, "parameters", reads),
    )
    return reads, result


def _not_valued(law: LawOfTheDay, error: Exception) -> RuleTrace:
    crash = valuation_crashed(law, error)
    return RuleTrace(
        rule_id=RuleId(VALUATION_ID),
        rule_version=crash.rule_version,
        title=_VALUATION,
        law=Law(crash.law),
        result="crashed",
        finding=crash,
        values={},
        complete=True,
    )
