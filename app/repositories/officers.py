"""Officers: every statement about them and their sessions."""

from datetime import datetime
from typing import Any

import msgspec

from app.repositories.bulk import Connection


class Session(msgspec.Struct, frozen=True):
    """A session that is not over, with its officer as the register says now."""

    session_hash: bytes
    officer_code: str
    name: str
    duties: tuple[str, ...]
    districts: tuple[str, ...]
    began_at: datetime
    seen_at: datetime
    door: str


async def live_session(
    connection: Connection, session_hash: bytes, now: datetime, idle_since: datetime
) -> Session | None:
    """A session that is neither over nor idle for too long, of an officer who is active."""
    row = await connection.fetchrow(
        "SELECT s.session_hash, s.officer_code, o.name, o.duties, o.districts, s.began_at, s.seen_at, s.door "
        "FROM officer_sessions s JOIN officers o ON o.officer_code = s.officer_code AND o.state = 2 "
        "WHERE s.session_hash = $1 AND s.ended_at IS NULL AND s.ends_at > $2 AND s.seen_at > $3",
        session_hash, now, idle_since,
    )  # fmt: skip
    return None if row is None else _session(row)


async def session_seen(connection: Connection, session_hash: bytes, now: datetime) -> None:
    """Put off the end of a session by silence."""
    await connection.execute(
        "UPDATE officer_sessions SET seen_at = GREATEST(seen_at, $2) WHERE session_hash = $1", session_hash, now
    )


async def add_session(
    connection: Connection, session_hash: bytes, officer_code: str, now: datetime, ends_at: datetime, door: str
) -> None:
    """A session begins."""
    await connection.execute(
        "INSERT INTO officer_sessions (session_hash, officer_code, began_at, seen_at, ends_at, door) "
        "VALUES ($1, $2, $3, $3, $4, $5)",
        session_hash, officer_code, now, ends_at, door,
    )  # fmt: skip


async def end_session(connection: Connection, session_hash: bytes, now: datetime) -> bool:
    """A session ends; False when it was over."""
    row = await connection.fetchrow(
        "UPDATE officer_sessions SET ended_at = $2 WHERE session_hash = $1 AND ended_at IS NULL RETURNING officer_code",
        session_hash, now,
    )  # fmt: skip
    return row is not None


async def end_sessions_of(connection: Connection, officer_code: str, now: datetime, but: bytes | None = None) -> int:
    """All sessions of an officer end, except perhaps one; how many did."""
    rows = await connection.fetch(
        "UPDATE officer_sessions SET ended_at = $2 WHERE officer_code = $1 AND ended_at IS NULL "
        "AND session_hash IS DISTINCT FROM $3 RETURNING officer_code",
        officer_code, now, but,
    )  # fmt: skip
    return len(rows)


def _session(row: Any) -> Session:
    return Session(row[0], row[1], row[2], tuple(row[3]), tuple(row[4]), row[5], row[6], row[7])
