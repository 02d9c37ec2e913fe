"""What a hand-over says of queues, in one round trip for all of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from app.repositories.bulk import Connection
from app.repositories.queues import CaseLine, Narrowing, count_wanted, first_wanted, line_from
from app.repositories.together import Statement, together

_Queue = TypeVar("_Queue", bound=int)


class Summed(msgspec.Struct, frozen=True):
    """One queue of some districts. The counts end at one more than `queues.COUNTED`."""

    oldest: CaseLine | None
    escalated: int
    unassigned: int
    rules: tuple[tuple[str, int], ...]  # of the most urgent cases, most frequent first


async def summed(
    connection: Connection, wanted: Mapping[_Queue, Mapping[str, int] | None], now: datetime, most: int
) -> dict[_Queue, Summed]:
    """Each queue that is wanted, of its districts with their open cases (None: all); rules of its first `most`."""
    statements = [each for queue, districts in wanted.items() for each in _of(queue, districts, now, most)]
    rows = iter(await together(connection, statements))
    return {queue: _summed(next(rows), next(rows), next(rows), next(rows)) for queue in wanted}


def _of(queue: int, districts: Mapping[str, int] | None, now: datetime, most: int) -> list[Statement]:
    urgent = first_wanted(queue, districts, None, most, columns="due_at, declaration_id, rules")
    return [
        first_wanted(queue, districts, None, 1),
        count_wanted(queue, districts, Narrowing(escalated_by=now)),
        count_wanted(queue, districts, Narrowing(nobody=True)),
        Statement(
            f"SELECT rule, count(*) FROM ({urgent.text}) AS urgent CROSS JOIN unnest(rules) AS rule "
            "GROUP BY rule ORDER BY count(*) DESC, rule",
            urgent.values,
        ),
    ]


def _summed(first: list[Any], escalated: list[Any], unassigned: list[Any], rules: list[Any]) -> Summed:
    return Summed(
        oldest=line_from(first[0]) if first else None,
        escalated=escalated[0][0],
        unassigned=unassigned[0][0],
        rules=tuple((rule, cases) for rule, cases in rules),
    )
