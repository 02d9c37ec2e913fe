"""Handing on: the office gets what was asked, the client what the office answered; and 503 while it is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.console.routes import PAGES
from app.guarded_http import guarded
from app.main import OPERATIONS, create_office_app
from app.middleware import forward as forwarding
from app.middleware.forward import Forward, Trusted
from app.middleware.office_addresses import is_office
from app.office_worker import listening
from app.settings import Settings

Serve = Callable[[Any], Awaitable[None]]


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Says what it was asked; reads the body only where the address is not /console/early."""
    if scope["type"] != "http":
        return
    body, more = b"", scope["path"] != "/console/early"
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    told = [scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), str(scope["client"])]
    told += [scope["scheme"], str(len(body)), *sorted(f"{a.decode()}={b.decode()}" for a, b in scope["headers"])]
    content = "\n".join(told).encode() + b"\n" + body[:10]
    headers = [(b"x-a", b"1"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 207, "headers": headers})
    await send({"type": "http.response.body", "body": content[:20], "more_body": True})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content[20:]})


@pytest.fixture
def socket(short_folder: Path) -> Path:
    return short_folder / "http.sock"


@pytest.fixture
async def serve(socket: Path) -> AsyncIterator[Serve]:
    """Start an office on the socket; one that was started before is ended first."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def stop() -> None:
        while running:
            server, task = running.pop()
            server.should_exit = server.force_exit = True
            await task

    async def start(app: Any) -> None:
        await stop()
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", proxy_headers=False)
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        running.append((server, asyncio.create_task(server.serve(sockets=[listening(socket)]))))
        while not server.started:
            await asyncio.sleep(0.01)

    yield start
    await stop()


@pytest.fixture
async def door(socket: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a worker that hands on."""
    layer = Forward(socket, 2_000_000)
    transport = httpx.ASGITransport(layer, raise_app_exceptions=True, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://door") as client:
        yield client
    layer.close()


async def test_the_office_is_asked_what_the_worker_was_asked(serve: Serve, door: httpx.AsyncClient) -> None:
    await serve(Trusted(echo))
    headers = {"tongguan-client": "1.2.3.4", "tongguan-scheme": "gopher", "te": "trailers", "x-own": "yes"}
    answer = await door.put("/console/a%2Fb?x=1&y=%20", content=b"body" * 3, headers=headers)
    method, path, query, client, scheme, size, *rest = answer.text.splitlines()
    assert (answer.status_code, method, path, query, size) == (207, "PUT", "/console/a%2Fb", "x=1&y=%20", "12")
    assert (client, scheme) == ("('203.0.113.9', 0)", "https"), "and not what the client says of itself"
    assert "x-own=yes" in rest
    assert not [line for line in rest if line.startswith(("te=", "tongguan-", "connection="))]
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


async def test_nobody_outside_says_who_called(serve: Serve, socket: Path) -> None:
    """Also where the worker itself does not know."""
    await serve(Trusted(echo))
    headers = [(b"tongguan-client", b"1.2.3.4"), (b"tongguan-scheme", b"https")]
    scope = {"type": "http", "method": "GET", "path": "/console", "query_string": b"", "headers": headers}
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    layer = Forward(socket, 1000)
    await layer({**scope, "client": None, "scheme": "http"}, receive, send)
    layer.close()
    lines = b"".join(message.get("body", b"") for message in said).decode().splitlines()
    assert lines[3:5] == ["None", "http"]


async def test_a_kept_connection_that_ends_under_a_request_is_tried_once_more_where_that_changes_nothing(
    socket: Path, door: httpx.AsyncClient
) -> None:
    asked: list[bytes] = []

    async def forgetful(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the first request of a connection, and hangs up on the second."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
        writer.close()

    async with await asyncio.start_unix_server(forgetful, str(socket)):
        assert [(await door.get("/console")).status_code for _ in range(2)] == [200, 200]
        assert asked == [b"GET ", b"GET ", b"GET "]
        assert (await door.post("/console", content=b"")).status_code == 503, "it may have been done"


@pytest.mark.parametrize("size", [0, 1, 1_500_000])
@pytest.mark.parametrize("chunked", [False, True])
async def test_bodies_go_through_whole(serve: Serve, door: httpx.AsyncClient, size: int, *, chunked: bool) -> None:
    await serve(Trusted(echo))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 100_000):
            yield b"x" * min(100_000, size - start)

    for _ in range(3):  # on a connection that is kept
        answer = await door.post("/v1/cases", content=pieces() if chunked else b"x" * size)
        assert answer.text.splitlines()[5] == str(size)


async def test_an_answer_without_a_body_leaves_the_next_one_alone(serve: Serve, door: httpx.AsyncClient) -> None:
    await serve(Trusted(echo))
    for _ in range(2):
        assert (await door.head("/console")).status_code == 207
        assert (await door.get("/console")).text.startswith("GET\n")


async def test_a_body_that_nobody_reads_does_not_keep_the_answer(serve: Serve, door: httpx.AsyncClient) -> None:
    await serve(Trusted(echo))
    async with asyncio.timeout(60):
        answer = await door.post("/console/early", content=b"x" * 1_900_000)
    assert answer.status_code == 207
    assert (await door.get("/console")).status_code == 207


async def test_a_body_beyond_every_limit_is_refused(serve: Serve, door: httpx.AsyncClient) -> None:
    await serve(Trusted(echo))
    answer = await door.post("/v1/cases", content=b"x" * 2_000_001)
    assert answer.status_code == 413


async def test_while_the_office_is_away_people_get_a_page_and_programs_a_problem(
    serve: Serve, door: httpx.AsyncClient
) -> None:
    page = await door.get("/console/queues", headers={"accept-language": "zh-CN"})
    problem = await door.post("/v1/cases", content=b"{}")
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert "请稍候" in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert (problem.status_code, problem.headers["retry-after"]) == (503, "2")
    assert problem.json()["code"] == "unavailable"
    await serve(Trusted(echo))
    assert (await door.get("/console/queues")).status_code == 207


async def test_an_office_that_was_started_again_is_found_again(serve: Serve, door: httpx.AsyncClient) -> None:
    for _ in range(3):
        await serve(Trusted(echo))
        assert (await door.get("/console")).status_code == 207


async def test_an_office_that_falls_silent_or_dies_within_an_answer_is_let_go(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_: Any, __: Any, ___: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("app.middleware.upstream.ANSWER_SECONDS", 0.1)
    await serve(silent)
    assert (await door.get("/console")).status_code == 503


async def drip(pieces: int, every: float) -> AsyncIterator[bytes]:
    """A body that comes slowly."""
    for _ in range(pieces):
        await asyncio.sleep(every)
        yield b"x" * 100


async def test_a_slow_upload_goes_through_as_long_as_something_comes(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.middleware.upstream.ANSWER_SECONDS", 0.5)  # the answer itself comes within it
    await serve(Trusted(echo))
    answer = await door.post("/v1/cases", content=drip(6, 0.1))
    assert (answer.status_code, answer.text.splitlines()[5]) == (207, "600")


async def test_an_office_that_says_nothing_to_a_whole_body_is_let_go(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_: Any, receive: Any, __: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    monkeypatch.setattr("app.middleware.upstream.ANSWER_SECONDS", 0.1)
    await serve(silent)
    assert (await door.post("/v1/cases", content=b"{}")).status_code == 503


async def test_an_office_that_takes_no_more_of_a_body_is_let_go(
    socket: Path, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def full(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    monkeypatch.setattr("app.middleware.upstream.ANSWER_SECONDS", 0.1)
    async with await asyncio.start_unix_server(full, str(socket), limit=1024):
        async with asyncio.timeout(60):
            assert (await door.post("/v1/cases", content=b"x" * 1_900_000)).status_code == 503
        ended.set()


async def test_a_body_that_stops_is_waited_for_only_so_long(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "SILENCE_SECONDS", 0.05)
    await serve(Trusted(echo))
    answer = await door.post("/v1/cases", content=drip(1, 60))
    assert (answer.status_code, answer.json()["code"]) == (408, "request_too_slow")
    assert answer.headers["connection"] == "close"


async def test_the_whole_of_a_body_is_bounded_however_steadily_it_drips(serve: Serve, socket: Path) -> None:
    """By the worker's own server: what it refuses frees the place."""
    await serve(Trusted(echo))
    layer = Forward(socket, 2_000_000)
    config = uvicorn.Config(layer, log_config=None, lifespan="off", ws="none", http=guarded(0.2), port=0)
    worker = uvicorn.Server(config)
    worker.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(worker.serve())
    while not worker.started:
        await asyncio.sleep(0.01)
    port = worker.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/cases HTTP/1.1\r\nhost: door\r\ncontent-length: 1000000\r\n\r\n")
    said = asyncio.create_task(reader.readline())
    while not said.done():
        writer.write(b"x")
        await asyncio.wait((said,), timeout=0.02)
    assert (await said).startswith(b"HTTP/1.1 408")
    writer.close()
    worker.should_exit = worker.force_exit = True
    await running
    layer.close()


async def test_whoever_reads_an_answer_no_further_frees_the_place(
    serve: Serve, socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "SILENCE_SECONDS", 0.05)
    await serve(Trusted(echo))
    scope = {"type": "http", "method": "GET", "path": "/console", "query_string": b"", "headers": []}

    async def stuck(_: MutableMapping[str, Any]) -> None:
        await asyncio.Event().wait()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    layer = Forward(socket, 1000)
    async with asyncio.timeout(60):
        await layer(scope, receive, stuck)
    layer.close()


async def test_what_is_slower_than_the_office_may_be_is_not_asked_again(
    socket: Path, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be at work on it, and twice would be twice as much of what was too much."""
    asked: list[bytes] = []

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            while True:
                asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
        writer.close()

    monkeypatch.setattr("app.middleware.upstream.ANSWER_SECONDS", 0.5)
    async with await asyncio.start_unix_server(slow, str(socket)):
        assert [(await door.get("/console")).status_code for _ in range(2)] == [200, 503]
    assert asked == [b"GET ", b"GET "]


async def test_an_answer_that_broke_off_is_not_asked_for_again(socket: Path, door: httpx.AsyncClient) -> None:
    asked: list[bytes] = []

    async def breaking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        asked.append((await reader.readuntil(b"\r\n\r\n"))[:4])
        writer.write(b"HTTP/1.1 20")
        writer.close()

    async with await asyncio.start_unix_server(breaking, str(socket)):
        assert [(await door.get("/console")).status_code for _ in range(2)] == [200, 503]
    assert asked == [b"GET ", b"GET "]


async def test_only_so_many_are_under_way(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_door, came = asyncio.Event(), asyncio.Semaphore(0)

    async def waiting(scope: Any, receive: Any, send: Any) -> None:
        came.release()
        await open_door.wait()
        await echo(scope, receive, send)

    monkeypatch.setattr(forwarding, "MOST_AT_ONCE", 2)
    await serve(Trusted(waiting))
    first = [asyncio.create_task(door.get("/console")) for _ in range(2)]
    for _ in first:
        await came.acquire()
    assert (await door.get("/console")).status_code == 503
    open_door.set()
    assert [(await each).status_code for each in first] == [207, 207]


async def test_slow_senders_leave_places_to_everybody_else(
    serve: Serve, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held_back() -> AsyncIterator[bytes]:
        begun.set()
        await go_on.wait()
        yield b"x"

    monkeypatch.setattr(forwarding, "MOST_SENDING", 1)
    await serve(Trusted(echo))
    slow = asyncio.create_task(door.post("/v1/cases", content=held_back()))
    await begun.wait()
    assert (await door.get("/console")).status_code == 207
    assert (await door.post("/v1/cases", content=b"x")).status_code == 503
    go_on.set()
    assert (await slow).status_code == 207
    assert (await door.post("/v1/cases", content=b"x")).status_code == 207


def test_every_officer_s_address_is_handed_on_and_served_by_the_office() -> None:
    served = {getattr(route, "path", "") for route in create_office_app(Settings()).routes}
    for page in PAGES:
        assert is_office(page.path), page.path
        assert page.path in served
    for operation in OPERATIONS:
        if operation.permission is not None:
            assert is_office(operation.path), operation.path
            assert operation.path in served
    for path in (
        "/v1/declarations",
        "/v1/declarations/x",
        "/v1/declarations/x/decision",
        "/consoles",
        "/v1/statsx",
        "/",
    ):
        assert not is_office(path), path
    assert is_office("/v1/declarations/x/attachments")
