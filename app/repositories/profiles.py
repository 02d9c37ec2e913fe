"""Risk profiles: versions and their steps, approvals, and which are in force. Every query, nothing but queries.

Steps are numbered without gaps by their key, so that of two people who move one version at once one is refused.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.repositories.bulk import Connection, transposed


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version with how it stands."""

    profile_id: str
    version: int
    based_on: int | None
    authors: tuple[str, ...]
    drafted_by: str
    drafted_at: datetime
    definition: bytes
    state: int
    step: int  # number of the latest step
    moved_by: str
    moved_at: datetime
    proposed_by: str | None
    approved_by: str | None
    current: bool


class StepRow(msgspec.Struct, frozen=True):
    """One step in the life of a version."""

    profile_id: str
    version: int
    number: int
    state: int
    by: str
    at: datetime
    note: str


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a version that may be in force."""

    profile_id: str
    version: int
    step: int  # of the proposal
    authors: tuple[str, ...]
    proposed_by: str
    approved_by: str
    approved_at: datetime
    retires: bool  # that it ends; else that it counts
    replaced: int | None  # the version that was the last to count then


_APPROVAL = ", ".join(Approval.__struct_fields__)
Defined = tuple[str, int, bytes]  # profile, version, definition
# A version is written together with its first step. Of several proposals and approvals the latest counts: those after
# the first one are of stepping back to it, or of ending it; the latter are told only while they wait.
_VERSIONS = """
SELECT v.profile_id, v.version, v.based_on, v.authors, v.drafted_by, v.drafted_at, v.definition,
  step.state, step.number, step.by, step.at, proposal.proposed_by, approval.approved_by,
  current.version IS NOT NULL
FROM profile_versions v
CROSS JOIN LATERAL (
  SELECT s.state, s.number, s.by, s.at FROM profile_steps s
  WHERE s.profile_id = v.profile_id AND s.version = v.version ORDER BY s.number DESC LIMIT 1
) AS step
LEFT JOIN LATERAL (
  SELECT p.proposed_by FROM profile_proposals p
  WHERE p.profile_id = v.profile_id AND p.version = v.version AND p.retires = (step.state = 10)
  ORDER BY p.step DESC LIMIT 1
) AS proposal ON true
LEFT JOIN LATERAL (
  SELECT a.approved_by FROM profile_approvals a
  WHERE a.profile_id = v.profile_id AND a.version = v.version AND NOT a.retires ORDER BY a.step DESC LIMIT 1
) AS approval ON true
LEFT JOIN profile_current current ON current.profile_id = v.profile_id AND current.version = v.version
  AND NOT current.retires
"""


async def in_force(connection: Connection) -> list[Defined]:
    """The versions that count: pointed to and approved."""
    return await _defined(
        connection,
        "SELECT v.profile_id, v.version, v.definition FROM profile_current c "
        "JOIN profile_approvals a USING (profile_id, version, step) "
        "JOIN profile_versions v USING (profile_id, version) WHERE NOT c.retires",
    )


async def hits_follow(connection: Connection, since: datetime) -> bool:
    """Whether assessments may have hits: a version is in force, or one was until not long ago."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM profile_current WHERE NOT retires OR changed_at > $1)", since
    )
    return found


async def definitions_of(connection: Connection, versions: Mapping[str, int]) -> list[Defined]:
    """The definitions of these versions; unknown ones are left out."""
    return await _defined(
        connection,
        "SELECT v.profile_id, v.version, v.definition FROM profile_versions v "
        "JOIN unnest($1::text[], $2::int[]) AS wanted (profile_id, version) USING (profile_id, version)",
        list(versions),
        list(versions.values()),
    )


async def in_state(connection: Connection, state: int) -> list[Defined]:
    """The versions that stand so now."""
    return await _defined(
        connection,
        f"SELECT found.profile_id, found.version, found.definition FROM ({_VERSIONS}) AS found WHERE found.state = $1",
        state,
    )


async def versions(connection: Connection, profile_id: str | None = None) -> list[VersionRow]:
    """The versions of one profile or of all, newest first."""
    rows = await connection.fetch(
        f"{_VERSIONS} WHERE $1::text IS NULL OR v.profile_id = $1 ORDER BY v.profile_id, v.version DESC", profile_id
    )
    return [_version(row) for row in rows]


async def steps(connection: Connection, profile_id: str) -> list[StepRow]:
    """Everything that happened to a profile, oldest first."""
    rows = await connection.fetch(
        "SELECT profile_id, version, number, state, by, at, note FROM profile_steps WHERE profile_id = $1 "
        "ORDER BY at, version, number",
        profile_id,
    )
    return [StepRow(*row) for row in rows]


async def next_profile_number(connection: Connection) -> int:
    """The number that the next new profile has; two who ask at once meet at the key of their version."""
    number: int = await connection.fetchval(
        "SELECT COALESCE(max(substr(profile_id, 5)::int), 0) + 1 FROM profile_versions WHERE version = 1"
    )
    return number


async def add_version(
    connection: Connection,
    version: tuple[str, int, int | None, tuple[str, ...], str, datetime, bytes],
) -> None:
    """Store (profile, version, based on, authors, by, at, definition). UniqueViolation: somebody was faster."""
    profile_id, number, based_on, authors, by, at, definition = version
    await connection.execute(
        "INSERT INTO profile_versions (profile_id, version, based_on, authors, drafted_by, drafted_at, definition) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        profile_id, number, based_on, list(authors), by, at, definition,
    )  # fmt: skip


async def add_step(connection: Connection, step: StepRow) -> None:
    """Store the next step of a version. UniqueViolation: somebody moved it meanwhile."""
    await connection.execute(
        "INSERT INTO profile_steps (profile_id, version, number, state, by, at, note) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *msgspec.structs.astuple(step),
    )


async def add_proposal(
    connection: Connection, row: VersionRow, by: str, at: datetime, *, retires: bool = False
) -> None:
    """Store who proposes that a version counts, or ends, as it stood, with its next step."""
    await connection.execute(
        "INSERT INTO profile_proposals (profile_id, version, step, proposed_by, proposed_at, retires) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        row.profile_id, row.version, row.step + 1, by, at, retires,
    )  # fmt: skip


async def add_approval(connection: Connection, approval: Approval) -> None:
    """Store who approves it; a CheckViolation where that is who wrote or proposed it."""
    await connection.execute(
        f"INSERT INTO profile_approvals ({_APPROVAL}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *msgspec.structs.astuple(approval),
    )


async def point_to(connection: Connection, approval: Approval) -> None:
    """Say that what was approved holds: that a version counts, or that none does any more."""
    await connection.execute(
        "INSERT INTO profile_current (profile_id, version, step, retires, changed_at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (profile_id) DO UPDATE SET version = EXCLUDED.version, step = EXCLUDED.step, "
        "retires = EXCLUDED.retires, changed_at = EXCLUDED.changed_at",
        approval.profile_id, approval.version, approval.step, approval.retires, approval.approved_at,
    )  # fmt: skip


async def last_in_force(connection: Connection, profile_id: str) -> int | None:
    """The version in force, or the last that was."""
    found: int | None = await connection.fetchval(
        "SELECT version FROM profile_current WHERE profile_id = $1", profile_id
    )
    return found


async def replaced_by(connection: Connection, profile_id: str, version: int) -> int | None:
    """The version that another one replaced when it first came into force."""
    found: int | None = await connection.fetchval(
        "SELECT replaced FROM profile_approvals WHERE profile_id = $1 AND version = $2 ORDER BY step LIMIT 1",
        profile_id, version,
    )  # fmt: skip
    return found


class RehearsalRow(msgspec.Struct, frozen=True, kw_only=True):
    """One rehearsal; `progress` is JSON of the service's own."""

    profile_id: str
    rehearsal_id: UUID
    version: int
    asked_by: str
    asked_at: datetime
    first_day: date
    last_day: date
    sample: int
    progress: bytes
    finished_at: datetime | None


_REHEARSAL_COLUMNS = ", ".join(RehearsalRow.__struct_fields__)


async def add_rehearsal(connection: Connection, row: RehearsalRow) -> None:
    """Ask for a rehearsal."""
    await connection.execute(
        f"INSERT INTO profile_rehearsals ({_REHEARSAL_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *msgspec.structs.astuple(row),
    )


async def rehearsals(connection: Connection, profile_id: str, limit: int = 20) -> list[RehearsalRow]:
    """The latest rehearsals of a profile, newest first."""
    rows = await connection.fetch(
        f"SELECT {_REHEARSAL_COLUMNS} FROM profile_rehearsals WHERE profile_id = $1 ORDER BY asked_at DESC LIMIT $2",
        profile_id,
        limit,
    )
    return [_rehearsal(row) for row in rows]


async def waiting_rehearsal(connection: Connection) -> RehearsalRow | None:
    """The oldest rehearsal that is not done, locked until the transaction ends; None where another works on it."""
    row = await connection.fetchrow(
        f"SELECT {_REHEARSAL_COLUMNS} FROM profile_rehearsals WHERE finished_at IS NULL ORDER BY asked_at LIMIT 1 "
        "FOR UPDATE SKIP LOCKED"
    )
    return None if row is None else _rehearsal(row)


async def rehearsed(connection: Connection, row: RehearsalRow, progress: bytes, finished_at: datetime | None) -> None:
    """Keep how far a rehearsal has come."""
    await connection.execute(
        "UPDATE profile_rehearsals SET progress = $3, finished_at = $4 WHERE profile_id = $1 AND rehearsal_id = $2",
        row.profile_id, row.rehearsal_id, progress, finished_at,
    )  # fmt: skip


class HitRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a profile says of one assessment."""

    profile_id: str
    version: int
    shadow: bool
    declaration_id: UUID
    revision: int
    day: date
    certain: bool
    outcome: int
    district: str


_HIT_COLUMNS = ", ".join(HitRow.__struct_fields__)
_HIT_TYPES = ("text", "int", "bool", "uuid", "smallint", "date", "bool", "smallint", "text")


async def add_hits(connection: Connection, rows: list[HitRow]) -> None:
    """Store hits; one that is there already stays as it is."""
    if rows:
        arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_HIT_TYPES, 1))
        await connection.execute(
            f"INSERT INTO profile_hits ({_HIT_COLUMNS}) SELECT * FROM unnest({arrays}) ORDER BY 1, 2, 3, 4, 5 "
            "ON CONFLICT DO NOTHING",
            *transposed([msgspec.structs.astuple(row) for row in rows]),
        )


async def add_assessed(connection: Connection, rows: list[tuple[str, int, date, int]]) -> None:
    """Add to how many assessments (profile, version) of a day were asked about in the shadow."""
    if rows:
        await connection.execute(
            "INSERT INTO profile_shadows (profile_id, version, day, assessed) "
            "SELECT * FROM unnest($1::text[], $2::int[], $3::date[], $4::bigint[]) ORDER BY 1, 2, 3 "
            "ON CONFLICT (profile_id, version, day) "
            "DO UPDATE SET assessed = profile_shadows.assessed + EXCLUDED.assessed",
            *transposed(rows),
        )


async def _defined(connection: Connection, text: str, *values: Any) -> list[Defined]:
    return sorted((row[0], row[1], row[2]) for row in await connection.fetch(text, *values))


def _version(row: Any) -> VersionRow:
    named = dict(zip(VersionRow.__struct_fields__, row, strict=True))
    return VersionRow(**named | {"authors": tuple(named["authors"])})


def _rehearsal(row: Any) -> RehearsalRow:
    return RehearsalRow(**dict(zip(RehearsalRow.__struct_fields__, row, strict=True)))
