"""Errors as pages: in the reader's language, with what to do next. The same errors as JSON stay with `/v1`."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.console.forms import redirect, typed_in
from app.console.language import N_, language_of, say
from app.console.pages import PREFIX
from app.console.rendering import render
from app.console.security_headers import secured
from app.console.sessions import SignInWanted
from app.console.ways_back import leads_to_case, way_back
from app.errors import NotFound, TongguanError, Unavailable
from app.languages import Language
from app.routers.problems import status_of
from app.routers.refusals import InvalidParameters, MethodNotAllowed, Unexpected

log = structlog.get_logger(__name__)
Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]

# Status: title, what to do.
_TEXTS: Final[dict[int, tuple[str, str]]] = {
    401: (N_("Please sign in"), N_("Sign in and try again.")),
    403: (N_("Not allowed"), N_("Ask an officer who may do this, or go back.")),
    404: (N_("Not found"), N_("Check the address, or go back.")),
    405: (N_("Not possible here"), N_("Go back and use the buttons of the page.")),
    409: (N_("Not possible as things stand"), N_("Load the page again: it shows how things stand now.")),
    413: (N_("Too large"), N_("Send a smaller file or fewer fields.")),
    415: (N_("Cannot be read"), N_("Go back and use the form of the page.")),
    422: (N_("Please correct"), N_("Go back, correct what is named and send it again.")),
    429: (N_("Too many attempts"), N_("Wait a while before you try again.")),
    503: (N_("Temporarily unavailable"), N_("Try again in a moment; nothing was lost.")),
    500: (N_("Something went wrong"), N_("Try again in a moment. If it happens again, tell the operator when it was.")),
}
# Below these addresses a number leads to parcels.
_OF_PARCELS: Final = (f"{PREFIX}/cases/", f"{PREFIX}/approvals/")
_LOST_PARCEL: Final = N_("Check the address, or search for the parcel. It may belong to another district.")
# Fields that people think about before they send them.
_WRITTEN: Final = ("reason", "note", "text")


async def error_page(request: Request, error: TongguanError) -> Response:
    """An error as a page; whoever is not signed in is sent to sign-in."""
    if isinstance(error, SignInWanted):
        return secured(redirect(_sign_in_address(request)))
    status = status_of(error)
    language = language_of(request)
    title, advice = _TEXTS.get(status, _TEXTS[500])
    if status == 404 and request.scope["path"].startswith(_OF_PARCELS):  # noqa: PLR2004
        advice = _LOST_PARCEL
    context = {
        "status": status,
        "title": say(language, title),
        "advice": say(language, advice),
        "detail": _detail(error, language),
        "problems": [problem.zh if language is Language.ZH else problem.en for problem in error.problems],
        "back": (back := way_back(request)),
        "to_case": leads_to_case(back),
        "typed": _typed(request),
    }
    request.state.notice_shown = False
    response = await _rendered(request, context, status)
    if isinstance(error, Unavailable):
        response.headers["retry-after"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowed):
        response.headers["allow"] = error.allowed
    return secured(response)


async def answered(request: Request, endpoint: Callable[[Request], Awaitable[Response]]) -> Response:
    """What an endpoint answers; whatever it raises as a page."""
    try:
        return await endpoint(request)
    except TongguanError as error:
        return await error_page(request, error)
    except ClientDisconnect:
        raise
    except Exception:
        log.exception("unexpected error", route=getattr(request.scope.get("route"), "path", ""))
        return await error_page(request, Unexpected())


def as_pages(handler: Handler) -> Handler:
    """A handler of the application's errors that answers below /console with pages."""

    async def handle(request: Request, error: Exception) -> Response:
        path = request.scope["path"]  # not of the url: a query that is no UTF-8 has none
        if path != PREFIX and not path.startswith(PREFIX + "/"):
            return await handler(request, error)
        return await error_page(request, _ours(error))

    return handle


def _ours(error: Exception) -> TongguanError:
    if isinstance(error, TongguanError):
        return error
    if isinstance(error, HTTPException) and error.status_code == 404:  # noqa: PLR2004
        return NotFound("There is no page at this address.", zh="该地址没有页面。")
    if isinstance(error, HTTPException) and error.status_code == 405:  # noqa: PLR2004
        return MethodNotAllowed((error.headers or {}).get("Allow", "GET"))
    return Unexpected()


async def _rendered(request: Request, context: dict[str, object], status: int) -> Response:
    try:
        return await render(request, "error.html", context, status)
    except Exception:
        # Not even the session could be looked up: the page without an officer.
        log.exception("an error page without its officer")
        request.state.signed_in, request.state.session_name = None, None
        return await render(request, "error.html", context, status)


def _typed(request: Request) -> list[str]:
    """The longer texts of the form: an error page shows them, so that nobody writes them twice."""
    form = typed_in(request)
    return [form.text(name) for name in _WRITTEN if form.text(name)] if form else []


def _detail(error: TongguanError, language: Language) -> str:
    if isinstance(error, InvalidParameters):
        return ""  # it speaks to programs; the problems say what is wrong
    return error.zh if language is Language.ZH else str(error)


def _sign_in_address(request: Request) -> str:
    address = f"{PREFIX}/sign-in"
    if request.method != "GET" or request.url.path == PREFIX:
        return address
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{address}?{urlencode({'next': request.url.path + query})}"
