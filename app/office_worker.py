"""The office's process: the officers' pages and addresses on a Unix socket, behind the workers that hand them on.

A process of its own at a lower priority, so that a slow report, a chore or a heavy page never holds up a filing. There
is one; the supervisor starts it again when it dies or hangs, and workers answer 503 meanwhile.
"""

import os
import socket
import sys
from pathlib import Path

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.errors import CannotStart
from app.guarded_http import guarded
from app.logs import configure_logs
from app.main import create_office_app
from app.middleware.forward import Trusted
from app.priority import step_behind
from app.settings import Settings
from app.supervisor.heartbeat import LANE_LOST_EXIT, Voice
from app.worker import BACKLOG, OFFICE_SOCKET_VARIABLE
from app.worker_server import WorkerServer

# Longer than workers keep theirs (`app.middleware.upstream`), so that none ends under a request.
KEEP_ALIVE_SECONDS = 75
_OWNER_ALONE = 0o177


def main() -> None:
    """Serve until SIGTERM; what was begun is finished first."""
    try:
        settings = Settings.from_environment()
        configure_logs(settings.service.log_level)
        application = create_office_app(settings)
        listener = listening(Path(_named(os.environ.get(OFFICE_SOCKET_VARIABLE))))
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(STARTUP_FAILURE)
    config = uvicorn.Config(
        Trusted(application),
        http=guarded(settings.api.request_seconds),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        lifespan="on",
        ws="none",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.api.shutdown_seconds,
    )
    voice = Voice.from_variable(os.environ.get("TONGGUAN_READY_FD", ""))
    server = WorkerServer(config, application, voice, lambda: application.state.office.lane_lost)
    # Not before: a start has to come to an end beside whatever else the machine does.
    server.before_ready = lambda: step_behind(settings.office.niceness)
    server.run(sockets=[listener])
    if server.lane_lost:
        sys.exit(LANE_LOST_EXIT)


def listening(path: Path) -> socket.socket:
    """The socket that only this user's processes may reach; what a predecessor left is taken away."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(_OWNER_ALONE)
    try:
        listener.bind(str(path))
    except OSError as problem:
        raise CannotStart(f"The office cannot listen on {path}: {problem.strerror or problem}.") from problem
    finally:
        os.umask(mask)
    return listener


def _named(socket_path: str | None) -> str:
    if not socket_path:
        raise CannotStart("The office needs its socket; start the service with `tongguan serve`.")
    return socket_path


if __name__ == "__main__":
    main()
