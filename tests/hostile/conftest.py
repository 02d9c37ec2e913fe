"""The real application with real services for hostile callers, and what its database holds."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from app.demo.recording import ServiceUnderTest
from app.embedded.server import EmbeddedServer
from app.security.keyring import KeyRing
from tests.conftest import fresh_copy
from tests.recorded.world import World, furnish, running, variables_of

Header = str | bytes
Headers = dict[str, Header]
Content = bytes | AsyncIterator[bytes] | None

CLOCK: Headers = {"tongguan-clock": "2024-06-18T10:00:00+08:00"}
JSON: Headers = {"content-type": "application/json"}
XML: Headers = {"content-type": "application/xml"}


# What the office writes behind the intake, whatever is filed meanwhile.
OF_CHORES = ("sampling_", "statistics", "profile_places")


class Service:
    """A running service as a hostile caller with a good key meets it."""

    def __init__(self, world: World, variables: dict[str, str], connection: asyncpg.Connection) -> None:
        self.world = world
        self.variables = variables  # of another worker on the same database
        self._connection = connection
        self._counted = ""

    async def post(self, address: str, content: Content, headers: Headers, caller: str = "platform") -> httpx.Response:
        """File something."""
        return await self._send("POST", address, caller, CLOCK | headers, content)

    async def get(self, address: str, headers: Headers | None = None, caller: str = "platform") -> httpx.Response:
        """Read something."""
        return await self._send("GET", address, caller, headers or {}, None)

    async def _send(self, method: str, address: str, caller: str, headers: Headers, content: Content) -> httpx.Response:
        key: Headers = {"authorization": f"Bearer {self.world.door.keys[caller]}"}
        # Bytes throughout: a hostile header need not be ASCII.
        sent = [(name.encode(), _bytes(value)) for name, value in (key | headers).items()]
        return await self.world.door.client.request(method, address, content=content, headers=sent)

    async def rows(self) -> dict[str, int]:
        """How many rows each table holds, without what the office's chores write by the clock."""
        if not self._counted:
            names = await self._connection.fetch(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                "AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
            )
            counted = {name: f"SELECT count(*) FROM {name}" for (name,) in names if not name.startswith(OF_CHORES)}
            counted["events"] += " WHERE lane NOT IN (SELECT lane FROM lane_names WHERE name = 'command-line')"
            self._counted = "SELECT " + ", ".join(f"({count}) AS {name}" for name, count in counted.items())
        row = await self._connection.fetchrow(self._counted)
        assert row is not None
        return dict(row)


@pytest.fixture(scope="package")
async def service(
    database_server: EmbeddedServer, template_database: str, keyring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """One service for all hostile callers; it ends with this folder."""
    folder = tmp_path_factory.mktemp("hostile")
    async with fresh_copy(database_server, template_database) as database:
        keys = await furnish(database, "starter", folder)
        variables = variables_of(ServiceUnderTest(), database, keyring, folder)
        connection = await asyncpg.connect(database.owner_url)
        async with running(variables, database, keys) as world:
            yield Service(world, variables | {"TONGGUAN_WORKER_NUMBER": "2"}, connection)
        await connection.close()


@pytest.fixture
async def untouched(service: Service) -> AsyncIterator[None]:
    """Nothing may be stored while the test runs."""
    before = await service.rows()
    yield
    assert await service.rows() == before


def _bytes(value: Header) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
