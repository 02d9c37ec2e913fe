"""Samples of stored assessments, evenly spread over days, without reading what is not sampled."""

from datetime import date, datetime, timedelta

from app.domain.period import day_begins
from app.models.evidence import assessments
from app.repositories.bulk import Connection, month_of
from app.repositories.evidence import AssessmentRow

_COLUMNS = ", ".join(f"stored.{column.name}" for column in assessments.columns)
_AT_A_POINT = 4  # assessments read at each point in time: fewer index descents, still well spread
_REVISIONS = 10  # assessments that are looked at to count one declaration: few have more than one or two


async def sampled(connection: Connection, first_day: date, last_day: date, most: int) -> list[AssessmentRow]:
    """At most `most` assessments made on these days (Asia/Shanghai), one a declaration.

    Where there are more, the span is cut into equal parts and the first few of each are taken. The rows are found by
    the key, which begins with month and time.
    """
    begins, ends = day_begins(first_day), day_begins(last_day + timedelta(days=1))
    few = await _first(connection, begins, ends, most + 1)
    if len(few) <= most:
        return _one_each(few)
    points = max(1, most // _AT_A_POINT)
    step = (ends - begins) / points
    starts = [begins + step * number for number in range(points)]
    rows = await _at_points(connection, starts, step, _AT_A_POINT)
    if len(rows) < most // 2:  # all of it lies in a few hours: take more of those
        filled = len({int((row.assessed_at - begins) / step) for row in rows})
        rows = await _at_points(connection, starts, step, most // max(1, filled))
    return _one_each(rows[:most])


async def assessed_up_to(connection: Connection, most: int) -> int:
    """How many declarations were assessed, counted little further than `most`."""
    assessed: int = await connection.fetchval(
        "SELECT count(DISTINCT declaration_id) FROM (SELECT declaration_id FROM assessments LIMIT $1) AS first",
        most * _REVISIONS,
    )
    return assessed


async def _at_points(
    connection: Connection, starts: list[datetime], step: timedelta, at_each: int
) -> list[AssessmentRow]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} "
        "FROM unnest($1::date[], $2::timestamptz[], $3::timestamptz[]) AS part (of_month, since, til) "
        "CROSS JOIN LATERAL (SELECT * FROM assessments WHERE month BETWEEN of_month AND "
        "date_trunc('month', til AT TIME ZONE 'UTC')::date AND assessed_at >= since "
        "AND assessed_at < til ORDER BY month, assessed_at, declaration_id LIMIT $4) AS stored",
        [month_of(start) for start in starts],
        starts,
        [start + step for start in starts],
        at_each,
    )
    return [AssessmentRow(*row) for row in rows]


async def _first(connection: Connection, begins: datetime, ends: datetime, most: int) -> list[AssessmentRow]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM assessments AS stored WHERE month BETWEEN $1 AND $2 "
        "AND assessed_at >= $3 AND assessed_at < $4 ORDER BY month, assessed_at, declaration_id, revision LIMIT $5",
        month_of(begins),
        month_of(ends),
        begins,
        ends,
        most,
    )
    return [AssessmentRow(*row) for row in rows]


def _one_each(rows: list[AssessmentRow]) -> list[AssessmentRow]:
    """The latest revision of each declaration among them."""
    return list({row.declaration_id: row for row in rows}.values())
