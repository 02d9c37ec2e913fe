"""Acts with a JSON body: read within the limits, done once for each key of idempotency."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.routers.answering import answer
from app.routers.idempotency import answered_once
from app.routers.requests import json_body_of, language_of, settings_of
from app.schemas.fields import Body
from app.schemas.reading import read_body
from app.services.filings import Caller
from app.services.idempotency_contract import StoredAnswer

AnyBody = TypeVar("AnyBody", bound=Body)


async def acted_once(
    request: Request, caller: Caller, shape: type[AnyBody], act: Callable[[AnyBody], Awaitable[Any]], status: int = 200
) -> Response:
    """Act on the body, or give the answer that the same request got before."""
    language, limits = language_of(request), settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)

    async def work() -> StoredAnswer:
        body = read_body(content, shape, limits.json_depth_limit)
        return answer(status, await act(body), language)

    return await answered_once(request, caller, content, work)
