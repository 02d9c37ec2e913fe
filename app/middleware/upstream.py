"""Asking the office's process over its Unix socket: HTTP/1.1 on connections that are kept, bodies streamed both ways.

What belongs here: connections, the words of the protocol, time. What does not: which requests are handed on, and what
is said when nobody answers (`app.middleware.forward`). Measured: 75 µs of processor time for a page of 20 KB, where
httpx over the same socket took 770; it is the worker's, so the intake feels it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httptools

CONNECT_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 30.0  # of silence: three times what a statement may take
KEPT_SECONDS: Final = 20.0  # the office keeps connections longer, so that none ends under a request
_MOST_KEPT: Final = 32
_PIECE_BYTES: Final = 64 * 1024
_NO_BODY: Final = b"HEAD"


class NobodyAnswers(Exception):
    """The office is not there, or fell silent.

    `begun`: the head of an answer went out already. `ended`: it hung up before it had said anything, so what changes
    nothing may be asked again; after a silence it may still be at work on it.
    """

    def __init__(self, *, begun: bool = False, ended: bool = False) -> None:
        super().__init__("the office does not answer")
        self.begun = begun
        self.ended = ended


class Answer:
    """What comes back: the head, and the pieces of the body as they come. Also what the parser tells."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pieces: list[bytes] = []
        self.begun = False
        self.complete = False
        self.stays = False  # whether the office lets the connection stand afterwards
        self.parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is whole. Only now the parser knows whether the connection stays."""
        self.begun = True
        if self.parser is not None:
            self.status, self.stays = self.parser.get_status_code(), self.parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.pieces.append(body)

    def on_message_complete(self) -> None:
        """All of it came."""
        self.complete = True


class Connection:
    """One connection to the office; used for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answer = Answer()
        self._heard = False
        self._sending = False
        self._patience: asyncio.Timeout | None = None
        self.reused = False
        self.freed_at = time.monotonic()

    @property
    def usable(self) -> bool:
        """Whether another request may be sent: not ended, and not left for so long that it may end at any moment."""
        fresh = time.monotonic() - self.freed_at < KEPT_SECONDS
        return fresh and not self._reader.at_eof() and not self._writer.is_closing()

    def begin(self, head: bytes, *, body: bool) -> None:
        """Send the head of a request; while its body is being sent, no answer is expected."""
        self._answer, self._heard, self._sending = Answer(), False, body
        self._writer.write(head)

    async def send(self, piece: bytes) -> None:
        """Send a piece of the body, once the office has taken the ones before."""
        self._writer.write(piece)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._writer.drain()
        except TimeoutError as failure:
            raise NobodyAnswers(begun=self._answer.begun) from failure

    def sent(self) -> None:
        """All of the body is sent, as far as it goes: from now on the office has to answer."""
        self._sending = False
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time() + ANSWER_SECONDS)

    async def answer(self, method: bytes) -> Answer:
        """Wait for the head of the answer."""
        while not self._answer.begun:
            await self._read()
        if method == _NO_BODY:
            self._answer.complete = True
        return self._answer

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the body, as they come."""
        while True:
            pieces, self._answer.pieces = self._answer.pieces, []
            for piece in pieces:
                yield piece
            if self._answer.complete:
                self._answer.parser = None  # it names the answer: without this both wait for the garbage collector
                return
            await self._read()

    def may_be_kept(self, method: bytes) -> bool:
        """Whether the answer is over and the office lets the connection stand."""
        return self._answer.complete and method != _NO_BODY and self._answer.stays

    def close(self) -> None:
        """Let go of it, whatever is under way."""
        self._writer.close()

    async def _read(self) -> None:
        """What comes next, within the time that the office has; while a body is being sent, that is the sender's."""
        try:
            data = await self._received()
            if not data:
                raise NobodyAnswers(begun=self._answer.begun, ended=not self._heard)
            self._heard = True
            if self._answer.parser is not None:
                self._answer.parser.feed_data(data)
        except (TimeoutError, httptools.HttpParserError) as failure:
            raise NobodyAnswers(begun=self._answer.begun) from failure
        except OSError as failure:
            raise NobodyAnswers(begun=self._answer.begun, ended=not self._heard) from failure

    async def _received(self) -> bytes:
        self._patience = asyncio.timeout(None if self._sending and not self._answer.begun else ANSWER_SECONDS)
        try:
            async with self._patience:
                return await self._reader.read(_PIECE_BYTES)
        finally:
            self._patience = None


class Upstream:
    """The office's process as a worker sees it."""

    def __init__(self, socket: Path) -> None:
        self._socket = str(socket)
        self._kept: list[Connection] = []

    async def connection(self, *, fresh: bool = False) -> Connection:
        """A connection that is kept, or a new one; NobodyAnswers while the office is away."""
        while self._kept and not fresh:
            connection = self._kept.pop()
            if connection.usable:
                connection.reused = True
                return connection
            connection.close()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return Connection(*await asyncio.open_unix_connection(self._socket, limit=_PIECE_BYTES))
        except (OSError, TimeoutError) as failure:
            raise NobodyAnswers from failure

    def free(self, connection: Connection, method: bytes) -> None:
        """Give a connection back: kept where it may be."""
        if connection.may_be_kept(method) and len(self._kept) < _MOST_KEPT:
            connection.freed_at = time.monotonic()
            self._kept.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Let go of all that are kept."""
        while self._kept:
            self._kept.pop().close()
