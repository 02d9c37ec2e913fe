"""/openapi.json and /docs: the OpenAPI document, and the same as a page that needs no script and no other host."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.routers.operations import NamedRoute
from app.routers.reference_html import page_of

_CACHED: Final = "public, max-age=300"

Document = Callable[[], dict[str, Any]]


def reference_routes(document: Document) -> list[Route]:
    """The two addresses; both answers are made when first asked for."""

    @cache
    def as_json() -> bytes:
        return msgspec.json.encode(document())

    @cache
    def as_page() -> bytes:
        return page_of(document()).encode()

    async def openapi_json(_: Request) -> Response:
        return Response(as_json(), headers={"content-type": "application/json", "cache-control": _CACHED})

    async def docs(_: Request) -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        headers = {"content-type": "text/html; charset=utf-8", "cache-control": _CACHED}
        return Response(as_page(), headers=headers | {"content-security-policy": policy})

    return [NamedRoute("/openapi.json", openapi_json), NamedRoute("/docs", docs)]
