"""Hostile clients over a real connection to a worker: bounded memory, clear answers, and nobody else has to wait."""

import asyncio
import contextlib
import json
import select
import socket
from collections.abc import Iterator

import pytest

from tests.api import bodies
from tests.hostile.conftest import Service
from tests.worker import Worker, answer_on, listening_worker, status_in

pytestmark = pytest.mark.usefixtures("untouched")

PATIENCE_SECONDS = 2
BATCH_LIMIT_MEBIBYTES = 8
CHUNK = b"x" * 65_536
HUNDRED_MEGABYTES = 100_000_000


@pytest.fixture(scope="module")
def worker(service: Service) -> Iterator[Worker]:
    """A worker of little patience, which takes batches of 8 MB: as much arrives in time on a busy machine too."""
    changes = {
        "TONGGUAN_REQUEST_SECONDS": str(PATIENCE_SECONDS),
        "TONGGUAN_BATCH_BODY_LIMIT_BYTES": str(BATCH_LIMIT_MEBIBYTES * 1024**2),
    }
    with listening_worker(service.variables | changes) as worker:
        yield worker


@pytest.fixture
def connection(worker: Worker) -> Iterator[socket.socket]:
    """A connection to it; afterwards the worker must still be well."""
    with worker.connect() as connection:
        yield connection
    assert worker.is_ready()


def head(service: Service, address: str = "/v1/orders", **headers: str) -> bytes:
    """The head of a filing with a good key; names of headers are written with underscores."""
    lines = {"host": "x", "authorization": f"Bearer {service.world.door.keys['platform']}"}
    lines |= {"content-type": "application/xml" if address == "/v1/ceb" else "application/json"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    return f"POST {address} HTTP/1.1\r\n".encode() + b"".join(
        f"{name}: {value}\r\n".encode() for name, value in lines.items()
    )


def flood(connection: socket.socket, total: int, *, chunked: bool) -> int:
    """Send so many bytes, or as many as are taken."""
    sent = 0
    with contextlib.suppress(ConnectionError, TimeoutError):
        while sent < total:
            connection.sendall(b"10000\r\n" + CHUNK + b"\r\n" if chunked else CHUNK)
            sent += len(CHUNK)
    return sent


def dripped(connection: socket.socket, content: bytes) -> bytes:
    """Send byte after byte, each well within the worker's patience, until it answers."""
    for letter in content:
        connection.sendall(bytes([letter]))
        if select.select([connection], [], [], PATIENCE_SECONDS / 10)[0]:
            break
    return answer_on(connection)


@pytest.mark.parametrize("address", ["/v1/orders", "/v1/declarations/batch", "/v1/ceb"])
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "announced"])
def test_a_body_of_100_megabytes_is_a_413_in_bounded_memory(
    address: str, chunked: bool, connection: socket.socket, worker: Worker, service: Service
) -> None:
    before = worker.resident_mebibytes()
    length = {"transfer_encoding": "chunked"} if chunked else {"content_length": str(HUNDRED_MEGABYTES)}
    connection.sendall(head(service, address, **length) + b"\r\n")
    flood(connection, HUNDRED_MEGABYTES, chunked=chunked)
    answer = answer_on(connection)
    assert status_in(answer) == 413
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "body_too_large"
    assert worker.resident_mebibytes() - before < 2 * BATCH_LIMIT_MEBIBYTES + 24


@pytest.mark.parametrize("where", ["header", "headers", "address"])
def test_an_endless_head_is_a_431_in_bounded_memory(
    where: str, connection: socket.socket, worker: Worker, service: Service
) -> None:
    before = worker.resident_mebibytes()
    begun = {"header": b"x-long: ", "headers": b"", "address": b""}[where]
    connection.sendall(b"POST /v1/orders?q=" if where == "address" else head(service) + begun)
    filler = b"x-many: y\r\n" * 6000 if where == "headers" else CHUNK
    with contextlib.suppress(ConnectionError, TimeoutError):
        for _ in range(500):  # 32 MB
            connection.sendall(filler)
    answer = answer_on(connection)
    assert status_in(answer) == 431
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "head_too_large"
    assert worker.resident_mebibytes() - before < 24


def test_a_body_that_drips_is_a_408(connection: socket.socket, service: Service) -> None:
    connection.sendall(head(service, content_length="1000") + b"\r\n")
    answer = dripped(connection, b" " * 1000)
    assert status_in(answer) == 408
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "request_too_slow"


def test_a_head_that_drips_is_a_408(connection: socket.socket) -> None:
    answer = dripped(connection, b"POST /v1/orders HTTP/1.1\r\nhost: x\r\nx: " + b"x" * 1000)
    assert status_in(answer) == 408


def test_a_connection_that_says_nothing_is_closed_without_an_answer(connection: socket.socket) -> None:
    assert answer_on(connection) == b""


def test_a_slow_second_request_does_not_spoil_the_first(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost")
    assert status_in(answer_on(connection)) == 200
    assert status_in(answer_on(connection)) == 408


async def test_others_are_answered_while_hundreds_drip(worker: Worker, service: Service) -> None:
    slow = [await asyncio.open_connection("127.0.0.1", worker.port) for _ in range(300)]
    for _, writer in slow:
        writer.write(head(service, content_length="1000") + b"\r\n ")
    assert await asyncio.to_thread(worker.is_ready)
    others = [status_in(await reader.read(4096)) for reader, _ in slow]
    assert set(others) == {408}
    for _, writer in slow:
        writer.close()


def test_a_client_that_goes_away_leaves_nothing(worker: Worker, service: Service) -> None:
    order = bodies.encoded(bodies.an_order_tree(order_no="AWAY-1"))
    for part in (len(order) // 2, len(order) - 1):
        with worker.connect() as connection:
            connection.sendall(head(service, content_length=str(len(order))) + b"\r\n" + order[:part])
    assert worker.is_ready()


BROKEN = {
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no method": b"/ HTTP/1.1\r\n\r\n",
    "another protocol": b"POST /v1/orders HTTP/9.9\r\nhost: x\r\n\r\n",
    "NUL in a header": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n",
    "NUL in the address": b"POST /v1/\0orders HTTP/1.1\r\nhost: x\r\n\r\n",
    "address beyond ASCII": b"GET /v1/\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    "two lengths": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    "length and chunks": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n"
    b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "length beyond numbers": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999999\r\n\r\n",
    "chunk without size": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "folded header": b"POST /v1/orders HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_request_is_refused(name: str, connection: socket.socket) -> None:
    connection.sendall(BROKEN[name])
    answer = answer_on(connection)
    assert 400 <= status_in(answer) < 500
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"]  # a problem, as everywhere


@pytest.mark.parametrize("sent", ["at once", "in parts"])
def test_an_address_beyond_the_limit_is_a_431_however_it_arrives(sent: str, connection: socket.socket) -> None:
    request = b"GET /v1/declarations?order_no=" + b"x" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n"
    for part in (request,) if sent == "at once" else (request[:40_000], request[40_000:]):
        connection.sendall(part)
    answer = answer_on(connection)
    assert status_in(answer) == 431
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "head_too_large"
