"""Coming in: links, password and code, lock-out, sessions that end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from argon2 import PasswordHasher

from app.console.cookies import LOOPBACK_NAME, SECURE_NAME
from app.services.audit import START
from app.services.clearance.chain import decode_payload
from app.services.office import passwords
from app.services.office.links import ADDRESS, first_link, made_link
from app.services.office.lockout import ALLOWED_OF_A_LOGIN, ALLOWED_OF_AN_ADDRESS, site_of
from app.services.office.office import Office
from tests.conftest import FreshDatabase
from tests.console.conftest import Browser, SignedIn
from tests.console.people import PASSWORD, Person, administrator_link, an_administrator, enrolled

Browse = Callable[..., Browser]


async def test_the_first_link_makes_one_administrator_who_is_in(office: Office, browse: Browse) -> None:
    browser = browse()
    person = await an_administrator(office, browser)
    assert len(person.recovery_codes) == 10
    page = await browser.get("/console")
    assert (page.status_code, "Ada Min" in page.text) == (200, True)
    async with office.backing.pool.acquire() as connection:
        assert await first_link(connection, "start", datetime.now(UTC)) is None
        stored = await connection.fetchrow("SELECT * FROM officers")
    assert PASSWORD not in str(stored)
    assert person.totp.secret not in str(stored)


async def test_a_link_is_good_once_and_for_a_day(office: Office, browse: Browse) -> None:
    late = await administrator_link(office)
    async with office.backing.pool.acquire() as connection:
        await connection.execute("UPDATE officer_links SET ends_at = now() - interval '1 second'")
    assert (await browse().get(late)).status_code == 404
    former = await administrator_link(office)
    address = await administrator_link(office)
    assert (await browse().get(former)).status_code == 404
    await enrolled(browse(), address, officer_code="A1", name="Ada", login="ada")
    answer = await browse().get(address)
    assert (answer.status_code, "not good any more" in answer.text) == (404, True)


async def test_the_link_of_the_first_start_makes_no_second_administrator(office: Office, browse: Browse) -> None:
    now = datetime.now(UTC)
    async with office.backing.pool.acquire() as connection, connection.transaction():
        printed = await first_link(connection, START, now)
        others = [await made_link(connection, None, by, now) for by in ("cli", "cli2")]
    for n, secret in enumerate(others):
        answer, _ = await enrolled(browse(), ADDRESS + secret, officer_code=f"A{n}", name="Ada", login=f"ada{n}")
        assert answer.status_code == 200
        assert (await browse().get(f"{ADDRESS}{printed}")).status_code == 404


async def test_a_link_used_twice_at_once_makes_one_administrator(office: Office, browse: Browse) -> None:
    import asyncio

    address = await administrator_link(office)
    answers = await asyncio.gather(
        *(enrolled(browse(), address, officer_code=f"A{n}", name="Ada", login=f"ada{n}") for n in range(3))
    )
    assert sorted(answer.status_code for answer, _ in answers) == [200, 404, 404]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "short", "repeated": "short"}, "at least 12 characters"),
        ({"password": "password1234", "repeated": "password1234"}, "too common"),
        ({"password": "aaaaaaaaaaaaaaaa", "repeated": "aaaaaaaaaaaaaaaa"}, "too common"),
        ({"password": "my name is ada min!", "repeated": "my name is ada min!"}, "Leave out your name"),
        ({"repeated": "something else entirely"}, "differ"),
        ({"code": "000000"}, "code is not right"),
        ({"officer_code": "A 1"}, "letters and digits"),
        ({"login": "x"}, "A login has"),
    ],
)
async def test_what_is_wrong_is_named_and_the_link_stays_good(
    office: Office, browse: Browse, fields: dict[str, str], words: str
) -> None:
    browser, address = browse(), await administrator_link(office)
    given = {"officer_code": "A1", "name": "Ada Min", "login": "ada"} | fields
    answer, _ = await enrolled(browser, address, **given)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text
    assert fields.get("password", PASSWORD) not in answer.text
    again, _ = await enrolled(browser, address, officer_code="A1", name="Ada Min", login="ada")
    assert again.status_code == 200


async def test_password_and_code_sign_in_and_a_code_counts_once(office: Office, browse: Browse) -> None:
    person, browser = await an_administrator(office, browse()), browse()
    code = person.code()
    answer = await person.sign_in(browser, code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert (await browser.get("/console")).status_code == 200
    again = await person.sign_in(browse(), code)
    assert (again.status_code, "not right" in again.text) == (401, True)
    assert (await person.sign_in(browse(), person.code(-1))).status_code == 401
    assert (await person.sign_in(browse(), person.code(1))).status_code == 303
    assert (await person.sign_in(browse(), person.code(3))).status_code == 401


async def test_a_recovery_code_counts_once(office: Office, browse: Browse) -> None:
    person = await an_administrator(office, browse())
    code = person.recovery_codes[3]
    assert (await person.sign_in(browse(), code.upper().replace("-", " "))).status_code == 303
    assert (await person.sign_in(browse(), code)).status_code == 401


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


async def acts_of(connection: asyncpg.Connection) -> list[str]:
    """Everything in the audit chain, as text."""
    rows = await connection.fetch("SELECT payload FROM events ORDER BY lane, position")
    return [str(decode_payload(row[0])) for row in rows]


async def _closed_for(connection: asyncpg.Connection) -> float:
    return float(
        await connection.fetchval("SELECT max(extract(epoch FROM closed_until - last_at)) FROM sign_in_failures")
    )


async def test_attempts_that_come_together_do_not_all_pass(office: Office, browse: Browse) -> None:
    import asyncio

    person = await an_administrator(office, browse())
    answers = await asyncio.gather(*(person.sign_in(browse(), "000000") for _ in range(ALLOWED_OF_A_LOGIN + 4)))
    assert sorted(answer.status_code for answer in answers) == [401] * ALLOWED_OF_A_LOGIN + [429] * 4


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
                await lockout.succeeded(connection, "right", "192.0.2.7", at)
    at = now + timedelta(days=ALLOWED_OF_AN_ADDRESS * 2)
    for n in range(ALLOWED_OF_AN_ADDRESS):
        await lockout.charge(f"guessed{n}", "192.0.2.7", at)
    with pytest.raises(TooManyAttempts):
        await lockout.charge("another", "192.0.2.7", at)


async def test_a_name_with_a_character_that_no_text_holds_is_an_error_of_who_sent_it(browse: Browse) -> None:
    browser = browse()
    await browser.get("/console/sign-in")
    answer = await browser.post("/console/sign-in", {"login": "a\x00b", "password": "x", "code": "1"})
    assert (answer.status_code, "not allowed (such as NUL)" in answer.text) == (422, True)


async def test_a_link_is_used_in_a_browser_where_somebody_else_is_signed_in(
    office: Office, sign_in_as: SignedIn
) -> None:
    browser = await sign_in_as("E1", "examiner")
    address = await administrator_link(office)
    answer, _ = await enrolled(browser, address, officer_code="A1", name="Ada Min", login="ada")
    assert answer.status_code == 200
    assert "Ada Min" in (await browser.get("/console")).text


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


async def test_new_recovery_codes_void_the_former(office: Office, browse: Browse) -> None:
    browser = browse()
    person = await an_administrator(office, browser)
    await browser.get("/console/account")
    page = await browser.post("/console/account/recovery-codes", {"present": PASSWORD, "code": person.code()})
    assert "Your former recovery codes are void" in page.text
    assert (await person.sign_in(browse(), person.recovery_codes[0])).status_code == 401


async def test_what_is_long_over_is_taken_out_and_nothing_else(office: Office, sign_in_as: SignedIn) -> None:
    await sign_in_as("O1", "examiner")
    await sign_in_as("O2", "examiner")
    await administrator_link(office)
    tables = ("officer_sessions", "officer_links", "sign_in_failures", "openid_visits")
    async with office.backing.pool.acquire() as connection:
        await connection.execute(
            "UPDATE officer_sessions SET ends_at = now() - interval '31 days' WHERE officer_code = 'O1'"
        )
        await connection.execute(
            "INSERT INTO sign_in_failures VALUES ('x', 1, now() - interval '31 days', now() - interval '31 days')"
        )
        await office.sessions.tidy(datetime.now(UTC))
        left = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    assert left == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/console/account", "/console/account"),
        ("https://evil.example/", "/console"),
        ("//evil.example/console", "/console"),
        ("/console\\@evil.example", "/console"),
        ("/consoles", "/console"),
        ("/v1/cases", "/console"),
        ("", "/console"),
    ],
)
async def test_sign_in_leads_back_to_pages_of_ours_only(sign_in_as: SignedIn, wanted: str, got: str) -> None:
    browser = await sign_in_as("O1", "examiner")
    answer = await browser.get("/console/sign-in", params={"next": wanted})
    assert answer.headers["location"] == got


async def test_the_database_role_of_the_service_may_not_drop_officers(registered: FreshDatabase) -> None:
    connection = await asyncpg.connect(registered.service_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM officers")
    finally:
        await connection.close()


async def test_a_password_is_stored_as_argon2id_that_is_costly_to_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    stored = await passwords.hash_of(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await passwords.is_right(stored, PASSWORD)
    assert not await passwords.is_right(stored, PASSWORD + " ")
    assert not await passwords.is_right(None, "nobody has this password")
