"""Reading, listing, explaining and acting over JSON: what the services are asked, and what is answered."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import msgspec
import pytest

from app.domain.decision import Assessment, Outcome
from app.domain.lifecycle import Status
from app.errors import Conflict, Malformed, Problem
from app.rules.explanation import RuleTrace
from app.rules.kernel import Law, Text
from app.rules.replay import ReplayResult, RuleDifference
from app.services.filings import DeclarationFilter, DeclarationView, OfficerAction
from app.settings import Settings
from tests import builders
from tests.api import bodies
from tests.api.conftest import client_of
from tests.api.fakes import FakeServices, a_finding, a_view, an_assessment

SHANGHAI_OFFSET = timedelta(hours=8)
AN_IDENTITY_NUMBER = builders.an_identity_number()


async def test_a_declaration_is_read_by_its_id(door: httpx.AsyncClient, services: FakeServices) -> None:
    declaration_id = services.view.declaration_id
    answer = await door.get(f"/v1/declarations/{declaration_id}")
    assert answer.status_code == 200
    told = answer.json()
    assert told["declaration_id"] == str(declaration_id)
    assert "documents" not in told
    assert told["links"]["explanation"] == f"/v1/declarations/{declaration_id}/explanation"


async def test_tax_that_could_not_be_assessed_is_null_and_not_zero(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    assessment = an_assessment(outcome=Outcome.HELD)
    known = assessment.tax.items[0]
    unknown = msgspec.structs.replace(known, line_no=2, vat_cny=Decimal(0), missing=("tariff.line",))
    bill = msgspec.structs.replace(assessment.tax, items=(known, unknown))
    services.view = a_view(assessment=msgspec.structs.replace(assessment, tax=bill))
    tax = (await door.get(f"/v1/declarations/{services.view.declaration_id}")).json()["tax"]
    assert [tax[name] for name in ("duty_cny", "consumption_tax_cny", "vat_cny", "total_cny")] == [None] * 4
    assert [item["total_cny"] for item in tax["items"]] == ["20.02", None]
    assert tax["items"][1]["missing"] == ["tariff.line"]


@pytest.mark.parametrize("declaration_id", ["5b1f6c1e-6a53-4c2f-9d8e-0c7b5a4f3e21", "1", "%00", "x" * 500])
async def test_an_unknown_id_is_not_found(declaration_id: str, door: httpx.AsyncClient) -> None:
    answer = await door.get(f"/v1/declarations/{declaration_id}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_a_list_passes_every_filter(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.next_cursor = "abc"
    query = {
        "order_no": "PF1",
        "waybill_no": "SF1",
        "platform_code": "P",
        "customs_code": "2244",
        "trade_mode": "9610",
        "status": "held",
        "outcome": "held",
        "accepted_from": "2024-06-18",
        "accepted_to": "2024-06-18",
        "cursor": "xyz",
        "limit": "7",
    }
    answer = await door.get("/v1/declarations", params=query)
    assert answer.status_code == 200
    assert answer.json()["next_cursor"] == "abc"
    assert len(answer.json()["declarations"]) == 1
    first_instant = datetime(2024, 6, 18, tzinfo=UTC) - SHANGHAI_OFFSET
    assert services.calls[0][2:] == (
        DeclarationFilter(
            order_no="PF1",
            waybill_no="SF1",
            platform_code="P",
            customs_code="2244",
            trade_mode="9610",
            status=Status.HELD,
            outcome=Outcome.HELD,
            accepted_from=first_instant,
            accepted_to=first_instant + timedelta(days=1, microseconds=-1),
        ),
        "xyz",
        7,
    )


async def test_a_list_without_parameters_has_a_default_length(door: httpx.AsyncClient, services: FakeServices) -> None:
    await door.get("/v1/declarations")
    assert services.calls[0][2:] == (DeclarationFilter(), None, 50)


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("ordr_no=1", "/ordr_no", "unknown_parameter"),
        ("limit=0", "/limit", "invalid_parameter"),
        ("limit=201", "/limit", "invalid_parameter"),
        ("limit=1999", "/limit", "invalid_parameter"),
        ("limit=0000000011", "/limit", "invalid_parameter"),
        ("limit=1e1", "/limit", "invalid_parameter"),
        ("limit=%EF%BC%91", "/limit", "invalid_parameter"),
        ("limit=1&limit=2", "/limit", "repeated_parameter"),
        ("status=collecting", "/status", "invalid_parameter"),
        ("status=300", "/status", "invalid_parameter"),
        ("outcome=maybe", "/outcome", "invalid_parameter"),
        ("order_no=", "/order_no", "invalid_parameter"),
        ("order_no=%00", "/order_no", "invalid_parameter"),
        ("order_no=" + "x" * 61, "/order_no", "invalid_parameter"),
        ("order_no=%ff", "", "malformed_query"),
        ("order_no=%ED%A0%80", "", "malformed_query"),
        ("accepted_from=yesterday", "/accepted_from", "invalid_parameter"),
        ("accepted_from=2024-06-18T10:00:00", "/accepted_from", "invalid_parameter"),
        ("accepted_to=2024-02-30", "/accepted_to", "invalid_parameter"),
        ("cursor=%C3%A9", "/cursor", "invalid_parameter"),
        ("&".join(f"a{number}=1" for number in range(60)), "", "malformed_query"),
    ],
)
async def test_a_query_that_cannot_be_meant_is_refused(
    query: str, pointer: str, code: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    answer = await door.get(f"/v1/declarations?{query}")
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert services.calls == []


async def test_all_faults_of_a_query_are_listed(door: httpx.AsyncClient) -> None:
    answer = await door.get("/v1/declarations?limit=x&status=x&nothing=1")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/limit", "/status", "/nothing"]


async def test_a_foreign_cursor_is_refused_by_the_service(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.failure = Malformed("begin without one", problems=(Problem("/cursor", "bad_cursor", "无效", "invalid"),))
    answer = await door.get("/v1/declarations?cursor=zzz")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "bad_cursor"


class Explained(msgspec.Struct, frozen=True):
    view: DeclarationView
    assessment: Assessment
    traces: tuple[RuleTrace, ...]
    replay: ReplayResult


def an_explanation() -> Explained:
    finding = a_finding()
    assessment = an_assessment(finding, outcome=Outcome.REFUSED)
    passed = RuleTrace(
        rule_id="LIM-01",  # type: ignore[arg-type]
        rule_version="1",
        title=Text("单次交易限值", "Single limit"),
        law=Law("财关税〔2018〕49号 一"),
        result="passed",
        finding=None,
        values={"parameters.limits.single_cny": "5000", "facts.annual_used_cny": "20000", "order.order_no": "PF"},
        complete=True,
    )
    failed = msgspec.structs.replace(passed, rule_id="PAY-01", result="finding", finding=finding, values=finding.values)
    replay = ReplayResult(equal=False, same_book=False, rules=(RuleDifference("LIM-01", None, None),), fields=("tax",))
    return Explained(a_view(assessment=assessment), assessment, (passed, failed), replay)


async def test_an_explanation_names_every_rule_and_what_replay_found(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.explained = an_explanation()
    path = f"/v1/declarations/{services.view.declaration_id}/explanation"
    told = (await door.get(path, headers={"accept-language": "en"})).json()
    assert told["replay"] == {
        "equal": False,
        "same_book": False,
        "differing_rules": ["LIM-01"],
        "differing_fields": ["tax"],
    }
    passed, failed = told["rules"]
    assert (passed["result"], passed["title"], passed["outcome"]) == ("passed", "Single limit", None)
    assert passed["values"] == {"parameters.limits.single_cny": "5000", "order.order_no": "PF"}
    assert (failed["outcome"], failed["text"]) == ("refused", "paid …, order 230.02")


async def test_a_declarant_withdraws_with_a_reason(services: FakeServices, settings: Settings) -> None:
    path = f"/v1/declarations/{services.view.declaration_id}/cancel"
    clock = {"tongguan-clock": "2024-06-19T00:00:00Z"}
    async with client_of(services, settings, "declarant") as door:
        answer = await door.post(path, content=bodies.encoded({"reason": "买家取消"}), headers=clock)
    assert answer.status_code == 200
    _, caller, declaration_id, reason, at = services.calls[0]
    assert (caller.role, declaration_id, reason) == ("declarant", services.view.declaration_id, "买家取消")
    assert at == datetime(2024, 6, 19, tzinfo=UTC)


@pytest.mark.parametrize("action", ["release", "refuse", "inspect"])
async def test_an_officer_decides_with_a_reason(action: str, services: FakeServices, settings: Settings) -> None:
    path = f"/v1/declarations/{services.view.declaration_id}/decision"
    async with client_of(services, settings, "officer") as door:
        answer = await door.post(path, content=bodies.encoded({"action": action, "reason": "核对一致"}))
    assert answer.status_code == 200
    assert services.calls[0][3:5] == (OfficerAction(action), "核对一致")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("/action", "missing_field"), ("/reason", "missing_field")]),
        ({"action": "free", "reason": ""}, [("/action", "not_one_of"), ("/reason", "empty")]),
        ({"action": "release", "reason": "x" * 1001}, [("/reason", "too_long")]),
        ({"action": "release", "reason": " \u3000\t"}, [("/reason", "empty")]),
        ({"action": "refuse", "reason": f"buyer is {AN_IDENTITY_NUMBER}"}, [("/reason", "identity_number")]),
        ({"action": "refuse", "reason": "call 138-0013-8000"}, [("/reason", "telephone")]),
        ({"action": "release", "reason": "x", "by": "me"}, [("/by", "unknown_field")]),
    ],
)
async def test_a_decision_without_reason_or_sense_is_refused(
    body: object, errors: list[tuple[str, str]], services: FakeServices, settings: Settings
) -> None:
    path = f"/v1/declarations/{services.view.declaration_id}/decision"
    async with client_of(services, settings, "officer") as door:
        answer = await door.post(path, content=bodies.encoded(body))
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == errors
    assert services.calls == []


async def test_a_party_decides_nothing_and_an_officer_withdraws_nothing(
    services: FakeServices, settings: Settings
) -> None:
    base = f"/v1/declarations/{services.view.declaration_id}"
    async with client_of(services, settings, "declarant") as door:
        answer = await door.post(f"{base}/decision", content=bodies.encoded({"action": "release", "reason": "x"}))
        assert answer.status_code == 403
    async with client_of(services, settings, "officer") as door:
        assert (await door.post(f"{base}/cancel", content=bodies.encoded({"reason": "x"}))).status_code == 403
    assert services.calls == []


async def test_the_officer_who_comes_second_gets_a_conflict(services: FakeServices, settings: Settings) -> None:
    services.failure = Conflict("The declaration is released; an officer may release only what is held.")
    path = f"/v1/declarations/{services.view.declaration_id}/decision"
    async with client_of(services, settings, "officer") as door:
        answer = await door.post(path, content=bodies.encoded({"action": "release", "reason": "x"}))
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
