"""A page of the console: one method of one address, with the permission that it asks for.

Each part of the console has a module with its `PAGES`; they are listed here once. The matrix test reads the same list.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.domain.duties import Permission
from app.routers.operations import NamedRoute

Endpoint = Callable[[Request], Awaitable[Response]]
PREFIX: Final = "/console"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One method of one address below /console. Without `permission` it is for everybody, signed in or not."""

    method: str
    path: str
    endpoint: Endpoint
    permission: Permission | None


def routes_of(pages: Iterable[Page]) -> list[Route]:
    """The routes of pages; an address knows all of its methods."""
    by_path: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_path.setdefault(page.path, {})[page.method] = page
    return [NamedRoute(path, _dispatch(methods), methods=[*methods]) for path, methods in by_path.items()]


def _dispatch(pages: dict[str, Page]) -> Endpoint:
    async def dispatch(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await pages[method].endpoint(request)

    return dispatch
