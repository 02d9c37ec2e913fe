"""One worker process: an HTTP server of its own on the shared port, started by the supervisor.

What belongs here: running uvicorn on the application that `app.main.create_app` builds. What does not: what a process
tells its supervisor (`app.worker_server`).
"""

import os
import sys
from pathlib import Path

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.errors import CannotStart
from app.guarded_http import guarded
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.shedding import shed_of
from app.supervisor.heartbeat import LANE_LOST_EXIT, Voice
from app.supervisor.port import listening_socket
from app.worker_server import WorkerServer

BACKLOG = 2048
OFFICE_SOCKET_VARIABLE = "TONGGUAN_OFFICE_SOCKET"


def main() -> None:
    """Serve until SIGTERM; what was begun is finished first."""
    try:
        settings = Settings.from_environment()
        configure_logs(settings.service.log_level)
        socket = os.environ.get(OFFICE_SOCKET_VARIABLE)
        application = create_app(settings, office_socket=Path(socket) if socket else None)
        listener = listening_socket(settings.api.host, settings.api.port)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(STARTUP_FAILURE)
    config = uvicorn.Config(
        application,
        http=guarded(settings.api.request_seconds, shed_of(application)),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        backlog=BACKLOG,
        timeout_graceful_shutdown=settings.api.shutdown_seconds,
    )
    voice = Voice.from_variable(os.environ.get("TONGGUAN_READY_FD", ""))
    server = WorkerServer(config, application, voice, lambda: application.state.services.lane_lost)
    server.run(sockets=[listener])
    if server.lane_lost:
        sys.exit(LANE_LOST_EXIT)


if __name__ == "__main__":
    main()
