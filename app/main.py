"""The one place of wiring: `create_app` builds the application that every worker serves."""

from typing import Any, Final

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from app.database_url import for_asyncpg
from app.errors import TongguanError, Unavailable
from app.middleware.watch import Watch
from app.routers import declarations, documents, health
from app.routers.openapi import document_of
from app.routers.operations import Operation, routes
from app.routers.problems import handle_http, handle_ours
from app.routers.reference_page import reference_routes
from app.services.contract import Services
from app.settings import Settings

VERSION: Final = "0.1.0"
OPERATIONS: Final[tuple[Operation, ...]] = (*declarations.OPERATIONS, *documents.OPERATIONS, *health.OPERATIONS)


def create_app(settings: Settings | None = None, services: Services | None = None) -> FastAPI:
    """The application of one worker. `services` are given by tests; a worker opens its own."""
    settings = settings or Settings.from_environment()
    # The framework's own pages load scripts from a public network; ours (`reference_page`) need none.
    app = FastAPI(
        title="Tongguan",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            TongguanError: handle_ours,
            HTTPException: handle_http,
            RequestValidationError: handle_http,
        },
    )
    app.state.settings = settings
    app.state.services = services or _Unwired(settings)
    app.router.routes.extend(_routes(app))
    app.add_middleware(Watch)
    return app


def _routes(app: FastAPI) -> list[Route]:
    def document() -> dict[str, Any]:
        return document_of(app, OPERATIONS)

    app.openapi = document  # type: ignore[method-assign] # what the framework offers for exactly this
    return [*routes(OPERATIONS), *reference_routes(document)]


class _Unwired:
    """What answers while no services are wired: ready when the database answers, everything else unavailable."""

    def __init__(self, settings: Settings) -> None:
        self._address = for_asyncpg(settings.database.service_url or "") if settings.database.service_url else ""

    async def ready(self) -> tuple[str, ...]:
        """Whether the database answers."""
        try:
            connection = await asyncpg.connect(self._address, timeout=5)
            await connection.close()
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return ("database",)
        return ()

    def __getattr__(self, name: str) -> Any:
        raise Unavailable("The services are not wired in this process.")
