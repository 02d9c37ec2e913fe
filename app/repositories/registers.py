"""Parties, mandates and API keys. Whoever changes one raises the epoch, so that every worker reads them again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from app.domain.party import Standing, StandingPeriod
from app.repositories.bulk import Connection
from app.repositories.together import Statement, together


class PartyRole(msgspec.Struct, frozen=True, gc=False):
    """A registration of a party in one role; both days included."""

    party_code: str
    role: str
    first_day: date
    last_day: date | None


class PartyPeriod(msgspec.Struct, frozen=True, gc=False):
    """The standing of a party over some days; of two that overlap the later first day counts."""

    party_code: str
    first_day: date
    last_day: date | None
    suspended: bool
    credit_class: str | None


class Mandate(msgspec.Struct, frozen=True, gc=False):
    """Leave of one party to another to file one kind of its documents."""

    grantor_code: str
    holder_code: str
    document_kind: int
    first_day: date
    last_day: date | None


class ApiKey(msgspec.Struct, frozen=True, gc=False):
    """A key as it is stored."""

    key_id: str
    party_code: str
    role: str
    name: str
    districts: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


class Party(msgspec.Struct, frozen=True, gc=False):
    """A party with its roles, as lists show it."""

    party_code: str
    name: str
    district: str | None
    roles: tuple[str, ...]
    suspended: bool
    credit_class: str | None


EPOCH_WANTED = Statement("SELECT epoch FROM reference_epoch WHERE id = 1", ())


async def epoch(connection: Connection) -> int:
    """The number that every change of a register raises."""
    ((row,),) = await together(connection, [EPOCH_WANTED])
    value: int = row[0]
    return value


async def raise_epoch(connection: Connection) -> None:
    """Tell every worker to read the registers again before its next unit of work."""
    await connection.execute("UPDATE reference_epoch SET epoch = epoch + 1 WHERE id = 1")


async def party_roles(connection: Connection) -> list[PartyRole]:
    """Every registration."""
    return [
        PartyRole(*row)
        for row in await connection.fetch("SELECT party_code, role, first_day, last_day FROM party_roles")
    ]


async def is_known(connection: Connection, code: str) -> bool:
    """Whether a party is in the register at all."""
    return await connection.fetchval("SELECT 1 FROM parties WHERE party_code = $1", code) is not None


async def roles_of(connection: Connection, code: str) -> list[PartyRole]:
    """The registrations of one party, oldest first."""
    rows = await connection.fetch(
        "SELECT party_code, role, first_day, last_day FROM party_roles WHERE party_code = $1 ORDER BY first_day, role",
        code,
    )
    return [PartyRole(*row) for row in rows]


async def standings_of(connection: Connection, code: str) -> list[StandingPeriod]:
    """The standings of one party, oldest first."""
    rows = await connection.fetch(
        "SELECT first_day, last_day, suspended, credit_class, reason FROM party_standings WHERE party_code = $1 "
        "ORDER BY first_day",
        code,
    )
    return [StandingPeriod(row[0], row[1], Standing(row[2], row[3], row[4])) for row in rows]


async def party_periods(connection: Connection) -> list[PartyPeriod]:
    """Every standing, oldest first."""
    rows = await connection.fetch(
        "SELECT party_code, first_day, last_day, suspended, credit_class FROM party_standings ORDER BY first_day"
    )
    return [PartyPeriod(*row) for row in rows]


async def mandates(connection: Connection) -> list[Mandate]:
    """Every mandate."""
    rows = await connection.fetch("SELECT grantor_code, holder_code, document_kind, first_day, last_day FROM mandates")
    return [Mandate(*row) for row in rows]


async def find_key(connection: Connection, key_hash: bytes) -> ApiKey | None:
    """The key with this hash, revoked or not."""
    row = await connection.fetchrow(
        "SELECT key_id, party_code, role, name, districts, created_at, revoked_at FROM api_keys WHERE key_hash = $1",
        key_hash,
    )
    return None if row is None else _key(row)


async def known_hashes(connection: Connection, hashes: Collection[bytes]) -> set[bytes]:
    """Which of these hashes belong to keys on record, revoked or not."""
    rows = await connection.fetch("SELECT key_hash FROM api_keys WHERE key_hash = ANY($1)", list(hashes))
    return {row[0] for row in rows}


async def api_keys(connection: Connection) -> list[ApiKey]:
    """Every key, newest first."""
    rows = await connection.fetch(
        "SELECT key_id, party_code, role, name, districts, created_at, revoked_at FROM api_keys "
        "ORDER BY created_at DESC"
    )
    return [_key(row) for row in rows]


async def add_key(connection: Connection, key_hash: bytes, key: ApiKey) -> None:
    """Store a new key."""
    await connection.execute(
        "INSERT INTO api_keys (key_hash, key_id, party_code, role, name, districts, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key_hash, key.key_id, key.party_code, key.role, key.name, list(key.districts), key.created_at,
    )  # fmt: skip


async def revoke_key(connection: Connection, key_id: str, at: datetime) -> bool:
    """End a key; False when there is no such live key."""
    row = await connection.fetchrow(
        "UPDATE api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id", key_id, at
    )
    return row is not None


async def register_party(
    connection: Connection, code: str, name: str, role: str, first_day: date, now: datetime
) -> bool:
    """Make a party known in a role from a day on; False when it was already by then. An existing name stays."""
    await connection.execute(
        "INSERT INTO parties (party_code, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (party_code) DO NOTHING",
        code, name, now,
    )  # fmt: skip
    known = await connection.fetchval(
        "SELECT 1 FROM party_roles WHERE party_code = $1 AND role = $2 AND first_day <= $3 AND last_day IS NULL",
        code, role, first_day,
    )  # fmt: skip
    if known:
        return False
    await connection.execute(
        "INSERT INTO party_roles (party_code, role, first_day) VALUES ($1, $2, $3) "
        "ON CONFLICT (party_code, role, first_day) DO UPDATE SET last_day = NULL",
        code, role, first_day,
    )  # fmt: skip
    return True


async def rename_party(connection: Connection, code: str, name: str | None, district: str | None) -> bool:
    """Change a party's name or district; False when it is unknown."""
    row = await connection.fetchrow(
        "UPDATE parties SET name = COALESCE($2, name), district = COALESCE($3, district) WHERE party_code = $1 "
        "RETURNING party_code",
        code, name, district,
    )  # fmt: skip
    return row is not None


async def set_standing(connection: Connection, period: PartyPeriod, reason: str | None) -> None:
    """Record a standing from its first day; one that began the same day is replaced."""
    await connection.execute(
        "INSERT INTO party_standings (party_code, first_day, last_day, suspended, credit_class, reason) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (party_code, first_day) DO UPDATE SET "
        "last_day = EXCLUDED.last_day, suspended = EXCLUDED.suspended, credit_class = EXCLUDED.credit_class, "
        "reason = EXCLUDED.reason",
        period.party_code, period.first_day, period.last_day, period.suspended, period.credit_class, reason,
    )  # fmt: skip


async def grant_mandate(connection: Connection, mandate: Mandate, at: datetime, by: str) -> None:
    """Record a mandate from its first day; the same one again changes its last day."""
    await connection.execute(
        "INSERT INTO mandates (grantor_code, holder_code, document_kind, first_day, last_day, recorded_at, "
        "recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (grantor_code, holder_code, document_kind, first_day) "
        "DO UPDATE SET last_day = EXCLUDED.last_day, recorded_at = EXCLUDED.recorded_at, "
        "recorded_by = EXCLUDED.recorded_by",
        mandate.grantor_code, mandate.holder_code, mandate.document_kind, mandate.first_day, mandate.last_day, at, by,
    )  # fmt: skip


async def parties(connection: Connection, day: date) -> list[Party]:
    """Every party with its roles and standing on a day."""
    rows = await connection.fetch(
        "SELECT p.party_code, p.name, p.district, ARRAY(SELECT DISTINCT role FROM party_roles r "
        "  WHERE r.party_code = p.party_code AND $1 BETWEEN r.first_day AND COALESCE(r.last_day, 'infinity'::date) "
        "  ORDER BY role), s.suspended, s.credit_class "
        "FROM parties p LEFT JOIN LATERAL (SELECT suspended, credit_class FROM party_standings s "
        "  WHERE s.party_code = p.party_code AND $1 BETWEEN s.first_day AND COALESCE(s.last_day, 'infinity'::date) "
        "  ORDER BY first_day DESC LIMIT 1) AS s ON true ORDER BY p.party_code",
        day,
    )
    return [Party(row[0], row[1], row[2], tuple(row[3]), bool(row[4]), row[5]) for row in rows]


def _key(row: Any) -> ApiKey:
    return ApiKey(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6])
