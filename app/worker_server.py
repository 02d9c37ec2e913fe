"""A server that tells its supervisor of itself: ready once /readyz answers, alive while its loop turns, its lane lost.

What belongs here: what workers and the office's process have in common as processes.
"""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
import uvicorn

from app.supervisor.heartbeat import BEAT_SECONDS, Voice

READY_POLL_SECONDS = 0.05
READY_STATUS = 200

log = structlog.get_logger(__name__)


class WorkerServer(uvicorn.Server):
    """A server that tells the supervisor once /readyz answers, beats while its loop turns, and heeds its lane."""

    def __init__(
        self, config: uvicorn.Config, application: Any, voice: Voice, lane_is_lost: Callable[[], bool]
    ) -> None:
        super().__init__(config)
        self._application = application
        self._voice = voice
        self._lane_is_lost = lane_is_lost
        self._tasks: list[asyncio.Task[None]] = []
        self.before_ready: Callable[[], Awaitable[None]] = _nothing
        self.lane_lost = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening; announce, beat and watch the lane in the background."""
        await super().startup(sockets=sockets)
        self._tasks = [asyncio.create_task(self._announce()), asyncio.create_task(self._beat())]

    async def _announce(self) -> None:
        while await ready_status(self._application) != READY_STATUS:
            await asyncio.sleep(READY_POLL_SECONDS)
        # What lives now lives as long as the process: never look through it again for garbage.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 20, 100)
        await self.before_ready()
        self._voice.ready()

    async def _beat(self) -> None:
        """Until the process ends: what drains for long still lives."""
        while True:
            self._voice.beat()
            if not self.lane_lost and self._lane_is_lost():
                self._drain()
            await asyncio.sleep(BEAT_SECONDS)

    def _drain(self) -> None:
        """As after SIGTERM: no new connections, what waits is answered, then the process ends."""
        log.critical("the lane has another writer: this process drains and ends")
        self.lane_lost = self.should_exit = True


async def _nothing() -> None:
    """What most have to do before they are ready."""


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
