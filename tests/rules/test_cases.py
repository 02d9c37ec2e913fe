"""Every rule against its YAML cases."""

import pytest

from app.domain.decision import FindingKind
from app.rules.evaluation import apply
from app.rules.findings import decided_finding
from app.rules.kernel import Crashed, Finding, Result, Undetermined
from app.rules.rulebook import RuleInForce
from tests.rules.case_files import Case, cases_of, given_by, rule_ids
from tests.rules.law import book

WORDS = {"Passed": "passed", "NotApplicable": "not_applicable", "Undetermined": "undetermined", "Finding": "finding"}
ALL_CASES = [
    pytest.param(rule_id, case, id=f"{rule_id}: {case.name}") for rule_id in rule_ids() for case in cases_of(rule_id)
]


@pytest.mark.parametrize(("rule_id", "case"), ALL_CASES)
def test_case(rule_id: str, case: Case) -> None:
    law = book().on(case.day)
    in_force = next((found for found in law.rules if found.rule.id == rule_id), None)
    if in_force is None:
        assert book().rule(rule_id), f"no rule has the id {rule_id}"
        assert case.outcome == "not_in_force", f"{rule_id} is not in force on {case.day}"
        return
    given = given_by(case, law.parameters)
    result = apply(in_force, given.dossier, given.facts, given.parameters)
    if isinstance(result, Crashed):
        in_force.rule.apply(given.dossier, given.facts, given.parameters)  # show where
    assert WORDS[type(result).__name__] == case.outcome, result
    if isinstance(result, Undetermined) and case.missing is not None:
        assert set(result.missing) == set(case.missing)
    if isinstance(result, Finding | Undetermined):
        assert case.values.items() <= result.values.items()
    if case.consequence is not None:
        assert _consequence(in_force, case, result) == case.consequence


def _consequence(in_force: RuleInForce, case: Case, result: Result) -> str:
    decided = decided_finding(book().on(case.day), in_force, result)
    assert decided is not None
    assert decided.kind in (FindingKind.FINDING, FindingKind.UNDETERMINED)
    return decided.outcome.word
