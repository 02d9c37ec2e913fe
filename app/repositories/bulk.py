"""Statements over lists: one INSERT for any number of rows, made from the tables' own columns.

The rows travel as one array of the table's own row type and are unnested by the server: the number of statements does
not depend on the number of rows, and the same text serves a distributed engine. (Measured against one array a column:
the driver asks of every element of an array whether it is an array itself, and the server keeps a store a column.)
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Connection(Protocol):
    """What repositories need of an asyncpg connection (or a pool's)."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """The rows."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row or None."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first value of the first row or None."""

    async def execute(self, query: str, *args: Any) -> str:
        """The command's tag."""


def insert_sql(table: Table, tail: str = "") -> str:
    """INSERT of whole rows in key order (many rows are always locked in one order), with an optional tail.

    Its one value is a list of rows, each a tuple of all columns in their order.
    """
    names = ", ".join(column.name for column in table.columns)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    source = f"unnest($1::{table.name}[]) AS row ORDER BY {keys}"
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source} {tail}".rstrip()


def guarded_upsert_sql(table: Table) -> str:
    """Insert or replace rows whose stored `sequence` is the one they were read with; returns the keys written.

    A row that somebody else changed meanwhile is not returned: the caller counts, and starts again.
    """
    keys = [column.name for column in table.primary_key.columns]
    changing = [column.name for column in table.columns if column.name not in keys]
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in changing)
    return insert_sql(
        table,
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets} "
        f"WHERE {table.name}.sequence = EXCLUDED.sequence - 1 RETURNING {', '.join(keys)}",
    )


def by_key_sql(table: Table) -> str:
    """SELECT of whole rows, all columns in their order, by a list of primary keys."""
    columns = ", ".join(f"stored.{column.name}" for column in table.columns)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    arrays = ", ".join(
        f"${n}::{column.type.compile(_DIALECT)}[]" for n, column in enumerate(table.primary_key.columns, 1)
    )
    return f"SELECT {columns} FROM {table.name} AS stored JOIN unnest({arrays}) AS wanted ({keys}) USING ({keys})"


def transposed(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows as columns, the shape that statements take which read by several keys."""
    return list(zip(*rows, strict=True))


def month_of(instant: datetime) -> date:
    """The partition key of what is received at an instant."""
    return instant.astimezone(UTC).date().replace(day=1)
