"""Handing the officers' requests on to the office's process, so that a slow report cannot hold up a filing.

A plain layer: no framework, nothing kept of a request, bodies streamed both ways. Who called over which scheme goes
along in headers of ours, which are taken away from what comes from outside. While the office starts again the answer
is 503 with Retry-After; a page that loads itself again for people, a problem for programs.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Unavailable
from app.languages import Language, accepted_language
from app.metrics import count_request
from app.middleware.upstream import Answer, Connection, NobodyAnswers, Upstream
from app.routers.problems import problem_answer, response_of
from app.routers.refusals import BodyTooLarge, BodyTooSlow

CLIENT: Final = b"tongguan-client"
SCHEME: Final = b"tongguan-scheme"
MOST_AT_ONCE: Final = 64
MOST_SENDING: Final = 32  # of them; the others are for whoever has sent everything, however slow some senders are
# Of whoever asked, sending or reading: whoever is slow goes on, whoever stops frees the place. How long the whole of a
# request may take is bounded by the worker's own server (`app.guarded_http`).
SILENCE_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 2
# Of one connection, not of the request (RFC 9110, 7.6.1); and what the worker's own server has seen to already.
_NOT_HANDED_ON: Final = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect")
)
_OURS: Final = frozenset((CLIENT, SCHEME))
_NOT_HANDED_BACK: Final = _NOT_HANDED_ON | {b"date", b"server"}
_REPEATABLE: Final = frozenset(("GET", "HEAD"))


class OfficeAway(Unavailable):
    """The office's process starts again, does not answer, or has too much to do."""

    def __init__(self) -> None:
        told = "The officers' side starts again or has too much to do. Try again in a moment."
        super().__init__(told, retry_after_seconds=RETRY_SECONDS)
        self.zh = "关员端正在重启或繁忙，请稍后重试。"


class ClientLeft(Exception):
    """Whoever asked went away before all was sent, or reads no further."""


class Forward:
    """The office's addresses as a worker serves them."""

    def __init__(self, socket: Path, body_limit_bytes: int) -> None:
        self._upstream = Upstream(socket)
        self._limit = body_limit_bytes
        self._under_way = 0
        self._sending = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on, and its answer back; the office counts it."""
        if self._under_way >= MOST_AT_ONCE or (self._sending >= MOST_SENDING and _framing(scope)):
            await _say_away(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._handed_on(scope, receive, send)
        except ClientLeft:
            pass
        except (BodyTooLarge, BodyTooSlow) as refused:
            language = accepted_language(_language(scope))
            await response_of(problem_answer(refused, language))(scope, receive, send)
        except NobodyAnswers as away:
            if away.begun:
                raise  # half an answer went out: the server ends the connection, which is all that is left to say
            await _say_away(scope, receive, send)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Let go of the office."""
        self._upstream.close()

    async def _handed_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = await self._upstream.connection()
        try:
            await self._exchange(connection, scope, receive, send)
        except NobodyAnswers as away:
            # A kept connection may have ended meanwhile; what changes nothing and has no body is asked once more. Never
            # after a silence: the office may be at work on it, and would do it twice.
            if not away.ended or not connection.reused or scope["method"] not in _REPEATABLE or _framing(scope):
                raise
            connection = await self._upstream.connection(fresh=True)
            await self._exchange(connection, scope, receive, send)

    async def _exchange(self, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        method, framing = scope["method"].encode(), _framing(scope)
        body: asyncio.Task[None] | None = None
        try:
            connection.begin(_head(scope, method), body=bool(framing))
            if framing:
                body = asyncio.create_task(self._send_body(connection, receive, chunked=framing == b"chunked"))
            answer = await _answered(connection, method, body)
            await _hand_back(connection, answer, send)
        except BaseException:
            connection.close()
            raise
        finally:
            whole = body is None or _ended_well(body)
        if whole:
            self._upstream.free(connection, method)
        else:
            connection.close()  # the office answered before it had read all

    async def _send_body(self, connection: Connection, receive: Receive, *, chunked: bool) -> None:
        """Piece by piece, as fast as the office takes it; no more than the largest body of any door."""
        self._sending += 1
        try:
            async for piece in self._pieces(receive):
                await connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                await connection.send(b"0\r\n\r\n")
        finally:
            self._sending -= 1
            connection.sent()

    async def _pieces(self, receive: Receive) -> AsyncIterator[bytes]:
        came, more = 0, True
        while more:
            message = await _next_of(receive)
            if message["type"] == "http.disconnect":
                raise ClientLeft
            piece, more = message.get("body", b""), message.get("more_body", False)
            came += len(piece)
            if came > self._limit:
                raise BodyTooLarge(self._limit)
            if piece:
                yield piece


class Trusted:
    """The office's side: who called, over which scheme, as the worker says. Only workers reach the socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put client and scheme where the server would have put them."""
        if scope["type"] == "http":
            headers = [each for each in scope["headers"] if each[0] not in _OURS]
            given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _OURS}
            client = (given[CLIENT], 0) if given.get(CLIENT) else None
            scope = {**scope, "headers": headers, "client": client, "scheme": given.get(SCHEME, "http")}
        await self._app(scope, receive, send)


async def _answered(connection: Connection, method: bytes, body: "asyncio.Task[None] | None") -> Answer:
    """The head of the answer; it may come while the body is still being sent."""
    if body is None:
        return await connection.answer(method)
    head = asyncio.create_task(connection.answer(method))
    try:
        await asyncio.wait((head, body), return_when=asyncio.FIRST_COMPLETED)
        failed = body.exception() if body.done() else None
        if not head.done() and isinstance(failed, ClientLeft | BodyTooLarge | BodyTooSlow | NobodyAnswers):
            raise failed
        return await head
    finally:
        head.cancel()


async def _hand_back(connection: Connection, answer: Answer, send: Send) -> None:
    headers = [(name, value) for name, value in answer.headers if name not in _NOT_HANDED_BACK]
    await _take(send, {"type": "http.response.start", "status": answer.status, "headers": headers})
    async for piece in connection.body():
        await _take(send, {"type": "http.response.body", "body": piece, "more_body": True})
    await _take(send, {"type": "http.response.body", "body": b"", "more_body": False})


async def _next_of(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await receive()
    except TimeoutError:
        raise BodyTooSlow from None


async def _take(send: Send, message: Message) -> None:
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            await send(message)
    except TimeoutError:
        raise ClientLeft from None


def _ended_well(body: "asyncio.Task[None]") -> bool:
    """Whether all of a body was sent; what is still under way is ended."""
    if body.done():
        return not body.cancelled() and body.exception() is None
    body.cancel()
    return False


def _framing(scope: Scope) -> bytes:
    """How the body of a request is delimited: ``chunked``, ``length``, or empty where there is none."""
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return b"chunked"
        if name == b"content-length" and value != b"0":
            return b"length"
    return b""


def _head(scope: Scope, method: bytes) -> bytes:
    target = scope.get("raw_path") or scope["path"].encode()
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    lines = [b"%b %b HTTP/1.1" % (method, target)]
    lines += [b"%b: %b" % each for each in scope["headers"] if each[0] not in _NOT_HANDED_ON and each[0] not in _OURS]
    if _framing(scope) == b"chunked":
        lines.append(b"transfer-encoding: chunked")
    client = scope.get("client")
    if client:
        lines.append(CLIENT + b": " + str(client[0]).encode())
    lines.append(SCHEME + b": " + scope.get("scheme", "http").encode())
    return b"\r\n".join((*lines, b"", b""))


def _language(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"), None)


async def _say_away(scope: Scope, receive: Receive, send: Send) -> None:
    """The office is away, or has too much to do."""
    language, page = accepted_language(_language(scope)), scope["path"].startswith("/console")
    count_request(scope["method"], "/console" if page else "(office)", 503, 0.0)
    away = OfficeAway()
    response = _page(language, away) if page else response_of(problem_answer(away, language))
    await response(scope, receive, send)


def _page(language: Language, away: Unavailable) -> Response:
    """A page that loads itself again: without style, for the style sheet is the office's too."""
    title, told = ("请稍候", away.zh) if language is Language.ZH else ("One moment", str(away))
    refresh = f'<meta http-equiv="refresh" content="{RETRY_SECONDS}">'
    text = (
        f'<!doctype html><html lang="{language.tag}"><head><meta charset="utf-8">{refresh}<title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>{told}</p></main></body></html>"
    )
    headers = {
        "retry-after": str(RETRY_SECONDS),
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
    }
    return Response(text, status_code=503, media_type="text/html", headers=headers)
