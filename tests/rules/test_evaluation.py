"""Assessing: every rule counts, the most severe decides, nothing unknown or broken releases."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import encode, encode_assessment
from app.domain.decision import FindingKind, Outcome
from app.rules import evaluation
from app.rules.evaluation import assess
from app.rules.kernel import NOT_APPLICABLE, PASSED, Crashed, Finding, NotApplicable, Passed, Text
from tests import builders
from tests.rules.law import book
from tests.rules.toys import a_doubt, a_finding, a_law, a_rule, raising

BROKEN_ANSWERS = [
    None,
    True,
    "passed",
    Finding(Text("发现", "Found"), {"order.x": Decimal(1)}),  # type: ignore[dict-item]
    Finding(Text("发现", "Found"), None),  # type: ignore[arg-type]
    Finding(None, {}),  # type: ignore[arg-type]
]
ERRORS = [
    ZeroDivisionError(),
    AttributeError("x"),
    RecursionError(),
    MemoryError(),
    AssertionError(),
    GeneratorExit(),
    SystemExit(1),
]


def test_a_parcel_without_findings_is_released_and_reserves_its_value() -> None:
    assessment = assess(a_law(a_rule("TOY-01")), builders.documents(), builders.facts())
    assert assessment.outcome is Outcome.RELEASED
    assert assessment.findings == ()
    assert assessment.dutiable_value_cny == assessment.annual_reserved_cny == Decimal("220.00")
    assert assessment.accepted_on == builders.ACCEPTED_ON


def test_the_most_severe_finding_decides_and_stands_first() -> None:
    law = a_law(
        a_rule("TOY-01", a_finding(), consequence=Outcome.HELD),
        a_rule("TOY-02", a_finding(), consequence=Outcome.REFUSED),
        a_rule("TOY-03", a_finding(), consequence=Outcome.INSPECTION),
        a_rule("TOY-04", a_finding(), consequence=Outcome.HELD),
    )
    assessment = assess(law, builders.documents(), builders.facts())
    assert assessment.outcome is Outcome.REFUSED
    assert [found.rule_id for found in assessment.findings] == ["TOY-02", "TOY-03", "TOY-01", "TOY-04"]


def test_a_refused_parcel_reserves_nothing_of_the_annual_limit() -> None:
    law = a_law(a_rule("TOY-01", a_finding(), consequence=Outcome.REFUSED))
    assessment = assess(law, builders.documents(), builders.facts())
    assert assessment.annual_reserved_cny == 0
    assert assessment.dutiable_value_cny == Decimal("220.00")


def test_a_finding_carries_rule_law_code_texts_and_values() -> None:
    law = a_law(a_rule("TOY-01", a_finding(order__actual_paid_cny=Decimal("561.9")), version="3"))
    (found,) = assess(law, builders.documents(), builders.facts()).findings
    assert (found.rule_id, found.rule_version, found.law, found.official_code) == ("TOY-01", "3", "toy law", "1332")
    assert (found.kind, found.text_zh, found.text_en) == (FindingKind.FINDING, "发现", "Found")
    assert found.values == {"order.actual_paid_cny": "561.90"}


def test_what_is_undetermined_goes_to_an_officer_whatever_the_rule_would_lead_to() -> None:
    for consequence in Outcome:
        law = a_law(a_rule("TOY-01", a_doubt("tariff.vat_rate_percent"), consequence=consequence))
        assessment = assess(law, builders.documents(), builders.facts())
        assert assessment.outcome is Outcome.HELD
        assert assessment.findings[0].kind is FindingKind.UNDETERMINED
        assert assessment.findings[0].text_zh.endswith("：缺少该商品的增值税税率，无法判定")
        assert assessment.findings[0].official_code is None


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_rule_that_raises_goes_to_an_officer_and_spoils_no_neighbour(error: BaseException) -> None:
    law = a_law(a_rule("TOY-01", raising(error)), a_rule("TOY-02", a_finding(), consequence=Outcome.INSPECTION))
    assessment = assess(law, builders.documents(), builders.facts())
    assert [found.rule_id for found in assessment.findings] == ["TOY-02", "TOY-01"]
    assert assessment.findings[1].kind is FindingKind.CRASHED
    assert assessment.findings[1].outcome is Outcome.HELD
    assert type(error).__name__ in assessment.findings[1].text_en


def test_the_message_of_an_exception_is_never_shown() -> None:
    law = a_law(a_rule("TOY-01", raising(ValueError(builders.IDENTITY))))
    assert builders.IDENTITY.encode() not in encode(assess(law, builders.documents(), builders.facts()))


def test_an_interrupt_is_not_a_crash_of_a_rule() -> None:
    with pytest.raises(KeyboardInterrupt):
        assess(a_law(a_rule("TOY-01", raising(KeyboardInterrupt()))), builders.documents(), builders.facts())


@pytest.mark.parametrize("answer", BROKEN_ANSWERS, ids=repr)
def test_an_answer_that_is_no_result_is_a_crash(answer: object) -> None:
    assessment = assess(a_law(a_rule("TOY-01", answer)), builders.documents(), builders.facts())
    assert assessment.outcome is Outcome.HELD
    assert assessment.findings[0].kind is FindingKind.CRASHED
    encode_assessment(assessment)


def test_a_new_passed_is_as_good_as_the_shared_one() -> None:
    law = a_law(a_rule("TOY-01", lambda *_: Passed()), a_rule("TOY-02", lambda *_: NotApplicable()))
    assert assess(law, builders.documents(), builders.facts()).outcome is Outcome.RELEASED


def test_a_valuation_that_raises_holds_the_parcel_and_reserves_what_can_be_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluation, "build_dossier", raising(ArithmeticError("x")))
    assessment = assess(a_law(a_rule("TOY-01")), builders.documents(), builders.facts())
    assert assessment.outcome is Outcome.HELD
    assert [(found.rule_id, found.kind) for found in assessment.findings] == [("VAL-00", FindingKind.CRASHED)]
    assert assessment.annual_reserved_cny == Decimal("220.00")
    assert assessment.tax.items == ()


def test_amounts_that_cannot_be_added_up_hold_the_parcel() -> None:
    order = builders.an_order(goods_value_cny=None)
    assessment = assess(a_law(a_rule("TOY-01")), builders.documents(order=order), builders.facts())
    assert (assessment.outcome, assessment.annual_reserved_cny) == (Outcome.HELD, Decimal(0))


def test_the_order_of_rules_does_not_matter() -> None:
    rules = [
        a_rule("TOY-01", a_finding()),
        a_rule("TOY-02", a_finding(), consequence=Outcome.REFUSED),
        a_rule("TOY-03", a_doubt()),
        a_rule("TOY-04", raising(KeyError("x"))),
    ]
    law = a_law(*rules)
    seen = set()
    for order in permutations(law.rules):
        shuffled = type(law)(law.day, law.book_hash, order, law.parameters)
        seen.add(encode_assessment(assess(shuffled, builders.documents(), builders.facts())))
    assert len(seen) == 1


ANSWERS = st.sampled_from([PASSED, NOT_APPLICABLE, a_finding(), a_doubt(), Crashed("KeyError"), raising(KeyError("x"))])


@given(st.lists(st.tuples(ANSWERS, st.sampled_from(Outcome)), max_size=6))
def test_a_parcel_is_released_only_when_every_rule_said_so(answers: list[tuple[object, Outcome]]) -> None:
    rules = [a_rule(f"TOY-{index:02}", answer, consequence=led) for index, (answer, led) in enumerate(answers)]
    outcome = assess(a_law(*rules), builders.documents(), builders.facts()).outcome
    quiet = [
        answer is PASSED or answer is NOT_APPLICABLE or (isinstance(answer, Finding) and led is Outcome.RELEASED)
        for answer, led in answers
    ]
    assert (outcome is Outcome.RELEASED) == all(quiet)


def test_no_rule_changes_what_it_reads() -> None:
    documents, facts = builders.documents(), builders.facts()
    before = encode(documents), encode(facts)
    law = book().on(builders.ACCEPTED_ON)
    parameters = law.parameters
    assess(law, documents, facts)
    assert (encode(documents), encode(facts)) == before
    assert book().on(builders.ACCEPTED_ON).parameters is parameters
