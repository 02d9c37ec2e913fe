"""The migrations and the tables that the code describes are the same schema."""

import asyncio
from datetime import date

import asyncpg
import pytest
from alembic import command

from app.embedded.server import EmbeddedServer
from app.migrations import alembic_config, make_months
from app.models import PARTITIONED
from tests.conftest import FreshDatabase, fresh_copy

OF_THE_FIRST_SCHEMA = (
    "INSERT INTO transitions (declaration_id, at, month, number, version, from_status, to_status, act) "
    "VALUES (gen_random_uuid(), now(), '2026-11-01', 3, 1, 500, 800, 4)"
)


async def test_the_migrations_make_the_tables_that_the_models_describe(database: FreshDatabase) -> None:
    await asyncio.to_thread(command.check, alembic_config(database.owner_url))


async def test_a_month_that_began_without_its_partitions_does_not_stop_a_start(database: FreshDatabase) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("INSERT INTO signed_messages VALUES ('2099-01-01', gen_random_uuid(), now(), 'X', '\\x00')")
        await make_months(database.owner_url, date(2098, 12, 15), ahead=2)
        made = await owner.fetch("SELECT relname FROM pg_class WHERE relname ~ '_20(98_12|99_01|99_02)$' ORDER BY 1")
    finally:
        await owner.close()
    names = {row[0] for row in made}
    months = ("2098_12", "2099_01", "2099_02")
    assert names == {f"{table}_{month}" for table in PARTITIONED for month in months} - {"signed_messages_2099_01"}


async def test_what_officers_did_before_there_were_two_of_them_stays_and_can_be_done_no_more(
    database_server: EmbeddedServer,
) -> None:
    async with fresh_copy(database_server, "template1") as older:
        config, owner = alembic_config(older.owner_url), await asyncpg.connect(older.owner_url)
        try:
            await asyncio.to_thread(command.upgrade, config, "20261122_first_schema")
            await owner.execute(OF_THE_FIRST_SCHEMA)  # released out of an inspection, as `release` could
            await asyncio.to_thread(command.upgrade, config, "head")
            assert await owner.fetchval("SELECT count(*) FROM transitions") == 1
            with pytest.raises(asyncpg.CheckViolationError):
                await owner.execute(OF_THE_FIRST_SCHEMA)
        finally:
            await owner.close()
