"""Sessions of officers in the console: begun at sign-in, ended by sign-out, silence, age, or an administrator.

A session is a random name of 256 bits in the browser's cookie; only its hash is stored, so who reads the database
cannot be anybody. The officer's roles and districts are read anew for every request: what an administrator changes
counts at once.
"""

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from app.repositories import officer_sessions as stored
from app.repositories.bulk import Connection
from app.services.chores import begun
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing

# How exactly silence is measured: a session is marked as seen once in so long, not by every request.
_SEEN_EVERY: Final = timedelta(seconds=60)
_TIDY_SECONDS: Final = 3600
_KEPT: Final = timedelta(days=30)
OFFICER: Final = "officer"


class SignedIn(msgspec.Struct, frozen=True):
    """A session with the caller that its officer is."""

    caller: Caller
    session_hash: bytes
    door: str


class Sessions:
    """The sessions of the office."""

    def __init__(self, backing: Backing) -> None:
        self._pool = backing.pool
        limits = backing.settings.office
        self._idle = timedelta(minutes=limits.session_idle_minutes)
        self._longest = timedelta(hours=limits.session_hours)

    async def begin(self, connection: Connection, officer_code: str, door: str, now: datetime) -> str:
        """A new session, in the caller's transaction; its name is told only now."""
        name = secrets.token_urlsafe(32)
        await stored.add_session(connection, hash_of(name), officer_code, now, now + self._longest, door)
        return name

    def idle_since(self, now: datetime) -> datetime:
        """A session that was not seen since is over."""
        return now - self._idle

    async def find(self, name: str, now: datetime | None = None) -> SignedIn | None:
        """Who is signed in by this name; None where nobody is."""
        at = now or datetime.now(UTC)
        async with borrowed(self._pool) as connection:
            found = await stored.live_session(connection, hash_of(name), at, self.idle_since(at))
            if found is None:
                return None
            if at - found.seen_at > _SEEN_EVERY:
                await stored.session_seen(connection, found.session_hash, at)
        return SignedIn(caller_of(found), found.session_hash, found.door)

    def tidying(self) -> asyncio.Task[None]:
        """Take out, once an hour, what has been over for long."""
        return begun("sessions", lambda: self.tidy(datetime.now(UTC)), _TIDY_SECONDS, at_once=False)

    async def tidy(self, now: datetime) -> None:
        """Take out sessions, links, visits and failures that have been over for a month."""
        async with borrowed(self._pool) as connection:
            await stored.tidy(connection, now - _KEPT)


def hash_of(name: str) -> bytes:
    """What is stored of a session's name: it is random, so a plain hash is enough."""
    return hashlib.sha256(name.encode()).digest()


def caller_of(session: stored.Session) -> Caller:
    """The officer of a session as services know callers."""
    return Caller(
        key_id=f"session_{session.session_hash.hex()[:12]}",
        party_code=session.officer_code,
        role=OFFICER,
        name=session.name,
        districts=session.districts,
        duties=session.duties,
    )
