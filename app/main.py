"""The one place of wiring: `create_app` builds what every worker serves, `create_office_app` what the office does.

A worker hands the office's addresses on to the office's process; without one (tests, one process for all) it answers
them itself.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
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
from app.middleware.forward import Forward
from app.middleware.office_addresses import is_office
from app.middleware.watch import Watch
from app.routers import (
    attachments,
    audit,
    case_files,
    case_operations,
    cases_acts_operations,
    ceb,
    declarations,
    documents,
    health,
    officers,
    profiles,
    sampling,
    stats,
    tables,
)
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
    *cases_acts_operations.OPERATIONS,
    *case_operations.OPERATIONS,  # before addresses of one case: /v1/cases/counts is no id
    *stats.OPERATIONS,
    *tables.OPERATIONS,
    *profiles.OPERATIONS,
    *case_files.OPERATIONS,
    *attachments.OPERATIONS,
    *sampling.OPERATIONS,
    *officers.OPERATIONS,
    *audit.OPERATIONS,
    *health.OPERATIONS,
)


BUSY: Final = tuple(
    each for each in OPERATIONS if each.method == "POST" and "{" not in each.path and each.permission is None
)


class Application(FastAPI):
    """The framework's application, with the filing of documents taken past its layers."""

    direct: Direct
    watched: Watch
    forward: Forward | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call of the server."""
        if self.direct.knows(scope):
            await self.watched(scope, receive, send)
        elif self.forward is not None and scope["type"] == "http" and is_office(scope["path"]):
            await self.forward(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings | None = None,
    services: Services | None = None,
    office: Office | None = None,
    office_socket: Path | None = None,
) -> Application:
    """The application of one worker. `services` and `office` are given by tests; a worker opens its own.

    With `office_socket` the office's addresses are handed on to the process that listens there.
    """
    settings = settings or Settings.from_environment()
    app = _application(settings, _opened)
    app.state.services = services
    app.state.office = office
    app.router.routes.extend([*ceb.router.routes, *_routes(app), *console_routes()])
    app.direct = Direct(app, BUSY)
    app.watched = Watch(app.direct)
    if office_socket is not None:
        app.forward = Forward(office_socket, settings.api.batch_body_limit_bytes)
    return app


def create_office_app(settings: Settings) -> Application:
    """The application of the office's process: its addresses, its pages, and whether it is ready."""
    app = _application(settings, _office_opened)
    app.state.services = None
    app.state.office = None
    own = [each for each in OPERATIONS if is_office(each.path)]
    app.router.routes.extend([*routes((*own, *health.OPERATIONS)), *console_routes()])
    app.direct = Direct(app, ())
    app.watched = Watch(app.direct)
    return app


def _application(settings: Settings, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> Application:
    # The framework's own pages load scripts from a public network; ours (`reference_page`) need none.
    app = Application(
        title="Tongguan",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers={
            TongguanError: as_pages(handle_ours),
            HTTPException: as_pages(handle_http),
            RequestValidationError: handle_http,
        },
    )
    app.state.settings = settings
    app.state.console_addresses = console_addresses()
    app.add_middleware(Watch)
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
    keyring, url = KeyRing.load(settings.keyring_path), _database(settings)
    forward: Forward | None = getattr(app, "forward", None)
    async with AsyncExitStack() as open_parts:
        app.state.services = await ClearanceServices.open(settings, keyring, url, READERS)
        open_parts.push_async_callback(app.state.services.close)
        if forward is not None:
            open_parts.callback(forward.close)
        else:
            app.state.office = await Office.open(settings, keyring, url, READERS)
            open_parts.push_async_callback(app.state.office.close)
        yield


@asynccontextmanager
async def _office_opened(app: FastAPI) -> AsyncIterator[None]:
    """Open the office, and nothing of the intake."""
    settings: Settings = app.state.settings
    keyring = KeyRing.load(settings.keyring_path)
    app.state.office = await Office.open(settings, keyring, _database(settings), READERS)
    try:
        yield
    finally:
        await app.state.office.close()


def _database(settings: Settings) -> str:
    if settings.database.service_url is None:
        raise CannotStart("A worker needs the service's database address; start the service with `tongguan serve`.")
    return settings.database.service_url


def _read_node(content: bytes, _filed_at: str) -> tuple[Document, ...]:
    return (read_node(content),)


# How the stored bytes of each door are read again.
READERS: Final[Mapping[Door, Reader]] = {Door.JSON: documents_of, Door.CEB: _read_node}
