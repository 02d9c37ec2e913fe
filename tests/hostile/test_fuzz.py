"""Spoilt bodies through the real doors: whatever comes, never a 5xx, and the service stays well.

`make fuzz` tries each of these 5,000 times: 100,000 requests together.
"""

import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.api import bodies
from tests.builders import a_declaration, a_payment, a_waybill, an_order
from tests.ceb.samples import xml_of
from tests.hostile.conftest import JSON, XML, Service
from tests.hostile.mutations import TEXTS, encoded, plain, spoilt_bytes, spoilt_message, spoilt_tree

_DOSSIERS = {"declarations": [bodies.a_dossier_tree(), {"declaration": bodies.a_declaration_tree()}]}
SOUND = {
    "/v1/declarations": bodies.encoded(bodies.a_dossier_tree()),
    "/v1/declarations/batch": bodies.encoded(_DOSSIERS),
    "/v1/orders": bodies.encoded(bodies.an_order_tree()),
    "/v1/payments": bodies.encoded(bodies.a_payment_tree()),
    "/v1/waybills": bodies.encoded(bodies.a_waybill_tree()),
}
MESSAGES = {
    "platform": xml_of(an_order(), an_order(order_no="FUZZ-2")),
    "payment": xml_of(a_payment()),
    "logistics": xml_of(a_waybill()),
    "declarant": xml_of(a_declaration()),
}
PARAMETERS = ("order_no", "waybill_no", "status", "outcome", "accepted_from", "limit", "cursor", "platform_code", "x")


def _well_answered(answer: httpx.Response) -> None:
    """No 5xx; a refusal is a problem with code and detail, or a CEB900."""
    assert answer.status_code < 500, answer.text
    kind = answer.headers["content-type"]
    if kind == "application/xml":
        root = etree.fromstring(answer.content)
        assert (etree.QName(root).localname == "CEB900Message") == (answer.status_code == 422)
    elif answer.status_code >= 400:
        told = answer.json()
        assert kind == "application/problem+json"
        assert (told["status"], bool(told["code"]), bool(told["detail"])) == (answer.status_code, True, True)
    else:
        assert kind == "application/json"
        json.loads(answer.content)


@pytest.mark.parametrize("address", SOUND)
async def test_a_sound_body_is_taken(address: str, service: Service) -> None:
    assert (await service.post(address, encoded(plain(SOUND[address])), JSON)).status_code in (200, 201)


@pytest.mark.parametrize("caller", MESSAGES)
async def test_a_sound_message_is_taken(caller: str, service: Service) -> None:
    assert (await service.post("/v1/ceb", MESSAGES[caller], XML, caller)).status_code == 200


@pytest.mark.parametrize("address", SOUND)
@given(data=st.data())
async def test_spoilt_json_is_answered(address: str, data: st.DataObject, service: Service) -> None:
    _well_answered(await service.post(address, data.draw(spoilt_tree(plain(SOUND[address]))), JSON))


@pytest.mark.parametrize("address", SOUND)
@given(data=st.data())
async def test_spoilt_json_bytes_are_answered(address: str, data: st.DataObject, service: Service) -> None:
    _well_answered(await service.post(address, data.draw(spoilt_bytes(SOUND[address])), JSON))


@pytest.mark.parametrize("caller", MESSAGES)
@given(data=st.data())
async def test_spoilt_messages_are_answered(caller: str, data: st.DataObject, service: Service) -> None:
    _well_answered(await service.post("/v1/ceb", data.draw(spoilt_message(MESSAGES[caller])), XML, caller))


@pytest.mark.parametrize("caller", MESSAGES)
@given(data=st.data())
async def test_spoilt_message_bytes_are_answered(caller: str, data: st.DataObject, service: Service) -> None:
    _well_answered(await service.post("/v1/ceb", data.draw(spoilt_bytes(MESSAGES[caller])), XML, caller))


@pytest.mark.parametrize("path", ["/v1/declarations", "/v1/ceb/receipts"])
@given(query=st.dictionaries(st.sampled_from(PARAMETERS) | TEXTS, TEXTS, max_size=4), after=TEXTS)
async def test_strange_queries_are_answered(path: str, query: dict[str, str], after: str, service: Service) -> None:
    pairs = [*query.items(), ("after", after)]
    asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
    _well_answered(await service.get(f"{path}?{asked}"))


async def test_the_service_is_well_after_all_that(service: Service) -> None:
    answer = await service.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))
