"""The database of the measurements: a durable embedded PostgreSQL in a folder of its own, removed afterwards."""

import gc
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from app.database_url import DatabaseUrls, with_database
from app.embedded.configuration import Tuning
from app.embedded.server import EmbeddedServer
from app.main import READERS
from app.security.keyring import KeyRing
from app.services.service import ClearanceServices
from app.settings import Settings
from app.supervisor.preparation import prepare_database

# Random inspections would make each run hold other parcels than the run before.
ENVIRONMENT = {"TONGGUAN_INSPECTION_RATE": "0", "TONGGUAN_DEMO": "1", "TONGGUAN_INSTANCE": "bench"}
KEYRING = "keyring.json"


@dataclass(frozen=True, slots=True)
class Machine:
    """A running server and the secrets it was made with."""

    server: EmbeddedServer
    keyring: KeyRing

    @property
    def keyring_path(self) -> Path:
        """Where the secrets lie."""
        return self.server.layout.home / KEYRING

    @property
    def postmaster_pid(self) -> int:
        """The process number of the server."""
        assert self.server.process is not None
        return self.server.process.pid


@dataclass(frozen=True, slots=True)
class Stand:
    """A prepared database: schema, starter tables, demo parties."""

    urls: DatabaseUrls
    keyring: KeyRing
    settings: Settings


@contextmanager
def durable_machine() -> Iterator[Machine]:
    """A server as `make run` has it: fsync and synchronous_commit on."""
    home = Path(tempfile.mkdtemp(prefix="tongguan-bench-"))
    keyring = KeyRing.create(home / KEYRING)
    server = EmbeddedServer(home, keyring, Tuning(), for_tests=True)
    try:
        server.start()
        yield Machine(server, keyring)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def fresh_database(machine: Machine, template: str = "template1") -> AsyncIterator[DatabaseUrls]:
    """A new database on the server, empty unless it is a copy of another one."""
    name, roles = f"bench_{secrets.token_hex(4)}", machine.server.urls
    await _administer(machine, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield DatabaseUrls(owner=with_database(roles.owner, name), service=with_database(roles.service, name))
    await _administer(machine, f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(machine: Machine, statement: str) -> None:
    connection = await asyncpg.connect(with_database(machine.server.urls.owner, "postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def fresh_stand(machine: Machine) -> AsyncIterator[Stand]:
    """A new database on the server, ready to file into."""
    settings = Settings.from_environment({**ENVIRONMENT, "TONGGUAN_HOME": str(machine.server.layout.home)})
    async with fresh_database(machine) as urls:
        await prepare_database(settings, machine.keyring, urls)
        yield Stand(urls, machine.keyring, settings)


@asynccontextmanager
async def copied(machine: Machine, stand: Stand) -> AsyncIterator[Stand]:
    """A copy of a database that nobody is connected to, as it is now."""
    async with fresh_database(machine, template=urlsplit(stand.urls.owner).path.strip("/")) as urls:
        yield Stand(urls, stand.keyring, stand.settings)


@contextmanager
def collected() -> Iterator[None]:
    """The garbage collector as a worker has it: what lives already is never looked through again."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def open_services(stand: Stand) -> AsyncIterator[ClearanceServices]:
    """One worker's services."""
    services = await ClearanceServices.open(stand.settings, stand.keyring, stand.urls.service, READERS)
    try:
        yield services
    finally:
        await services.close()
