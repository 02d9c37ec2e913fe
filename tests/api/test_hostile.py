"""Hostile bodies at the JSON door: a clear 4xx each, nothing reaches the services, no more is read than allowed."""

import json
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings
from tests.api import bodies
from tests.api.conftest import client_of
from tests.api.fakes import FakeServices

POSTS = (
    "/v1/declarations",
    "/v1/declarations/batch",
    "/v1/orders",
    "/v1/payments",
    "/v1/waybills",
    "/v1/declarations/0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9/cancel",
)
MEBIBYTE = 1024 * 1024


def an_order_with(name: str, raw: str) -> bytes:
    return bodies.encoded(bodies.an_order_tree() | {name: "@@"}).replace(b'"@@"', raw.encode())


HOSTILE: dict[str, tuple[bytes, str]] = {
    "depth 10,000": (b"[" * 10_000 + b"]" * 10_000, ""),
    "depth 10,000 without an end": (b'{"a":' * 10_000, ""),
    "depth 10,000 inside a field": (an_order_with("note", "[" * 10_000 + "]" * 10_000), ""),
    "NaN": (an_order_with("goods_value_cny", "NaN"), "/goods_value_cny"),
    "Infinity": (an_order_with("goods_value_cny", "-Infinity"), "/goods_value_cny"),
    "1e999999": (an_order_with("goods_value_cny", "1e999999"), "/goods_value_cny"),
    "a million digits": (an_order_with("goods_value_cny", "9" * 1_000_000), "/goods_value_cny"),
    "negative": (an_order_with("goods_value_cny", "-0.00001"), "/goods_value_cny"),
    "beyond N19,5": (an_order_with("goods_value_cny", "1234567890123456.12345"), "/goods_value_cny"),
    "lone surrogate": (an_order_with("buyer_name", '"\\ud800"'), "/buyer_name"),
    "lone surrogate in a key": (an_order_with("note", '"x"').replace(b'"note"', b'"n\\udfff"'), "/n\\udfff"),
    "NUL": (an_order_with("buyer_name", '"a\\u0000"'), "/buyer_name"),
    "NUL in a key": (an_order_with("note", '"x"').replace(b'"note"', b'"n\\u0000"'), "/n\0"),
    "raw NUL": (an_order_with("buyer_name", '"a\0"'), ""),
    "GBK": (json.dumps(bodies.an_order_tree(), ensure_ascii=False, default=str).encode("gbk"), ""),
    "UTF-16": (json.dumps(bodies.an_order_tree(), default=str).encode("utf-16"), ""),
    "overlong UTF-8": (an_order_with("note", '"@"').replace(b'"@"', b'"\xc0\x80"'), ""),
    "surrogates in UTF-8": (an_order_with("note", '"@"').replace(b'"@"', b'"\xed\xa0\x80"'), ""),
    "duplicate keys": (an_order_with("note", '"a","note":"b"'), "/note"),
    "empty": (b"", ""),
    "white space": (b" " * 100_000, ""),
    "a bare word": (b"nul", ""),
    "trailing": (bodies.encoded(bodies.an_order_tree()) + b"{}", ""),
    "comments": (b"/* */" + bodies.encoded(bodies.an_order_tree()), ""),
    "many keys": (b"{" + b",".join(b'"k%d":1' % number for number in range(100_000)) + b"}", "/k0"),
    "many items": (an_order_with("items", "[" + "{}," * 2_000 + "{}]"), "/items"),
    "nothing but brackets": (b"[" + b"[]," * 600_000 + b"[]]", ""),
    "brackets in texts": (an_order_with("note", '"' + "[" * 900 + '"').replace(b'"142"', b"142"), "/currency"),
}


@pytest.mark.parametrize("name", [*HOSTILE])
async def test_a_hostile_body_is_refused_and_nothing_reaches_the_services(
    name: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    content, pointer = HOSTILE[name]
    answer = await door.post("/v1/orders", content=content)
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "invalid_body"
    assert told["errors"][0]["pointer"] == pointer
    assert all(error["message"] for error in told["errors"])
    assert services.filed == []
    assert services.calls == []


@pytest.mark.parametrize("name", [*HOSTILE])
@pytest.mark.parametrize("path", POSTS)
async def test_every_address_refuses_every_hostile_body(
    path: str, name: str, door: httpx.AsyncClient, services: FakeServices
) -> None:
    answer = await door.post(path, content=HOSTILE[name][0])
    assert 400 <= answer.status_code < 500
    assert services.filed == []
    assert services.calls == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ('application/json; charset="utf-8"', 201),
        ("application/json; charset=gbk", 415),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
async def test_only_json_in_utf_8_is_read(content_type: str, status: int, door: httpx.AsyncClient) -> None:
    content = bodies.encoded(bodies.an_order_tree())
    answer = await door.post("/v1/orders", content=content, headers={"content-type": content_type})
    assert answer.status_code == status


async def test_compressed_bodies_are_not_unpacked(door: httpx.AsyncClient) -> None:
    answer = await door.post("/v1/orders", content=b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert answer.status_code == 415


class Stream:
    """A body that is produced while it is read, and counts how far it was."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunk = b'"' + b"x" * (64 * 1024 - 1)
        while self.sent < self.total:
            self.sent += len(chunk)
            yield chunk


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/declarations", 2), ("/v1/orders", 2), ("/v1/declarations/batch", 32)]
)
async def test_a_body_of_100_megabytes_is_refused_while_it_streams_and_memory_stays_flat(
    path: str, limit: int, door: httpx.AsyncClient, services: FakeServices
) -> None:
    stream = Stream(100 * MEBIBYTE)
    tracemalloc.start()
    try:
        answer = await door.post(path, content=stream)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert answer.headers["connection"] == "close"
    assert stream.sent <= (limit + 1) * MEBIBYTE
    assert peak < (2 * limit + 8) * MEBIBYTE
    assert services.filed == []


async def test_an_announced_body_that_is_too_large_is_refused_unread(door: httpx.AsyncClient) -> None:
    stream = Stream(100 * MEBIBYTE)
    answer = await door.post("/v1/orders", content=stream, headers={"content-length": str(100 * MEBIBYTE)})
    assert answer.status_code == 413
    assert stream.sent == 0


@pytest.mark.parametrize("path", POSTS)
async def test_without_a_key_no_body_is_read(path: str, door: httpx.AsyncClient) -> None:
    stream = Stream(100 * MEBIBYTE)
    answer = await door.post(path, content=stream, headers={"authorization": "Bearer unknown"})
    assert answer.status_code == 401
    assert stream.sent == 0


# ------------------------------------------------------------------------------------------------------ arbitrary JSON
_LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.sampled_from(["142", "2024-06-18"])
_KEYS = st.text() | st.sampled_from(["order", "declaration", "declarations", "items", "order_no", "reason", "action"])
_TREES = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner), max_leaves=20)


@limits(max_examples=60)
@given(path=st.sampled_from(POSTS), tree=_TREES)
async def test_arbitrary_json_never_gives_a_5xx(path: str, tree: Any) -> None:
    async with client_of(FakeServices(), Settings()) as door:
        answer = await door.post(path, content=json.dumps(tree).encode())
    assert answer.status_code < 500
    json.loads(answer.content)


@limits(max_examples=60)
@given(path=st.sampled_from(POSTS), content=st.binary(max_size=200))
async def test_arbitrary_bytes_never_give_a_5xx(path: str, content: bytes) -> None:
    async with client_of(FakeServices(), Settings()) as door:
        answer = await door.post(path, content=content)
    assert 400 <= answer.status_code < 500


_HEADERS = ("accept-language", "idempotency-key", "tongguan-clock", "authorization", "content-type", "content-length")
_PATHS = st.sampled_from(["/v1/declarations", "/v1/declarations/x/explanation", "/v1/orders", "/healthz", "/nowhere"])


@limits(max_examples=200)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "x"]),
    path=_PATHS,
    query=st.binary(max_size=60),
    header=st.tuples(st.sampled_from(_HEADERS), st.binary(max_size=40)),
)
async def test_arbitrary_queries_and_headers_never_give_a_5xx(
    method: str, path: str, query: bytes, header: tuple[str, bytes]
) -> None:
    status, body = await raw_answer(method, path, query, header)
    assert status < 500
    if body and path != "/healthz":
        json.loads(body)


async def raw_answer(method: str, path: str, query: bytes, header: tuple[str, bytes]) -> tuple[int, bytes]:
    """What the application answers to bytes that no client library would send."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"authorization": b"Bearer platform", "content-type": b"application/json"} | {header[0]: header[1]}
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": query,
        "headers": [(name.encode(), value) for name, value in headers.items()],
    }
    await create_app(Settings(), FakeServices())(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
