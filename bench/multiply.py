"""Multiplies the rows of a database by SQL: a million stored declarations in minutes, where filing them takes hours.

Every table that grew while real declarations were filed gets copies of its rows with keys of their own, made alike in
all tables, so that what belonged together still does. Sealed bytes are copied as they are: the server compresses each
value by itself, so equal ones take as much room as different ones. (They do not open any more: their keys are bound to
the ids that were sealed.) Tables, columns and keys are found in the catalogue; columns whose numbers mean something by
themselves are told by their names, and a unique index says at once when one is missing here.
"""

import re
from collections.abc import Mapping
from typing import Final

import asyncpg
import msgspec

SOURCE: Final = "multiplied"  # the schema that holds the rows to copy
FILLED: Final = "filled"  # which copies are there already
SHARED: Final = frozenset({"item_index"})  # the shop stays the same: its articles get a longer history, as they would
_POSITION: Final = re.compile(r"position$")
_INDEX: Final = "_index"  # a keyed hash of something personal
_GREW: Final = 0.1  # rows for each declaration; smaller tables are registers
_STEP_MINUTES: Final = 3  # a copy was received so much earlier than the one before
_SPREAD: Final = 1_000_003
_MOST_DIGITS: Final = 15

_TABLES: Final = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
_COLUMNS: Final = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attgenerated <> '' AS generated
FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_UNIQUE: Final = """
SELECT array_agg(a.attname::text) AS names FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE i.indrelid = $1::regclass AND i.indisunique GROUP BY i.indexrelid
"""


class Multiplication(msgspec.Struct, frozen=True):
    """The statement that adds copies $1 to $2 of one table's rows."""

    table: str
    statement: str


class Column(msgspec.Struct, frozen=True):
    """One column as the catalogue has it; `keyed` when a unique index holds it."""

    name: str
    type: str
    keyed: bool


async def row_counts(connection: asyncpg.Connection) -> dict[str, int]:
    """Rows by table."""
    names = [row["relname"] for row in await connection.fetch(_TABLES)]
    return {name: await connection.fetchval(f"SELECT count(*) FROM public.{name}") for name in names}  # noqa: S608


async def prepare(connection: asyncpg.Connection, before: Mapping[str, int]) -> list[Multiplication]:
    """Set the rows aside that will be copied, once, and say how; `before` is what lay there without declarations."""
    tables = await _set_aside(connection)
    if not tables:
        counts = await row_counts(connection)
        least = _GREW * counts["declarations"]
        tables = [name for name, count in counts.items() if count - before.get(name, 0) > least]
        async with connection.transaction():
            for name in tables:
                await connection.execute(f"CREATE TABLE {SOURCE}.{name} AS TABLE public.{name}")
    step = await _position_step(connection, tables)
    return [await _multiplication(connection, name, step) for name in tables]


async def finish(connection: asyncpg.Connection, copies: int) -> None:
    """Let the writers go on behind what was added, and drop what was set aside."""
    step = await _position_step(connection, await _set_aside(connection))
    await connection.execute("UPDATE lanes SET position = position + $1", step * (copies + 1))
    # Allotted numbers stand close together; each copy moved them by as many as there were.
    await connection.execute("UPDATE number_blocks SET next = next * $1", copies + 2)
    await connection.execute(f"DROP SCHEMA {SOURCE} CASCADE")


async def _set_aside(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(_TABLES.replace("public", SOURCE))
    return [row["relname"] for row in rows if row["relname"] != FILLED]


async def _position_step(connection: asyncpg.Connection, tables: list[str]) -> int:
    highest = 0
    for table in tables:
        for column in await _columns(connection, table):
            if _POSITION.search(column.name):
                found = await connection.fetchval(f"SELECT max({column.name}) FROM {SOURCE}.{table}")  # noqa: S608
                highest = max(highest, found or 0)
    return highest + 1


async def _columns(connection: asyncpg.Connection, table: str) -> list[Column]:
    unique = [set(row["names"]) for row in await connection.fetch(_UNIQUE, f"public.{table}")]
    keyed = set().union(*unique)
    rows = await connection.fetch(_COLUMNS, f"public.{table}")
    return [Column(row["name"], row["type"], row["name"] in keyed) for row in rows if not row["generated"]]


async def _multiplication(connection: asyncpg.Connection, table: str, step: int) -> Multiplication:
    columns = await _columns(connection, table)
    copied = [await _copied(connection, table, column, step) for column in columns]
    names = ", ".join(column.name for column in columns)
    return Multiplication(
        table,
        f"INSERT INTO public.{table} ({names}) SELECT {', '.join(copied)} "  # noqa: S608
        f"FROM generate_series($1::int, $2::int) AS copies (copy), {SOURCE}.{table}",
    )


async def _copied(connection: asyncpg.Connection, table: str, column: Column, step: int) -> str:
    """The value of a column in a copy: keys and times of its own, everything else as it was."""
    name = column.name
    if name in SHARED:
        return name
    if _POSITION.search(name):
        return f"{name} + copy * {step}::bigint"
    match column.type:
        case "uuid":
            return _other_id(name)
        case "uuid[]":
            each = f"ARRAY(SELECT {_other_id('each')} FROM unnest({name}) AS list (each))"  # noqa: S608
            return f"CASE WHEN {name} IS NOT NULL THEN {each} END"
        case "timestamp with time zone":
            return f"{name} - copy * interval '{_STEP_MINUTES} minutes'"
        case "text":
            return await _other_number(connection, table, name)
        case "bigint":
            return await _other_integer(connection, table, name)
        case "bytea" if column.keyed:
            return f"substr(sha256({name} || int4send(copy)), 1, length({name}))"
    return name


async def _other_integer(connection: asyncpg.Connection, table: str, name: str) -> str:
    if name.endswith(_INDEX):
        return f"hashint8extended({name}, copy)"
    if name == "place":
        return _other_place(name)
    if name == "number":
        return f"{name} + copy * {await _numbered(connection, table)}::bigint"
    return name


async def _numbered(connection: asyncpg.Connection, table: str) -> int:
    """Allotted numbers count up in their last nine digits, whatever stands before these."""
    return int(await connection.fetchval(f"SELECT max(number % {10**9}) + 1 FROM {SOURCE}.{table}"))  # noqa: S608


def _other_place(value: str) -> str:
    """A price of another declaration on the same day: `app.repositories.counters.price_place` says which bits."""
    bits = 2**40 - 1
    other = f"(hashint8extended({value} >> 8, copy) & {bits}::bigint) << 8"
    return f"({value} & ~({bits}::bigint << 8)) | ({other})"


def _other_id(value: str) -> str:
    return f"md5({value}::text || copy)::uuid"


async def _other_number(connection: asyncpg.Connection, table: str, name: str) -> str:
    """A number that tells declarations apart is moved, in its last digits; codes and names stay."""
    digits = f"length(substring({name} from '[0-9]+$'))"
    found = await connection.fetchrow(
        f"SELECT count({name}) AS rows, count(DISTINCT {name}) AS values, min(COALESCE({digits}, 0)) AS digits "  # noqa: S608
        f"FROM {SOURCE}.{table} WHERE {name} IS NOT NULL"
    )
    if not found["digits"] or found["digits"] < 6 or found["values"] < found["rows"] / 2:
        return name
    length = min(found["digits"], _MOST_DIGITS)
    tail = f"right({name}, {length})::bigint"
    span = await connection.fetchval(f"SELECT max({tail}) - min({tail}) + 1 FROM {SOURCE}.{table}")  # noqa: S608
    if span > 100 * found["rows"]:
        span = _SPREAD  # numbers that senders choose lie far apart
    moved = f"(({tail} + copy * {span}::bigint) % {10**length}::bigint)::text"
    return f"left({name}, -{length}) || lpad({moved}, {length}, '0')"
