"""A furnished database for the demonstration, and what a worker on it needs to know."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.demo.recording import ServiceUnderTest
from app.embedded.server import EmbeddedServer
from app.security.keyring import KeyRing
from tests.conftest import FreshDatabase, fresh_copy
from tests.recorded.world import furnish, variables_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the key ring and the demo keys of the service lie."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
async def furnished(
    database_server: EmbeddedServer, template_database: str, home: Path
) -> AsyncIterator[tuple[FreshDatabase, dict[str, str]]]:
    """A database with starter tables and demo parties, and the keys of these."""
    async with fresh_copy(database_server, template_database) as database:
        yield database, await furnish(database, "starter", home)


@pytest.fixture(scope="module")
def variables(furnished: tuple[FreshDatabase, dict[str, str]], keyring: KeyRing, home: Path) -> dict[str, str]:
    """The environment of a worker with the test clock, which inspects nobody."""
    return variables_of(ServiceUnderTest(), furnished[0], keyring, home)
