"""Alembic's environment: runs migrations as the owner, one runner at a time, never waiting long for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.models import PARTITIONED, metadata

ADVISORY_LOCK = 0x746F6E67  # "tong": two supervisors that start together migrate one after the other


def _is_ours(obj: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Partitions are made by month (`app.migrations`) and are not in the metadata."""
    return not (kind == "table" and reflected and any((name or "").startswith(f"{table}_") for table in PARTITIONED))


def _run(connection: Connection) -> None:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
    connection.commit()
    try:
        context.configure(connection=connection, target_metadata=metadata, include_object=_is_ours)
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
        connection.commit()


async def _migrate() -> None:
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("no database to migrate: run migrations through `tongguan serve` or app.migrations")
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


asyncio.run(_migrate())
