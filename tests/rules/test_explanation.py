"""Explaining a decision: every rule with the values it read, with the answer of the real run."""

from decimal import Decimal

import pytest

from app.domain.decision import Outcome
from app.domain.dossier import Dossier, OrderItem
from app.domain.facts import Facts
from app.rules import explanation
from app.rules.explanation import RuleTrace, explain
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result
from app.rules.parameters import Parameters
from tests import builders
from tests.rules.toys import a_doubt, a_finding, a_law, a_rule, raising


def trace_of(answer: object) -> RuleTrace:
    (trace,) = explain(a_law(a_rule("TOY-01", answer)), builders.documents(), builders.facts())
    return trace


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (PASSED, "passed"),
        (NOT_APPLICABLE, "not_applicable"),
        (a_finding(), "finding"),
        (a_doubt(), "undetermined"),
        (raising(KeyError("x")), "crashed"),
        (None, "crashed"),
    ],
)
def test_a_trace_says_what_the_rule_answered(answer: object, word: str) -> None:
    trace = trace_of(answer)
    assert (trace.rule_id, trace.result, trace.complete) == ("TOY-01", word, True)
    assert (trace.finding is None) == (word in ("passed", "not_applicable"))


def test_a_trace_holds_the_values_that_were_read_and_no_others() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        limit_cny = parameters.limits.single_transaction_cny
        if limit_cny is None or facts.annual_used_cny is None:
            return a_doubt()
        if dossier.order.actual_paid_cny + facts.annual_used_cny > limit_cny:
            return a_finding(order__note=dossier.order.note)
        return PASSED if dossier.dutiable_value_cny <= limit_cny else NOT_APPLICABLE

    assert trace_of(reading).values == {
        "parameters.limits.single_transaction_cny": "5000.00",
        "facts.annual_used_cny": "0.00",
        "order.actual_paid_cny": "230.02",
        "tax.dutiable_value_cny": "220.00",
    }


def test_elements_are_counted_from_one_and_only_those_that_were_looked_at_are_shown() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        assert dossier.declaration.items[-1].hs_code == "3305100090"
        assert [item.line_no for item in dossier.order.items[1:]] == [2]
        assert len(dossier.order.items) == 2
        return PASSED

    assert trace_of(reading).values == {
        "declaration.items": "2",
        "declaration.items.2.hs_code": "3305100090",
        "order.items": "2",
        "order.items.2.line_no": "2",
    }


def test_tables_are_shown_with_what_they_were_asked() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        line = parameters.tables.tariff_line("3305100090")
        assert line is not None
        assert line.vat_rate_percent == 13
        assert parameters.tables.tariff_line("9999999999") is None
        return PASSED

    assert trace_of(reading).values == {
        "tables.tariff_line.3305100090.vat_rate_percent": "13.00",
        "tables.tariff_line.9999999999": "",
    }


def test_parties_are_shown_by_role_and_code() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        standing = facts.party("platform", dossier.order.platform_code)
        assert standing is not None
        assert standing.registered
        return PASSED

    assert trace_of(reading).values == {
        "order.platform_code": builders.PLATFORM,
        f"facts.party.platform.{builders.PLATFORM}.registered": "true",
    }


def test_stand_ins_look_like_what_they_stand_for() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        first, again = dossier.order.items[0], dossier.order.items[0]
        assert isinstance(first, OrderItem)
        assert isinstance(dossier.order.items, tuple)
        assert first == again == builders.an_order_item()
        assert {first: 1}[builders.an_order_item()] == 1
        assert builders.an_order_item() in dossier.order.items
        assert str(first) == str(builders.an_order_item())
        assert dossier.tax.missing == ()
        match first:
            case OrderItem(line_no=line_no):
                assert line_no == 1
        return PASSED

    assert trace_of(reading).complete


def test_a_rule_that_notices_the_stand_ins_keeps_its_real_answer_and_says_so() -> None:
    def suspicious(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        return PASSED if type(dossier) is Dossier else a_finding()

    trace = trace_of(suspicious)
    assert (trace.result, trace.complete) == ("passed", False)


def test_the_consequence_of_the_day_stands_in_the_trace() -> None:
    law = a_law(a_rule("TOY-01", a_finding(), consequence="triple_check"))
    (trace,) = explain(law, builders.documents(), builders.facts())
    assert trace.finding is not None
    assert trace.finding.outcome is Outcome.REFUSED


def test_a_valuation_that_raised_is_the_whole_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explanation, "build_dossier", raising(ArithmeticError()))
    (trace,) = explain(a_law(a_rule("TOY-01")), builders.documents(), builders.facts())
    assert (trace.rule_id, trace.result) == ("VAL-00", "crashed")


def test_a_trace_shows_decimals_in_their_one_form() -> None:
    def reading(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        assert dossier.order.goods_value_cny
        return PASSED

    order = builders.an_order(goods_value_cny=Decimal("205.00000"))
    law = a_law(a_rule("TOY-01", reading))
    (trace,) = explain(law, builders.documents(order=order), builders.facts())
    assert trace.values == {"order.goods_value_cny": "205.00"}
