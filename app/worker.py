"""One worker process: an HTTP server of its own on the shared port, started by the supervisor.

What belongs here: running uvicorn and telling the supervisor when we are ready. What does not: the application, which
`app.main.create_app` builds.
"""

import asyncio
import gc
import os
import socket
import sys
from typing import Any

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.errors import CannotStart
from app.guarded_http import guarded
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.supervisor.port import listening_socket

READY_POLL_SECONDS = 0.05
READY_STATUS = 200
BACKLOG = 2048

log = structlog.get_logger(__name__)


class AnnouncingServer(uvicorn.Server):
    """A server that writes to the supervisor's pipe once /readyz answers."""

    def __init__(self, config: uvicorn.Config, application: Any) -> None:
        super().__init__(config)
        self._application = application
        self._announcement: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then announce in the background."""
        await super().startup(sockets=sockets)
        self._announcement = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        while await ready_status(self._application) != READY_STATUS:
            await asyncio.sleep(READY_POLL_SECONDS)
        # What lives now lives as long as the process: never look through it again for garbage.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 20, 100)
        pipe = os.environ.get("TONGGUAN_READY_FD", "")
        if pipe.isdigit():
            os.write(int(pipe), b"ready")
            os.close(int(pipe))


async def ready_status(application: Any) -> int:
    """What the application answers to GET /readyz, asked without a network."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
    }
    scope |= {"path": "/readyz", "raw_path": b"/readyz", "root_path": "", "query_string": b"", "headers": []}
    try:
        await application({**scope, "scheme": "http", "client": None, "server": None}, receive, send)
    except Exception:
        log.exception("readiness check failed")
        return 0
    return statuses[0] if statuses else 0


def main() -> None:
    """Serve until SIGTERM; what was begun is finished first."""
    try:
        settings = Settings.from_environment()
        configure_logs(settings.service.log_level)
        application = create_app(settings)
        listener = listening_socket(settings.api.host, settings.api.port)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(STARTUP_FAILURE)
    config = uvicorn.Config(
        application,
        http=guarded(settings.api.request_seconds),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        backlog=BACKLOG,
        timeout_graceful_shutdown=settings.api.shutdown_seconds,
    )
    AnnouncingServer(config, application).run(sockets=[listener])


if __name__ == "__main__":
    main()
