"""Promise P6: nobody sees a value that another party filed, and personal values only masked."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import DecidedFinding, Outcome
from app.domain.masking import masked, shown
from app.languages import Language
from app.rules.explanation import RuleTrace
from app.rules.kernel import Law, Text
from app.rules.replay import ReplayResult
from app.schemas.answers import declaration_answer, explanation_answer
from app.schemas.visibility import HIDDEN, Sight, rendered, sight_of
from app.services.filings import Caller
from app.settings import Settings
from tests import builders
from tests.api.conftest import client_of
from tests.api.fakes import CALLERS, FakeServices, a_finding, a_view, an_assessment
from tests.api.test_reading_endpoints import Explained

OWN = {
    "platform": {"order"},
    "merchant": {"order"},
    "payment": {"payment"},
    "logistics": {"waybill"},
    "declarant": {"declaration"},
}
# Who is told which of the computed kinds of values.
COMPUTED = {
    "parameters": {"platform", "merchant", "payment", "logistics", "declarant"},
    "tax": {"platform", "merchant", "declarant"},
    "tables": {"declarant"},
    "tariff": {"declarant"},
    "facts": set(),
    "unheard_of": set(),
}
FIELDS = ["order_no", "amount_cny", "buyer_name", "payer_id_number", "consignee_telephone", "items.1.hs_code"]
PATHS = [f"{owner}.{field}" for owner in ("order", "payment", "waybill", "declaration") for field in FIELDS]
PATHS += [f"{kind}.something" for kind in COMPUTED]


def may_see(role: str, path: str) -> bool:
    owner = path.split(".", maxsplit=1)[0]
    return owner in OWN[role] or role in COMPUTED.get(owner, ())


def a_planted_finding(paths: list[str], outcome: Outcome, official_code: str | None) -> DecidedFinding:
    """A finding whose values are recognisable wherever they turn up."""
    values = {path: planted(path) for path in paths}
    text = " / ".join(f"{{{path}}}" for path in paths)
    return a_finding(outcome=outcome, official_code=official_code, values=values, text_zh=text, text_en=f"EN {text}")


def planted(path: str) -> str:
    return f"<<{path}>>"


def everything_told(role: str, finding: DecidedFinding, language: Language) -> str:
    """All that the door would say to one party: the declaration, and why."""
    assessment = an_assessment(finding, outcome=finding.outcome)
    view = a_view(assessment=assessment)
    trace = RuleTrace(
        rule_id="X-01",  # type: ignore[arg-type]
        rule_version="1",
        title=Text("题", "title"),
        law=Law("law"),
        result="finding",
        finding=finding,
        values=finding.values,
        complete=True,
    )
    explained = Explained(view, assessment, (trace,), ReplayResult(equal=True, same_book=True))
    answers = (
        declaration_answer(view, CALLERS[role], language),
        explanation_answer(explained, CALLERS[role], language),
    )
    return msgspec.json.encode(answers).decode()


@given(
    role=st.sampled_from(sorted(OWN)),
    paths=st.lists(st.sampled_from(PATHS), min_size=1, max_size=8, unique=True),
    outcome=st.sampled_from(Outcome),
    official_code=st.sampled_from([None, "1313"]),
    language=st.sampled_from(Language),
)
def test_no_answer_shows_a_value_that_another_party_filed(
    role: str, paths: list[str], outcome: Outcome, official_code: str | None, language: Language
) -> None:
    finding = a_planted_finding(paths, outcome, official_code)
    told = everything_told(role, finding, language)
    official = outcome is Outcome.REFUSED and official_code is not None
    for path in paths:
        if path.startswith("facts.") and official and role in COMPUTED["tax"]:
            continue  # the official text of a refusal carries limit figures
        assert (planted(path) in told) == (may_see(role, path) and shown(path, planted(path)) == planted(path)), path


@given(paths=st.lists(st.sampled_from(PATHS), min_size=1, max_size=8, unique=True))
def test_an_officer_sees_every_value_personal_ones_masked(paths: list[str]) -> None:
    finding = a_planted_finding(paths, Outcome.HELD, None)
    told = declaration_answer(a_view(assessment=an_assessment(finding)), CALLERS["officer"], Language.ZH)
    assert told.findings[0].values == {path: shown(path, planted(path)) for path in paths}
    assert HIDDEN not in told.findings[0].text


def test_a_party_in_several_roles_sees_what_belongs_to_each() -> None:
    view = a_view(declarant_code=builders.PLATFORM, payment_company_code=builders.PLATFORM)
    assert sight_of(CALLERS["platform"], view).documents == {"order", "payment", "declaration"}


def test_a_caller_with_no_part_in_the_declaration_sees_no_filed_value() -> None:
    stranger = Caller(key_id="x", party_code="9999999999", role="declarant", name="x")
    sight = sight_of(stranger, a_view())
    assert sight.documents == set()
    assert not sight.covers("order.order_no")
    assert not sight.covers("tax.total_cny")


def test_an_absent_code_is_nobodys() -> None:
    nobody = Caller(key_id="x", party_code="", role="merchant", name="x")
    assert sight_of(nobody, a_view(merchant_code=None)).documents == set()


def test_limit_figures_stand_in_the_official_text_of_a_refusal_but_not_among_the_values() -> None:
    text = "totalPrice：{facts.annual_total_cny} > limitPrice: {parameters.annual_cny}"
    values = {"facts.annual_total_cny": "26,114.44", "parameters.annual_cny": "26,000"}
    refused = a_finding(official_code="1313", values=values, text_zh=text)
    held = a_finding(official_code="1313", values=values, text_zh=text, outcome=Outcome.HELD)
    declarant = sight_of(CALLERS["declarant"], a_view())
    logistics = sight_of(CALLERS["logistics"], a_view())
    assert rendered(text, refused, declarant) == "totalPrice：26,114.44 > limitPrice: 26,000"
    assert rendered(text, held, declarant) == "totalPrice：… > limitPrice: 26,000"
    assert rendered(text, refused, logistics) == "totalPrice：… > limitPrice: 26,000"


def test_a_placeholder_without_a_value_is_hidden_and_values_are_not_read_as_placeholders() -> None:
    finding = a_finding(values={"order.order_no": "{order.note}", "order.note": "n"})
    sight = Sight(officer=True, documents=frozenset())
    assert rendered("{order.order_no} {order.none} {not a path}", finding, sight) == "{order.note} … {not a path}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("李", "***"),
        ("李明", "李***"),
        ("欧阳明", "欧***明"),
        ("13800000001", "138***01"),
        ("310104199003070122", "310***22"),
    ],
)
def test_personal_values_keep_their_ends_only(value: str, expected: str) -> None:
    assert masked(value) == expected


@pytest.mark.parametrize(
    ("path", "personal"),
    [
        ("order.buyer_name", True),
        ("order.buyer_id_number", True),
        ("order.buyer_id_type", False),
        ("order.buyer_account", True),
        ("payment.payer_telephone", True),
        ("waybill.consignee", True),
        ("waybill.consignee_address", True),
        ("declaration.consignee_address", True),
        ("order.platform_name", False),
        ("declaration.items.1.goods_name", False),
        ("facts.telephone_identities", False),
    ],
)
def test_which_values_are_personal(path: str, personal: bool) -> None:
    assert (shown(path, "abcdefghijklmn") != "abcdefghijklmn") == personal


CODES = {
    "platform_code": {"platform", "merchant", "payment", "declarant"},
    "merchant_code": {"platform", "merchant", "declarant"},
    "declarant_code": {"platform", "merchant", "declarant"},
    "logistics_code": {"logistics", "declarant"},
    "payment_company_code": {"platform", "merchant", "payment"},
    "waybill_no": {"logistics", "declarant"},
    "customs_code": {"platform", "merchant", "declarant"},
    "trade_mode": {"declarant"},
    "internal_no": {"platform", "merchant", "declarant"},
    "pre_no": {"platform", "merchant", "declarant"},
    "tax": {"platform", "merchant", "declarant"},
    "dutiable_value_cny": {"platform", "merchant", "declarant"},
}


@pytest.mark.parametrize("role", sorted(OWN))
async def test_names_and_numbers_are_cut_to_the_reader(role: str, services: FakeServices, settings: Settings) -> None:
    async with client_of(services, settings, role) as door:
        told: dict[str, Any] = (await door.get(f"/v1/declarations/{services.view.declaration_id}")).json()
        listed = (await door.get("/v1/declarations")).json()["declarations"]
    seen = {name for name in CODES if told[name] is not None}
    assert seen == {name for name, roles in CODES.items() if role in roles}
    assert listed == [told]
    if told["tax"]:
        assert (told["tax"]["items"][0]["hs_code"] is not None) == (role == "declarant")


async def test_an_officer_sees_all_names_and_numbers(services: FakeServices, settings: Settings) -> None:
    async with client_of(services, settings, "officer") as door:
        told = (await door.get(f"/v1/declarations/{services.view.declaration_id}")).json()
    assert all(told[name] is not None for name in CODES)


async def test_texts_come_in_the_language_of_the_reader(services: FakeServices, settings: Settings) -> None:
    services.view = a_view(assessment=an_assessment(a_finding()))
    path = f"/v1/declarations/{services.view.declaration_id}"
    async with client_of(services, settings) as door:
        zh = await door.get(path)
        en = await door.get(path, headers={"accept-language": "fr, en-GB;q=0.8, zh;q=0.5"})
    assert zh.json()["findings"][0]["text"] == "支付 … 元，订单 230.02 元"
    assert zh.headers["content-language"] == "zh-CN"
    assert en.json()["findings"][0]["text"] == "paid …, order 230.02"
    assert en.headers["content-language"] == "en"
