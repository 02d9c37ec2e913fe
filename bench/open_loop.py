"""A sender that does not wait: requests leave at a fixed rate, whatever becomes of those before them.

`python -m bench.open_loop ORDER` with an order as JSON; prints figures as JSON. One thread over epoll, because a
sender that does more would not keep the rate beside the service that it measures. A request takes an idle connection,
or a new one where all wait; time is counted from the moment at which it should have left.
"""

import errno
import resource
import select
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from bench.supply import LENGTH_BYTES

_MOST_AT_ONCE: Final = 64  # then answers are read
_PATIENCE_SECONDS: Final = 15.0
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
CREATED: Final = 201
UNAVAILABLE: Final = 503
BROKEN: Final = 0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to send, where, how fast."""

    port: int
    key: str
    path: str
    file: str
    position: int
    per_second: float
    seconds: float
    most_connections: int


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. Times in milliseconds, from when a request was due."""

    due: int
    statuses: dict[int, int]  # 0: the connection broke, or no answer came in time
    accepted_meanwhile: int  # while requests were sent; the others were still waiting then
    unsent: int  # no connection was left
    without_advice: int  # refused without Retry-After
    seconds: float
    position: int
    connections: int
    accepted_ms: list[float]  # p50, p99, p99.9, longest
    refused_ms: list[float]
    processor_seconds: float
    late_ms: float  # p99 of how much later than due a request left: the sender's own delay


class Connection:
    """One connection and the request that it waits for."""

    __slots__ = ("answer", "due", "socket", "unsent")

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.due = 0.0
        self.unsent = b""
        self.answer = b""


class Sender:
    """Keeps the rate for as long as the order says, then waits for what is still to come."""

    def __init__(self, order: Order, bodies: BinaryIO) -> None:
        self._order = order
        self._bodies = bodies
        self._head = (
            f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {order.key}\r\nContent-Length: "
        ).encode()
        self._epoll = select.epoll()
        self._open: dict[int, Connection] = {}
        self._idle: list[Connection] = []
        self._statuses: Counter[int] = Counter()
        self._accepted: list[float] = []
        self._refused: list[float] = []
        self._late: list[float] = []
        self._accepted_meanwhile = 0
        self._sending = True
        self._unsent = 0
        self._without_advice = 0
        self._most_open = 0

    def run(self) -> Sent:
        """Send and wait."""
        order, began = self._order, time.perf_counter()
        until, whole = began + order.seconds, int(order.per_second * order.seconds)
        started = 0
        while (now := time.perf_counter()) < until + _PATIENCE_SECONDS:
            if self._sending and now >= until:
                self._sending, self._accepted_meanwhile = False, len(self._accepted)
            due = min(whole, int((now - began) * order.per_second))
            for _ in range(min(due - started, _MOST_AT_ONCE)):
                self._send(began + started / order.per_second, now)
                started += 1
            if not self._sending and started == whole and len(self._idle) == len(self._open):
                break
            pause = 0.0 if started < due else 1 / order.per_second if started < whole else 0.05
            self._look(pause)
        return self._told(whole, time.perf_counter() - began)

    def _send(self, due: float, now: float) -> None:
        length = self._bodies.read(LENGTH_BYTES)
        if not length:
            raise RuntimeError("there are no more bodies")
        body = self._bodies.read(int.from_bytes(length, "little"))
        connection = self._idle.pop() if self._idle else self._connected()
        if connection is None:
            self._unsent += 1
            return
        connection.due = due
        self._late.append(now - due)
        connection.unsent = self._head + str(len(body)).encode() + _HEAD_END + body
        self._write(connection)

    def _connected(self) -> Connection | None:
        if len(self._open) >= self._order.most_connections:
            return None
        connected = socket.socket()
        connected.setblocking(False)  # noqa: FBT003 - the name of the standard library
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.connect_ex(("127.0.0.1", self._order.port))
        connection = Connection(connected)
        self._open[connected.fileno()] = connection
        self._most_open = max(self._most_open, len(self._open))
        self._epoll.register(connected.fileno(), select.EPOLLIN)
        return connection

    def _write(self, connection: Connection) -> None:
        """Send what may be sent now; the rest when the connection takes it."""
        try:
            written = connection.socket.send(connection.unsent)
        except OSError as problem:
            if problem.errno not in (errno.EAGAIN, errno.ENOTCONN, errno.EINPROGRESS):
                self._end(connection, BROKEN)
                return
            written = 0
        behind = bool(connection.unsent) and written == len(connection.unsent)
        connection.unsent = connection.unsent[written:]
        if not behind:
            self._epoll.modify(connection.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _look(self, pause: float) -> None:
        for number, event in self._epoll.poll(pause):
            connection = self._open.get(number)
            if connection is None:
                continue
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._read(connection)
            elif connection.unsent:
                self._epoll.modify(number, select.EPOLLIN)
                self._write(connection)

    def _read(self, connection: Connection) -> None:
        try:
            part = connection.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._end(connection, BROKEN)
            return
        connection.answer += part
        head_end = connection.answer.find(_HEAD_END)
        if head_end < 0:
            return
        head = connection.answer[:head_end].lower()
        place = head.find(_LENGTH) + len(_LENGTH)
        length = int(head[place:].split(b"\r\n", 1)[0])
        if len(connection.answer) >= head_end + len(_HEAD_END) + length:
            self._answered(connection, head)

    def _answered(self, connection: Connection, head: bytes) -> None:
        status, waited = int(head[9:12]), time.perf_counter() - connection.due
        self._statuses[status] += 1
        (self._accepted if status == CREATED else self._refused).append(waited)
        if status == UNAVAILABLE and b"retry-after:" not in head:
            self._without_advice += 1
        connection.answer, connection.due = b"", 0.0
        if b"connection: close" in head or connection.unsent:
            self._drop(connection)
        else:
            self._idle.append(connection)

    def _end(self, connection: Connection, status: int) -> None:
        """The other side let go: of a request, or only of an idle connection."""
        if connection.due:
            self._statuses[status] += 1
        elif connection in self._idle:
            self._idle.remove(connection)
        self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        number = connection.socket.fileno()
        self._open.pop(number, None)
        self._epoll.unregister(number)
        connection.socket.close()

    def _told(self, due: int, seconds: float) -> Sent:
        waiting = len(self._open) - len(self._idle)
        self._statuses[BROKEN] += waiting
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Sent(
            due=due,
            statuses=dict(self._statuses),
            accepted_meanwhile=self._accepted_meanwhile,
            unsent=self._unsent,
            without_advice=self._without_advice,
            seconds=seconds,
            position=self._bodies.tell(),
            connections=self._most_open,
            accepted_ms=_percentiles_ms(self._accepted),
            refused_ms=_percentiles_ms(self._refused),
            processor_seconds=used.ru_utime + used.ru_stime,
            late_ms=_percentiles_ms(self._late)[1],
        )


def _percentiles_ms(waited: list[float]) -> list[float]:
    if not waited:
        return [0.0, 0.0, 0.0, 0.0]
    ordered = sorted(waited)
    return [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99, 0.999, 1.0)]


def main() -> None:
    """Carry out one order."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with Path(order.file).open("rb") as bodies:
        bodies.seek(order.position)
        print(msgspec.json.encode(Sender(order, bodies).run()).decode())


if __name__ == "__main__":
    main()
