"""Who works on which case: every change is conditional on what was read, so of two officers one has it.

Placing and closing cases is in `repositories.cases`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.repositories.bulk import Connection
from app.repositories.queues import CaseLine, Snoozed, Where

_COLUMNS = ", ".join(CaseLine.__struct_fields__)
_GIVEN = "assignee = $2, assigned_at = $3, touched_at = $3"
_AT_A_TIME = 500


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


async def touch(connection: Connection, declaration_id: UUID, officer: str, at: datetime) -> None:
    """The assignee did something on the case: its silence begins anew. For others it does nothing."""
    await connection.execute(
        "UPDATE cases SET touched_at = $3 WHERE declaration_id = $1 AND assignee = $2 AND queue > 0 "
        "AND touched_at < $3 - interval '1 minute'",
        declaration_id, officer, at,
    )  # fmt: skip


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
    """Give the first of these that nobody has or is just taking; None where all are gone.

    One by one, each by its key: nobody waits for a row that somebody else is taking, and a distributed engine asks
    one node.
    """
    for candidate in candidates:
        row = await connection.fetchrow(
            f"UPDATE cases SET {_GIVEN} WHERE declaration_id = $1 AND EXISTS (SELECT FROM cases AS own "
            "WHERE own.declaration_id = $1 AND own.queue > 0 AND own.assignee IS NULL FOR UPDATE SKIP LOCKED) "
            f"AND queue > 0 AND assignee IS NULL RETURNING {_COLUMNS}",
            candidate, officer, at,
        )  # fmt: skip
        if row is not None:
            return CaseLine(*row)
    return None


async def mine(connection: Connection, officer: str, limit: int, queues: Sequence[int]) -> list[CaseLine]:
    """What one officer has, most urgent first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM cases WHERE queue > 0 AND queue = ANY($2) AND assignee = $1 "
        "ORDER BY due_at, declaration_id LIMIT $3",
        officer, list(queues), limit,
    )  # fmt: skip
    return [CaseLine(*row) for row in rows]


async def take_many(connection: Connection, given: Sequence[tuple[UUID, str]], at: datetime) -> list[tuple[UUID, str]]:
    """Give cases that still nobody has to officers; answers those that were given."""
    rows = await connection.fetch(
        "WITH own AS (SELECT declaration_id FROM cases WHERE declaration_id = ANY($1) AND queue > 0 "
        "AND assignee IS NULL FOR UPDATE SKIP LOCKED) "
        "UPDATE cases SET assignee = wanted.officer, assigned_at = $3, touched_at = $3 "
        "FROM unnest($1::uuid[], $2::text[]) AS wanted (declaration_id, officer) JOIN own USING (declaration_id) "
        "WHERE cases.declaration_id = wanted.declaration_id AND queue > 0 AND assignee IS NULL "
        "RETURNING cases.declaration_id, wanted.officer",
        [each for each, _ in given], [officer for _, officer in given], at,
    )  # fmt: skip
    return [tuple(row) for row in rows]


async def hand_all(
    connection: Connection, former: str, officer: str | None, districts: tuple[str, ...], at: datetime
) -> int:
    """Everything one officer has in these districts goes to another, or back to the queue; answers how many."""
    tag = await connection.execute(
        "WITH own AS (SELECT declaration_id FROM cases WHERE assignee = $1 AND queue > 0 "
        "AND ('*' = ANY($4) OR district = ANY($4) OR left(district, 2) = ANY($4)) ORDER BY declaration_id FOR UPDATE) "
        "UPDATE cases SET assignee = $2, assigned_at = CASE WHEN $2::text IS NULL THEN NULL ELSE $3::timestamptz END, "
        "touched_at = $3 FROM own WHERE cases.declaration_id = own.declaration_id",
        former, officer, at, list(districts),
    )  # fmt: skip
    return int(tag.rpartition(" ")[2])


async def free_silent(connection: Connection, before: datetime, waiting: int, at: datetime) -> list[str]:
    """Back to the queue with what its assignee was silent on since; answers whose cases these were, one for each.

    Queue `waiting` stays: there the officer waits for somebody else. Rows that somebody is changing are left alone.
    """
    rows = await connection.fetch(
        "WITH silent AS (SELECT declaration_id, assignee FROM cases WHERE assignee IS NOT NULL AND queue > 0 "
        f"AND queue <> $2 AND touched_at < $1 LIMIT {_AT_A_TIME} FOR UPDATE SKIP LOCKED) "
        "UPDATE cases SET assignee = NULL, assigned_at = NULL, touched_at = $3 FROM silent "
        "WHERE cases.declaration_id = silent.declaration_id RETURNING silent.assignee",
        before, waiting, at,
    )  # fmt: skip
    return [row[0] for row in rows]


async def escalate(connection: Connection, queues: Sequence[int], at: datetime) -> list[str]:
    """Mark what waits longer than it should; answers the districts, one for each case."""
    found: list[str] = []
    for queue in queues:
        rows = await connection.fetch(
            f"WITH late AS (SELECT declaration_id FROM cases WHERE queue = {queue:d} AND due_at < $1 "
            f"AND escalated_at IS NULL LIMIT {_AT_A_TIME} FOR UPDATE SKIP LOCKED) "
            "UPDATE cases SET escalated_at = $1 FROM late WHERE cases.declaration_id = late.declaration_id "
            "RETURNING cases.district",
            at,
        )
        found += [row[0] for row in rows]
    return found


async def burdens(connection: Connection, officers: Sequence[str]) -> dict[str, int]:
    """The weights of what each of these officers has open, together."""
    rows = await connection.fetch(
        "SELECT assignee, sum(weight)::bigint FROM cases WHERE queue > 0 AND assignee = ANY($1) GROUP BY assignee",
        list(officers),
    )
    return dict.fromkeys(officers, 0) | {row[0]: row[1] for row in rows}


async def add_words(connection: Connection, declaration_id: UUID, words: Sequence[int]) -> None:
    """Find a case by these words too; those that it has already are not added again."""
    await connection.execute(
        "UPDATE cases SET tags = tags || added.words, noted = noted || added.words FROM (SELECT ARRAY(SELECT wanted "
        "FROM cases, unnest($2::bigint[]) AS words (wanted) WHERE declaration_id = $1 AND wanted <> ALL(noted)) "
        "AS words) AS added WHERE declaration_id = $1 AND cardinality(added.words) > 0",
        declaration_id, list(words),
    )  # fmt: skip
