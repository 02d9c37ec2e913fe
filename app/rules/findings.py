"""What the result of one rule means for the decision: a `DecidedFinding` with consequence, law and both texts."""

from typing import Final

from app.domain.decision import DecidedFinding, FindingKind, Outcome
from app.rules.kernel import Crashed, Finding, NotApplicable, Passed, Result, Rule, Text, Undetermined
from app.rules.missing_words import missing_words
from app.rules.rulebook import LawOfTheDay, RuleInForce

# What a crash of the valuation itself is reported under; no rule of the catalogue may have this id.
VALUATION_ID: Final = "VAL-00"
_VALUATION_LAW: Final = "财关税〔2016〕18号 三"
_NOT_A_RESULT: Final = Crashed("NotAResult")


def checked(result: object) -> Result:
    """The result as it is, or a crash where a rule (of a pack) answered something else."""
    if not isinstance(result, Result):
        return _NOT_A_RESULT
    if isinstance(result, Finding | Undetermined) and not _is_all_text(result):
        return _NOT_A_RESULT
    return result


def decided_finding(law: LawOfTheDay, in_force: RuleInForce, result: Result) -> DecidedFinding | None:
    """What a result leads to on that day; None for a rule that passed or does not apply."""
    match result:
        case Passed() | NotApplicable():
            return None
        case Finding():
            return _found(in_force, result)
        case Undetermined():
            return _undetermined(law, in_force, result)
        case Crashed():
            return _crashed(law, in_force, result)


def valuation_crashed(law: LawOfTheDay, error: BaseException) -> DecidedFinding:
    """Dutiable value and tax could not be computed, so no rule could be asked."""
    name = type(error).__name__
    return DecidedFinding(
        rule_id=VALUATION_ID,
        rule_version="1",
        kind=FindingKind.CRASHED,
        outcome=law.parameters.consequences.crashed,
        official_code=None,
        law=_VALUATION_LAW,
        text_zh=f"完税价格和税款计算出错（{name}）",
        text_en=f"Dutiable value and tax could not be computed ({name})",
        values={},
    )


def by_severity(finding: DecidedFinding) -> tuple[int, str]:
    """The order of findings: most severe first, then by rule id."""
    return -finding.outcome, finding.rule_id


def _found(in_force: RuleInForce, result: Finding) -> DecidedFinding:
    rule = in_force.rule
    return _decided(
        in_force,
        FindingKind.FINDING,
        in_force.outcome,
        texts=(result.text.zh, result.text.en),
        values=result.values,
        official_code=rule.official_code,
    )


def _undetermined(law: LawOfTheDay, in_force: RuleInForce, result: Undetermined) -> DecidedFinding:
    title, missing = _told(in_force.rule), missing_words(result.missing)
    texts = (f"{title.zh}：缺少{missing.zh}，无法判定", f"{title.en}: cannot be determined without {missing.en}")
    outcome = law.parameters.consequences.undetermined
    return _decided(in_force, FindingKind.UNDETERMINED, outcome, texts=texts, values=result.values)


def _crashed(law: LawOfTheDay, in_force: RuleInForce, result: Crashed) -> DecidedFinding:
    title = _told(in_force.rule)
    texts = (f"{title.zh}：规则运行出错（{result.error}）", f"{title.en}: the rule failed ({result.error})")
    return _decided(in_force, FindingKind.CRASHED, law.parameters.consequences.crashed, texts=texts, values={})


def _told(rule: Rule) -> Text:
    """What a rule is called in a finding, which parties read: how officers call a risk profile is theirs alone."""
    return Text(f"风险布控 {rule.id}", f"Risk profile {rule.id}") if rule.definition else rule.title


def _decided(
    in_force: RuleInForce,
    kind: FindingKind,
    outcome: Outcome,
    *,
    texts: tuple[str, str],
    values: dict[str, str],
    official_code: str | None = None,
) -> DecidedFinding:
    rule = in_force.rule
    return DecidedFinding(
        rule_id=rule.id,
        rule_version=rule.version,
        kind=kind,
        outcome=outcome,
        official_code=official_code,
        law=rule.law.provision,
        text_zh=texts[0],
        text_en=texts[1],
        values=dict(values),
    )


def _is_all_text(result: Finding | Undetermined) -> bool:
    # Structs do not check types when they are made; what is no text could not be stored later.
    texts = (result.text.zh, result.text.en) if isinstance(result, Finding) else result.missing
    return all(isinstance(text, str) for text in (*texts, *result.values, *result.values.values()))
