"""The HTTP protocol of our workers: uvicorn's, with bounds on what a client may send before the application is asked.

uvicorn bounds neither the head of a request (50 MB of one header were taken, in 4 s and 120 MB of memory) nor the time
in which a request has to arrive. A request that arrives in one piece, as nearly all do, costs nothing more here.

A filing that would be refused for want of room is refused here already, before a task is made for it: at twice the
capacity refusing in the application took a third of the processor from those that were accepted.

What belongs here: heads, time and room. What does not: bodies, which the routers bound while they read them.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES: Final = 64 * 1024
# How long what a client still sends is thrown away, so that it can read why it was refused.
_LINGER_SECONDS: Final = 2.0
_LANGUAGE: Final = b"accept-language"


@dataclass(frozen=True, slots=True)
class Shed:
    """Filings that are refused when there is no room: their addresses, whether there is none, and what is said then.

    `refusal` gives the whole answer for an address and an Accept-Language header, and counts it.
    """

    addresses: frozenset[bytes]
    is_full: Callable[[], bool]
    refusal: Callable[[str, str | None], bytes]


class GuardedProtocol(HttpToolsProtocol):
    """One connection. A head beyond the limit is a 431, a request that does not arrive in time a 408."""

    request_seconds: ClassVar[float] = 60.0
    shed: ClassVar[Shed | None] = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """A client connected: its first request has to come."""
        super().connection_made(transport)
        self._in_head = True
        self._head_bytes = 0
        self._refused = False
        self._shedding = False
        self._deadline: asyncio.TimerHandle | None = None
        self._expect_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went away, or was let go."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request, of several, or the whole of one."""
        if self._refused:
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._refused:  # meanwhile
            self._demand_bounds()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - as uvicorn's
        """What is no request is answered as everything else is; the parser takes no address beyond the limit."""
        if len(self.url or b"") > HEAD_LIMIT_BYTES:
            self._refuse_head()
        else:
            self._refuse(400, "Bad Request", "malformed_request", "This is no HTTP/1.1 request; correct what sent it.")

    def on_message_begin(self) -> None:
        """The first byte of a request came, perhaps behind the last one of another."""
        self._head_bytes = max(self._head_bytes, 1)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        self._in_head = False
        self._shedding = self._sheds()
        if not self._shedding:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Part of a body; that of a request which is refused for want of room is thrown away."""
        if not self._shedding:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole; another one may follow."""
        self._in_head, self._head_bytes = True, 0
        self._expect_nothing()
        if self._shedding:
            self._shedding = False
            self._answer_shed()
        else:
            super().on_message_complete()

    def _sheds(self) -> bool:
        """Whether this request is a filing for which there is no room.

        Never one behind another on the connection, nor one whose sender wants to be told to go on first.
        """
        shed = self.shed
        if (
            shed is None
            or self.expect_100_continue
            or self.url not in shed.addresses
            or self.parser.get_method() != b"POST"
        ):
            return False
        cycle: Any = self.cycle
        idle = cycle is None or cycle.response_complete
        return idle and self.parser.get_method() == b"POST" and shed.is_full()

    def _answer_shed(self) -> None:
        if self.shed is not None:
            languages = next((value.decode("latin-1") for name, value in self.headers if name == _LANGUAGE), None)
            self.transport.write(self.shed.refusal(self.url.decode("ascii"), languages))
        if not self.parser.should_keep_alive():
            self.transport.close()
        self.on_response_complete()

    def _demand_bounds(self) -> None:
        if self._in_head and self._head_bytes > HEAD_LIMIT_BYTES:
            self._refuse_head()
        elif self._deadline is None and (self._head_bytes or not self._in_head):
            self._expect_more()

    def _refuse_head(self) -> None:
        self._refuse(431, "Request Header Fields Too Large", "head_too_large", "Send a shorter address and headers.")

    def _expect_more(self) -> None:
        self._deadline = self.loop.call_later(self.request_seconds, self._too_slow)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self._in_head and not self._head_bytes:
            self.transport.close()  # nothing was asked, so nothing is answered
            return
        self._refuse(408, "Request Timeout", "request_too_slow", "The request did not arrive in time; send it again.")

    def _refuse(self, status: int, reason: str, code: str, detail: str) -> None:
        """Answer instead of the application, and end the connection once the client has had time to read that."""
        self._refused = True
        self._expect_nothing()
        if self._abandon_request():
            self.transport.write(_problem(status, reason, code, detail))
            self.loop.call_later(_LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _abandon_request(self) -> bool:
        """Let go of a request whose body does not come; False where an answer under way must not be written into."""
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete:
            return True
        if self._in_head or cycle.response_started:  # an earlier request is still being answered
            return False
        cycle.disconnected = True
        cycle.message_event.set()
        return True


def guarded(request_seconds: float, shed: Shed | None = None) -> type[GuardedProtocol]:
    """The protocol with this much patience, which refuses filings when there is no room for them."""
    return type("PatientProtocol", (GuardedProtocol,), {"request_seconds": request_seconds, "shed": shed})


def _problem(status: int, reason: str, code: str, detail: str) -> bytes:
    body = json.dumps(
        {"type": f"urn:tongguan:problem:{code}", "title": reason, "status": status, "detail": detail, "code": code}
    ).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
