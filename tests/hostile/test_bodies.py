"""Hostile bodies through the real doors: a clear 4xx each, nothing stored."""

import json
import re
from typing import Any

import pytest

from tests.api import bodies
from tests.api.test_hostile import HOSTILE as HOSTILE_JSON
from tests.builders import a_declaration, a_payment, a_waybill, an_order, an_order_item
from tests.ceb.samples import xml_of
from tests.ceb.test_hostile import HOSTILE as HOSTILE_XML
from tests.hostile.conftest import JSON, XML, Service

pytestmark = pytest.mark.usefixtures("untouched")

ADDRESSES = ("/v1/declarations", "/v1/declarations/batch", "/v1/orders", "/v1/payments", "/v1/waybills")


def _refused(status: int, content_type: str, text: str) -> None:
    assert 400 <= status < 500, text
    assert content_type in ("application/problem+json", "application/xml")
    assert "Traceback" not in text
    if content_type == "application/problem+json":
        told = json.loads(text)
        assert told["status"] == status
        assert told["code"]
        assert told["detail"]
    else:
        assert "CEB900Message" in text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", HOSTILE_JSON)
async def test_hostile_json_is_refused_and_not_stored(name: str, address: str, service: Service) -> None:
    answer = await service.post(address, HOSTILE_JSON[name][0], JSON)
    _refused(answer.status_code, answer.headers["content-type"], answer.text)


@pytest.mark.parametrize("name", HOSTILE_XML)
async def test_hostile_xml_is_refused_and_not_stored(name: str, service: Service) -> None:
    answer = await service.post("/v1/ceb", HOSTILE_XML[name][0], XML, "payment")
    _refused(answer.status_code, answer.headers["content-type"], answer.text)
    assert "root:" not in answer.text


def _dossier(path: str, raw: str) -> bytes:
    """The sound dossier with one member replaced by raw JSON text."""
    tree: Any = bodies.a_dossier_tree()
    *steps, last = path.split(".")
    node: Any = tree
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[last] = "@@"
    return bodies.encoded(tree).replace(b'"@@"', raw.encode())


HOSTILE_MEMBERS = {
    "negative goods value": ("order.goods_value_cny", "-205.00", "/order/goods_value_cny", "negative_number"),
    "negative payment": ("payment.amount_cny", "-0.01", "/payment/amount_cny", "negative_number"),
    "negative weight": ("waybill.gross_weight_kg", "-2.1", "/waybill/gross_weight_kg", "negative_number"),
    "negative quantity": (
        "declaration.items.0.quantity",
        "-2",
        "/declaration/items/0/quantity",
        "negative_number",
    ),
    "NaN": ("declaration.freight_cny", "NaN", "/declaration/freight_cny", "not_a_number"),
    "1e999999": ("payment.amount_cny", "1e999999", "/payment/amount_cny", "number_out_of_range"),
    "1e-999999": ("payment.amount_cny", "1e-999999", "/payment/amount_cny", "number_out_of_range"),
    "line number beyond int": (
        "order.items.0.line_no",
        "99999999999999999999",
        "/order/items/0/line_no",
        "integer_out_of_range",
    ),
    "line number of a text": ("declaration.items.1.line_no", '"one"', "/declaration/items/1/line_no", "wrong_type"),
    "line number with a fraction": ("order.items.0.line_no", "1.5", "/order/items/0/line_no", "wrong_type"),
    "negative line number": ("order.items.0.line_no", "-1", "/order/items/0/line_no", "integer_out_of_range"),
    "parcels beyond int": ("waybill.pack_count", "2147483648", "/waybill/pack_count", "integer_out_of_range"),
    "a flag for a number": ("waybill.pack_count", "true", "/waybill/pack_count", "wrong_type"),
    "NUL in an address": ("order.consignee_address", '"a\\u0000b"', "/order/consignee_address", "control_character"),
    "lone surrogate in a name": ("payment.payer_name", '"\\udc00"', "/payment/payer_name", "lone_surrogate"),
    "no object": ("waybill", "[]", "/waybill", "wrong_type"),
    "no items": ("order.items", "[]", "/order/items", "too_few"),
    "impossible day": ("declaration.declared_on", '"2024-02-30"', "/declaration/declared_on", "not_a_day"),
    "impossible time": ("payment.paid_at", '"20240618250000"', "/payment/paid_at", "not_an_instant"),
    "action unknown": ("order.filing_type", '"4"', "/order/filing_type", "not_one_of"),
}


@pytest.mark.parametrize("name", HOSTILE_MEMBERS)
async def test_a_hostile_member_is_pointed_at(name: str, service: Service) -> None:
    path, raw, pointer, code = HOSTILE_MEMBERS[name]
    answer = await service.post("/v1/declarations", _dossier(path, raw), JSON)
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


async def test_a_hundred_and_one_items_are_too_many(service: Service) -> None:
    items = [bodies.tree_of(an_order_item(line_no=number)) for number in range(1, 102)]  # type: ignore[arg-type]
    answer = await service.post("/v1/orders", bodies.encoded(bodies.an_order_tree(items=items)), JSON)
    assert answer.status_code == 422
    assert ("/items", "too_many") in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_thousand_and_one_dossiers_are_too_many(service: Service) -> None:
    content = b'{"declarations": [' + b"{}," * 1000 + b"{}]}"
    answer = await service.post("/v1/declarations/batch", content, JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "too_many"


def _xml(document: object, element: str, text: str) -> bytes:
    """A sound message with another text in the first element of this name."""
    message = xml_of(document).decode()  # type: ignore[arg-type]
    changed = re.sub(f"<{element}>[^<]*</{element}>", lambda _: f"<{element}>{text}</{element}>", message, count=1)
    assert changed != message
    return changed.encode()


HOSTILE_FIELDS = {
    "negative goods value": (an_order(), "goodsValue", "-205.00"),
    "negative payment": (a_payment(), "amountPaid", "-0.01"),
    "negative weight": (a_waybill(), "weight", "-2.1"),
    "negative quantity": (a_declaration(), "qty1", "-1"),
    "NaN": (a_payment(), "amountPaid", "NaN"),
    "INF": (a_payment(), "amountPaid", "INF"),
    "an exponent": (a_payment(), "amountPaid", "1e5"),
    "1e999999": (a_payment(), "amountPaid", "1e999999"),
    "a million digits": (a_payment(), "amountPaid", "9" * 1_000_000),
    "six decimals": (a_payment(), "amountPaid", "1.000001"),
    "Arabic digits": (a_payment(), "amountPaid", "٢٣٠"),
    "gnum beyond int": (an_order(), "gnum", "2147483648"),
    "gnum far beyond int": (a_declaration(), "gnum", "9" * 400),
    "gnum with a fraction": (an_order(), "gnum", "1.0"),
    "packNo beyond its digits": (a_waybill(), "packNo", "1000000000"),
    "empty order number": (an_order(), "orderNo", ""),
    "61 characters": (an_order(), "orderNo", "x" * 61),
    "NUL reference": (a_payment(), "payerName", "a&#0;"),
}


@pytest.mark.parametrize("name", HOSTILE_FIELDS)
async def test_a_hostile_field_is_named_by_a_ceb900(name: str, service: Service) -> None:
    document, element, text = HOSTILE_FIELDS[name]
    caller = {"Order": "platform", "Payment": "payment", "Waybill": "logistics", "Declaration": "declarant"}
    answer = await service.post("/v1/ceb", _xml(document, element, text), XML, caller[type(document).__name__])
    assert answer.status_code == 422
    assert "CEB900Message" in answer.text
    assert element in answer.text


async def test_a_hundred_and_one_nodes_are_too_many(service: Service) -> None:
    orders = [an_order(order_no=f"MANY-{number}") for number in range(101)]
    answer = await service.post("/v1/ceb", xml_of(*orders), XML)
    assert answer.status_code == 422
    assert "Order" in answer.text


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "application/xml; charset=gb2312",
        b"application/json; charset=\x80",
        "x" * 10_000,
        "",
    ],
)
@pytest.mark.parametrize("address", [*ADDRESSES, "/v1/ceb"])
async def test_an_unknown_media_type_is_a_415(address: str, content_type: str | bytes, service: Service) -> None:
    content = xml_of(an_order()) if address == "/v1/ceb" else bodies.encoded(bodies.a_dossier_tree())
    answer = await service.post(address, content, {"content-type": content_type})
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize("charset", ["gbk", "utf-16", "utf-32", "big5"])
async def test_a_body_in_another_charset_that_says_nothing_is_refused(charset: str, service: Service) -> None:
    dossier = json.dumps(bodies.a_dossier_tree(), ensure_ascii=False, default=str).encode(charset, "ignore")
    answer = await service.post("/v1/declarations", dossier, JSON)
    _refused(answer.status_code, answer.headers["content-type"], answer.text)
    order = xml_of(an_order()).decode().replace("UTF-8", charset).encode(charset, "ignore")
    answer = await service.post("/v1/ceb", order, XML)
    _refused(answer.status_code, answer.headers["content-type"], answer.text)
