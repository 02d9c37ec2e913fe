"""Acts with a body: read within the limits, done once for each key of idempotency."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.routers.answering import answer
from app.routers.idempotency import answered_once
from app.routers.requests import body_of, json_body_of, language_of, settings_of
from app.schemas.fields import Body
from app.schemas.lossless import parse
from app.schemas.reading import read_body
from app.services.filings import Caller
from app.services.idempotency_contract import StoredAnswer

AnyBody = TypeVar("AnyBody", bound=Body)


async def acted_once(
    request: Request, caller: Caller, shape: type[AnyBody], act: Callable[[AnyBody], Awaitable[Any]], status: int = 200
) -> Response:
    """Act on the body, or give the answer that the same request got before."""
    limits = settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)
    return await done_once(
        request, caller, content, lambda: act(read_body(content, shape, limits.json_depth_limit)), status
    )


async def acted_on_once(
    request: Request, caller: Caller, act: Callable[[Any], Awaitable[Any]], status: int = 200
) -> Response:
    """The same of a body whose shape the act itself checks, as far as it is JSON."""
    limits = settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)
    return await done_once(request, caller, content, lambda: act(parse(content, limits.json_depth_limit)), status)


async def acted_plainly_once(
    request: Request, caller: Caller, act: Callable[[], Awaitable[Any]], status: int = 200
) -> Response:
    """The same where the address says everything; what is sent along only tells requests apart."""
    content = await body_of(request, settings_of(request).api.single_body_limit_bytes)
    return await done_once(request, caller, content, act, status)


async def done_once(
    request: Request, caller: Caller, content: bytes, act: Callable[[], Awaitable[Any]], status: int = 200
) -> Response:
    """Act, or give the answer that the same request got before; for a body that was read already."""
    language = language_of(request)

    async def work() -> StoredAnswer:
        return answer(status, await act(), language)

    return await answered_once(request, caller, content, work)
