"""What a first start loads: the starter tables, and the demo parties with their keys where they are wanted."""

from datetime import UTC, datetime

import asyncpg

from app.database_url import DatabaseUrls, for_asyncpg
from app.security.keyring import KeyRing
from app.services import starter_tables
from app.services.audit import START, Act, record_acts
from app.services.demo_parties import load_demo
from app.services.own_key_ring import demand_own_key_ring
from app.settings import Settings


async def load_starter(urls: DatabaseUrls, settings: Settings, keyring: KeyRing) -> None:
    """Load what is missing, as the service's own role; the second time it only looks, also at whose the ring is."""
    connection = await asyncpg.connect(for_asyncpg(urls.service))
    try:
        await demand_own_key_ring(connection, keyring)
        at = datetime.now(UTC)
        await _load_tables(connection, at)
        if settings.demo_wanted:
            await load_demo(connection, settings.demo_keys_path, at)
    finally:
        await connection.close()


async def _load_tables(connection: asyncpg.Connection, at: datetime) -> None:
    async with connection.transaction():
        loaded = await starter_tables.load_starter(connection, at)
        if loaded:
            await record_acts(connection, [Act("reference.starter", {"tables": loaded})], START, at)
