"""Versions of the reference tables: added, never changed; a pointer says which one is current.

What belongs here: statements, and the compression of what they store. What does not: reading files, and the epoch
(`app.repositories.registers`): whoever changes a table raises it first, so that changes come one after the other.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
import zstandard

from app.domain.party import Standing, StandingPeriod
from app.models.registers import parties, party_roles, party_standings
from app.repositories.bulk import Connection, insert_sql
from app.rules.tables.dated import Tables

_MOST_BYTES = 512 * 1024 * 1024  # of one table unpacked; the full tariff is about 2 MB


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one table, without its content."""

    table_name: str
    version: int
    imported_at: datetime
    imported_by: str
    official: bool
    complete: bool
    row_count: int
    sha256: bytes
    replaced: int | None  # the version in force when it came; of older ones that is not on record


_VERSION = ", ".join(Version.__struct_fields__)


class PartyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A party as a file names it."""

    party_code: str
    name: str
    district: str | None
    created_at: datetime


class RoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A registration of a party in one role."""

    party_code: str
    role: str
    first_day: date
    last_day: date | None


class StandingRow(msgspec.Struct, frozen=True, kw_only=True):
    """The standing of a party from a day on."""

    party_code: str
    first_day: date
    last_day: date | None
    suspended: bool
    credit_class: str | None
    reason: str | None


_ADD_PARTIES = insert_sql(
    parties,
    "ON CONFLICT (party_code) DO UPDATE SET name = EXCLUDED.name, "
    "district = COALESCE(EXCLUDED.district, parties.district)",
)
_ADD_ROLES = insert_sql(
    party_roles, "ON CONFLICT (party_code, role, first_day) DO UPDATE SET last_day = EXCLUDED.last_day"
)
_ADD_STANDINGS = insert_sql(
    party_standings,
    "ON CONFLICT (party_code, first_day) DO UPDATE SET last_day = EXCLUDED.last_day, "
    "suspended = EXCLUDED.suspended, credit_class = EXCLUDED.credit_class, reason = EXCLUDED.reason",
)


async def load_tables(connection: Connection) -> Tables:
    """The tables of all days, as their current versions say them.

    Reading a whole tariff takes about a second: in a thread, so that nobody else of the process waits for it.
    """
    return await asyncio.to_thread(Tables.load, await current_contents(connection))


async def current_versions(connection: Connection) -> list[Version]:
    """The current version of every table that has one, by name."""
    rows = await connection.fetch(
        f"SELECT {_VERSION} FROM reference_versions JOIN reference_current USING (table_name, version) "
        "ORDER BY table_name"
    )
    return [_version(row) for row in rows]


async def current_contents(connection: Connection) -> dict[str, bytes]:
    """The content of every current version by the table's name."""
    rows = await connection.fetch(
        "SELECT table_name, content FROM reference_versions JOIN reference_current USING (table_name, version)"
    )
    return {name: _unpacked(packed) for name, packed in rows}


async def contents_of(connection: Connection, digests: dict[str, bytes]) -> dict[str, bytes]:
    """The content of the versions with these SHA-256 by the table's name; unknown ones are left out."""
    rows = await connection.fetch(
        "SELECT DISTINCT ON (v.table_name) v.table_name, v.content FROM reference_versions v "
        "JOIN unnest($1::text[], $2::bytea[]) AS wanted (table_name, sha256) "
        "ON wanted.table_name = v.table_name AND wanted.sha256 = v.sha256 ORDER BY v.table_name, v.version",
        list(digests),
        list(digests.values()),
    )
    return {name: _unpacked(packed) for name, packed in rows}


async def versions_of(connection: Connection, table_name: str) -> list[Version]:
    """Every version of a table, newest first."""
    rows = await connection.fetch(
        f"SELECT {_VERSION} FROM reference_versions WHERE table_name = $1 ORDER BY version DESC",
        table_name,
    )
    return [_version(row) for row in rows]


async def content(connection: Connection, table_name: str, version: int) -> bytes | None:
    """The content of one version; None where there is none."""
    packed: bytes | None = await connection.fetchval(
        "SELECT content FROM reference_versions WHERE table_name = $1 AND version = $2", table_name, version
    )
    return None if packed is None else _unpacked(packed)


async def add_version(connection: Connection, version: Version, plain: bytes) -> None:
    """Store a new version; it becomes current only by `point_to`."""
    packed = zstandard.ZstdCompressor(level=10).compress(plain)
    await connection.execute(
        f"INSERT INTO reference_versions ({_VERSION}, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *msgspec.structs.astuple(version),
        packed,
    )


async def point_to(connection: Connection, table_name: str, version: int) -> None:
    """Make a stored version the current one."""
    await connection.execute(
        "INSERT INTO reference_current (table_name, version) VALUES ($1, $2) "
        "ON CONFLICT (table_name) DO UPDATE SET version = EXCLUDED.version",
        table_name, version,
    )  # fmt: skip


async def standings_of(connection: Connection, codes: Sequence[str]) -> dict[str, list[StandingPeriod]]:
    """The standings on record of each of these parties."""
    rows = await connection.fetch(
        "SELECT party_code, first_day, last_day, suspended, credit_class, reason FROM party_standings "
        "WHERE party_code = ANY($1)",
        list(codes),
    )
    standings: dict[str, list[StandingPeriod]] = {}
    for code, first_day, last_day, *standing in rows:
        standings.setdefault(code, []).append(StandingPeriod(first_day, last_day, Standing(*standing)))
    return standings


async def put_parties(
    connection: Connection, named: Sequence[PartyRow], roles: Sequence[RoleRow], standings: Sequence[StandingRow]
) -> None:
    """Add parties with roles and standings, or bring those of the same key up to date."""
    for statement, rows in ((_ADD_PARTIES, named), (_ADD_ROLES, roles), (_ADD_STANDINGS, standings)):
        if rows:
            await connection.execute(statement, [msgspec.structs.astuple(row) for row in rows])


def _unpacked(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES)


def _version(row: Sequence[object]) -> Version:
    return msgspec.convert(dict(zip(Version.__struct_fields__, row, strict=True)), Version)
