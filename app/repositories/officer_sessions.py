"""How officers come in: sessions, one-time links, failures, visits to the OpenID provider."""

from datetime import datetime, timedelta
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


async def sessions_of(connection: Connection, now: datetime, idle_since: datetime) -> dict[str, int]:
    """How many sessions each officer has that are not over."""
    rows = await connection.fetch(
        "SELECT officer_code, count(*) FROM officer_sessions WHERE ended_at IS NULL AND ends_at > $1 AND seen_at > $2 "
        "GROUP BY officer_code",
        now, idle_since,
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


class Link(msgspec.Struct, frozen=True):
    """A one-time link that can still be used."""

    link_hash: bytes
    officer_code: str | None
    ends_at: datetime
    totp: bytes | None


async def add_link(
    connection: Connection, link_hash: bytes, officer_code: str | None, made_by: str, now: datetime, ends_at: datetime
) -> None:
    """A new link; former ones for the same officer, or by the same maker for an administrator, are void."""
    await connection.execute(
        "UPDATE officer_links SET used_at = $3 WHERE used_at IS NULL AND officer_code IS NOT DISTINCT FROM $1 "
        "AND ($1 IS NOT NULL OR made_by = $2)",
        officer_code, made_by, now,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO officer_links (link_hash, officer_code, made_at, made_by, ends_at) VALUES ($1, $2, $3, $4, $5)",
        link_hash, officer_code, now, made_by, ends_at,
    )  # fmt: skip


async def live_link(connection: Connection, link_hash: bytes, now: datetime, totp: bytes) -> Link | None:
    """A link that can be used; `totp` becomes the sealed secret that is enrolled with it, unless it has one."""
    row = await connection.fetchrow(
        "UPDATE officer_links SET totp = COALESCE(totp, $3) WHERE link_hash = $1 AND used_at IS NULL AND ends_at > $2 "
        "RETURNING link_hash, officer_code, ends_at, totp",
        link_hash, now, totp,
    )  # fmt: skip
    return None if row is None else Link(*row)


async def use_link(connection: Connection, link_hash: bytes, now: datetime) -> bool:
    """Use a link up; False where it was."""
    row = await connection.fetchrow(
        "UPDATE officer_links SET used_at = $2 WHERE link_hash = $1 AND used_at IS NULL AND ends_at > $2 "
        "RETURNING link_hash",
        link_hash, now,
    )  # fmt: skip
    return row is not None


async def void_links(connection: Connection, officer_code: str, now: datetime) -> None:
    """No link of an officer can be used any more."""
    await connection.execute(
        "UPDATE officer_links SET used_at = $2 WHERE officer_code = $1 AND used_at IS NULL", officer_code, now
    )


# A source that is open was closed until long ago, never until the latest attempt: of attempts that come together the
# later one may be counted first, and must not shut out those that began before it.
_OPEN = "'epoch'::timestamptz"
# One failure is forgotten for each `$6` without an attempt, all of them after a day.
_COUNTED = (
    "CASE WHEN f.last_at < $2 - interval '1 day' THEN 1 ELSE 1 + GREATEST(f.failures - "
    "GREATEST(floor(extract(epoch FROM $2 - f.last_at) / extract(epoch FROM $6::interval)), 0), 0)::int END"
)


async def void_administrator_links(connection: Connection, made_by: str, now: datetime) -> None:
    """No link of this maker makes an administrator any more."""
    await connection.execute(
        "UPDATE officer_links SET used_at = $2 WHERE officer_code IS NULL AND made_by = $1 AND used_at IS NULL",
        made_by, now,
    )  # fmt: skip


async def charge(
    connection: Connection,
    source: bytes,
    now: datetime,
    allowed: int,
    first: timedelta,
    longest: timedelta,
    eased_every: timedelta,
) -> int | None:
    """Count an attempt before it is made; None while the source is closed.

    Counted first: attempts that come together cannot all pass before one has failed.
    """
    number: int | None = await connection.fetchval(
        f"INSERT INTO sign_in_failures AS f (source, failures, last_at, closed_until) VALUES ($1, 1, $2, {_OPEN}) "
        f"ON CONFLICT (source) DO UPDATE SET last_at = GREATEST(f.last_at, $2), failures = {_COUNTED}, "
        f"closed_until = CASE WHEN {_COUNTED} >= $3 "
        f"THEN $2 + LEAST($4::interval * power(2, LEAST({_COUNTED} - $3, 20)), $5::interval) ELSE {_OPEN} END "
        "WHERE f.closed_until <= $2 RETURNING failures",
        source, now, allowed, first, longest, eased_every,
    )  # fmt: skip
    return number


async def closed_until(connection: Connection, source: bytes) -> datetime | None:
    """When a closed source opens again."""
    found: datetime | None = await connection.fetchval(
        "SELECT closed_until FROM sign_in_failures WHERE source = $1", source
    )
    return found


async def forgive(connection: Connection, source: bytes, *, all_of_them: bool) -> None:
    """Take back what was counted before a success: the attempt itself, or every failure."""
    await connection.execute(
        "UPDATE sign_in_failures SET failures = CASE WHEN $2 THEN 0 ELSE GREATEST(failures - 1, 0) END, "
        f"closed_until = {_OPEN} WHERE source = $1",
        source, all_of_them,
    )  # fmt: skip


async def use_state(connection: Connection, state_hash: bytes, now: datetime) -> bool:
    """Somebody came back from the OpenID provider with this state; False where that was so before."""
    row = await connection.fetchrow(
        "INSERT INTO openid_states (state_hash, used_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING state_hash",
        state_hash, now,
    )  # fmt: skip
    return row is not None


async def tidy(connection: Connection, before: datetime) -> None:
    """Take out what has been over for long; that it was is in the audit chain."""
    await connection.execute("DELETE FROM officer_sessions WHERE ends_at < $1", before)
    await connection.execute("DELETE FROM officer_links WHERE ends_at < $1", before)
    await connection.execute("DELETE FROM openid_states WHERE used_at < $1", before)
    await connection.execute("DELETE FROM sign_in_failures WHERE last_at < $1 AND closed_until < $1", before)


def _session(row: Any) -> Session:
    return Session(row[0], row[1], row[2], tuple(row[3]), tuple(row[4]), row[5], row[6], row[7])
