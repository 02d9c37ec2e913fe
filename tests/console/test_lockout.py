"""Guessing: names and addresses are closed for a while, and nobody learns which names exist."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from app.services.office.lockout import ALLOWED_OF_A_LOGIN, ALLOWED_OF_AN_ADDRESS, site_of
from app.services.office.office import Office
from tests.console.conftest import Browser
from tests.console.people import PASSWORD, Person, acts_of, an_administrator

Browse = Callable[..., Browser]


async def test_nobody_learns_whether_a_name_exists(office: Office, browse: Browse) -> None:
    person = await an_administrator(office, browse())
    stranger = Person("nobody", person.totp.secret, [])
    known = await person.sign_in(browse(), person.code(), "wrong horse battery staple")
    unknown = await stranger.sign_in(browse(), person.code())
    wrong_code = await person.sign_in(browse(), "000000")
    told = [answer.text.split("<main")[1].split("<form")[0] for answer in (known, unknown, wrong_code)]
    assert told[0] == told[1] == told[2]
    assert known.status_code == unknown.status_code == wrong_code.status_code == 401


@pytest.mark.parametrize("login", ["ada", "nobody"])
async def test_after_some_failures_a_name_is_closed_for_a_while_that_grows(
    office: Office, browse: Browse, login: str
) -> None:
    person = await an_administrator(office, browse())
    guesser = Person(login, person.totp.secret, [])
    browser = browse()
    for _ in range(ALLOWED_OF_A_LOGIN):
        assert (await guesser.sign_in(browser, "000000")).status_code == 401
    closed = await guesser.sign_in(browser, person.code())
    assert (closed.status_code, "Too many attempts" in closed.text) == (429, True)
    async with office.backing.pool.acquire() as connection:
        first = await _closed_for(connection)
        await connection.execute("UPDATE sign_in_failures SET closed_until = now()")
        await guesser.sign_in(browser, "000000")
        assert await _closed_for(connection) > first * 1.5
        told = await acts_of(connection)
    assert sum("sign_in_closed" in act for act in told) == 1
    assert not any(PASSWORD in act or "nobody" in act for act in told)


async def _closed_for(connection: asyncpg.Connection) -> float:
    return float(
        await connection.fetchval("SELECT max(extract(epoch FROM closed_until - last_at)) FROM sign_in_failures")
    )


async def test_attempts_that_come_together_do_not_all_pass(office: Office, browse: Browse) -> None:
    import asyncio

    person = await an_administrator(office, browse())
    answers = await asyncio.gather(*(person.sign_in(browse(), "000000") for _ in range(ALLOWED_OF_A_LOGIN + 4)))
    assert sorted(answer.status_code for answer in answers) == [401] * ALLOWED_OF_A_LOGIN + [429] * 4


async def test_attempts_that_are_counted_in_another_order_than_they_began_shut_nobody_out(office: Office) -> None:
    from app.services.office.lockout import Lockout, TooManyAttempts

    lockout, now = Lockout(office.backing), datetime.now(UTC)
    for earlier in range(ALLOWED_OF_A_LOGIN):
        await lockout.charge("ada", "192.0.2.1", now - timedelta(milliseconds=earlier))
    with pytest.raises(TooManyAttempts):
        await lockout.charge("ada", "192.0.2.1", now)
    async with office.backing.pool.acquire() as connection:
        await lockout.succeeded(connection, "ada", "192.0.2.1")
    await lockout.charge("ada", "192.0.2.1", now - timedelta(seconds=1))


async def test_an_address_is_closed_whatever_names_it_tries(office: Office) -> None:
    from app.services.office.lockout import Lockout, TooManyAttempts

    lockout, now = Lockout(office.backing), datetime.now(UTC)
    for n in range(ALLOWED_OF_AN_ADDRESS):
        await lockout.charge(f"name{n}", "2001:db8::1", now)
    with pytest.raises(TooManyAttempts):
        await lockout.charge("another", "2001:db8::2", now)
    await lockout.charge("another", "192.0.2.1", now)
    assert site_of("::ffff:192.0.2.1") == site_of("192.0.2.1")


async def test_mistakes_of_many_days_do_not_close_an_office(office: Office) -> None:
    from app.services.office.lockout import Lockout, TooManyAttempts

    lockout, now = Lockout(office.backing), datetime(2024, 6, 18, 8, tzinfo=UTC)
    for day in range(ALLOWED_OF_AN_ADDRESS * 2):
        await lockout.charge(f"mistyped{day}", "192.0.2.7", now + timedelta(days=day))
        for morning in range(3):
            at = now + timedelta(days=day, hours=morning + 1)
            await lockout.charge("right", "192.0.2.7", at)
            async with office.backing.pool.acquire() as connection:
                await lockout.succeeded(connection, "right", "192.0.2.7")
    at = now + timedelta(days=ALLOWED_OF_AN_ADDRESS * 2)
    for n in range(ALLOWED_OF_AN_ADDRESS):
        await lockout.charge(f"guessed{n}", "192.0.2.7", at)
    with pytest.raises(TooManyAttempts):
        await lockout.charge("another", "192.0.2.7", at)


async def test_a_poor_new_password_is_no_guess_at_the_present_one(office: Office, browse: Browse) -> None:
    browser = browse()
    person = await an_administrator(office, browser)
    await browser.get("/console/account")
    poor = {"present": PASSWORD, "password": "short", "repeated": "short", "code": person.code()}
    for _ in range(ALLOWED_OF_A_LOGIN + 1):
        answer = await browser.post("/console/account/password", poor)
        assert (answer.status_code, "at least 12 characters" in answer.text) == (422, True)


async def test_a_success_forgives_the_name(office: Office, browse: Browse) -> None:
    person = await an_administrator(office, browse())
    for _ in range(ALLOWED_OF_A_LOGIN - 1):
        await person.sign_in(browse(), "000000")
    assert (await person.sign_in(browse(), person.code())).status_code == 303
    for _ in range(ALLOWED_OF_A_LOGIN - 1):
        assert (await person.sign_in(browse(), "000000")).status_code == 401
