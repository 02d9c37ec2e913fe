"""Every statement of officers: invited, linked, let in by each door, locked out, changed, locked, tidied away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pyotp
import pytest
from argon2 import PasswordHasher

from app.domain.duties import Duty
from app.security.keyring import KeyRing
from app.services.clerk import changing_registers
from app.services.office import passwords
from app.services.office.backing import Backing
from app.services.office.enrolling import Choice, Enrolling, Newcomer
from app.services.office.links import first_link
from app.services.office.lockout import ALLOWED_OF_A_LOGIN, Lockout, TooManyAttempts
from app.services.office.officers import NewOfficer, Officers
from app.services.office.oidc import CameBack, OpenId
from app.services.office.sessions import Sessions
from app.services.office.signing_in import Attempt, SigningIn, SignInRefused
from app.services.register_keys import KeyRequest, create_key
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.console.provider import CLIENT, SECRET, Provider, asked_of, running
from tests.office.people import officer

_ADMINISTRATOR = officer("ADMIN1", Duty.ADMINISTRATOR)
_PASSWORD, _OTHER = "correct horse battery staple", "staple battery horse correct"
_STEP = timedelta(seconds=60)  # of which every code is another one


class _Person:
    """An officer with an authenticator, and a clock that goes on with every code."""

    def __init__(self, code: str, secret: str, now: datetime) -> None:
        self.code = code
        self.now = now
        self._totp = pyotp.TOTP(secret)

    def attempt(self, password: str = _PASSWORD, code: str = "") -> Attempt:
        self.now += _STEP
        return Attempt(self.code.lower(), password, code or self._totp.at(self.now), "192.0.2.1")


async def do_everything_of_officers(
    services: ClearanceServices, connection: asyncpg.Connection, keyring: KeyRing, folder: Path
) -> None:
    """The first administrator, an examiner by password, the same by the provider; then everything ends."""
    backing = Backing(services._side, services._means, keyring, Settings.from_environment({}), services._desk)
    sessions, lockout, now = Sessions(backing), Lockout(backing), datetime.now(UTC)
    enrolling, officers = Enrolling(backing, sessions), Officers(backing, sessions, lockout)
    with _quick_hashes():
        link = await first_link(connection, "start", now)
        assert link
        await _enrolled(enrolling, link, "ADMIN1", now)
        new = NewOfficer(
            officer_code="EX1", name="一号", login="ex1", duties=(Duty.EXAMINER.value,), districts=("2244",)
        )
        person = await _enrolled(enrolling, await officers.invite(_ADMINISTRATOR, new, now), "EX1", now)
        await _come_and_go(SigningIn(backing, sessions, lockout), sessions, person)
    async with changing_registers(connection, "cli:test", now) as clerk:
        made = await create_key(clerk, KeyRequest(party_code="EX1", name="一号", role="officer", districts=("22",)))
    await services.authenticate(made.key)
    await officers.set_subject(_ADMINISTRATOR, "EX1", "u-4711", now)
    async with running() as provider:
        await _by_provider(msgspec.structs.replace(backing, settings=_settings(provider, folder)), sessions, now)
    await _administered(officers, now)
    await sessions.tidy(now + timedelta(days=60))


@contextmanager
def _quick_hashes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


async def _enrolled(enrolling: Enrolling, link: str, code: str, now: datetime) -> _Person:
    enrolment = await enrolling.look(link, now)
    newcomer = None if enrolment.officer else Newcomer(code, "Ada Min", code.lower())
    choice = Choice(_PASSWORD, _PASSWORD, pyotp.TOTP(enrolment.secret).at(now))
    await enrolling.finish(link, newcomer, choice, now)
    return _Person(code, enrolment.secret, now)


async def _come_and_go(door: SigningIn, sessions: Sessions, person: _Person) -> None:
    """In by password, a new password, new recovery codes, in by one of them, out; then wrong until it is closed."""
    signed_in = await sessions.find(await door.by_password(person.attempt(), person.now), person.now)
    assert signed_in
    await sessions.find(await door.by_password(person.attempt(), person.now), person.now + 2 * _STEP)
    await door.change_password(signed_in, person.attempt(), (_OTHER, _OTHER), person.now)
    codes = await door.recovery_codes(signed_in, person.attempt(_OTHER), person.now)
    await door.by_password(person.attempt(_OTHER, codes[0]), person.now)
    await door.sign_out(signed_in, person.now)
    for _ in range(ALLOWED_OF_A_LOGIN):
        with pytest.raises(SignInRefused):
            await door.by_password(person.attempt("wrong"), person.now)
    with pytest.raises(TooManyAttempts):
        await door.by_password(person.attempt(_OTHER), person.now - _STEP)


def _settings(provider: Provider, folder: Path) -> Settings:
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    return Settings.from_environment(
        {
            "TONGGUAN_OIDC_ISSUER": provider.issuer,
            "TONGGUAN_OIDC_CLIENT_ID": CLIENT,
            "TONGGUAN_OIDC_CLIENT_SECRET_FILE": str(folder / "secret"),
        }
    )


async def _by_provider(backing: Backing, sessions: Sessions, now: datetime) -> None:
    door = OpenId(backing, sessions, Lockout(backing))
    out = await door.leave("http://127.0.0.1/back", "/console", now)
    async with httpx.AsyncClient() as client:
        back = asked_of((await client.get(out.address)).headers["location"])
    await door.come_back(CameBack(back["code"], back["state"], out.kept), now)


async def _administered(officers: Officers, now: datetime) -> None:
    await officers.one(_ADMINISTRATOR, "EX1", now)
    await officers.change(_ADMINISTRATOR, "EX1", "二号", (Duty.AUDITOR.value,), ("*",), now)
    await officers.end_sessions(_ADMINISTRATOR, "EX1", now)
    await officers.reset(_ADMINISTRATOR, "EX1", now)
    await officers.lock(_ADMINISTRATOR, "EX1", now)
    await officers.unlock(_ADMINISTRATOR, "EX1", now)
