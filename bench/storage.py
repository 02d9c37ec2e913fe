"""Bytes on disk per declaration: heap, indexes and TOAST of every table after thousands of parcels were filed."""

from datetime import UTC, datetime
from typing import Final

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from bench.bodies import json_body
from bench.filing import demand_answers, submissions
from bench.parcels import Parcels
from bench.stand import Machine, Stand, fresh_stand, open_services

DECLARATIONS: Final = 5_000
AT_A_TIME: Final = 500
GOAL_BYTES: Final = 3_000
Sizes = dict[str, tuple[int, int, int]]  # by table: heap, indexes, TOAST
_SIZES: Final = """
SELECT COALESCE(parent.relname, held.relname) AS name,
       sum(pg_relation_size(held.oid, 'main'))::bigint AS heap,
       sum(pg_indexes_size(held.oid))::bigint AS indexes,
       sum(COALESCE(pg_total_relation_size(NULLIF(held.reltoastrelid, 0)), 0))::bigint AS toast
FROM pg_class held
LEFT JOIN pg_inherits ON pg_inherits.inhrelid = held.oid
LEFT JOIN pg_class parent ON parent.oid = pg_inherits.inhparent
WHERE held.relkind = 'r' AND held.relnamespace = 'public'::regnamespace
GROUP BY 1 ORDER BY 2 + 3 + 4 DESC
"""


class TableBytes(msgspec.Struct, frozen=True):
    """What one table takes for each declaration."""

    table: str
    heap: float
    indexes: float
    toast: float

    @property
    def total(self) -> float:
        return self.heap + self.indexes + self.toast


class StorageFigures(msgspec.Struct, frozen=True):
    """Bytes per declaration by table; registers and empty tables count with what they held before as well."""

    declarations: int
    body_bytes: float
    tables: tuple[TableBytes, ...]
    total: float


async def measure(machine: Machine, count: int = DECLARATIONS) -> StorageFigures:
    """File parcels in lists of 500, then subtract what lay there before."""
    async with fresh_stand(machine) as stand:
        before = await sizes_of(stand)
        body_bytes = await _file(stand, count)
        after = await sizes_of(stand)
    tables = bytes_each(before, after, count)
    return StorageFigures(count, body_bytes / count, tuple(tables), sum(each.total for each in tables))


def bytes_each(before: Sizes, after: Sizes, count: int) -> list[TableBytes]:
    """What each table took for so many declarations, the largest first."""
    tables = [
        TableBytes(name, *((now - then) / count for now, then in zip(sizes, before[name], strict=True)))
        for name, sizes in after.items()
    ]
    return sorted((each for each in tables if each.total > 0), key=lambda each: -each.total)


async def _file(stand: Stand, count: int) -> int:
    now, body_bytes = datetime.now(UTC), 0
    parcels = Parcels(seed=3, now=now)
    async with open_services(stand) as services:
        for _ in range(count // AT_A_TIME):
            bodies = [json_body(each) for each in parcels.take(AT_A_TIME)]
            body_bytes += sum(map(len, bodies))
            demand_answers(await services.file(submissions(bodies, now)))
    return body_bytes


async def sizes_of(stand: Stand) -> Sizes:
    """Bytes of heap, indexes and TOAST of every table."""
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        rows = await connection.fetch(_SIZES)
    finally:
        await connection.close()
    return {row["name"]: (row["heap"], row["indexes"], row["toast"]) for row in rows}


def lines(figures: StorageFigures) -> list[str]:
    """The table to print."""
    shown = [f"{'table':16} {'heap':>7} {'indexes':>8} {'toast':>7} {'total':>7}"]
    shown += [
        f"{each.table:16} {each.heap:7.0f} {each.indexes:8.0f} {each.toast:7.0f} {each.total:7.0f}"
        for each in figures.tables
    ]
    shown.append(
        f"{figures.total:.0f} bytes per declaration (goal {GOAL_BYTES}); "
        f"the body that was received has {figures.body_bytes:.0f}"
    )
    return shown
