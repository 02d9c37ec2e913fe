"""Promise P2 at the JSON door: one request with a key has one effect and one answer."""

import asyncio

import httpx
import pytest

from app.errors import Unavailable
from app.services.filings import DocumentKind, DocumentState
from app.settings import Settings
from tests.api import bodies
from tests.api.conftest import client_of
from tests.api.fakes import FakeServices, a_filing, a_view

CONTENT = bodies.encoded(bodies.a_dossier_tree())
KEY = {"idempotency-key": "order-1"}


async def test_the_same_key_and_body_give_the_first_status_and_bytes(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    first = await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    services.view = a_view(version=2)
    again = await door.post("/v1/declarations", content=CONTENT, headers=KEY | {"accept-language": "en"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    for name in ("content-type", "content-language", "location"):
        assert again.headers[name] == first.headers[name]
    assert len(services.filed) == 1


async def test_the_same_key_with_another_request_is_a_conflict(door: httpx.AsyncClient, services: FakeServices) -> None:
    await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    other_body = await door.post("/v1/declarations", content=CONTENT + b" ", headers=KEY)
    other_address = await door.post("/v1/orders", content=CONTENT, headers=KEY)
    other_query = await door.post("/v1/declarations?draft=1", content=CONTENT, headers=KEY)
    for answer in (other_body, other_address, other_query):
        assert answer.status_code == 409
        assert answer.json()["code"] == "idempotency_key_reused"
    assert len(services.filed) == 1


async def test_keys_belong_to_a_party(services: FakeServices, settings: Settings) -> None:
    async with client_of(services, settings) as platform, client_of(services, settings, "declarant") as declarant:
        await platform.post("/v1/declarations", content=CONTENT, headers=KEY)
        answer = await declarant.post("/v1/declarations", content=CONTENT + b" ", headers=KEY)
    assert answer.status_code == 201


async def test_while_the_first_is_in_flight_the_second_waits_for_its_answer(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.gate = asyncio.Event()
    first = asyncio.create_task(door.post("/v1/declarations", content=CONTENT, headers=KEY))
    second = asyncio.create_task(door.post("/v1/declarations", content=CONTENT, headers=KEY))
    await asyncio.sleep(0.05)
    services.gate.set()
    answers = await asyncio.gather(first, second)
    assert answers[0].content == answers[1].content
    assert sorted("idempotent-replayed" in answer.headers for answer in answers) == [False, True]
    assert len(services.filed) == 1


async def test_a_second_that_waited_too_long_is_told_to_come_again(
    door: httpx.AsyncClient, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.routers.idempotency._PAUSES_SECONDS", (0.001, 0.001))
    services.gate = asyncio.Event()
    first = asyncio.create_task(door.post("/v1/declarations", content=CONTENT, headers=KEY))
    await asyncio.sleep(0.01)
    second = await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    services.gate.set()
    assert (await first).status_code == 201
    assert second.status_code == 409
    assert second.json()["code"] == "idempotency_in_flight"
    assert second.headers["retry-after"] == "1"


async def test_a_hundred_parallel_repeats_have_one_effect(door: httpx.AsyncClient, services: FakeServices) -> None:
    answers = await asyncio.gather(*(door.post("/v1/declarations", content=CONTENT, headers=KEY) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(services.filed) == 1


async def test_refusals_are_kept_too(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.answers = [a_filing(DocumentKind.DECLARATION, view=None, state=DocumentState.REJECTED, status="-621002")]
    first = await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    again = await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    assert (first.status_code, again.status_code) == (409, 409)
    assert first.content == again.content
    assert again.headers["content-type"] == "application/problem+json"
    malformed = {"idempotency-key": "order-2"}
    assert (await door.post("/v1/declarations", content=b"{}", headers=malformed)).status_code == 422
    assert (await door.post("/v1/declarations", content=b"{}", headers=malformed)).headers["idempotent-replayed"]


@pytest.mark.parametrize("failure", [Unavailable("full"), RuntimeError("broken")])
async def test_failures_of_ours_are_not_kept(
    failure: Exception, door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.failure = failure
    assert (await door.post("/v1/declarations", content=CONTENT, headers=KEY)).status_code >= 500
    services.failure = None
    again = await door.post("/v1/declarations", content=CONTENT, headers=KEY)
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers


async def test_a_batch_of_which_a_part_is_to_be_sent_again_is_not_kept(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    batch = b'{"declarations":[' + CONTENT + b"," + CONTENT + b"]}"
    services.answers = [a_filing(DocumentKind.DECLARATION, view=a_view()), Unavailable("full")]
    first = await door.post("/v1/declarations/batch", content=batch, headers=KEY)
    assert [each["status"] for each in first.json()["results"]] == [201, 503]
    again = await door.post("/v1/declarations/batch", content=batch, headers=KEY)
    assert [each["status"] for each in again.json()["results"]] == [201, 201]
    assert "idempotent-replayed" not in again.headers


async def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    door: httpx.AsyncClient, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("the store is away")

    monkeypatch.setattr(services.idempotency, "finish", broken)
    assert (await door.post("/v1/declarations", content=CONTENT, headers=KEY)).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ".encode().decode("latin-1"), "a\tb"])
async def test_what_is_no_key_is_refused(key: str, door: httpx.AsyncClient, services: FakeServices) -> None:
    answer = await door.post("/v1/declarations", content=CONTENT, headers={b"idempotency-key": key.encode("latin-1")})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert services.filed == []


@pytest.mark.parametrize("act", ["cancel", "decision"])
async def test_acts_take_keys_too(act: str, services: FakeServices, settings: Settings) -> None:
    body = {"reason": "x"} if act == "cancel" else {"reason": "x", "action": "release"}
    role = "declarant" if act == "cancel" else "officer"
    path = f"/v1/declarations/{services.view.declaration_id}/{act}"
    async with client_of(services, settings, role) as door:
        first = await door.post(path, content=bodies.encoded(body), headers=KEY)
        again = await door.post(path, content=bodies.encoded(body), headers=KEY)
    assert first.status_code == 200
    assert again.headers["idempotent-replayed"] == "true"
    assert len(services.calls) == 1
