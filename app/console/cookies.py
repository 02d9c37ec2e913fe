"""The cookies of the console: which there are, and when they are marked Secure.

The session's name is the only secret. Over HTTPS, and over plain HTTP from any address that is not this machine, its
cookie is ``__Host-tongguan`` and Secure: a browser then never sends it in the clear. Only where the browser itself
says that it speaks plain HTTP to this machine (``http://127.0.0.1``, ``http://localhost``) is it ``tongguan_session``
without Secure, so that a first try needs no certificate. A proxy that ends TLS hands on the Host it was asked for.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

SECURE_NAME: Final = "__Host-tongguan"
LOOPBACK_NAME: Final = "tongguan_session"
VISIT: Final = "tongguan_visit"
NOTICE: Final = "tongguan_notice"
OPENID: Final = "tongguan_openid"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_YEAR_SECONDS: Final = 365 * 24 * 3600
_NOTICE_SECONDS: Final = 60


def is_loopback(request: Request) -> bool:
    """Whether the browser speaks plain HTTP to this very machine."""
    forwarded = request.headers.get("x-forwarded-proto", "").lower()
    return request.url.scheme == "http" and forwarded != "https" and request.url.hostname in _LOOPBACK


def session_name_of(request: Request) -> str | None:
    """The name of the session that the browser sent."""
    return request.cookies.get(LOOPBACK_NAME if is_loopback(request) else SECURE_NAME) or None


def keep_session(request: Request, response: Response, name: str) -> None:
    """Give the browser the name of its session; it forgets it when it is closed."""
    loopback = is_loopback(request)
    cookie = LOOPBACK_NAME if loopback else SECURE_NAME
    response.set_cookie(cookie, name, path="/", httponly=True, samesite="lax", secure=not loopback)


def forget_session(request: Request, response: Response) -> None:
    """Take the session's cookie back."""
    loopback = is_loopback(request)
    cookie = LOOPBACK_NAME if loopback else SECURE_NAME
    response.delete_cookie(cookie, path="/", httponly=True, samesite="lax", secure=not loopback)


def keep(request: Request, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Keep a value that is no secret of an officer's; without `seconds` until the browser is closed."""
    response.set_cookie(
        name, value, path="/console", max_age=seconds, httponly=True, samesite="lax", secure=not is_loopback(request)
    )


def keep_for_a_year(request: Request, response: Response, name: str, value: str) -> None:
    """Keep a choice of the reader."""
    keep(request, response, name, value, seconds=_YEAR_SECONDS)


def keep_notice(request: Request, response: Response, value: str) -> None:
    """Keep a sentence for the next page."""
    keep(request, response, NOTICE, value, seconds=_NOTICE_SECONDS)


def drop(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/console", httponly=True, samesite="lax", secure=not is_loopback(request))
