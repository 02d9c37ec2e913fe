"""The database as the supervisor sees it: brought up, kept up, taken down.

What belongs here: one interface for the embedded server and for a named one, which is nobody's child.
"""

import asyncio
from pathlib import Path
from typing import Protocol

import structlog

from app.database_url import DatabaseUrls
from app.embedded.leftover import POLL_SECONDS
from app.embedded.server import EmbeddedServer
from app.errors import DatabaseRefused
from app.security.keyring import KeyRing
from app.supervisor.backoff import Backoff

WATCH_SECONDS = 0.1
SLOW_START_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Database(Protocol):
    """What the supervisor needs of a database."""

    async def start(self) -> DatabaseUrls:
        """Bring it up and return its addresses."""

    async def keep(self) -> None:
        """Bring it up again whenever it dies; never returns."""

    def stop(self) -> None:
        """Take it down; nothing that was committed is lost."""


class NamedDatabase:
    """A PostgreSQL that the operator runs."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._urls = urls

    async def start(self) -> DatabaseUrls:
        """It runs already."""
        return self._urls

    async def keep(self) -> None:
        """Others keep it."""
        await asyncio.Event().wait()

    def stop(self) -> None:
        """Others stop it."""


class OwnDatabase:
    """The embedded PostgreSQL, our child."""

    def __init__(self, home: Path, keyring: KeyRing) -> None:
        self._server = EmbeddedServer(home, keyring)

    async def start(self) -> DatabaseUrls:
        """Start it and wait until it answers; recovery after a kill may take a while and is reported."""
        self._server.prepare()
        self._server.spawn()
        looks = 0
        while not self._server.came_up():
            await asyncio.sleep(POLL_SECONDS)
            looks += 1
            if looks % round(SLOW_START_SECONDS / POLL_SECONDS) == 0:
                log.info("database is still starting", seconds=round(looks * POLL_SECONDS))
        return self._server.urls

    async def keep(self) -> None:
        """Start it again whenever it dies."""
        backoff = Backoff()
        while True:
            process = self._server.process
            if process is not None and process.poll() is None:
                await asyncio.sleep(WATCH_SECONDS)
                continue
            log.error("database died and is started again", exit=process and process.returncode)
            await backoff.wait()
            try:
                await self.start()
            except (DatabaseRefused, OSError):
                log.exception("database did not come back yet")
            else:
                log.info("database is back")

    def stop(self) -> None:
        """Fast shutdown of the child."""
        self._server.stop()
