"""Drafts of tables: stored once with their parts, rehearsals and the answer of a second officer.

What belongs here: statements, and the compression of what they store. What does not: what a draft would change.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import zstandard

from app.models.table_drafts import (
    table_draft_answers,
    table_draft_parts,
    table_drafts,
    table_rehearsal_requests,
    table_rehearsals,
)
from app.repositories.bulk import Connection, insert_sql

_MOST_BYTES = 512 * 1024 * 1024


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it was proposed."""

    draft_id: UUID
    proposed_by: str
    proposed_at: datetime
    kind: int
    subject: str
    file_name: str
    file_sha256: bytes
    first_day: date | None
    complete: bool
    keep_earlier: bool
    note: str


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft says of one table."""

    draft_id: UUID
    table_name: str
    row_count: int
    sha256: bytes
    to_version: int | None
    content: bytes  # packed


class RequestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rehearsal that was asked for."""

    draft_id: UUID
    rehearsal_id: UUID
    requested_by: str
    requested_at: datetime
    first_day: date
    last_day: date
    sample: int


class RehearsalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rehearsal that came to its end."""

    draft_id: UUID
    rehearsal_id: UUID
    finished_at: datetime
    book: bytes
    registers: bytes
    judged: int
    skipped: int
    released: int
    stopped: int
    limit_ppm: int
    passed: bool
    report: bytes  # packed


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a draft."""

    draft_id: UUID
    proposed_by: str
    answered_by: str
    answered_at: datetime
    verdict: int
    kind: int
    rehearsal_id: UUID | None
    rehearsal_passed: bool | None
    note: str
    made: bytes


_ADD_DRAFTS = insert_sql(table_drafts)
_ADD_PARTS = insert_sql(table_draft_parts)
_ADD_REQUESTS = insert_sql(table_rehearsal_requests)
_ADD_REHEARSALS = insert_sql(table_rehearsals, "ON CONFLICT DO NOTHING")
_ADD_ANSWERS = insert_sql(table_draft_answers)


async def add_draft(connection: Connection, draft: DraftRow, parts: Sequence[PartRow]) -> None:
    """Store a draft with its parts."""
    await connection.execute(_ADD_DRAFTS, [msgspec.structs.astuple(draft)])
    await connection.execute(_ADD_PARTS, [msgspec.structs.astuple(part) for part in parts])


async def add_request(connection: Connection, request: RequestRow) -> None:
    """Ask for a rehearsal."""
    await connection.execute(_ADD_REQUESTS, [msgspec.structs.astuple(request)])


async def add_rehearsal(connection: Connection, rehearsal: RehearsalRow) -> None:
    """Store the result of a rehearsal; of two processes that rehearsed the same, the first counts."""
    await connection.execute(_ADD_REHEARSALS, [msgspec.structs.astuple(rehearsal)])


async def add_answer(connection: Connection, answer: AnswerRow) -> None:
    """Store what became of a draft; a second answer is a UniqueViolation, a proposer's approval a CheckViolation."""
    await connection.execute(_ADD_ANSWERS, [msgspec.structs.astuple(answer)])


async def draft(connection: Connection, draft_id: UUID) -> DraftRow | None:
    """One draft."""
    rows = await connection.fetch(f"SELECT {_columns(DraftRow)} FROM table_drafts WHERE draft_id = $1", draft_id)
    return _row(rows[0], DraftRow) if rows else None


async def drafts_before(
    connection: Connection, before: tuple[datetime, UUID] | None, limit: int, *, only_open: bool
) -> list[DraftRow]:
    """Drafts, newest first, before a place."""
    rows = await connection.fetch(
        f"SELECT {_columns(DraftRow)} FROM table_drafts d WHERE ($1::timestamptz IS NULL "
        "OR (proposed_at, draft_id) < ($1::timestamptz, $2::uuid)) AND (NOT $3::boolean OR NOT EXISTS ("
        "SELECT FROM table_draft_answers a WHERE a.draft_id = d.draft_id)) "
        "ORDER BY proposed_at DESC, draft_id DESC LIMIT $4",
        *(before or (None, None)), only_open, limit,
    )  # fmt: skip
    return [_row(row, DraftRow) for row in rows]


async def parts_of(connection: Connection, draft_ids: Sequence[UUID]) -> dict[UUID, list[PartRow]]:
    """What drafts say of each table, without their content."""
    columns = _columns(PartRow).replace("content", "''::bytea")
    rows = await connection.fetch(
        f"SELECT {columns} FROM table_draft_parts WHERE draft_id = ANY($1) ORDER BY table_name", list(draft_ids)
    )
    parts: dict[UUID, list[PartRow]] = {}
    for row in rows:
        parts.setdefault(row[0], []).append(_row(row, PartRow))
    return parts


async def part_content(connection: Connection, draft_id: UUID, table_name: str) -> bytes | None:
    """The canonical CSV of one part."""
    packed = await connection.fetchval(
        "SELECT content FROM table_draft_parts WHERE draft_id = $1 AND table_name = $2", draft_id, table_name
    )
    return None if packed is None else unpacked(packed)


async def answers_of(connection: Connection, draft_ids: Sequence[UUID]) -> dict[UUID, AnswerRow]:
    """What became of drafts."""
    rows = await connection.fetch(
        f"SELECT {_columns(AnswerRow)} FROM table_draft_answers WHERE draft_id = ANY($1)", list(draft_ids)
    )
    return {row[0]: _row(row, AnswerRow) for row in rows}


async def requests_of(connection: Connection, draft_id: UUID) -> list[RequestRow]:
    """The rehearsals that were asked for, newest first."""
    rows = await connection.fetch(
        f"SELECT {_columns(RequestRow)} FROM table_rehearsal_requests WHERE draft_id = $1 "
        "ORDER BY requested_at DESC, rehearsal_id",
        draft_id,
    )
    return [_row(row, RequestRow) for row in rows]


async def rehearsals_of(connection: Connection, draft_id: UUID) -> dict[UUID, RehearsalRow]:
    """The rehearsals that came to their end."""
    rows = await connection.fetch(
        f"SELECT {_columns(RehearsalRow)} FROM table_rehearsals WHERE draft_id = $1", draft_id
    )
    return {row[1]: _row(row, RehearsalRow) for row in rows}


async def waiting_requests(connection: Connection, limit: int) -> list[RequestRow]:
    """Rehearsals of open drafts that have not come to their end, oldest first."""
    rows = await connection.fetch(
        f"SELECT {_columns(RequestRow)} FROM table_rehearsal_requests r WHERE NOT EXISTS ("
        "SELECT FROM table_rehearsals d WHERE d.draft_id = r.draft_id AND d.rehearsal_id = r.rehearsal_id) "
        "AND NOT EXISTS (SELECT FROM table_draft_answers a WHERE a.draft_id = r.draft_id) "
        "ORDER BY requested_at LIMIT $1",
        limit,
    )
    return [_row(row, RequestRow) for row in rows]


def packed(plain: bytes) -> bytes:
    """Bytes as they are stored."""
    return zstandard.ZstdCompressor(level=10).compress(plain)


def unpacked(stored: bytes) -> bytes:
    """The inverse of `packed`."""
    return zstandard.ZstdDecompressor().decompress(stored, max_output_size=_MOST_BYTES) if stored else b""


def _columns(shape: type[msgspec.Struct]) -> str:
    return ", ".join(shape.__struct_fields__)


def _row(row: Any, shape: Any) -> Any:
    return shape(**dict(zip(shape.__struct_fields__, row, strict=True)))
