"""Several statements in one round trip: each becomes a common table expression of one statement.

Measured on this machine class: a round trip costs more than most statements of a unit of work, because the two
processes wake each other. A statement is written to be run alone as well: nothing here depends on another one of the
same trip, and a distributed engine that refuses such a statement gets them one by one.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from app.repositories.bulk import Connection

_PARAMETER: Final = re.compile(r"\$(\d+)")


class Statement(msgspec.Struct, frozen=True, gc=False):
    """A statement with its values; `answers` says whether it gives rows."""

    text: str
    values: Sequence[Any]
    answers: bool = True


async def together(connection: Connection, statements: Sequence[Statement | None]) -> list[list[Any]]:
    """Run statements in one round trip; the rows of each, an empty list for those that give none or are None.

    All of them see the same snapshot, and none sees what another one writes.
    """
    present = [statement for statement in statements if statement is not None]
    if len(present) <= 1:
        rows = [await _alone(connection, statement) for statement in present]
    else:
        text = _merged(tuple((statement.text, len(statement.values), statement.answers) for statement in present))
        row = await connection.fetchrow(text, *(value for statement in present for value in statement.values))
        answered = iter(row)
        rows = [next(answered) if statement.answers else [] for statement in present]
    given = iter(rows)
    return [[] if statement is None else next(given) for statement in statements]


async def _alone(connection: Connection, statement: Statement) -> list[Any]:
    if statement.answers:
        return await connection.fetch(statement.text, *statement.values)
    await connection.execute(statement.text, *statement.values)
    return []


@lru_cache(maxsize=256)
def _merged(parts: tuple[tuple[str, int, bool], ...]) -> str:
    expressions, answers, first = [], [], 0
    for number, (text, count, gives_rows) in enumerate(parts):
        expressions.append(f"part_{number} AS ({_shifted(text, first)})")
        if gives_rows:
            answers.append(f"ARRAY(SELECT part_{number} FROM part_{number})")
        first += count
    return f"WITH {', '.join(expressions)} SELECT {', '.join(answers) or 'true'}"


def _shifted(text: str, first: int) -> str:
    return _PARAMETER.sub(lambda parameter: f"${int(parameter[1]) + first}", text)
