"""Sessions: their cookie, and what ends them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.console.cookies import LOOPBACK_NAME, SECURE_NAME
from app.services.office.office import Office
from tests.console.conftest import Browser, SignedIn
from tests.console.people import PASSWORD, administrator_link, an_administrator

Browse = Callable[..., Browser]


async def test_the_cookie_is_httponly_and_secure_but_for_plain_http_to_this_machine(
    office: Office, browse: Browse
) -> None:
    person = await an_administrator(office, browse())
    local = (await person.sign_in(browse(), person.code())).headers["set-cookie"]
    assert local.startswith(f"{LOOPBACK_NAME}=")
    assert "HttpOnly" in local
    assert "SameSite=lax" in local
    assert "Secure" not in local
    abroad = (await person.sign_in(browse(origin="https://customs.example"), person.code(1))).headers["set-cookie"]
    assert abroad.startswith(f"{SECURE_NAME}=")
    assert all(word in abroad for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))
    assert "Domain" not in abroad


async def test_signing_out_ends_the_session_in_the_database(sign_in_as: SignedIn, browse: Browse) -> None:
    browser = await sign_in_as("O1", "examiner")
    name = browser.client.cookies[LOOPBACK_NAME]
    await browser.get("/console")
    answer = await browser.post("/console/sign-out")
    assert answer.headers["location"] == "/console/sign-in"
    thief = browse()
    thief.client.cookies.set(LOOPBACK_NAME, name, domain="127.0.0.1")
    assert (await thief.get("/console")).status_code == 303


@pytest.mark.parametrize("change", ["seen_at = now() - interval '31 minutes'", "ends_at = now()", "ended_at = now()"])
async def test_a_session_ends_by_silence_age_or_word(office: Office, sign_in_as: SignedIn, change: str) -> None:
    browser = await sign_in_as("O1", "examiner")
    assert (await browser.get("/console")).status_code == 200
    async with office.backing.pool.acquire() as connection:
        await connection.execute(f"UPDATE officer_sessions SET {change}")
    assert (await browser.get("/console/account")).headers["location"] == "/console/sign-in?next=%2Fconsole%2Faccount"


async def test_a_page_puts_off_the_end_by_silence(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "examiner")
    async with office.backing.pool.acquire() as connection:
        await connection.execute("UPDATE officer_sessions SET seen_at = now() - interval '29 minutes'")
        await browser.get("/console")
        seen = await connection.fetchval("SELECT seen_at FROM officer_sessions")
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


async def test_a_new_password_ends_the_other_sessions(office: Office, browse: Browse) -> None:
    here, there = browse(), browse()
    person = await an_administrator(office, here)
    await person.sign_in(there, person.code())
    await here.get("/console/account")
    new = "quite another sentence"
    fields = {"present": PASSWORD, "password": new, "repeated": new, "code": person.code(1)}
    wrong = await here.post("/console/account/password", fields | {"present": "wrong wrong wrong"})
    assert (wrong.status_code, (await there.get("/console")).status_code) == (422, 200)
    assert (await here.post("/console/account/password", fields)).status_code == 303
    assert (await here.get("/console")).status_code == 200
    assert (await there.get("/console")).status_code == 303
    assert (await person.sign_in(browse(), person.recovery_codes[0])).status_code == 401
    assert (await person.sign_in(browse(), person.recovery_codes[0], new)).status_code == 303


async def test_what_is_long_over_is_taken_out_and_nothing_else(office: Office, sign_in_as: SignedIn) -> None:
    await sign_in_as("O1", "examiner")
    await sign_in_as("O2", "examiner")
    await administrator_link(office)
    tables = ("officer_sessions", "officer_links", "sign_in_failures", "openid_states")
    async with office.backing.pool.acquire() as connection:
        await connection.execute(
            "UPDATE officer_sessions SET ends_at = now() - interval '31 days' WHERE officer_code = 'O1'"
        )
        await connection.execute(
            "INSERT INTO sign_in_failures VALUES ('x', 1, now() - interval '31 days', now() - interval '31 days')"
        )
        await connection.execute("INSERT INTO openid_states VALUES ('old', now() - interval '31 days'), ('new', now())")
        await office.sessions.tidy(datetime.now(UTC))
        left = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    assert left == [1, 1, 0, 1]
