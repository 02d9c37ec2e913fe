"""The words of receipts."""

import pytest

from app.ceb import texts
from app.domain.decision import DecidedFinding, FindingKind, Outcome
from app.domain.lifecycle import Status


def a_finding(rule_id: str, text: str, *, code: str | None = None, **values: str) -> DecidedFinding:
    """A finding that refuses."""
    return DecidedFinding(
        rule_id=rule_id,
        rule_version="1",
        kind=FindingKind.FINDING,
        outcome=Outcome.REFUSED,
        official_code=code,
        law="测试",
        text_zh=text,
        text_en=text,
        values={name.replace("__", "."): value for name, value in values.items()},
    )


def test_official_texts_of_the_states() -> None:
    assert texts.declared("G").zh == "新增申报成功[G]"
    assert texts.STORED.zh == "[Code:1800;Desc:逻辑校验通过]"
    assert texts.decided(Outcome.RELEASED, ()).zh == "[Code:2600;Desc:放行]"
    assert texts.of_status(Status.HELD).zh == "[Code:1200;Desc:待人工审核]"
    assert texts.of_status(Status.INSPECTION).zh == "查验"
    assert texts.of_status(Status.CONCLUDED).zh == "海关审结"
    assert texts.of_status(Status.SUSPENDED).zh == "挂起"
    assert texts.of_status(Status.RETURNED).zh == "退运"


@pytest.mark.parametrize("status", list(Status))
def test_every_state_has_a_text_in_both_languages(status: Status) -> None:
    text = texts.of_status(status)
    assert text.zh
    assert text.en


def test_a_waiting_declaration_names_what_is_missing() -> None:
    text = texts.waiting("3101960P01", "3101960M01", "A1", ["payment"])
    assert text.zh == (
        "清单新增申报成功[电商企业编码：3101960M01订单编号：A1]; 对应电商平台为[3101960P01]订单号为[A1]支付信息不存在"
    )
    both = texts.waiting("3101960P01", "3101960M01", "A1", ["order", "waybill"])
    assert "订单信息不存在，运单信息不存在" in both.zh
    assert "its order has not been filed, its waybill has not been filed" in both.en


def test_findings_carry_their_official_code_or_rule_id_in_their_order() -> None:
    found = [a_finding("TRI-02", "…", code="1332"), a_finding("LIM-01", "完税价格超过单次限值")]
    assert texts.decided(Outcome.REFUSED, found).zh == (
        "[Code:1332;Desc:支付单支付金额与订单支付金额不一致],[Code:LIM-01;Desc:完税价格超过单次限值]"
    )


def test_the_annual_limit_carries_its_figures() -> None:
    rule_text = "订购人购买超过年度限额,超过个人年度购买额度;totalPrice：26,114.44 > limitPrice: 26,000;"
    refused = texts.decided(Outcome.REFUSED, [a_finding("LIM-02", rule_text, code="1313")])
    assert refused.zh == f"[Code:1313;Desc:{rule_text}]"


def test_held_and_inspected_parcels_say_so_first() -> None:
    found = [a_finding("RSK-01", "价格偏低")]
    assert texts.decided(Outcome.HELD, found).zh == "[Code:1200;Desc:待人工审核],[Code:RSK-01;Desc:价格偏低]"
    assert texts.decided(Outcome.INSPECTION, found).zh == "查验,[Code:RSK-01;Desc:价格偏低]"
    assert texts.decided(Outcome.INSPECTION, ()).zh == "查验"
    assert texts.decided(Outcome.REFUSED, ()).zh == "海关退单"


@pytest.mark.parametrize("whose", ["order", "payment", "waybill", "declaration", "facts", "unknown"])
def test_no_text_shows_a_value_that_a_party_filed_or_a_fact(whose: str) -> None:
    finding = a_finding("X-01", f"金额 {{{whose}.amount_cny}} 元", **{f"{whose}__amount_cny": "561.89"})
    text = texts.decided(Outcome.REFUSED, [finding])
    assert text.zh == text.en == "[Code:X-01;Desc:金额 … 元]"


def test_values_of_the_law_and_of_our_assessment_are_shown() -> None:
    finding = a_finding(
        "X-01", "{tax.total_cny} > {parameters.limit_cny}", tax__total_cny="12.50", parameters__limit_cny="5000"
    )
    assert texts.decided(Outcome.REFUSED, [finding]).zh == "[Code:X-01;Desc:12.50 > 5000]"


def test_a_text_of_many_findings_is_cut_between_them_and_says_how_many_are_left() -> None:
    found = [a_finding(f"X-{number:03}", "很长的说明" * 20) for number in range(20)]
    text = texts.decided(Outcome.REFUSED, found).zh
    assert len(text) <= texts.INFO_LENGTH
    kept = text.count("[Code:")
    assert text.endswith(f"],+{20 - kept}")
    assert text.count("[") == text.count("]") == kept


def test_a_single_endless_finding_is_cut_inside_its_brackets() -> None:
    text = texts.decided(Outcome.REFUSED, [a_finding("X-01", "长" * 5000)]).zh
    assert len(text) == texts.INFO_LENGTH
    assert text.endswith("…]")


def test_brackets_inside_a_description_do_not_break_the_form() -> None:
    text = texts.decided(Outcome.REFUSED, [a_finding("X-01", "第[1]项")]).zh
    assert text == "[Code:X-01;Desc:第【1】项]"


def test_an_undetermined_finding_never_borrows_the_official_text() -> None:
    finding = DecidedFinding(
        rule_id="TRI-02",
        rule_version="1",
        kind=FindingKind.UNDETERMINED,
        outcome=Outcome.HELD,
        official_code="1332",
        law="测试",
        text_zh="缺少 facts.payment_shared_with，无法判定",
        text_en="cannot be determined",
        values={},
    )
    assert "无法判定" in texts.decided(Outcome.HELD, [finding]).zh
