"""Coming in: password and code, recovery codes, and where one goes from there."""

from collections.abc import Callable

import asyncpg
import pytest
from argon2 import PasswordHasher

from app.services.office import passwords
from app.services.office.office import Office
from tests.conftest import FreshDatabase
from tests.console.conftest import Browser, SignedIn
from tests.console.people import PASSWORD, an_administrator

Browse = Callable[..., Browser]


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


async def test_a_name_with_a_character_that_no_text_holds_is_an_error_of_who_sent_it(browse: Browse) -> None:
    browser = browse()
    await browser.get("/console/sign-in")
    answer = await browser.post("/console/sign-in", {"login": "a\x00b", "password": "x", "code": "1"})
    assert (answer.status_code, "not allowed (such as NUL)" in answer.text) == (422, True)


async def test_new_recovery_codes_void_the_former(office: Office, browse: Browse) -> None:
    browser = browse()
    person = await an_administrator(office, browser)
    await browser.get("/console/account")
    page = await browser.post("/console/account/recovery-codes", {"present": PASSWORD, "code": person.code()})
    assert "Your former recovery codes are void" in page.text
    assert (await person.sign_in(browse(), person.recovery_codes[0])).status_code == 401


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
