"""Several machines that start at the same time on one new database."""

import asyncio
import secrets

import asyncpg

from app.database_url import with_database
from app.embedded.server import EmbeddedServer
from app.migrations import upgrade_to_head
from app.models import PARTITIONED
from app.security.keyring import KeyRing


async def test_machines_that_start_together_prepare_the_database_once(
    database_server: EmbeddedServer, keyring: KeyRing
) -> None:
    name = f"test_{secrets.token_hex(6)}"
    administration = await asyncpg.connect(with_database(database_server.urls.owner, "postgres"))
    await administration.execute(f"CREATE DATABASE {name}")
    url = with_database(database_server.urls.owner, name)
    try:
        await asyncio.gather(*(upgrade_to_head(url, keyring.service_password, months_ahead=2) for _ in range(4)))
        connection = await asyncpg.connect(url)
        months = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'")
        await connection.close()
    finally:
        await administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await administration.close()
    assert months == len(PARTITIONED) * (3 + 1)
