"""Who works on which case: every change is conditional on what was read, so of two officers one has it.

Placing and closing cases is in `repositories.cases`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.repositories.bulk import Connection
from app.repositories.queues import CaseLine, Snoozed, Where
from app.repositories.together import Statement, together

_COLUMNS = ", ".join(CaseLine.__struct_fields__)
_GIVEN = "assignee = $2, assigned_at = $3, touched_at = $3"
AT_A_TIME = 100  # rows that one transaction of a chore locks


async def take(connection: Connection, declaration_id: UUID, officer: str, at: datetime) -> bool:
    """Give a case that nobody has to an officer; False where somebody has it, or it is closed."""
    row = await connection.fetchrow(
        f"UPDATE cases SET {_GIVEN} WHERE declaration_id = $1 AND queue > 0 AND assignee IS NULL "
        "RETURNING declaration_id",
        declaration_id, officer, at,
    )  # fmt: skip
    return row is not None


async def hand(
    connection: Connection, declaration_id: UUID, former: str | None, officer: str | None, at: datetime
) -> bool:
    """Change who has an open case, from one to another or to nobody; False where it was not `former` any more."""
    row = await connection.fetchrow(
        "UPDATE cases SET assignee = $2, assigned_at = CASE WHEN $2::text IS NULL THEN NULL ELSE $3::timestamptz END, "
        "touched_at = $3 WHERE declaration_id = $1 AND queue > 0 AND assignee IS NOT DISTINCT FROM $4 "
        "RETURNING declaration_id",
        declaration_id, officer, at, former,
    )  # fmt: skip
    return row is not None


async def free(
    connection: Connection, districts: list[str], queues: Sequence[int], hidden: Snoozed, limit: int
) -> list[CaseLine]:
    """The most urgent cases that nobody has: a few entries of each district and queue, and the first of these."""
    where = Where()
    shown = where.not_hidden(hidden)
    own, waiting = where.bind(districts), where.bind(list(queues))
    rows = await connection.fetch(
        f"SELECT near.* FROM unnest({own}::text[]) AS own (code) "
        f"CROSS JOIN unnest({waiting}::smallint[]) AS waiting (number) CROSS JOIN LATERAL (SELECT {_COLUMNS} "
        "FROM cases WHERE queue > 0 AND assignee IS NULL AND district = own.code AND queue = waiting.number "
        f"AND {shown} ORDER BY due_at, declaration_id LIMIT {limit}) AS near "
        f"ORDER BY due_at, declaration_id LIMIT {limit}",
        *where.values,
    )
    return [CaseLine(*row) for row in rows]


async def take_first(connection: Connection, candidates: Sequence[UUID], officer: str, at: datetime) -> CaseLine | None:
    """Give the first of these that nobody has; None where all are gone. Who is just taking one is waited for."""
    for candidate in candidates:
        row = await connection.fetchrow(
            f"UPDATE cases SET {_GIVEN} WHERE declaration_id = $1 AND queue > 0 AND assignee IS NULL "
            f"RETURNING {_COLUMNS}",
            candidate, officer, at,
        )  # fmt: skip
        if row is not None:
            return CaseLine(*row)
    return None


async def mine(connection: Connection, officer: str, limit: int, queues: Sequence[int]) -> list[CaseLine]:
    """What one officer has, most urgent first."""
    (rows,) = await together(connection, [mine_wanted(officer, limit, queues)])
    return [CaseLine(*row) for row in rows]


def mine_wanted(officer: str, limit: int, queues: Sequence[int]) -> Statement:
    """The cases that one officer has."""
    text = (
        f"SELECT {_COLUMNS} FROM cases WHERE queue > 0 AND queue = ANY($2) AND assignee = $1 "
        "ORDER BY due_at, declaration_id LIMIT $3"
    )
    return Statement(text, (officer, list(queues), limit))


async def take_many(connection: Connection, given: Sequence[tuple[UUID, str]], at: datetime) -> list[tuple[UUID, str]]:
    """Give cases that still nobody has to officers; answers those that were given.

    Here and below rows change one by one in the order of their keys, as everybody changes many: so two who change the
    same ones wait for each other once, and a distributed engine asks one node at a time.
    """
    return [(case, officer) for case, officer in sorted(given) if await take(connection, case, officer, at)]


async def hand_all(
    connection: Connection, former: str, officer: str | None, districts: tuple[str, ...], at: datetime
) -> int:
    """Everything one officer has in these districts goes to another, or back to the queue; answers how many."""
    rows = await connection.fetch(
        "SELECT declaration_id FROM cases WHERE assignee = $1 AND queue > 0 "
        "AND ('*' = ANY($2) OR district = ANY($2) OR left(district, 2) = ANY($2)) ORDER BY declaration_id",
        former, list(districts),
    )  # fmt: skip
    return sum([await hand(connection, row[0], former, officer, at) for row in rows])


async def free_silent(connection: Connection, before: datetime, waiting: int, at: datetime) -> list[str]:
    """Back to the queue with what its assignee was silent on since; answers whose cases these were, one for each.

    Queue `waiting` stays: there the officer waits for somebody else. So does what was touched since it was read.
    """
    rows = await connection.fetch(
        "SELECT declaration_id, assignee FROM cases WHERE assignee IS NOT NULL AND queue > 0 AND queue <> $2 "
        f"AND touched_at < $1 LIMIT {AT_A_TIME}",
        before, waiting,
    )  # fmt: skip
    freed = [
        await connection.fetchval(
            "UPDATE cases AS c SET assignee = NULL, assigned_at = NULL, touched_at = $5 WHERE c.declaration_id = $1 "
            "AND c.queue > 0 AND c.queue <> $4 AND c.assignee = $2 AND c.touched_at < $3 RETURNING $2::text",
            case, former, before, waiting, at,
        )
        for case, former in sorted(map(tuple, rows))
    ]  # fmt: skip
    return [former for former in freed if former is not None]


async def escalate(connection: Connection, queues: Sequence[int], at: datetime) -> list[str]:
    """Mark what waits longer than it should; answers the districts, one for each case."""
    late: list[UUID] = []
    for queue in queues:
        rows = await connection.fetch(
            f"SELECT declaration_id FROM cases WHERE queue = {queue:d} AND due_at < $1 AND escalated_at IS NULL "
            f"LIMIT {AT_A_TIME - len(late)}",
            at,
        )
        late += [row[0] for row in rows]
    found = [
        await connection.fetchval(
            "UPDATE cases SET escalated_at = $2 WHERE declaration_id = $1 AND queue > 0 AND due_at < $2 "
            "AND escalated_at IS NULL RETURNING district",
            case, at,
        )
        for case in sorted(late)
    ]  # fmt: skip
    return [district for district in found if district is not None]


async def burdens(connection: Connection, officers: Sequence[str]) -> dict[str, int]:
    """The weights of what each of these officers has open, together."""
    rows = await connection.fetch(
        "SELECT assignee, sum(weight)::bigint FROM cases WHERE queue > 0 AND assignee = ANY($1) GROUP BY assignee",
        list(officers),
    )
    return dict.fromkeys(officers, 0) | {row[0]: row[1] for row in rows}


async def add_words(connection: Connection, declaration_id: UUID, words: Sequence[int]) -> None:
    """Find a case by these words too; those that it was noted with already are not added again."""
    noted = await connection.fetchval("SELECT noted FROM cases WHERE declaration_id = $1", declaration_id)
    new = [word for word in words if word not in (noted or ())]
    if new:
        await connection.execute(
            "UPDATE cases SET tags = tags || $2::bigint[], noted = noted || $2::bigint[] WHERE declaration_id = $1",
            declaration_id, new,
        )  # fmt: skip
