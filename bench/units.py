"""Statements and rows of one unit of work, by table, for lists of several lengths: the statements must not grow."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec

from app.main import READERS
from app.repositories.lanes import Lane
from app.services.clearance.numbers import Numbers
from app.services.clearance.prepared import prepare
from app.services.clearance.unit import Means, clear
from app.services.clearance.writer import Writer
from app.services.service import means_of, unit_pool
from bench.bodies import json_body
from bench.figures import Cell, table
from bench.filing import demand_answers, submissions
from bench.parcels import Parcels
from bench.stand import Machine, Stand, fresh_stand
from bench.vocabulary import MEASURED, Vocabulary

LENGTHS: Final = (1, 10, 64, 500)
# A write into a table, with the first parameter of its values: the arrays of a statement are all of one length.
_WRITES: Final = re.compile(r"\b(?:INSERT INTO|UPDATE(?! SET)|DELETE FROM) (\w+)(?:[^$]*?\$(\d+)(::[\w() ]+\[\])?)?")
# Blocks of numbers are reserved now and then, not in each unit.
OCCASIONAL: Final = "number_blocks"


class UnitFigures(msgspec.Struct, frozen=True):
    """What one unit of work did: statements sent (BEGIN and COMMIT too), and rows written by table."""

    length: int
    statements: int
    rows_written: dict[str, int]

    @property
    def row_count(self) -> int:
        return sum(self.rows_written.values())


class Clearing:
    """One writer that clears lists of bodies, each as one unit of work, without the queue before it."""

    def __init__(self, writer: Writer, pool: asyncpg.Pool, means: Means, parcels: Parcels, now: datetime) -> None:
        self.pool = pool
        self.means = means
        self._parcels = parcels
        self._now = now
        self._writer = writer
        self._numbers = Numbers()

    @classmethod
    async def open(
        cls, stand: Stand, words: Vocabulary = MEASURED, *, lane: str = "bench", seed: int = 2
    ) -> "Clearing":
        """Connect and take a lane."""
        pool = await unit_pool(stand.urls.service, stand.settings)
        means = means_of(stand.settings, stand.keyring, READERS)
        now = datetime.now(UTC)
        opened = cls(Writer(pool, lane), pool, means, Parcels(seed, now, words), now)
        async with pool.acquire() as connection:
            await means.registry.refresh(connection)
        await opened._writer.take()
        return opened

    @property
    def lane(self) -> Lane:
        """The lane as it stands."""
        return self._writer.lane

    def bodies(self, length: int) -> list[bytes]:
        """So many fresh parcels as they are posted."""
        return [json_body(each) for each in self._parcels.take(length)]

    async def clear(self, bodies: list[bytes]) -> None:
        """Clear them together: decode, prepare, one unit of work."""
        prepared = [prepare(each, self.means.envelope) for each in submissions(bodies, self._now)]
        demand_answers(await clear(self._writer, self._numbers, self.means, prepared))


class Noted:
    """Notes the statements of a connection; one statement may write several tables in common table expressions."""

    def __init__(self) -> None:
        self.statements = 0
        self.rows: Counter[str] = Counter()

    def __call__(self, query: Any) -> None:
        """Called by asyncpg for each statement."""
        self.statements += 1
        for name, parameter, is_array in _WRITES.findall(query.query):
            self.rows[name] += len(query.args[int(parameter) - 1]) if is_array else 1


async def measure(machine: Machine) -> list[UnitFigures]:
    """One unit of each length, after others have filled the tables a little."""
    async with fresh_stand(machine) as stand:
        clearing = await Clearing.open(stand)
        try:
            await clearing.clear(clearing.bodies(200))
            return [await _noted(clearing, length) for length in LENGTHS]
        finally:
            await clearing.pool.close()


async def _noted(clearing: Clearing, length: int) -> UnitFigures:
    noted = Noted()
    async with clearing.pool.acquire() as connection:
        connection.add_query_logger(noted)
    noted.statements = 0  # giving the connection back may be a statement too
    await clearing.clear(clearing.bodies(length))
    async with clearing.pool.acquire() as connection:
        connection.remove_query_logger(noted)
    return UnitFigures(length, noted.statements, dict(noted.rows))


def lines(figures: Sequence[UnitFigures]) -> list[str]:
    """The table to print."""
    names = sorted(
        {name for each in figures for name in each.rows_written}, key=lambda name: (name == OCCASIONAL, name)
    )
    rows: list[list[Cell]] = [[name, *(each.rows_written.get(name, 0) for each in figures)] for name in names]
    rows.append(["rows written, together", *(each.row_count for each in figures)])
    rows.append(["rows per declaration", *(f"{each.row_count / each.length:.1f}" for each in figures)])
    rows.append(["statements sent", *(each.statements for each in figures)])
    return table(["rows written", *(f"list of {each.length}" for each in figures)], rows)
