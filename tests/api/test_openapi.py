"""The OpenAPI document: complete, resolvable, and every example of it is really understood or really answered."""

import json
import re
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from app.domain.identity import is_valid_identity_number
from app.main import OPERATIONS, create_app
from app.routers.operations import Operation
from app.rules.profiles.checking import KEYS as PROFILE_KEYS
from app.rules.profiles.checking import checked
from app.schemas import example_bodies
from app.schemas.batch import BatchBody, slices_of
from app.schemas.dossier import DossierBody
from app.schemas.filing import FilingBody
from app.schemas.profiles import ProfileBody
from app.schemas.reading import documents_in, read_body, read_filing
from app.settings import Settings
from tests.api.fakes import FakeServices

BY_NAME = {operation.name: operation for operation in OPERATIONS}
OURS = [name for name in BY_NAME if not name.startswith("ceb")]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(), FakeServices()).openapi()


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(member) for member in node.values()))
    if isinstance(node, list):
        return set().union(*(references(element) for element in node))
    return set()


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = references(document)
    assert found
    for reference in found:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_every_address_is_documented_and_every_documented_address_exists(document: dict[str, Any]) -> None:
    app = create_app(Settings(), FakeServices())
    served = {
        (route.path, method)
        for route in app.routes
        if isinstance(route, Route | APIRoute) and route.path not in ("/docs", "/openapi.json")
        if not route.path.startswith("/console")  # pages for people: the matrix of officers covers them
        for method in route.methods or ()
        if method != "HEAD"
    }
    documented = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert served == documented


@pytest.mark.parametrize("name", [*BY_NAME])
def test_every_operation_says_what_it_does_and_what_may_go_wrong(name: str, document: dict[str, Any]) -> None:
    operation = BY_NAME[name]
    told = document["paths"][operation.path][operation.method.lower()]
    assert told["operationId"] == name
    assert re.search("[\u4e00-\u9fff]", told["summary"])
    assert len(told["description"]) > 20
    declared = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "path"}
    assert declared == set(re.findall(r"\{(\w+)\}", operation.path))
    if operation.secured:
        assert told["security"] == [{"key": []}]
        assert "401" in told["responses"]
    if operation.body is not None:
        assert {"409", "413", "415", "422"} <= told["responses"].keys()
        assert "Idempotency-Key" in {parameter["name"] for parameter in told["parameters"]}
    for status, response in told["responses"].items():
        for content in response["content"].values():
            assert "example" in content or "examples" in content, status


def test_operation_names_are_unique() -> None:
    assert len(BY_NAME) == len(OPERATIONS)


@pytest.mark.parametrize("name", [name for name in OURS if BY_NAME[name].body is not None])
def test_every_body_example_is_decoded_without_a_fault(name: str, document: dict[str, Any]) -> None:
    operation = BY_NAME[name]
    told = document["paths"][operation.path]["post"]["requestBody"]["content"]["application/json"]
    content = json.dumps(told["example"], ensure_ascii=False).encode()
    assert operation.body is not None
    if operation.body is BatchBody:
        for element in slices_of(content, 32):
            read_filing(element, DossierBody)
    elif operation.body is DossierBody or issubclass(operation.body, FilingBody):
        read_filing(content, operation.body)
    elif issubclass(operation.body, ProfileBody):  # a tree, with a checker of its own
        assert checked({key: told["example"][key] for key in PROFILE_KEYS})[1] == ()
    else:
        read_body(content, operation.body)


@pytest.mark.parametrize("name", OURS)
def test_every_answer_example_has_the_shape_it_is_an_example_of(name: str, document: dict[str, Any]) -> None:
    operation: Operation = BY_NAME[name]
    for status, documented in operation.answers.items():
        response = document["paths"][operation.path][operation.method.lower()]["responses"][str(status)]
        for content in response["content"].values():
            if documented.shape is not None:
                msgspec.convert(content["example"], documented.shape)


@pytest.mark.parametrize("name", [name for name in OURS if BY_NAME[name].query])
async def test_every_parameter_example_is_understood(name: str, door: httpx.AsyncClient) -> None:
    operation = BY_NAME[name]
    query = {parameter: described.example for parameter, described in operation.query.items()}
    for described in operation.query.values():
        described.read(described.example)
    if operation.permission is not None or "{" in operation.path or operation.tag == "sampling":
        return  # the office has no fakes: its own tests ask it
    answer = await door.get(operation.path, params=query)
    assert answer.status_code == 200


def test_the_example_parcel_is_the_one_of_the_tests() -> None:
    (order, payment, waybill, declaration) = documents_in(
        read_filing(json.dumps(example_bodies.DOSSIER).encode(), DossierBody), "20240618093000"
    )
    assert is_valid_identity_number(order.buyer_id_number, date(2024, 6, 18))  # type: ignore[union-attr]
    assert order.order_no == payment.order_no == waybill.order_no == declaration.order_no


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_the_document_and_its_page_are_served_without_a_key_or_another_host(
    path: str, door: httpx.AsyncClient
) -> None:
    answer = await door.get(path, headers={"authorization": ""})
    assert answer.status_code == 200
    assert "https://" not in answer.text.replace("https://json-schema.org", "")
    assert "<script" not in answer.text
    assert "acturalPaid" in answer.text
    assert "实际支付金额" in answer.text


def test_fields_carry_their_official_names_lengths_and_examples(document: dict[str, Any]) -> None:
    field = document["components"]["schemas"]["OrderBody"]["properties"]["order_no"]
    assert field["title"] == "订单编号"
    assert "orderNo" in field["description"]
    assert (field["minLength"], field["maxLength"]) == (1, 60)
    assert field["examples"]
    amount = document["components"]["schemas"]["OrderBody"]["properties"]["actual_paid_cny"]
    assert amount["type"] == ["number", "string"]
    assert amount["examples"] == [230.02]


async def test_the_page_begins_with_what_parties_use_and_shows_code_as_code(door: httpx.AsyncClient) -> None:
    page = (await door.get("/docs")).text
    assert page.index("/v1/waybills") < page.index("/healthz")
    assert "`" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
    assert "<code>application/xml, text/xml</code>" in page
