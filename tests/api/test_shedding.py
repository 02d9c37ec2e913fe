"""Filings refused in the server's protocol: the same words as the application's, and the connection lives on."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.guarded_http import guarded
from app.languages import Language
from app.main import create_app
from app.routers.problems import problem_answer
from app.services.clearance.admission import Admission, NoRoom
from app.settings import Settings
from app.shedding import shed_of
from tests.api.fakes import FakeServices

BODY = b'{"order": 1}'


class Door:
    """A server whose application answers everything with 201; a filing of 0 bytes waits until it is let go."""

    def __init__(self) -> None:
        self.services = FakeServices()
        self.admission = Admission(least=1, longest_wait_seconds=1)
        self.hold = asyncio.Event()
        self.came = asyncio.Semaphore(0)
        self.reached = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        self.reached += 1
        self.came.release()
        with self.admission:
            while (await receive()).get("more_body"):
                pass
            if scope["path"] == "/v1/payments":
                await self.hold.wait()
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def door(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Door, int]]:
    """The server and its port."""
    door = Door()
    monkeypatch.setattr(FakeServices, "admission", door.admission)
    shed = shed_of(create_app(Settings(), door.services))
    config = uvicorn.Config(door, http=guarded(30, shed), lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield door, listener.getsockname()[1]
    door.hold.set()
    server.should_exit = True
    await serving


def _request(path: str, *headers: str, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: x", f"content-length: {len(BODY)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + BODY


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:] if line)
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


@pytest.mark.parametrize("language", [Language.ZH, Language.EN])
async def test_a_filing_without_room_gets_the_application_s_words_and_its_connection_is_used_again(
    language: Language, door: tuple[Door, int]
) -> None:
    served, port = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with served.admission:  # the only place is taken
        request = _request("/v1/orders", f"accept-language: {language.tag}")
        for part in (request[:40], request[40:-5], request[-5:]):  # as it may arrive
            writer.write(part)
            await asyncio.sleep(0.02)
        status, headers, body = await _answer(reader)
    told = problem_answer(NoRoom(), language)
    assert (status, body, served.reached) == (503, told.body, 0)
    assert headers["retry-after"] == "1"
    assert headers["content-language"] == language.tag
    assert json.loads(body)["code"] == "unavailable"
    writer.write(_request("/v1/orders"))
    assert (await _answer(reader))[0] == 201
    writer.close()


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/declarations/batch"), ("GET", "/v1/orders")])
async def test_other_requests_are_for_the_application(method: str, path: str, door: tuple[Door, int]) -> None:
    served, port = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with served.admission:
        writer.write(_request(path, method=method))
        await asyncio.wait_for(served.came.acquire(), 60)
    writer.close()
    reader.feed_eof()


async def test_a_request_behind_another_one_on_its_connection_is_left_to_the_application(
    door: tuple[Door, int],
) -> None:
    served, port = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request("/v1/payments") + _request("/v1/orders"))
    await asyncio.wait_for(served.came.acquire(), 60)
    served.hold.set()
    assert [(await _answer(reader))[0] for _ in range(2)] == [201, 201]  # in their order
    writer.close()


async def test_a_connection_that_asks_to_be_closed_is_closed(door: tuple[Door, int]) -> None:
    served, port = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with served.admission:
        writer.write(_request("/v1/orders", "connection: close"))
        assert (await _answer(reader))[0] == 503
        assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()
