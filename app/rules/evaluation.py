"""Assessing one parcel: every rule in force is called once, and what they say becomes one decision.

Unknown and broken never release: a rule that lacks something or raises ends with an officer, and so does a valuation
that raises. Nothing here waits, reads a clock or logs.
"""

from app.domain.decision import Assessment, DecidedFinding, FindingKind, Outcome, decide
from app.domain.dossier import Documents, Dossier
from app.domain.duty import TaxBill, TaxRegime
from app.domain.facts import Facts
from app.domain.money import ZERO
from app.domain.valuation import build_dossier
from app.rules.kernel import NOT_APPLICABLE, PASSED, Crashed, Finding, NotApplicable, Passed, Result, Rule, Undetermined
from app.rules.rulebook import LawOfTheDay, RuleInForce

# What a crash of the valuation itself is reported under; no rule of the catalogue has this id.
VALUATION_ID = "VAL-00"
VALUATION_LAW = "财关税〔2016〕18号 三"
_NO_BILL = TaxBill(
    regime=TaxRegime.REDUCED, items=(), duty_cny=ZERO, consumption_tax_cny=ZERO, vat_cny=ZERO, total_cny=ZERO
)


def assess(law: LawOfTheDay, documents: Documents, facts: Facts) -> Assessment:
    """The decision on one parcel under the law of its acceptance day, with every reason."""
    try:
        dossier = build_dossier(documents, facts, law.parameters)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever is broken ends with an officer
        return _not_valued(law, error)
    return _assessment(law, dossier, _findings(law, dossier, facts))


def apply(rule: Rule, dossier: Dossier, facts: Facts, parameters: object) -> Result:
    """The result of one rule; whatever it raises is a `Crashed`, and so is an answer that is no result."""
    try:
        result = rule.apply(dossier, facts, parameters)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a broken rule must not stop its neighbours
        return Crashed(type(error).__name__)
    return result if isinstance(result, Result) else Crashed("NotAResult")


def _findings(law: LawOfTheDay, dossier: Dossier, facts: Facts) -> tuple[DecidedFinding, ...]:
    parameters = law.parameters
    found: list[DecidedFinding] = []
    for in_force in law.rules:
        # The same as `apply`, written out: a call less for each of some fifty rules.
        try:
            result = in_force.apply(dossier, facts, parameters)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001
            result = Crashed(type(error).__name__)
        if result is PASSED or result is NOT_APPLICABLE:
            continue
        decided = decided_finding(law, in_force, result)
        if decided is not None:
            found.append(decided)
    found.sort(key=by_severity)
    return tuple(found)


def by_severity(finding: DecidedFinding) -> tuple[int, str]:
    """Most severe first, then by rule id."""
    return -finding.outcome, finding.rule_id


def decided_finding(law: LawOfTheDay, in_force: RuleInForce, result: Result) -> DecidedFinding | None:
    """What a result means for the decision; None for a rule that passed or does not apply."""
    rule = in_force.rule
    match result:
        case Finding():
            return _decided(rule, FindingKind.FINDING, in_force.outcome, result.text.zh, result.text.en, result.values)
        case Undetermined():
            missing = ", ".join(result.missing)
            return _decided(
                rule,
                FindingKind.UNDETERMINED,
                law.parameters.consequences.undetermined,
                f"{rule.title.zh}：缺少 {missing}，无法判定",
                f"{rule.title.en}: cannot be determined, {missing} is unknown",
                result.values,
            )
        case Passed() | NotApplicable():
            return None
        case _:
            error = result.error if isinstance(result, Crashed) else "NotAResult"
            return _decided(
                rule,
                FindingKind.CRASHED,
                law.parameters.consequences.crashed,
                f"{rule.title.zh}：规则运行出错（{error}）",
                f"{rule.title.en}: the rule failed ({error})",
                {},
            )


def _decided(
    rule: Rule, kind: FindingKind, outcome: Outcome, text_zh: str, text_en: str, values: dict[str, str]
) -> DecidedFinding:
    return DecidedFinding(
        rule_id=rule.id,
        rule_version=rule.version,
        kind=kind,
        outcome=outcome,
        official_code=rule.official_code if kind is FindingKind.FINDING else None,
        law=rule.law.provision,
        text_zh=text_zh,
        text_en=text_en,
        values=values,
    )


def _assessment(law: LawOfTheDay, dossier: Dossier, findings: tuple[DecidedFinding, ...]) -> Assessment:
    outcome = decide(findings)
    return Assessment(
        outcome=outcome,
        book=law.book_hash,
        accepted_on=law.day,
        dutiable_value_cny=dossier.dutiable_value_cny,
        annual_reserved_cny=ZERO if outcome is Outcome.REFUSED else dossier.dutiable_value_cny,
        tax=dossier.tax,
        findings=findings,
    )


def _not_valued(law: LawOfTheDay, error: BaseException) -> Assessment:
    """A held parcel: its value and tax could not be computed, so no rule could be asked."""
    name = type(error).__name__
    crash = DecidedFinding(
        rule_id=VALUATION_ID,
        rule_version="1",
        kind=FindingKind.CRASHED,
        outcome=law.parameters.consequences.crashed,
        official_code=None,
        law=VALUATION_LAW,
        text_zh=f"完税价格和税款计算出错（{name}）",
        text_en=f"Dutiable value and tax could not be computed ({name})",
        values={},
    )
    return Assessment(
        outcome=crash.outcome,
        book=law.book_hash,
        accepted_on=law.day,
        dutiable_value_cny=ZERO,
        annual_reserved_cny=ZERO,
        tax=_NO_BILL,
        findings=(crash,),
    )
