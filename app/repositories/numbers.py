"""Numbers from blocks: a worker reserves a block of a series and hands the numbers out from memory.

A crash leaves a gap, never a repeat; `number_claims` proves it.
"""

from collections.abc import Mapping

from app.repositories.bulk import Connection, transposed

_RESERVE = """
INSERT INTO number_blocks (series, next)
SELECT series, 1 + amount FROM unnest($1::text[], $2::bigint[]) AS wanted (series, amount) ORDER BY series
ON CONFLICT (series) DO UPDATE SET next = number_blocks.next + EXCLUDED.next - 1
RETURNING series, next
"""


async def reserve_blocks(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    """Reserve so many numbers of each series; answers the first number of each block."""
    if not wanted:
        return {}
    rows = await connection.fetch(_RESERVE, *transposed(sorted(wanted.items())))
    return {row[0]: row[1] - wanted[row[0]] for row in rows}
