"""The one place of wiring: `create_app` builds the application that every worker serves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.ceb.reading import read_node
from app.console.errors import as_pages
from app.console.routes import console_addresses, console_routes
from app.errors import CannotStart, TongguanError
from app.middleware.direct import Direct
from app.middleware.watch import Watch
from app.routers import case_operations, ceb, declarations, documents, health, stats, tables
from app.routers.openapi import document_of
from app.routers.operations import Operation, routes
from app.routers.problems import handle_http, handle_ours
from app.routers.reference_page import reference_routes
from app.schemas.reading import documents_of
from app.security.keyring import KeyRing
from app.services.clearance.stored import Reader
from app.services.contract import Services
from app.services.filings import Document, Door
from app.services.office.office import Office
from app.services.service import ClearanceServices
from app.settings import Settings

VERSION: Final = "0.1.0"
OPERATIONS: Final[tuple[Operation, ...]] = (
    *declarations.OPERATIONS,
    *documents.OPERATIONS,
    *case_operations.OPERATIONS,  # before addresses of one case: /v1/cases/counts is no id
    *stats.OPERATIONS,
    *tables.OPERATIONS,
    *health.OPERATIONS,
)


BUSY: Final = tuple(
    each for each in OPERATIONS if each.method == "POST" and "{" not in each.path and each.permission is None
)


class Application(FastAPI):
    """The framework's application, with the filing of documents taken past its layers."""

    direct: Direct
    watched: Watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call of the server."""
        if self.direct.knows(scope):
            await self.watched(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings | None = None, services: Services | None = None, office: Office | None = None
) -> Application:
    """The application of one worker. `services` and `office` are given by tests; a worker opens its own."""
    settings = settings or Settings.from_environment()
    # The framework's own pages load scripts from a public network; ours (`reference_page`) need none.
    app = Application(
        title="Tongguan",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_opened,
        exception_handlers={
            TongguanError: as_pages(handle_ours),
            HTTPException: as_pages(handle_http),
            RequestValidationError: handle_http,
        },
    )
    app.state.settings = settings
    app.state.services = services
    app.state.office = office
    app.state.console_addresses = console_addresses()
    app.router.routes.extend([*ceb.router.routes, *_routes(app), *console_routes()])
    app.add_middleware(Watch)
    app.direct = Direct(app, BUSY)
    app.watched = Watch(app.direct)
    return app


def _routes(app: FastAPI) -> list[Route]:
    def document() -> dict[str, Any]:
        return document_of(app, OPERATIONS)

    app.openapi = document  # type: ignore[method-assign] # what the framework offers for exactly this
    return [*routes(OPERATIONS), *reference_routes(document)]


@asynccontextmanager
async def _opened(app: FastAPI) -> AsyncIterator[None]:
    """Open the services of a worker before it takes requests; let them finish what they accepted at the end."""
    if app.state.services is not None:
        yield
        return
    settings: Settings = app.state.settings
    if settings.database.service_url is None:
        raise CannotStart("A worker needs the service's database address; start the service with `tongguan serve`.")
    keyring = KeyRing.load(settings.keyring_path)
    services = await ClearanceServices.open(settings, keyring, settings.database.service_url, READERS)
    app.state.services = services
    office = app.state.office = await Office.open(settings, keyring, settings.database.service_url, READERS)
    try:
        yield
    finally:
        await office.close()
        await services.close()


def _read_node(content: bytes, _filed_at: str) -> tuple[Document, ...]:
    return (read_node(content),)


# How the stored bytes of each door are read again.
READERS: Final[Mapping[Door, Reader]] = {Door.JSON: documents_of, Door.CEB: _read_node}
