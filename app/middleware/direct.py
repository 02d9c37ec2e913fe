"""Busy addresses answered without the framework's layers between the server and the endpoint.

Measured: routing, the framework's own middleware and its exception layers took a tenth of the processor time of filing
one dossier, and do nothing for an address without placeholders. Everything else goes through the framework as before;
the endpoint is the same function, errors are answered by the same handler, and requests are counted by the same watch.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import TongguanError
from app.routers.operations import Endpoint, Operation
from app.routers.problems import handle_ours


class PlainRequest(Request):
    """A request whose headers are looked up by name in a dictionary; of a header that comes twice the first counts."""

    _by_name: dict[str, str] | None = None

    @property
    def headers(self) -> Mapping[str, str]:  # type: ignore[override] # endpoints only ask by name
        """The headers by their names in lower case."""
        if self._by_name is None:
            self._by_name = {
                name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(self.scope["headers"])
            }
        return self._by_name


class Direct:
    """The endpoints of exact addresses; whatever is none of them goes to the application."""

    def __init__(self, app: ASGIApp, operations: Iterable[Operation]) -> None:
        self._app: Final = app
        self._endpoints: Final[dict[tuple[str, str], tuple[Route, Endpoint]]] = {
            (each.method, each.path): (Route(each.path, each.endpoint), each.endpoint) for each in operations
        }

    def knows(self, scope: Scope) -> bool:
        """Whether a call is for one of the addresses."""
        return scope["type"] == "http" and (scope["method"], scope["path"]) in self._endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; errors of ours become problems, anything else is for the watch around this."""
        scope["app"] = self._app
        scope["route"], endpoint = self._endpoints[scope["method"], scope["path"]]
        request = PlainRequest(scope, receive)
        try:
            response = await endpoint(request)
        except TongguanError as refused:
            response = await handle_ours(request, refused)
        await response(scope, receive, send)
