"""Statements over lists: one INSERT for any number of rows, made from the tables' own columns.

Every column travels as one array and is unnested by the server: the number of statements does not depend on the
number of rows, and the same text serves a distributed engine. Array columns travel as text and are cast, because
`unnest` flattens arrays of arrays.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

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
    """INSERT of whole rows in key order (many rows are always locked in one order), with an optional tail."""
    names = ", ".join(column.name for column in table.columns)
    read = ", ".join(_read(column.name, column.type) for column in table.columns)
    arrays = ", ".join(f"${n}::{_travelling(column.type)}[]" for n, column in enumerate(table.columns, 1))
    keys = ", ".join(column.name for column in table.primary_key.columns)
    source = f"unnest({arrays}) AS row ({names}) ORDER BY {keys}"
    return f"INSERT INTO {table.name} ({names}) SELECT {read} FROM {source} {tail}".rstrip()


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
    arrays = ", ".join(f"${n}::{_travelling(column.type)}[]" for n, column in enumerate(table.primary_key.columns, 1))
    return f"SELECT {columns} FROM {table.name} AS stored JOIN unnest({arrays}) AS wanted ({keys}) USING ({keys})"


def transposed(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows as columns, the shape that the statements take."""
    return list(zip(*rows, strict=True))


def as_array_text(values: Sequence[object]) -> str:
    """The text of an array of UUIDs, numbers or days (none needs quoting)."""
    return "{" + ",".join(map(str, values)) + "}"


def month_of(instant: datetime) -> date:
    """The partition key of what is received at an instant."""
    return instant.astimezone(UTC).date().replace(day=1)


def _travelling(kind: TypeEngine[Any]) -> str:
    return "text" if isinstance(kind, ARRAY) else str(kind.compile(_DIALECT))


def _read(name: str, kind: TypeEngine[Any]) -> str:
    return f"{name}::{kind.compile(_DIALECT)}" if isinstance(kind, ARRAY) else name
