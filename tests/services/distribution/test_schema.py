"""The schema has what a distributed engine needs (architecture, "Storage"): in the metadata and in the database."""

import asyncpg
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from app.models import PARTITIONED, metadata
from tests.conftest import FreshDatabase
from tests.services.distribution.placing import placing

TABLES = {table.name: table for table in metadata.tables.values()}


def distribution_column(table: Table) -> str:
    """The column that the description of a table marks."""
    (marked,) = [column.name for column in table.columns if (column.doc or "").startswith("distribution column")]
    return str(marked)


def _lie_together(table: Table, key: ForeignKeyConstraint) -> bool:
    """Whether both tables are copied everywhere, or lie together by columns that the key compares."""
    referred, placed = key.referred_table, placing()
    if {table.name, referred.name} <= placed.everywhere:
        return True
    pairs = {(own.name, other.column.name) for own, other in zip(key.columns, key.elements, strict=True)}
    beside = placed.group[table.name] == placed.group[referred.name]
    return beside and (distribution_column(table), distribution_column(referred)) in pairs


def test_every_key_contains_the_one_marked_column() -> None:
    for table in TABLES.values():
        column = distribution_column(table)
        assert column in table.primary_key.columns, table.name
        unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
        assert all(column in constraint.columns for constraint in unique), table.name
        assert all(column in index.columns for index in table.indexes if index.unique), table.name
        for key in table.foreign_key_constraints:
            assert _lie_together(table, key), "rows that refer to each other have to lie together"
        assert all(each.server_default is None and each.identity is None for each in table.columns), table.name


async def test_so_it_is_in_the_database(database: FreshDatabase) -> None:
    connection = await asyncpg.connect(database.owner_url)
    unique = await connection.fetch(
        "SELECT t.relname, array_agg(a.attname::text) FROM pg_index i "
        "JOIN pg_class t ON t.oid = i.indrelid AND NOT t.relispartition AND t.relname <> 'alembic_version' "
        "JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indisunique GROUP BY i.indexrelid, t.relname"
    )
    refused = await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
        "AND (contype IN ('x', 't') OR condeferrable)"
    )
    triggers = await connection.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    partitioned = await connection.fetch("SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY relname")
    nested = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relkind = 'p' AND relispartition")
    await connection.close()
    assert {row[0] for row in unique} == set(TABLES)
    for table, columns in unique:
        assert distribution_column(TABLES[table]) in columns, table
    assert refused == [], "exclusion, trigger, or deferrable"
    assert triggers == []
    assert tuple(row[0] for row in partitioned) == PARTITIONED
    assert nested == 0, "partitions of partitions cannot be distributed"


def test_the_file_places_every_table_once_by_its_marked_column() -> None:
    placed = placing()
    assert {*placed.column, *placed.everywhere} == set(TABLES)
    assert placed.column == {name: distribution_column(TABLES[name]) for name in placed.column}


def test_what_lies_together_is_distributed_by_the_same_type() -> None:
    placed = placing()
    for table, beside in placed.group.items():
        types = {str(TABLES[name].columns[placed.column[name]].type) for name in (table, beside)}
        assert len(types) == 1, table
        assert placed.group[beside] == beside, "the first of its group"
