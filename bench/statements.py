"""PostgreSQL alone: the statements of our own units of work, recorded with their arguments and executed again.

A copy of the database is made before the recording. There every recorded statement finds what it found the first time,
and nothing is left of the service but arrays that are ready to be sent. One stream a lane, one connection a stream.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from app.repositories.lanes import Lane
from app.services.service import unit_pool
from bench.figures import Cell, table
from bench.processor import Meter
from bench.stand import Machine, Stand, copied, fresh_stand
from bench.units import Clearing

LENGTH: Final = 64
UNITS: Final = 60  # of each lane
LANES: Final = (1, 2, 4)
_WARM_UP_UNITS: Final = 10

Statement = tuple[str, tuple[Any, ...]]


class StatementFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did alone with so many lanes."""

    lanes: int
    decisions: int
    seconds: float
    database_us: float
    client_us: float  # sending the arrays, of our processor

    @property
    def per_second(self) -> float:
        return self.decisions / self.seconds


async def measure(machine: Machine, units: int = UNITS, lanes: Sequence[int] = LANES) -> list[StatementFigures]:
    """Each number of lanes on a database of its own."""
    return [await _measured(machine, number, units) for number in lanes]


async def _measured(machine: Machine, lanes: int, units: int) -> StatementFigures:
    async with fresh_stand(machine) as stand:
        recorders = [await Clearing.open(stand, lane=f"bench-{lane}", seed=lane) for lane in range(lanes)]
        try:
            for recorder in recorders:
                for _ in range(_WARM_UP_UNITS):
                    await recorder.clear(recorder.bodies(LENGTH))
        finally:
            await asyncio.gather(*(recorder.pool.close() for recorder in recorders))
        async with copied(machine, stand) as copy:
            streams = await _recorded(stand, copy, lanes, units)
            figures = await _executed(machine, copy, streams)
            if await _declarations(copy) != await _declarations(stand):
                raise RuntimeError("the recorded statements did not store what they stored the first time")
            return figures


async def _declarations(stand: Stand) -> int:
    connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM declarations"))
    finally:
        await connection.close()


async def _recorded(stand: Stand, copy: Stand, lanes: int, units: int) -> list[list[Statement]]:
    """The statements of each lane; the lanes take turns, so that what they share moves as it would."""
    recorders = [await Clearing.open(stand, lane=f"bench-{lane}", seed=100 + lane) for lane in range(lanes)]
    streams: list[list[Statement]] = [[] for _ in range(lanes)]
    try:
        for recorder, stream in zip(recorders, streams, strict=True):
            await _record(recorder, stream)
        for _ in range(units):
            for recorder in recorders:
                await recorder.clear(recorder.bodies(LENGTH))
    finally:
        await asyncio.gather(*(recorder.pool.close() for recorder in recorders))
    await _hand_over(copy, [recorder.lane for recorder in recorders])
    return streams


async def _hand_over(copy: Stand, lanes: list[Lane]) -> None:
    """The recorded writers are the writers of the lanes in the copy too."""
    connection = await asyncpg.connect(for_asyncpg(copy.urls.owner))
    try:
        await connection.executemany(
            "UPDATE lanes SET epoch = $2 WHERE lane = $1", [(lane.lane, lane.epoch) for lane in lanes]
        )
    finally:
        await connection.close()


async def _record(recorder: Clearing, stream: list[Statement]) -> None:
    """Note what the one connection of an idle pool sends from now on."""

    def note(query: Any) -> None:
        if query.exception is not None:
            raise RuntimeError(f"a recorded statement failed: {query.exception}")
        stream.append((query.query, tuple(query.args or ())))

    async with recorder.pool.acquire() as connection:
        connection.add_query_logger(note)


async def _executed(machine: Machine, copy: Stand, streams: list[list[Statement]]) -> StatementFigures:
    pool = await unit_pool(copy.urls.service, copy.settings)
    try:
        connections = [await pool.acquire() for _ in streams]
        cut = [_cut(stream) for stream in streams]
        await asyncio.gather(*(_execute(each, stream[0]) for each, stream in zip(connections, cut, strict=True)))
        meter = Meter(machine.postmaster_pid)
        await asyncio.gather(*(_execute(each, stream[1]) for each, stream in zip(connections, cut, strict=True)))
        spent = meter.spent()
        decisions = LENGTH * sum(_units_in(stream[1]) for stream in cut)
        for each in connections:
            await pool.release(each)
    finally:
        await pool.close()
    return StatementFigures(
        lanes=len(streams),
        decisions=decisions,
        seconds=spent.wall,
        database_us=spent.database / decisions * 1e6,
        client_us=spent.service / decisions * 1e6,
    )


def _cut(stream: list[Statement]) -> tuple[list[Statement], list[Statement]]:
    """The first few units, which warm up the connection, and the others."""
    ends = [place for place, (query, _) in enumerate(stream) if _is_commit(query)]
    first = ends[min(_WARM_UP_UNITS, len(ends) // 2)] + 1
    return stream[:first], stream[first:]


def _units_in(stream: list[Statement]) -> int:
    return sum(_is_commit(query) for query, _ in stream)


def _is_commit(query: str) -> bool:
    return query.strip(" ;").upper() == "COMMIT"


async def _execute(connection: asyncpg.Connection, stream: list[Statement]) -> None:
    for query, arguments in stream:
        if arguments:
            await connection.fetch(query, *arguments)
        else:
            await connection.execute(query)


def lines(figures: list[StatementFigures]) -> list[str]:
    """The table to print."""
    heads = [f"units of {LENGTH}", "decisions", "decisions/s", "PostgreSQL CPU µs", "client CPU µs"]
    rows: list[list[Cell]] = [
        [f"{each.lanes} connections, a lane each", each.decisions, each.per_second, each.database_us, each.client_us]
        for each in figures
    ]
    return table(heads, rows)
