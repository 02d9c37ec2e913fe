"""What a hand-over says of queues, in one round trip for all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from app.repositories.bulk import Connection
from app.repositories.queues import COUNTED, CaseLine, line_from
from app.repositories.together import Statement, together

_COLUMNS: Final = ", ".join(CaseLine.__struct_fields__)
_WAITING: Final = "unnest($1::smallint[]) AS waiting (number)"
_OWN: Final = "cases.queue > 0 AND cases.queue = waiting.number"
_ORDER: Final = "ORDER BY due_at, declaration_id"


class Summed(msgspec.Struct, frozen=True):
    """One queue of some districts. The counts end at one more than `queues.COUNTED`."""

    oldest: CaseLine | None
    escalated: int
    unassigned: int
    rules: tuple[tuple[str, int], ...]  # of the most urgent cases, most frequent first


async def summed(
    connection: Connection, queues: Sequence[int], districts: Sequence[str] | None, now: datetime, most: int
) -> dict[int, Summed]:
    """Each of the queues, of whole codes of districts (None: all); its rules are those of its first `most` cases."""
    given = [list(queues)] if districts is None else [list(queues), list(districts)]
    first, counts, rules = await together(
        connection,
        [
            Statement(
                f"SELECT {_COLUMNS} FROM {_WAITING} CROSS JOIN LATERAL ({_urgent(districts, 1)}) AS near "
                "JOIN cases USING (declaration_id)",
                given,
            ),
            Statement(_counts(districts, f"${len(given) + 1}"), (*given, now)),
            Statement(
                f"SELECT waiting.number, rule, count(*) FROM {_WAITING} "
                f"CROSS JOIN LATERAL ({_urgent(districts, most)}) AS near JOIN cases USING (declaration_id) "
                "CROSS JOIN unnest(rules) AS rule GROUP BY 1, 2 ORDER BY 1, count(*) DESC, rule",
                given,
            ),
        ],
    )
    oldest = {line.queue: line for line in map(line_from, first)}
    found = {number: (escalated, unassigned) for number, escalated, unassigned in counts}
    return {
        queue: Summed(
            oldest=oldest.get(queue),
            escalated=found[queue][0],
            unassigned=found[queue][1],
            rules=tuple((rule, cases) for number, rule, cases in rules if number == queue),
        )
        for queue in queues
    }


def _urgent(districts: Sequence[str] | None, most: int) -> str:
    """The first cases of a queue, by the indexes alone: of each district so many, and the first of these."""
    head = f"SELECT due_at, declaration_id FROM cases WHERE {_OWN}"
    if districts is None:
        return f"SELECT declaration_id FROM ({head} {_ORDER} LIMIT {most}) AS near"
    return (
        "SELECT declaration_id FROM unnest($2::text[]) AS own (code) CROSS JOIN LATERAL "
        f"({head} AND district = own.code {_ORDER} LIMIT {most}) AS near {_ORDER} LIMIT {most}"
    )


def _counts(districts: Sequence[str] | None, now: str) -> str:
    """Escalated, which nothing is before it is due, and nobody's."""
    own = _OWN if districts is None else f"{_OWN} AND district = ANY($2::text[])"

    def counted(condition: str, name: str) -> str:
        fitting = f"SELECT FROM cases WHERE {own} AND {condition} LIMIT {COUNTED + 1}"
        return f"CROSS JOIN LATERAL (SELECT count(*) AS cases FROM ({fitting}) AS fitting) AS {name}"

    return (
        f"SELECT waiting.number, escalated.cases, free.cases FROM {_WAITING} "
        f"{counted(f'due_at <= {now} AND escalated_at IS NOT NULL', 'escalated')} "
        f"{counted('assignee IS NULL', 'free')}"
    )
