"""Signing in and out: password and code, attempts counted, each step in the audit chain.

A refusal never says what was wrong, and takes as long for a name that does not exist. What was typed is recorded
nowhere: people type passwords into the wrong field.
"""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from app.errors import Forbidden, Malformed, Problem, Unauthenticated
from app.repositories import officer_sessions
from app.repositories import officers as stored
from app.repositories.officers import OfficerRow, OfficerState
from app.services.audit import Act, Fact, record_acts
from app.services.database_errors import borrowed
from app.services.office import passwords
from app.services.office.backing import Backing
from app.services.office.lockout import Lockout
from app.services.office.second_factor import SecondFactor
from app.services.office.sessions import Sessions, SignedIn, hash_of

BY_PASSWORD: Final = "password"  # noqa: S105 - the name of a way in
DOOR: Final = "sign-in"  # who acts where nobody is known yet
_LONGEST_LOGIN: Final = 64


class Attempt(msgspec.Struct, frozen=True):
    """What was typed, and where it came from."""

    login: str
    password: str = msgspec.field(default="")
    code: str = ""
    address: str = ""

    def __repr__(self) -> str:
        """Shows nothing that was typed."""
        return "Attempt()"


class SignInRefused(Unauthenticated):
    """Name, password or code are wrong, or the officer may not come in; which, is not told."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            "Name, password or code are not right. A code counts once: wait for the next one.",
            zh="登录名、密码或验证码不正确。每个验证码只能使用一次，请等待下一个。",
        )


class SigningIn:
    """How officers come in and go."""

    def __init__(self, backing: Backing, sessions: Sessions, lockout: Lockout) -> None:
        self._pool = backing.pool
        self._sessions = sessions
        self._lockout = lockout
        self._factor = SecondFactor(backing)

    async def by_password(self, attempt: Attempt, now: datetime) -> str:
        """The name of a new session; SignInRefused or TooManyAttempts."""
        login = plain_login(attempt.login)
        closes = await self._lockout.charge(login, attempt.address, now)
        async with borrowed(self._pool) as connection:
            officer = await stored.by_login(connection, login)
        right = await passwords.is_right(_password_of(officer), attempt.password)
        async with borrowed(self._pool) as connection, connection.transaction():
            come_in = await self._second(connection, officer, attempt.code, now) if right else None
            if come_in is not None:
                await self._lockout.succeeded(connection, login, attempt.address)
                return await self._begun(connection, come_in.officer_code, BY_PASSWORD, now)
            known = officer.officer_code if officer else None
            acts = [Act("officer.sign_in_refused", {"officer": known})]
            if closes:
                acts.append(Act("officer.sign_in_closed", {"officer": known}))
            await record_acts(connection, acts, DOOR, now)
        raise SignInRefused

    async def sign_out(self, signed_in: SignedIn, now: datetime) -> None:
        """End the session."""
        async with borrowed(self._pool) as connection, connection.transaction():
            if await officer_sessions.end_session(connection, signed_in.session_hash, now):
                await record_acts(connection, [Act("officer.sign_out", {})], signed_in.caller.party_code, now)

    async def change_password(self, signed_in: SignedIn, typed: Attempt, new: tuple[str, str], now: datetime) -> None:
        """Another password, after the present one and a code; every other session of the officer ends."""
        code = signed_in.caller.party_code
        async with borrowed(self._pool) as connection:
            officer = await stored.by_code(connection, code)
        if officer is None or officer.password_hash is None:
            raise Forbidden(
                "You come in by the OpenID provider; change your password there.", zh="请在统一身份认证处修改密码。"
            )
        # First: who only chose a poor password has not guessed at anything.
        passwords.demand_good(*new, (officer.login, officer.name, code))
        await self._lockout.charge(officer.login, typed.address, now)
        right = await passwords.is_right(officer.password_hash, typed.password)
        hashed = await passwords.hash_of(new[0])
        async with borrowed(self._pool) as connection, connection.transaction():
            if not right or await self._second(connection, officer, typed.code, now) is None:
                raise _wrong_present()
            await self._lockout.succeeded(connection, officer.login, typed.address)
            await stored.set_password(connection, code, hashed, now)
            ended = await officer_sessions.end_sessions_of(connection, code, now, but=signed_in.session_hash)
            await record_acts(connection, [Act("officer.password", {"ended": ended})], code, now)

    async def recovery_codes(self, signed_in: SignedIn, typed: Attempt, now: datetime) -> list[str]:
        """New recovery codes, after password and code; told only now."""
        code = signed_in.caller.party_code
        async with borrowed(self._pool) as connection:
            officer = await stored.by_code(connection, code)
        if officer is None:
            raise SignInRefused
        await self._lockout.charge(officer.login, typed.address, now)
        right = await passwords.is_right(_password_of(officer), typed.password)
        async with borrowed(self._pool) as connection, connection.transaction():
            if not right or await self._second(connection, officer, typed.code, now) is None:
                raise _wrong_present()
            await self._lockout.succeeded(connection, officer.login, typed.address)
            made = await self._factor.new_recovery_codes(connection, code)
            await record_acts(connection, [Act("officer.recovery_codes", {})], code, now)
        return made

    async def _begun(self, connection: asyncpg.Connection, code: str, door: str, now: datetime) -> str:
        name = await self._sessions.begin(connection, code, door, now)
        facts: dict[str, Fact] = {"door": door, "session": hash_of(name).hex()[:12]}
        await record_acts(connection, [Act("officer.sign_in", facts)], code, now)
        return name

    async def _second(
        self, connection: asyncpg.Connection, officer: OfficerRow | None, code: str, now: datetime
    ) -> OfficerRow | None:
        """The officer as of now, if the code is right; what was read before the password may be over."""
        if officer is None:
            return None
        current = await stored.by_code_locked(connection, officer.officer_code)
        if current is None or current.state is not OfficerState.ACTIVE:
            return None
        if current.password_hash != officer.password_hash:
            return None
        return current if await self._factor.used(connection, current, code, now) else None


def plain_login(login: str) -> str:
    """A name to sign in by, as it is stored."""
    return login.strip().lower()[:_LONGEST_LOGIN]


def _password_of(officer: OfficerRow | None) -> str | None:
    return officer.password_hash if officer and officer.state is OfficerState.ACTIVE else None


def _wrong_present() -> Malformed:
    problem = Problem("/present", "wrong", "当前密码或验证码不正确。", "Present password or code are not right.")
    return Malformed("Present password or code are not right.", zh=problem.zh, problems=(problem,))
