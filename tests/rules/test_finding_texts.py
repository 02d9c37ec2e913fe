"""The texts of all findings of all cases: every placeholder has its value, no personal value stands in a text."""

import re

import pytest

from app.domain.dossier import Dossier
from app.rules.kernel import Finding, Undetermined
from tests.rules.case_files import Case, cases_of, given_by, rule_ids
from tests.rules.law import book

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PATH = re.compile(
    r"(order|payment|waybill|declaration|facts|parameters|tax|tariff|positive_list|prohibited|law)(\.[a-z0-9_]+)+"
)
ALL_CASES = [
    pytest.param(rule_id, case, id=f"{rule_id}: {case.name}")
    for rule_id in rule_ids()
    for case in cases_of(rule_id)
    if case.outcome in ("finding", "undetermined")
]


@pytest.mark.parametrize(("rule_id", "case"), ALL_CASES)
def test_texts_name_their_values_and_hold_none(rule_id: str, case: Case) -> None:
    law = book().on(case.day)
    in_force = next(found for found in law.rules if found.rule.id == rule_id)
    given = given_by(case, law.parameters)
    result = in_force.apply(given.dossier, given.facts, given.parameters)
    assert isinstance(result, Finding | Undetermined)
    for path in result.values:
        assert PATH.fullmatch(path), f"{path} does not say whose value it is"
    if isinstance(result, Finding):
        for text in (result.text.zh, result.text.en):
            assert set(PLACEHOLDER.findall(text)) <= result.values.keys()
            for personal in _personal_values(given.dossier):
                assert personal not in text


def _personal_values(dossier: Dossier) -> set[str]:
    order, payment, waybill, declaration = dossier.order, dossier.payment, dossier.waybill, dossier.declaration
    return {
        order.buyer_name,
        order.buyer_telephone,
        order.buyer_id_number,
        order.consignee,
        order.consignee_telephone,
        order.consignee_address,
        payment.payer_name,
        payment.payer_id_number,
        waybill.consignee,
        waybill.consignee_telephone,
        waybill.consignee_address,
        declaration.buyer_name,
        declaration.buyer_telephone,
        declaration.buyer_id_number,
        declaration.consignee_address,
    }


def test_what_is_absent_is_named_without_empty_brackets() -> None:
    case = next(case for case in cases_of("DEC-14") if case.name == "one item without record number")
    law = book().on(case.day)
    in_force = next(found for found in law.rules if found.rule.id == "DEC-14")
    given = given_by(case, law.parameters)
    result = in_force.apply(given.dossier, given.facts, given.parameters)
    assert isinstance(result, Finding)
    assert result.text.en == "Wrong for a bonded import: no record number of item 2"
    assert result.text.zh == "保税进口填制不符合要求：缺少第 2 项账册备案料号"
