"""Administering officers: invite, change roles and districts, lock, end sessions, reset. By administrators only.

Every change is audited and makes all workers read the registers again. Nobody gives more to themselves, and the last
administrator cannot be taken away: the way back would be the command line.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from app.domain.duties import Permission, demand
from app.errors import Conflict, Forbidden, NotFound
from app.repositories import officer_sessions
from app.repositories import officers as stored
from app.repositories.officers import OfficerRow, OfficerState
from app.services.clerk import Clerk, changing_registers
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.links import made_link
from app.services.office.lockout import Lockout
from app.services.office.officer_checks import (
    all_checked,
    checked_districts,
    checked_duties,
    checked_login,
    checked_officer_code,
    checked_officer_name,
    covers,
    faulty,
)
from app.services.office.sessions import Sessions

_LONGEST_SUBJECT = 255


class NewOfficer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited."""

    officer_code: str
    name: str
    login: str
    duties: tuple[str, ...]
    districts: tuple[str, ...]


class OfficerView(msgspec.Struct, frozen=True):
    """An officer as an administrator sees it."""

    row: OfficerRow
    sessions: int

    @property
    def enrolled(self) -> bool:
        """Whether password and authenticator are set."""
        return self.row.password_hash is not None and self.row.totp is not None


class Officers:
    """The register of officers."""

    def __init__(self, backing: Backing, sessions: Sessions, lockout: Lockout) -> None:
        self._pool = backing.pool
        self._sessions = sessions
        self._lockout = lockout

    async def all(self, caller: Caller, now: datetime) -> list[OfficerView]:
        """Every officer."""
        demand(caller.duties, Permission.MANAGE_OFFICERS)
        async with borrowed(self._pool) as connection:
            rows = await stored.all_officers(connection)
            sessions = await officer_sessions.sessions_of(connection, now, self._sessions.idle_since(now))
        return [OfficerView(row, sessions.get(row.officer_code, 0)) for row in rows]

    async def one(self, caller: Caller, officer_code: str, now: datetime) -> OfficerView:
        """One officer; NotFound."""
        found = [each for each in await self.all(caller, now) if each.row.officer_code == officer_code]
        if not found:
            raise _unknown()
        return found[0]

    async def invite(self, caller: Caller, new: NewOfficer, now: datetime) -> str:
        """A new officer; the secret of the link by which the officer sets password and authenticator.

        Malformed with every fault.
        """
        all_checked(
            lambda: checked_officer_code(new.officer_code),
            lambda: checked_officer_name(new.name),
            lambda: checked_login(new.login),
            lambda: checked_duties(new.duties),
            lambda: checked_districts(new.districts, new.duties),
        )
        duties = checked_duties(new.duties)
        officer = OfficerRow(
            officer_code=checked_officer_code(new.officer_code),
            name=checked_officer_name(new.name),
            login=checked_login(new.login),
            duties=duties,
            districts=checked_districts(new.districts, duties),
            state=OfficerState.INVITED,
            created_at=now,
            password_hash=None,
            totp=None,
            totp_step=0,
            subject=None,
        )
        async with self._changing(caller, now) as clerk:
            if not await stored.add_officer(clerk.connection, officer, caller.party_code):
                raise Conflict("This code or login is taken; choose another.", zh="该工号或登录名已被使用。")
            clerk.note("officer.invite", officer=officer.officer_code, duties=duties, districts=officer.districts)
            return await made_link(clerk.connection, officer.officer_code, caller.party_code, now)

    async def change(
        self,
        caller: Caller,
        officer_code: str,
        name: str,
        duties: tuple[str, ...],
        districts: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Other roles, districts, or another name; of oneself only fewer. Malformed with every fault."""
        all_checked(
            lambda: checked_officer_name(name),
            lambda: checked_duties(duties),
            lambda: checked_districts(districts, duties),
        )
        plain = checked_duties(duties)
        within = checked_districts(districts, plain)
        async with self._changing(caller, now) as clerk:
            before = await _locked(clerk, officer_code)
            if officer_code == caller.party_code:
                _demand_no_more(before, plain, within)
            await stored.change_officer(clerk.connection, officer_code, checked_officer_name(name), plain, within)
            await _demand_administrator(clerk)
            clerk.note(
                "officer.change",
                officer=officer_code,
                duties=plain,
                districts=within,
                former_duties=before.duties,
                former_districts=before.districts,
            )

    async def lock(self, caller: Caller, officer_code: str, now: datetime) -> None:
        """Keep an officer out from now on: sessions end, keys and links are refused."""
        async with self._changing(caller, now) as clerk:
            await lock_officer(clerk, officer_code)
            await _demand_administrator(clerk)

    async def unlock(self, caller: Caller, officer_code: str, now: datetime) -> None:
        """Let an officer in again; failures are forgiven too."""
        async with self._changing(caller, now) as clerk:
            officer = await unlock_officer(clerk, officer_code)
            await self._lockout.opened(clerk.connection, officer.login)

    async def end_sessions(self, caller: Caller, officer_code: str, now: datetime) -> int:
        """End every session of an officer; how many there were."""
        async with self._changing(caller, now) as clerk:
            return await end_sessions_of(clerk, officer_code)

    async def reset(self, caller: Caller, officer_code: str, now: datetime) -> str:
        """Void password and authenticator; the secret of a link by which the officer sets new ones."""
        async with self._changing(caller, now) as clerk:
            officer = await _locked(clerk, officer_code)
            if officer.state is OfficerState.LOCKED:
                raise Conflict("The officer is locked; unlock first.", zh="该关员已锁定，请先解锁。")
            if officer_code == caller.party_code:
                raise Forbidden(
                    "Ask another administrator, or use `tongguan officers link` on the server.",
                    zh="请由其他管理员操作，或在服务器上使用 `tongguan officers link`。",
                )
            await stored.set_password(clerk.connection, officer_code, None, now)
            await stored.set_totp(clerk.connection, officer_code, None, officer.totp_step)
            await stored.replace_recovery_codes(clerk.connection, officer_code, [])
            await officer_sessions.end_sessions_of(clerk.connection, officer_code, now)
            await self._lockout.opened(clerk.connection, officer.login)
            clerk.note("officer.reset", officer=officer_code)
            return await made_link(clerk.connection, officer_code, caller.party_code, now)

    async def set_subject(self, caller: Caller, officer_code: str, subject: str, now: datetime) -> None:
        """Say who an officer is at the OpenID provider; empty for nobody. Not for oneself."""
        plain = subject.strip()
        if len(plain) > _LONGEST_SUBJECT or not plain.isprintable():
            raise faulty("subject", "主体标识过长或含有控制字符。", "A subject has at most 255 printable characters.")
        async with self._changing(caller, now) as clerk:
            await _locked(clerk, officer_code)
            if officer_code == caller.party_code:
                raise Forbidden("Ask another administrator to do this.", zh="请由其他管理员操作。")
            if not await stored.set_subject(clerk.connection, officer_code, plain or None):
                raise Conflict("Another officer is this at the provider.", zh="该主体已关联其他关员。")
            # Whoever came in as the former subject is not to stay in.
            ended = await officer_sessions.end_sessions_of(clerk.connection, officer_code, clerk.at)
            clerk.note("officer.subject", officer=officer_code, linked="yes" if plain else "no", ended=ended)

    @asynccontextmanager
    async def _changing(self, caller: Caller, now: datetime) -> AsyncIterator[Clerk]:
        demand(caller.duties, Permission.MANAGE_OFFICERS)
        async with borrowed(self._pool) as connection, changing_registers(connection, caller.party_code, now) as clerk:
            yield clerk


async def lock_officer(clerk: Clerk, officer_code: str) -> None:
    """Keep an officer out."""
    await _locked(clerk, officer_code)
    await stored.set_state(clerk.connection, officer_code, OfficerState.LOCKED)
    await officer_sessions.void_links(clerk.connection, officer_code, clerk.at)
    ended = await officer_sessions.end_sessions_of(clerk.connection, officer_code, clerk.at)
    clerk.note("officer.lock", officer=officer_code, ended=ended)


async def unlock_officer(clerk: Clerk, officer_code: str) -> OfficerRow:
    """Let an officer in again."""
    officer = await _locked(clerk, officer_code)
    if officer.state is not OfficerState.LOCKED:
        raise Conflict(f"Officer {officer_code} is not locked.", zh=f"关员 {officer_code} 未被锁定。")
    state = OfficerState.INVITED if officer.password_hash is None and officer.subject is None else OfficerState.ACTIVE
    await stored.set_state(clerk.connection, officer_code, state)
    clerk.note("officer.unlock", officer=officer_code)
    return officer


async def end_sessions_of(clerk: Clerk, officer_code: str) -> int:
    """End every session of an officer."""
    await _locked(clerk, officer_code)
    ended = await officer_sessions.end_sessions_of(clerk.connection, officer_code, clerk.at)
    clerk.note("officer.end_sessions", officer=officer_code, ended=ended)
    return ended


async def link_for(clerk: Clerk, officer_code: str | None) -> str:
    """The secret of a new link: for an officer who is in the register, or for a new administrator."""
    if officer_code is not None:
        officer = await _locked(clerk, officer_code)
        if officer.state is OfficerState.LOCKED:
            raise Conflict(f"Officer {officer_code} is locked; unlock first.", zh="该关员已锁定，请先解锁。")
    clerk.note("officer.link", officer=officer_code)
    return await made_link(clerk.connection, officer_code, clerk.actor, clerk.at)


async def _locked(clerk: Clerk, officer_code: str) -> OfficerRow:
    found = await stored.by_code_locked(clerk.connection, officer_code)
    if found is None:
        raise _unknown()
    return found


async def _demand_administrator(clerk: Clerk) -> None:
    if not await stored.administrators(clerk.connection):
        raise Conflict(
            "Somebody has to administer: this is the last administrator. Make another one first.",
            zh="这是最后一位管理员，请先指定其他管理员。",
        )


def _demand_no_more(before: OfficerRow, duties: tuple[str, ...], districts: tuple[str, ...]) -> None:
    more = set(duties) - set(before.duties) or [each for each in districts if not covers(before.districts, each)]
    if more:
        raise Forbidden(
            "Nobody gives more to themselves; ask another administrator.", zh="不得为自己增加权限，请由其他管理员操作。"
        )


def _unknown() -> NotFound:
    return NotFound("No officer has this code.", zh="没有该工号的关员。")
