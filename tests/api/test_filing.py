"""Filing over JSON: what reaches the intake, and how its results are answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from app.domain.dossier import Order
from app.domain.lifecycle import Status
from app.errors import Forbidden, Problem, Unavailable
from app.services.clearance.admission import Admission
from app.services.filings import DocumentKind, DocumentState, Door
from app.settings import Settings
from tests import builders
from tests.api import bodies
from tests.api.conftest import client_of, with_limits
from tests.api.fakes import BOOK, FakeServices, a_filing, a_view

ALONE = {
    "/v1/orders": (bodies.an_order_tree, builders.an_order()),
    "/v1/payments": (bodies.a_payment_tree, builders.a_payment()),
    "/v1/waybills": (bodies.a_waybill_tree, builders.a_waybill()),
}


async def test_a_dossier_reaches_the_intake_with_its_bytes_and_is_answered(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    content = b" " + bodies.encoded(bodies.a_dossier_tree()) + b"\n"
    answer = await door.post("/v1/declarations", content=content)
    assert answer.status_code == 201
    (submission,) = services.filed
    assert submission.content == content
    assert submission.door is Door.JSON
    assert submission.caller.role == "platform"
    assert submission.documents == (
        builders.an_order(),
        builders.a_payment(),
        builders.a_waybill(),
        builders.a_declaration(transmitted_by=None),
    )
    told = answer.json()
    assert answer.headers["location"] == f"/v1/declarations/{told['declaration_id']}"
    assert answer.headers["content-language"] == "zh-CN"
    assert (told["status"], told["outcome"], told["rule_book"]) == ("released", "released", BOOK)
    assert told["tax"]["total_cny"] == "20.02"
    assert told["accepted_on"] == "2024-06-18"
    assert told["accepted_at"] == "2024-06-18T10:00:00+08:00"
    assert [each["kind"] for each in told["documents"]] == ["order", "payment", "waybill", "declaration"]


async def test_a_declaration_alone_refers_to_documents_filed_before(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.view = a_view(assessment=None, status=Status.WAITING, missing_documents=("payment", "waybill"))
    answer = await door.post("/v1/declarations", content=bodies.encoded({"declaration": bodies.a_declaration_tree()}))
    told = answer.json()
    assert (told["status"], told["outcome"], told["tax"], told["findings"]) == ("waiting", None, None, [])
    assert told["missing_documents"] == ["payment", "waybill"]


@pytest.mark.parametrize("path", [*ALONE])
async def test_each_document_can_be_filed_alone(path: str, door: httpx.AsyncClient, services: FakeServices) -> None:
    tree, document = ALONE[path]
    answer = await door.post(path, content=bodies.encoded(tree()))
    assert answer.status_code == 201
    assert services.filed[0].documents == (document,)
    assert answer.json()["documents"][0]["state"] == "stored"


async def test_what_is_here_already_is_answered_with_200(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.answers = [a_filing(DocumentKind.DECLARATION, view=a_view(), state=DocumentState.UNCHANGED)]
    answer = await door.post("/v1/declarations", content=bodies.encoded(bodies.a_dossier_tree()))
    assert answer.status_code == 200


async def test_a_dossier_without_its_declaration_is_refused(door: httpx.AsyncClient, services: FakeServices) -> None:
    answer = await door.post("/v1/declarations", content=bodies.encoded({"order": bodies.an_order_tree()}))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/declaration", "code": "missing_field", "message": "缺少必填字段"}]
    assert services.filed == []


async def test_a_rejected_document_is_a_conflict_with_its_official_code(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    stored = a_filing(DocumentKind.ORDER, view=a_view()).documents
    rejected = a_filing(DocumentKind.DECLARATION, view=None, state=DocumentState.REJECTED, status="-621002").documents
    services.answers = [a_filing(view=a_view())]
    services.answers = [type(services.answers[0])(documents=stored + rejected, declaration=a_view())]  # type: ignore[call-arg]
    answer = await door.post(
        "/v1/declarations",
        content=bodies.encoded(bodies.a_dossier_tree()),
        headers={"accept-language": "en"},
    )
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "document_rejected"
    assert told["errors"] == [{"pointer": "/declaration", "code": "-621002", "message": "English"}]
    assert [each["state"] for each in told["documents"]] == ["stored", "rejected"]


@pytest.mark.parametrize(
    ("path", "kind", "tree", "pointer"),
    [
        ("/v1/declarations", DocumentKind.DECLARATION, {"declaration": bodies.a_declaration_tree()}, "/declaration"),
        ("/v1/orders", DocumentKind.ORDER, bodies.an_order_tree(), ""),
    ],
)
async def test_a_rejected_document_is_pointed_at_where_it_stands(
    path: str, kind: DocumentKind, tree: Any, pointer: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.answers = [a_filing(kind, view=None, state=DocumentState.REJECTED, status="-301011")]
    answer = await door.post(path, content=bodies.encoded(tree))
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "kind", "tree", "status", "pointer"),
    [
        ("/v1/orders", DocumentKind.ORDER, bodies.an_order_tree(), "-301008", "/filed_at"),
        ("/v1/declarations", DocumentKind.PAYMENT, bodies.a_dossier_tree(), "-401009", "/payment/filed_at"),
    ],
)
async def test_a_time_too_far_ahead_is_pointed_at_by_its_name_here(
    path: str, kind: DocumentKind, tree: Any, status: str, pointer: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    order = a_filing(DocumentKind.ORDER, view=None) if kind is not DocumentKind.ORDER else None
    rejected = a_filing(kind, view=None, state=DocumentState.REJECTED, status=status)
    documents = (order.documents if order else ()) + rejected.documents
    services.answers = [msgspec.structs.replace(rejected, documents=documents)]
    answer = await door.post(path, content=bodies.encoded(tree), headers={"accept-language": "en"})
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, status)
    assert "over 10 minutes ahead" in error["message"]


async def test_foreign_documents_are_forbidden_with_their_pointers(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    problem = Problem(pointer="/payment", code="no_mandate", zh="无委托", en="no mandate")
    services.answers = [Forbidden("Ask the party.", problems=(problem,))]
    answer = await door.post("/v1/declarations", content=bodies.encoded(bodies.a_dossier_tree()))
    assert answer.status_code == 403
    assert answer.json()["errors"] == [{"pointer": "/payment", "code": "no_mandate", "message": "无委托"}]


async def test_an_officer_files_nothing(services: FakeServices, settings: Settings) -> None:
    async with client_of(services, settings, "officer") as door:
        answer = await door.post("/v1/declarations", content=bodies.encoded(bodies.a_dossier_tree()))
    assert answer.status_code == 403
    assert services.filed == []


async def test_the_test_clock_sets_the_instant_and_the_default_time(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    tree = bodies.a_dossier_tree()
    del tree["order"]["filed_at"]
    clock = {"tongguan-clock": "2024-06-17T16:30:00Z"}
    await door.post("/v1/declarations", content=bodies.encoded(tree), headers=clock)
    (submission,) = services.filed
    assert submission.at == datetime(2024, 6, 17, 16, 30, tzinfo=UTC)
    assert submission.filed_at_default == "20240618003000"
    assert submission.documents[0].filed_at == "20240618003000"
    assert submission.documents[1].filed_at == "20240618093000"


@pytest.mark.parametrize(("allowed", "given"), [(False, "2024-06-17T16:30:00Z"), (True, "2024-06-17"), (True, "now")])
async def test_the_test_clock_is_refused_where_it_is_off_or_unreadable(
    allowed: bool, given: str, services: FakeServices, settings: Settings
) -> None:
    settings = settings if allowed else Settings()
    async with client_of(services, settings) as door:
        answer = await door.post("/v1/declarations", content=b"{}", headers={"tongguan-clock": given})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/Tongguan-Clock"


# ------------------------------------------------------------------------------------------------------------- batches
def a_batch(*elements: bytes, between: bytes = b",") -> bytes:
    return b'{"declarations":[' + between.join(elements) + b"]}"


GOOD = bodies.encoded(bodies.a_dossier_tree())


async def test_a_batch_gives_one_result_each_in_order_and_one_bad_one_spoils_no_other(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    deep = b"[" * 200 + b"]" * 200
    elements = [
        GOOD,
        b"{}",
        GOOD,
        b"5",
        b'{"declaration":"\\ud800"}',
        deep,
        b'{"declaration":NaN}',
        b'"\xc9\xcf"',
        GOOD,
    ]
    services.answers = [
        a_filing(DocumentKind.DECLARATION, view=a_view()),
        Forbidden("Ask the party."),
        a_filing(DocumentKind.DECLARATION, view=a_view(), state=DocumentState.UNCHANGED),
    ]
    answer = await door.post("/v1/declarations/batch", content=a_batch(*elements, between=b" ,\n "))
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 422, 403, 422, 422, 422, 422, 422, 200]
    assert results[0]["body"]["status"] == "released"
    assert results[1]["problem"]["errors"][0]["pointer"] == "/declaration"
    assert [each.content for each in services.filed] == [GOOD, GOOD, GOOD]


async def test_a_failure_of_one_filing_in_a_batch_is_its_own(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.answers = [RuntimeError("secret"), Unavailable("later"), a_filing(DocumentKind.DECLARATION, view=a_view())]
    answer = await door.post("/v1/declarations/batch", content=a_batch(GOOD, GOOD, GOOD))
    assert [each["status"] for each in answer.json()["results"]] == [500, 503, 201]
    assert "secret" not in answer.text


async def test_an_element_larger_than_a_single_body_is_refused_alone(
    services: FakeServices, settings: Settings
) -> None:
    large = bodies.encoded(bodies.a_dossier_tree() | {"x": "y" * 8000})
    async with client_of(services, with_limits(settings, single_body_limit_bytes=8000)) as door:
        answer = await door.post("/v1/declarations/batch", content=a_batch(large, GOOD))
    assert [each["status"] for each in answer.json()["results"]] == [413, 201]


@pytest.mark.parametrize(
    ("content", "code", "pointer"),
    [
        (b"", "body_empty", ""),
        (b'{"declarations":[{}', "json_syntax", ""),
        (b'{"declarations":[nul]}', "json_syntax", ""),
        (b'{"declarations":["\\ud800",NaN,nul]}', "json_syntax", ""),
        (b'{"declarations":["\\ud800"],"x":1}', "unknown_field", ""),
        (b'{"x":"\\ud800"}', "unknown_field", ""),
        ('{"上海":[1]}'.encode("gbk"), "json_encoding", ""),
        (b"[]", "wrong_type", ""),
        (b"{}", "missing_field", "/declarations"),
        (b'{"declarations":{}}', "wrong_type", "/declarations"),
        (b'{"declarations":[]}', "too_few", "/declarations"),
        (b'{"declarations":[' + b"1," * 1000 + b"1]}", "too_many", "/declarations"),
        (b'{"declarations":[1],"x":1}', "unknown_field", ""),
        (b'{"declarations":[1],"declarations":[1]}', "duplicate_key", "/declarations"),
        (b'{"declarations":[1],"\\u0064eclarations":[1]}', "duplicate_key", "/declarations"),
        (b'{"declarations":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "json_too_deep", ""),
    ],
)
async def test_a_body_that_is_no_batch_is_refused_as_a_whole(
    content: bytes, code: str, pointer: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    answer = await door.post("/v1/declarations/batch", content=content)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert services.filed == []


async def test_a_batch_of_nothing_but_bad_ones_asks_the_intake_for_nothing(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    answer = await door.post("/v1/declarations/batch", content=a_batch(b"{}"))
    assert answer.json()["results"][0]["status"] == 422
    assert services.filed == []


async def test_a_thousand_dossiers_fit_in_one_batch(door: httpx.AsyncClient, services: FakeServices) -> None:
    answer = await door.post("/v1/declarations/batch", content=a_batch(*[GOOD] * 1000))
    assert len(answer.json()["results"]) == 1000
    assert len(services.filed) == 1000


def test_the_tree_of_the_default_parcel_is_what_clients_would_write() -> None:
    tree: dict[str, Any] = json.loads(GOOD)
    assert isinstance(tree["order"]["goods_value_cny"], float)
    assert isinstance(builders.an_order(), Order)


@pytest.mark.parametrize("path", ["/v1/declarations", "/v1/declarations/batch", "/v1/orders"])
async def test_a_full_service_refuses_before_it_reads(
    path: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.full = True
    answer = await door.post(path, content=b"not even JSON", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert services.filed == []


async def test_a_sender_whose_body_does_not_come_takes_nobodys_place(
    door: httpx.AsyncClient, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeServices, "admission", Admission(least=1, longest_wait_seconds=1))
    comes = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        await comes.wait()
        yield bodies.encoded(bodies.an_order_tree())

    slow = asyncio.create_task(door.post("/v1/orders", content=slowly()))
    await asyncio.sleep(0.05)
    prompt = await door.post("/v1/orders", content=bodies.encoded(bodies.an_order_tree()))
    comes.set()
    assert (prompt.status_code, (await slow).status_code) == (201, 201)
