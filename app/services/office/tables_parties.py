"""Parties of a draft: what registering them would change, and the registers as they would be.

The registers are rows that are brought up to date, not versions of a table. So a draft is tried out by the very import
that would store it, in a transaction that is taken back.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime

import asyncpg
import msgspec

from app.domain.party import StandingPeriod, timeline
from app.repositories import reference, registers
from app.repositories.bulk import Connection
from app.rules.rulebook import RuleBook
from app.services.clerk import Clerk
from app.services.office.tables_difference import Difference, compared, together
from app.services.party_import import Parties, import_parties
from app.services.registry import Snapshot


@asynccontextmanager
async def tried_out(connection: asyncpg.Connection, parties: Parties, at: datetime) -> AsyncIterator[Clerk]:
    """The registers with the parties, seen inside only: nothing of it stays."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        clerk = Clerk(connection, "rehearsal", at)
        await import_parties(clerk, parties)
        yield clerk
    finally:
        await transaction.rollback()


async def parties_difference(connection: asyncpg.Connection, parties: Parties, at: datetime) -> Difference:
    """Who would be registered, renamed, classified or suspended."""
    codes = sorted(parties.named)
    before = await _registered(connection, codes)
    async with tried_out(connection, parties, at):
        after = await _registered(connection, codes)
    shapes = {"parties": ("name", "district"), "roles": ("role", "last_day"), "standings": _STANDING}
    return together(compared(name, columns, before[name], after[name]) for name, columns in shapes.items())


_STANDING = ("last_day", "credit_class", "suspended", "reason")
_Rows = dict[str, dict[tuple[str, str], dict[str, str]]]


async def _registered(connection: Connection, codes: Sequence[str]) -> _Rows:
    """What the registers say of these parties, as rows of texts by key and first day."""
    named = await connection.fetch("SELECT party_code, name, district FROM parties WHERE party_code = ANY($1)", codes)
    rows: _Rows = {"parties": {(row[0], ""): {"name": row[1], "district": row[2] or ""} for row in named}}
    rows["roles"], rows["standings"] = {}, {}
    wanted = set(codes)
    for role in await registers.party_roles(connection):
        if role.party_code in wanted:
            values = {"role": role.role, "last_day": _text(role.last_day)}
            rows["roles"][f"{role.party_code} {role.role}", str(role.first_day)] = values
    for code, periods in (await reference.standings_of(connection, codes)).items():
        for period in timeline(periods):
            rows["standings"][code, str(period.first_day)] = _standing_texts(period)
    return rows


def _standing_texts(period: StandingPeriod) -> dict[str, str]:
    standing = period.standing
    return {
        "last_day": _text(period.last_day),
        "credit_class": standing.credit_class or "",
        "suspended": "yes" if standing.suspended else "no",
        "reason": standing.reason or "",
    }


async def snapshot_of(connection: Connection, book: RuleBook) -> Snapshot:
    """The registers as this transaction sees them."""
    return Snapshot(
        0,
        book,
        await registers.party_roles(connection),
        await registers.party_periods(connection),
        await registers.mandates(connection),
    )


async def registers_digest(connection: Connection) -> bytes:
    """SHA-256 of all roles and standings: equal registers have the same."""
    roles = sorted(map(msgspec.structs.astuple, await registers.party_roles(connection)), key=str)
    periods = sorted(map(msgspec.structs.astuple, await registers.party_periods(connection)), key=str)
    return hashlib.sha256(msgspec.json.encode([roles, periods])).digest()


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
