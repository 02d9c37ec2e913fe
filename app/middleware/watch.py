"""The outermost layer: count each request, and let nothing unexpected out but a problem that tells nothing.

An exception is logged by kind and place (`app.logs` drops its message: it may quote what was sent) and never reaches
the server, which would log all of it.
"""

import time

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.languages import accepted_language
from app.metrics import count_request
from app.routers.problems import problem_answer, response_of
from app.routers.refusals import Unexpected

log = structlog.get_logger(__name__)
_CLIENT_WENT_AWAY = 499
_UNMATCHED = "(no such address)"


class Watch:
    """Counts requests, and answers what nobody expected."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except ClientDisconnect:
            status = _CLIENT_WENT_AWAY
        except Exception:
            log.exception("unexpected error", route=_route(scope))
            if status == 0:
                await _answer(scope, receive, noting)
        finally:
            count_request(scope["method"], _route(scope), status, time.perf_counter() - began)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    language = accepted_language(Headers(scope=scope).get("accept-language"))
    await response_of(problem_answer(Unexpected(), language))(scope, receive, send)


def _route(scope: Scope) -> str:
    """The address with its placeholders: what was put in their place may be anything."""
    return getattr(scope.get("route"), "path", _UNMATCHED)
