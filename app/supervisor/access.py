"""How a single command reaches the database, whether or not the service runs.

What belongs here: finding or briefly starting the database for the command line. What does not: serving.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.database_url import DatabaseUrls, with_role
from app.embedded.configuration import SERVICE_ROLE
from app.embedded.layout import Layout
from app.embedded.leftover import POLL_SECONDS, live_postmaster
from app.embedded.lock import HomeLock
from app.embedded.server import EmbeddedServer, socket_urls
from app.errors import CannotStart, DatabaseRefused
from app.security.keyring import KeyRing
from app.settings import Settings
from app.supervisor.key_ring_choice import keyring_for
from app.supervisor.preparation import prepare_database

START_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """What a command needs to work: the addresses of both roles, and the secrets."""

    urls: DatabaseUrls
    keyring: KeyRing = field(repr=False)


@asynccontextmanager
async def open_database(settings: Settings, *, prepare: bool = True) -> AsyncIterator[Access]:
    """The database of this installation; the embedded one is started for the time of the command if nobody runs it.

    A database started here is also brought to head, unless `prepare` is False.
    """
    keyring = keyring_for(settings)
    if not settings.embedded:
        yield Access(named_urls(settings, keyring), keyring)
        return
    layout = Layout(settings.service.home)
    layout.prepare()
    lock = HomeLock(layout.lock, "a tongguan command")
    if not lock.try_take():
        yield Access(await _running_urls(layout, keyring), keyring)
        return
    server = EmbeddedServer(settings.service.home, keyring)
    try:
        await asyncio.to_thread(server.prepare)
        server.spawn()
        while not server.came_up():
            await asyncio.sleep(POLL_SECONDS)
        if prepare:
            await prepare_database(settings, keyring, server.urls)
        yield Access(server.urls, keyring)
    finally:
        server.stop()
        lock.release()


def named_urls(settings: Settings, keyring: KeyRing) -> DatabaseUrls:
    """The addresses of a database that the operator named."""
    owner, service = settings.database.url, settings.database.service_url
    if owner is None:
        raise CannotStart(
            "TONGGUAN_SERVICE_DATABASE_URL is set without DATABASE_URL. Set DATABASE_URL too: the address of the role "
            "that owns the tables and migrates them."
        )
    return DatabaseUrls(owner, service or with_role(owner, SERVICE_ROLE, keyring.service_password))


async def _running_urls(layout: Layout, keyring: KeyRing) -> DatabaseUrls:
    """The addresses of the embedded server that another process runs; it may only just be starting."""
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = live_postmaster(layout.data)
        if found is not None and found.ready and found.socket_folder is not None:
            return socket_urls(found.socket_folder, keyring)
        await asyncio.sleep(0.1)
    raise DatabaseRefused(
        f"{layout.home} is in use by {HomeLock(layout.lock, '').holder()}, but its PostgreSQL does not answer. "
        f"Look into {layout.data / 'log'}, or start the service again."
    )
