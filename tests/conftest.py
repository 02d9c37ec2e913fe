"""Fixtures that every test may ask for: hypothesis profiles, the shared folder, a throwaway PostgreSQL."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from app.database_url import with_database
from app.embedded.configuration import DATABASE, Tuning
from app.embedded.server import EmbeddedServer
from app.migrations import upgrade_to_head
from app.security.keyring import KeyRing
from tests.shares import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]
REPOSITORY = Path(__file__).resolve().parent.parent

# No deadline: the machine is shared, and a slow moment is not a wrong result.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=20)
settings.register_profile("fuzz", parent=settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder beside the repository with official schemas, samples and tables; never part of the project."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared (official schemas, samples, tables) is absent")
    return folder


# What a run says is there, and how a test that is skipped for want of it says so.
_DEMANDED = {"TONGGUAN_REQUIRE_SHARED": "../shared", "TONGGUAN_REQUIRE_PROGRAMS": "is not installed"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where the shared folder or programs are said to be there (.ci/run), a test skipped for want of one has failed."""
    report = yield
    if report.skipped:
        reason = str(report.longrepr)
        if any(os.environ.get(variable) == "1" and want in reason for variable, want in _DEMANDED.items()):
            report.outcome = "failed"
    return report


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A migrated, empty database of one test (or one module); addresses are plain, for asyncpg."""

    name: str
    owner_url: str
    service_url: str


@pytest.fixture(scope="session")
def keyring() -> KeyRing:
    """The key ring of the throwaway PostgreSQL; it exists only in memory."""
    return KeyRing.generate()


def throwaway_folder() -> Path:
    """A new folder with a short path, in memory where there is plenty: a database that is thrown away needs no disk."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes it private
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 1024**3
    return Path(tempfile.mkdtemp(prefix="tg-", dir=memory if roomy else None))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path, unlike tmp_path, so that a socket's path fits below it."""
    folder = throwaway_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server(keyring: KeyRing) -> Iterator[EmbeddedServer]:
    """One throwaway PostgreSQL for the whole session; it keeps nothing and waits for no disk."""
    home = throwaway_folder()
    server = EmbeddedServer(home, keyring, Tuning(durable=False, shared_buffers_mib=128), for_tests=True)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
async def template_database(database_server: EmbeddedServer, keyring: KeyRing) -> str:
    """The name of a database with the newest schema; tests get copies of it, which takes milliseconds."""
    await upgrade_to_head(database_server.urls.owner, keyring.service_password, months_ahead=1)
    return DATABASE


@asynccontextmanager
async def fresh_copy(server: EmbeddedServer, template: str) -> AsyncIterator[FreshDatabase]:
    """A copy of the template, dropped at the end even if connections to it were forgotten."""
    name = f"test_{secrets.token_hex(6)}"
    administration = with_database(server.urls.owner, "postgres")
    connection = await asyncpg.connect(administration)
    try:
        # By files: what is not written to a log need not be, and takes two thirds of the time.
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield FreshDatabase(name, with_database(server.urls.owner, name), with_database(server.urls.service, name))
    finally:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.close()


@pytest.fixture
async def database(database_server: EmbeddedServer, template_database: str) -> AsyncIterator[FreshDatabase]:
    """A fresh database for one test."""
    async with fresh_copy(database_server, template_database) as fresh:
        yield fresh


@pytest.fixture(scope="module")
async def module_database(database_server: EmbeddedServer, template_database: str) -> AsyncIterator[FreshDatabase]:
    """A fresh database that the tests of one module share."""
    async with fresh_copy(database_server, template_database) as fresh:
        yield fresh
