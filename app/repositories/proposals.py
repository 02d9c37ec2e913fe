"""Proposals and their answers: written once, never changed. Open is what has no answer and did not lapse."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.models.cases import proposal_answers, proposals
from app.repositories.bulk import Connection, insert_sql
from app.repositories.together import Statement


class ProposalRow(msgspec.Struct, gc=False):
    """What was proposed for one declaration."""

    declaration_id: UUID
    proposal_id: UUID
    proposed_by: str
    proposed_at: datetime
    lapses_at: datetime
    district: str
    act: int
    to_status: int
    size: int
    version: int
    after_number: int
    reason: bytes
    actor: str


class AnswerRow(msgspec.Struct, gc=False):
    """What a proposal was answered for one declaration."""

    declaration_id: UUID
    proposal_id: UUID
    proposed_by: str
    lapses_at: datetime
    act: int
    to_status: int
    version: int
    answered_by: str
    answered_at: datetime
    verdict: int
    approved: UUID | None
    note: bytes | None


class OpenProposal(msgspec.Struct, frozen=True):
    """One line of the list: a proposal with those of its declarations that lie in the reader's districts."""

    proposal_id: UUID
    proposed_at: datetime
    lapses_at: datetime
    proposed_by: str
    act: int
    to_status: int
    size: int
    declaration_ids: list[UUID]


_COLUMNS = ", ".join(column.name for column in proposals.columns)
_ANSWER_COLUMNS = ", ".join(column.name for column in proposal_answers.columns)
_INSERT = insert_sql(proposals)
_INSERT_ANSWERS = insert_sql(proposal_answers)
# Lapsed ones are behind `at`, so the index is read over a month at most, whatever has piled up.
_OPEN = """
SELECT p.proposal_id, p.proposed_at, p.lapses_at, p.proposed_by, p.act, p.to_status, p.size,
  array_agg(p.declaration_id ORDER BY p.declaration_id) AS declaration_ids
FROM proposals p
LEFT JOIN proposal_answers a ON a.declaration_id = p.declaration_id AND a.proposal_id = p.proposal_id
WHERE a.declaration_id IS NULL AND p.lapses_at >= $1 AND (p.lapses_at, p.proposal_id) < ($2, $3)
  AND ($4::boolean OR p.district = ANY($5::text[]) OR left(p.district, 2) = ANY($5::text[]))
GROUP BY p.lapses_at, p.proposal_id, p.proposed_at, p.proposed_by, p.act, p.to_status, p.size
ORDER BY p.lapses_at DESC, p.proposal_id DESC LIMIT $6
"""


def proposals_added(rows: Sequence[ProposalRow]) -> Statement:
    """Adds proposals."""
    return Statement(_INSERT, ([msgspec.structs.astuple(row) for row in rows],), answers=False)


def answers_added(rows: Sequence[AnswerRow]) -> Statement:
    """Adds answers; one that was answered before is a UniqueViolation."""
    return Statement(_INSERT_ANSWERS, ([msgspec.structs.astuple(row) for row in rows],), answers=False)


async def load_proposal(connection: Connection, proposal_id: UUID) -> list[ProposalRow]:
    """What a proposal says of each of its declarations, in their order."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM proposals WHERE proposal_id = $1 ORDER BY declaration_id", proposal_id
    )
    return [ProposalRow(*row) for row in rows]


async def load_answers(connection: Connection, rows: Collection[ProposalRow]) -> dict[UUID, AnswerRow]:
    """The answers to these proposals, by declaration."""
    found = await connection.fetch(
        f"SELECT {_ANSWER_COLUMNS} FROM proposal_answers WHERE declaration_id = ANY($1) AND proposal_id = ANY($2)",
        [row.declaration_id for row in rows],
        list({row.proposal_id for row in rows}),
    )
    return {row[0]: AnswerRow(*row) for row in found}


async def load_open(
    connection: Connection, districts: Collection[str], at: datetime, before: tuple[datetime, UUID], limit: int
) -> list[OpenProposal]:
    """Open proposals of these districts at an instant, before a place, newest first."""
    rows = await connection.fetch(_OPEN, at, *before, "*" in districts, list(districts), limit)
    return [OpenProposal(*row) for row in rows]
