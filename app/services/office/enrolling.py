"""Using a one-time link: an officer sets a password and an authenticator, and is in.

The secret of the authenticator waits sealed with the link until a first code proves that it was read; until then, and
if anything is wrong, nothing of the officer has changed.
"""

from datetime import datetime

import asyncpg
import msgspec

from app.domain.duties import Duty
from app.errors import Conflict, Malformed, NotFound, Problem
from app.repositories import officer_sessions, registers
from app.repositories import officers as stored
from app.repositories.officers import OfficerRow, OfficerState
from app.services.audit import START, Act, record_acts
from app.services.database_errors import borrowed
from app.services.office import codes, passwords
from app.services.office.backing import Backing
from app.services.office.links import link_hash_of
from app.services.office.officer_checks import (
    all_checked,
    checked_login,
    checked_officer_code,
    checked_officer_name,
)
from app.services.office.second_factor import SecondFactor
from app.services.office.sessions import Sessions
from app.services.office.signing_in import BY_PASSWORD

BY_LINK = "link"


class Newcomer(msgspec.Struct, frozen=True):
    """Who a link makes an administrator, as typed."""

    officer_code: str
    name: str
    login: str


class Enrolment(msgspec.Struct, frozen=True):
    """What the page of a link shows; without an officer it makes an administrator."""

    officer: OfficerRow | None
    ends_at: datetime
    secret: str


class Enrolled(msgspec.Struct, frozen=True):
    """Shown once: recovery codes; and the session that begins."""

    officer_code: str
    session: str
    recovery_codes: list[str]


class Choice(msgspec.Struct, frozen=True):
    """A new password, typed twice, and a first code of the authenticator."""

    password: str
    repeated: str
    code: str

    def __repr__(self) -> str:
        """Shows nothing that was typed."""
        return "Choice()"


class Enrolling:
    """One-time links as they are used."""

    def __init__(self, backing: Backing, sessions: Sessions) -> None:
        self._pool = backing.pool
        self._sessions = sessions
        self._factor = SecondFactor(backing)

    async def look(self, secret: str, now: datetime) -> Enrolment:
        """What a link is for; NotFound where it was used or is over."""
        async with borrowed(self._pool) as connection:
            return await self._looked(connection, secret, now)

    async def finish(self, secret: str, newcomer: Newcomer | None, choice: Choice, now: datetime) -> Enrolled:
        """Set password and authenticator, use the link up, begin a session. Malformed with every fault."""
        enrolment = await self.look(secret, now)
        step = codes.step_of(enrolment.secret, codes.plain(choice.code), now)
        officer = enrolment.officer
        if officer is None:
            officer = _administrator(newcomer, choice, step, now)
        else:
            _demand_right(choice, (officer.login, officer.name, officer.officer_code), step)
        hashed = await passwords.hash_of(choice.password)
        async with borrowed(self._pool) as connection, connection.transaction():
            await registers.raise_epoch(connection)  # an officer's keys may do other things from now on
            if not await officer_sessions.use_link(connection, link_hash_of(secret), now):
                raise link_over()
            if enrolment.officer is None:
                await _added(connection, officer)
                # What the first start printed stands in a log: it is for the first administrator alone.
                await officer_sessions.void_administrator_links(connection, START, now)
            await self._let_in(connection, officer, hashed, now)
            sealed = self._factor.sealed(enrolment.secret, officer.officer_code.encode())
            await stored.set_totp(connection, officer.officer_code, sealed, step or 0)
            made = await self._factor.new_recovery_codes(connection, officer.officer_code)
            session = await self._sessions.begin(connection, officer.officer_code, BY_PASSWORD, now)
            acts = [Act("officer.enrol", {"administrator": "yes" if enrolment.officer is None else "no"})]
            await record_acts(connection, acts, officer.officer_code, now)
        return Enrolled(officer.officer_code, session, made)

    async def _looked(self, connection: asyncpg.Connection, secret: str, now: datetime) -> Enrolment:
        link_hash = link_hash_of(secret)
        draft = self._factor.sealed(codes.new_secret(), link_hash)
        link = await officer_sessions.live_link(connection, link_hash, now, draft)
        if link is None or link.totp is None:
            raise link_over()
        officer = await stored.by_code(connection, link.officer_code) if link.officer_code else None
        if link.officer_code and (officer is None or officer.state is OfficerState.LOCKED):
            raise link_over()
        return Enrolment(officer, link.ends_at, self._factor.opened(link.totp, link_hash))

    async def _let_in(self, connection: asyncpg.Connection, officer: OfficerRow, hashed: str, now: datetime) -> None:
        current = await stored.by_code_locked(connection, officer.officer_code)
        if current is None or current.state is OfficerState.LOCKED:
            raise link_over()
        await stored.set_password(connection, officer.officer_code, hashed, now)
        await stored.set_state(connection, officer.officer_code, OfficerState.ACTIVE)
        await officer_sessions.void_links(connection, officer.officer_code, now)
        await officer_sessions.end_sessions_of(connection, officer.officer_code, now)


def link_over() -> NotFound:
    """For links that are unknown, used or late alike."""
    return NotFound(
        "This link is not good any more: it was used, is older than a day, or a newer one was made. Ask for a new one.",
        zh="该链接已失效：已被使用、超过一天，或已生成新链接。请索取新链接。",
    )


def _administrator(newcomer: Newcomer | None, choice: Choice, step: int | None, now: datetime) -> OfficerRow:
    if newcomer is None:
        raise Malformed("Say who you are: code, name and login.", zh="请填写工号、姓名和登录名。")
    all_checked(
        lambda: checked_officer_code(newcomer.officer_code),
        lambda: checked_officer_name(newcomer.name),
        lambda: checked_login(newcomer.login),
        lambda: _demand_right(choice, (newcomer.login, newcomer.name, newcomer.officer_code), step),
    )
    return OfficerRow(
        officer_code=checked_officer_code(newcomer.officer_code),
        name=checked_officer_name(newcomer.name),
        login=checked_login(newcomer.login),
        duties=(Duty.ADMINISTRATOR.value,),
        districts=(),
        state=OfficerState.INVITED,
        created_at=now,
        password_hash=None,
        totp=None,
        totp_step=0,
        subject=None,
    )


def _demand_right(choice: Choice, names: tuple[str, ...], step: int | None) -> None:
    """Malformed with every fault of password and code."""
    faults: tuple[Problem, ...] = ()
    try:
        passwords.demand_good(choice.password, choice.repeated, names)
    except Malformed as refused:
        faults = refused.problems
    if step is None:
        text = "The code is not right. Use the one that the authenticator shows now."
        faults += (Problem("/code", "wrong", "验证码不正确，请使用验证器当前显示的验证码。", text),)
    if faults:
        raise Malformed("Please correct what is named.", zh="请更正以下内容。", problems=faults)


async def _added(connection: asyncpg.Connection, officer: OfficerRow) -> None:
    if not await stored.add_officer(connection, officer, BY_LINK):
        raise Conflict("This code or login is taken; choose another.", zh="该工号或登录名已被使用。")
