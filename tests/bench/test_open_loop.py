"""The open loop keeps its rate whatever becomes of the requests, and tells apart what became of them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from bench.open_loop import BROKEN, CREATED, UNAVAILABLE, Order, Sent
from bench.supply import LENGTH_BYTES

ANSWERS = {
    b"good": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
    b"busy": b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    b"rude": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    b"deaf": b"",
}


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server whose answer is what the body says; it lets go of who says "deaf"."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
            if not ANSWERS[body]:
                break
            await asyncio.sleep(0.05)
            writer.write(ANSWERS[body])
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_every_answer_is_counted_and_nobody_waits_for_the_one_before(port: int, tmp_path: Path) -> None:
    bodies = tmp_path / "bodies"
    said = [b"good", b"busy", b"rude", b"deaf"] * 25
    bodies.write_bytes(b"".join(len(body).to_bytes(LENGTH_BYTES, "little") + body for body in said))
    order = Order(
        port=port, key="k", path="/", file=str(bodies), position=0, per_second=100, seconds=1, most_connections=100
    )
    sent = await _carried_out(order)
    assert sent.statuses == {CREATED: 25, UNAVAILABLE: 50, BROKEN: 25}
    assert sent.without_advice == 25
    assert sent.unsent == 0
    assert sent.connections > 2  # an answer takes 50 ms, and a request leaves every 10 ms
    assert sent.accepted_ms[0] >= 50
    assert sent.position == bodies.stat().st_size


async def _carried_out(order: Order) -> Sent:
    command = [sys.executable, "-m", "bench.open_loop", msgspec.json.encode(order).decode()]
    sending = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    return msgspec.json.decode((await sending.communicate())[0], type=Sent)
