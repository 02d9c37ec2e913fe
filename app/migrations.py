"""Bringing the schema to head and keeping the months ahead: what runs as the owner before any worker starts.

Runs in the supervisor and in tests; the service role never migrates.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

from app.database_url import for_asyncpg, for_sqlalchemy
from app.models import PARTITIONED

SERVICE_ROLE = "tongguan_service"
MONTHS_AHEAD = 12
PREPARING = 0x746F6E68  # beside the lock of migrations/env.py
_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


async def upgrade_to_head(owner_url: str, service_password: str, months_ahead: int = MONTHS_AHEAD) -> None:
    """Create the service role, run the migrations that are missing, and make the months to come.

    Raises asyncpg errors when the owner may not create roles or tables.
    """
    async with _one_at_a_time(owner_url):
        await _ensure_service_role(owner_url, service_password)
        # Alembic's environment runs its own event loop, so it needs a thread of its own.
        await asyncio.to_thread(command.upgrade, alembic_config(owner_url), "head")
        await make_months(owner_url, datetime.now(UTC).date(), months_ahead)


@asynccontextmanager
async def _one_at_a_time(owner_url: str) -> AsyncIterator[None]:
    """Machines that start together wait for each other: not even IF NOT EXISTS is safe against a neighbour."""
    connection = await asyncpg.connect(for_asyncpg(owner_url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", PREPARING)
        yield
    finally:
        await connection.close()


def alembic_config(owner_url: str) -> Config:
    """Alembic configured without an ini file: the scripts lie beside the package."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", for_sqlalchemy(owner_url).replace("%", "%%"))
    return config


async def make_months(owner_url: str, today: date, ahead: int = MONTHS_AHEAD) -> None:
    """Make this month's partitions and those of so many months to come, where they are missing.

    A month of which the partition for the rest already holds rows stays there: it began before anybody made it.
    """
    connection = await asyncpg.connect(for_asyncpg(owner_url))
    try:
        for offset in range(ahead + 1):
            first, following = _month(today, offset), _month(today, offset + 1)
            for table in PARTITIONED:
                with suppress(asyncpg.CheckViolationError):
                    await connection.execute(
                        f"CREATE TABLE IF NOT EXISTS {table}_{first:%Y_%m} PARTITION OF {table} "
                        f"FOR VALUES FROM ('{first}') TO ('{following}')"
                    )
    finally:
        await connection.close()


def _month(today: date, offset: int) -> date:
    months = today.year * 12 + today.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


async def _ensure_service_role(owner_url: str, service_password: str) -> None:
    connection = await asyncpg.connect(for_asyncpg(owner_url))
    try:
        quoted: str = await connection.fetchval("SELECT quote_literal($1)", service_password)
        known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", SERVICE_ROLE)
        if not known:
            await connection.execute(f"CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD {quoted}")
        database: str = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"GRANT CONNECT ON DATABASE {database} TO {SERVICE_ROLE}")
    finally:
        await connection.close()
