"""One-time links: how a first administrator, and everybody whom an administrator invites, sets password and code.

A link is a random secret; only its hash is stored. It is good for a day, once; a new one for the same officer voids
the former.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from app.repositories import officer_sessions as stored
from app.repositories import officers
from app.services.audit import Act, record_acts

GOOD_FOR: Final = timedelta(days=1)
ADDRESS: Final = "/console/link/"


def link_hash_of(secret: str) -> bytes:
    """What is stored of a link's secret: it is random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


async def made_link(connection: asyncpg.Connection, officer_code: str | None, by: str, now: datetime) -> str:
    """The secret of a new link for an officer, or for a new administrator; the caller records the act."""
    secret = secrets.token_urlsafe(32)
    await stored.add_link(connection, link_hash_of(secret), officer_code, by, now, now + GOOD_FOR)
    return secret


async def first_link(connection: asyncpg.Connection, by: str, now: datetime) -> str | None:
    """The secret of a link that makes the first administrator; None where there is one already."""
    async with connection.transaction():
        if await officers.administrators(connection):
            return None
        secret = await made_link(connection, None, by, now)
        await record_acts(connection, [Act("officer.link", {"officer": None})], by, now)
        return secret
