"""What is published of the draws, and the assessments of a day: statements only."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.domain.period import day_begins
from app.models.evidence import assessments
from app.repositories.bulk import Connection, month_of
from app.repositories.evidence import AssessmentRow

_COLUMNS = ", ".join(column.name for column in assessments.columns)


class Commitment(msgspec.Struct, frozen=True):
    """The published commitment of a day."""

    day: date
    commitment: str
    published_at: datetime

    @property
    def in_time(self) -> bool:
        """Whether it was published before its day began."""
        return self.published_at < day_begins(self.day)


class Secret(msgspec.Struct, frozen=True):
    """The published secret of a day."""

    day: date
    secret: bytes
    revealed_at: datetime


async def commitments(connection: Connection, first_day: date, last_day: date) -> list[Commitment]:
    """The commitments of some days, newest day first."""
    rows = await connection.fetch(
        "SELECT day, commitment, published_at FROM sampling_commitments WHERE day BETWEEN $1 AND $2 ORDER BY day DESC",
        first_day,
        last_day,
    )
    return [Commitment(*row) for row in rows]


async def secrets(connection: Connection, first_day: date, last_day: date) -> dict[date, Secret]:
    """The revealed secrets of some days."""
    rows = await connection.fetch(
        "SELECT day, secret, revealed_at FROM sampling_secrets WHERE day BETWEEN $1 AND $2", first_day, last_day
    )
    return {row[0]: Secret(*row) for row in rows}


async def add_commitments(connection: Connection, new: Sequence[Commitment]) -> list[date]:
    """Publish commitments; those of days that have one stay as they are. Answers the days that are new."""
    rows = await connection.fetch(
        "INSERT INTO sampling_commitments (day, commitment, published_at) "
        "SELECT * FROM unnest($1::date[], $2::text[], $3::timestamptz[]) AS new (day, commitment, published_at) "
        "ORDER BY day ON CONFLICT DO NOTHING RETURNING day",
        [each.day for each in new], [each.commitment for each in new], [each.published_at for each in new],
    )  # fmt: skip
    return sorted(row[0] for row in rows)


async def add_secret(connection: Connection, secret: Secret) -> bool:
    """Publish a secret; False where it was published already."""
    row = await connection.fetchval(
        "INSERT INTO sampling_secrets (day, secret, revealed_at) VALUES ($1, $2, $3) "
        "ON CONFLICT DO NOTHING RETURNING true",
        *msgspec.structs.astuple(secret),
    )
    return bool(row)


async def unrevealed(connection: Connection, before: date) -> list[Commitment]:
    """The commitments of days before another whose secret is not published, oldest first."""
    rows = await connection.fetch(
        "SELECT day, commitment, published_at FROM sampling_commitments c WHERE day < $1 AND NOT EXISTS ("
        "SELECT FROM sampling_secrets s WHERE s.day = c.day) ORDER BY day LIMIT 400",
        before,
    )
    return [Commitment(*row) for row in rows]


async def first_waiting(connection: Connection) -> date | None:
    """The earliest acceptance day of a declaration that still waits for documents; None where none waits."""
    day: date | None = await connection.fetchval(
        "SELECT min(accepted_on) FROM declarations WHERE deadline_at IS NOT NULL AND status = $1", Status.WAITING.value
    )
    return day


Place = tuple[date, datetime, UUID, int]


async def assessed(connection: Connection, day: date, after: Place | None, limit: int) -> list[AssessmentRow]:
    """The assessments of declarations that were accepted on a day, in the order they were made, behind a place.

    They were made on that day or later; months before it are not read.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM assessments WHERE month >= $1 AND accepted_on = $2 "
        "AND ($3::date IS NULL OR (month, assessed_at, declaration_id, revision) > "
        "($3::date, $4::timestamptz, $5::uuid, $6::smallint)) "
        "ORDER BY month, assessed_at, declaration_id, revision LIMIT $7",
        month_of(day_begins(day)), day, *(after or (None, None, None, None)), limit,
    )  # fmt: skip
    return [AssessmentRow(*row) for row in rows]
