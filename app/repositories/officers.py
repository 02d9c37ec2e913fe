"""Officers: every statement about who they are, what they may do and by what they come in."""

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.repositories.bulk import Connection


class OfficerState(enum.IntEnum):
    """How an officer stands; stored as the number."""

    INVITED = 1  # has a link, has not come in yet
    ACTIVE = 2
    LOCKED = 3

    @property
    def word(self) -> str:
        """The word of addresses and JSON: ``invited``."""
        return self.name.lower()


class OfficerRow(msgspec.Struct, frozen=True, kw_only=True):
    """An officer as stored, with what signing in needs."""

    officer_code: str
    name: str
    login: str
    duties: tuple[str, ...]
    districts: tuple[str, ...]
    state: OfficerState
    created_at: datetime
    password_hash: str | None
    totp: bytes | None
    totp_step: int
    subject: str | None


class Standing(msgspec.Struct, frozen=True):
    """What the keys of an officer may do."""

    state: OfficerState
    duties: tuple[str, ...]
    districts: tuple[str, ...]


_COLUMNS = (
    "o.officer_code, o.name, COALESCE(l.login, ''), o.duties, o.districts, o.state, o.created_at, o.password_hash, "
    "o.totp, o.totp_step, s.subject"
)
_FROM = (
    "FROM officers o LEFT JOIN officer_logins l ON l.officer_code = o.officer_code "
    "LEFT JOIN officer_subjects s ON s.officer_code = o.officer_code"
)


async def all_officers(connection: Connection) -> list[OfficerRow]:
    """Every officer, by code."""
    return [_officer(row) for row in await connection.fetch(f"SELECT {_COLUMNS} {_FROM} ORDER BY o.officer_code")]


async def by_code(connection: Connection, officer_code: str) -> OfficerRow | None:
    """One officer."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} {_FROM} WHERE o.officer_code = $1", officer_code)
    return None if row is None else _officer(row)


async def by_code_locked(connection: Connection, officer_code: str) -> OfficerRow | None:
    """One officer, who stays as read until the transaction ends."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} {_FROM} WHERE o.officer_code = $1 FOR UPDATE OF o", officer_code
    )
    return None if row is None else _officer(row)


async def by_login(connection: Connection, login: str) -> OfficerRow | None:
    """The officer who signs in by this name."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} {_FROM} WHERE l.login = $1", login)
    return None if row is None else _officer(row)


async def by_subject(connection: Connection, subject: str) -> OfficerRow | None:
    """The officer who is this at the OpenID provider."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} {_FROM} WHERE s.subject = $1", subject)
    return None if row is None else _officer(row)


async def standing_of(connection: Connection, officer_code: str) -> Standing | None:
    """What an officer's keys may do; None for one who is not in the register."""
    row = await connection.fetchrow(
        "SELECT state, duties, districts FROM officers WHERE officer_code = $1", officer_code
    )
    return None if row is None else Standing(OfficerState(row[0]), tuple(row[1]), tuple(row[2]))


async def administrators(connection: Connection) -> list[str]:
    """The codes of all who administer and can come in. They are locked: none stops being one meanwhile."""
    rows = await connection.fetch(
        "SELECT officer_code FROM officers WHERE 'administrator' = ANY(duties) AND state = $1 "
        "ORDER BY officer_code FOR UPDATE",
        OfficerState.ACTIVE,
    )
    return [row[0] for row in rows]


async def add_officer(connection: Connection, officer: OfficerRow, created_by: str) -> bool:
    """A new officer with a name to sign in by; False where code or login are taken."""
    added = await connection.fetchrow(
        "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, totp_step) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT DO NOTHING RETURNING officer_code",
        officer.officer_code, officer.name, list(officer.duties), list(officer.districts), officer.state,
        officer.created_at, created_by,
    )  # fmt: skip
    named = added and await connection.fetchrow(
        "INSERT INTO officer_logins (login, officer_code) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING login",
        officer.login, officer.officer_code,
    )  # fmt: skip
    return named is not None


async def change_officer(
    connection: Connection, officer_code: str, name: str, duties: Sequence[str], districts: Sequence[str]
) -> None:
    """Other roles, districts or another name."""
    await connection.execute(
        "UPDATE officers SET name = $2, duties = $3, districts = $4 WHERE officer_code = $1",
        officer_code, name, list(duties), list(districts),
    )  # fmt: skip


async def set_state(connection: Connection, officer_code: str, state: OfficerState) -> None:
    """Lock, unlock, or let in."""
    await connection.execute("UPDATE officers SET state = $2 WHERE officer_code = $1", officer_code, state)


async def set_password(connection: Connection, officer_code: str, password_hash: str | None, at: datetime) -> None:
    """Another password, or none."""
    await connection.execute(
        "UPDATE officers SET password_hash = $2, password_at = $3 WHERE officer_code = $1",
        officer_code, password_hash, at,
    )  # fmt: skip


async def set_totp(connection: Connection, officer_code: str, totp: bytes | None, step: int) -> None:
    """Another secret of time-based codes, or none; codes up to `step` are used up."""
    await connection.execute(
        "UPDATE officers SET totp = $2, totp_step = $3 WHERE officer_code = $1", officer_code, totp, step
    )


async def use_step(connection: Connection, officer_code: str, step: int) -> bool:
    """Use a code; False where it, or a later one, was used already."""
    row = await connection.fetchrow(
        "UPDATE officers SET totp_step = $2 WHERE officer_code = $1 AND totp_step < $2 RETURNING officer_code",
        officer_code, step,
    )  # fmt: skip
    return row is not None


async def set_subject(connection: Connection, officer_code: str, subject: str | None) -> bool:
    """Who an officer is at the OpenID provider; False where that is somebody else."""
    await connection.execute("DELETE FROM officer_subjects WHERE officer_code = $1", officer_code)
    if subject is None:
        return True
    row = await connection.fetchrow(
        "INSERT INTO officer_subjects (subject, officer_code) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING subject",
        subject, officer_code,
    )  # fmt: skip
    return row is not None


async def replace_recovery_codes(connection: Connection, officer_code: str, hashes: Sequence[bytes]) -> None:
    """New codes; the former ones are void."""
    await connection.execute("DELETE FROM officer_recovery_codes WHERE officer_code = $1", officer_code)
    await connection.execute(
        "INSERT INTO officer_recovery_codes (officer_code, code_hash) "
        "SELECT $1, code_hash FROM unnest($2::bytea[]) AS made (code_hash) ORDER BY code_hash",
        officer_code, list(hashes),
    )  # fmt: skip


async def use_recovery_code(connection: Connection, officer_code: str, code_hash: bytes, at: datetime) -> bool:
    """Use a code; False where there is none such, or it was used."""
    row = await connection.fetchrow(
        "UPDATE officer_recovery_codes SET used_at = $3 WHERE officer_code = $1 AND code_hash = $2 "
        "AND used_at IS NULL RETURNING officer_code",
        officer_code, code_hash, at,
    )  # fmt: skip
    return row is not None


def _officer(row: Any) -> OfficerRow:
    return OfficerRow(
        officer_code=row[0],
        name=row[1],
        login=row[2],
        duties=tuple(row[3]),
        districts=tuple(row[4]),
        state=OfficerState(row[5]),
        created_at=row[6],
        password_hash=row[7],
        totp=row[8],
        totp_step=row[9],
        subject=row[10],
    )
