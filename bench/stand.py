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

from app.database_url import DatabaseUrls, for_asyncpg, with_database
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
def durable_machine(kept: Path | None = None) -> Iterator[Machine]:
    """A server as `make run` has it: fsync and synchronous_commit on.

    Its folder is removed afterwards, unless one was named to be kept, where a later run finds its databases again.
    """
    home = Path(tempfile.mkdtemp(prefix="tongguan-bench-")) if kept is None else kept
    home.mkdir(exist_ok=True)
    path = home / KEYRING
    keyring = KeyRing.load(path) if path.exists() else KeyRing.create(path)
    server = EmbeddedServer(home, keyring, Tuning(), for_tests=True)
    try:
        server.start()
        yield Machine(server, keyring)
    finally:
        server.stop()
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def fresh_database(machine: Machine, template: str = "template1") -> AsyncIterator[DatabaseUrls]:
    """A new database on the server, empty unless it is a copy of another one."""
    name = f"bench_{secrets.token_hex(4)}"
    await administer(machine, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield named_database(machine, name)
    await administer(machine, f"DROP DATABASE {name} WITH (FORCE)")


def named_database(machine: Machine, name: str) -> DatabaseUrls:
    """The addresses of a database of the server."""
    roles = machine.server.urls
    return DatabaseUrls(owner=with_database(roles.owner, name), service=with_database(roles.service, name))


async def administer(machine: Machine, statement: str) -> str:
    """Do something with databases as their owner."""
    connection = await asyncpg.connect(with_database(machine.server.urls.owner, "postgres"))
    try:
        return str(await connection.execute(statement))
    finally:
        await connection.close()


@asynccontextmanager
async def fresh_stand(machine: Machine) -> AsyncIterator[Stand]:
    """A new database on the server, ready to file into."""
    async with fresh_database(machine) as urls:
        yield await prepared(machine, urls)


async def prepared(machine: Machine, urls: DatabaseUrls) -> Stand:
    """Bring an empty database to where a first start brings it; changes nothing the second time."""
    settings = Settings.from_environment({**ENVIRONMENT, "TONGGUAN_HOME": str(machine.server.layout.home)})
    await prepare_database(settings, machine.keyring, urls)
    return Stand(urls, machine.keyring, settings)


@asynccontextmanager
async def copied(machine: Machine, stand: Stand) -> AsyncIterator[Stand]:
    """A copy of a database that nobody is connected to, as it is now."""
    async with fresh_database(machine, template=urlsplit(stand.urls.owner).path.strip("/")) as urls:
        yield Stand(urls, stand.keyring, stand.settings)


async def wal_position(stand: Stand) -> int:
    """How many bytes the server has ever written into its log."""
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        return int(await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
    finally:
        await connection.close()


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
