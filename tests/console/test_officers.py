"""Administering officers: invitations, roles, districts, locks; and what their keys may do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import asyncpg
import pytest

from app.domain.duties import PERMISSIONS, Duty, Permission, may
from app.errors import Forbidden, Unauthenticated
from app.repositories.officers import OfficerState
from app.services.callers import Callers
from app.services.clerk import changing_registers
from app.services.office.office import Office
from app.services.office.officer_checks import common_districts
from app.services.register_keys import KeyRequest, create_key
from tests.conftest import REPOSITORY
from tests.console.conftest import Browser, SignedIn, an_officer
from tests.console.people import acts_of, an_administrator, enrolled, link_on

Browse = Callable[..., Browser]
NEWCOMER = {
    "officer_code": "O7",
    "name": "李雷",
    "login": "lilei",
    "duties": ["examiner", "supervisor"],
    "districts": "22, 5100",
}


async def invited(office: Office, browse: Browse, **fields: object) -> tuple[Browser, str]:
    """An administrator's browser, and the link of whom it invited."""
    browser = browse()
    await an_administrator(office, browser)
    await browser.get("/console/officers")
    page = await browser.post("/console/officers", NEWCOMER | fields)
    assert page.status_code == 200, page.text
    return browser, link_on(page)


async def test_an_invited_officer_comes_in_alone(office: Office, browse: Browse) -> None:
    administrator, link = await invited(office, browse)
    browser = browse()
    answer, person = await enrolled(browser, link)
    assert answer.status_code == 200
    home = await browser.get("/console")
    assert "李雷" in home.text
    person.login = "lilei"
    assert (await person.sign_in(browse(), person.code())).status_code == 303
    async with office.backing.pool.acquire() as connection:
        state = await connection.fetchval("SELECT state FROM officers WHERE officer_code = 'O7'")
        told = await acts_of(connection)
    assert state == OfficerState.ACTIVE
    assert any("officer.invite" in act and "O7" in act for act in told)
    assert not any("李雷" in act or "lilei" in act for act in told)
    assert (await browser.get("/console/officers")).status_code == 403
    assert (await administrator.get("/console/officers/O7")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"officer_code": "ADMIN1"}, "taken"),
        ({"login": "ADA"}, "taken"),
        ({"duties": []}, "at least one role"),
        ({"duties": ["king"]}, "at least one role"),
        ({"districts": ""}, "need at least one district"),
        ({"districts": "2"}, "A district is four digits"),
        ({"name": " "}, "A name has"),
    ],
)
async def test_a_faulty_invitation_says_what_is_wrong_and_keeps_what_was_typed(
    office: Office, browse: Browse, fields: dict[str, object], words: str
) -> None:
    browser = browse()
    await an_administrator(office, browser)
    await browser.get("/console/officers")
    page = await browser.post("/console/officers", NEWCOMER | fields)
    assert (page.status_code, words in page.text) == (409 if words == "taken" else 422, True), page.text
    assert 'value="O7"' in page.text or fields.get("officer_code")
    async with office.backing.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM officers") == 1


async def test_roles_and_districts_count_from_the_next_page_on(
    office: Office, browse: Browse, sign_in_as: SignedIn
) -> None:
    administrator = browse()
    await an_administrator(office, administrator)
    officer = await sign_in_as("O1", "administrator", "examiner")
    assert (await officer.get("/console/officers")).status_code == 200
    await administrator.get("/console/officers/O1")
    fields = {"name": "Wang", "duties": ["examiner"], "districts": "2244"}
    assert (await administrator.post("/console/officers/O1", fields)).status_code == 303
    assert (await officer.get("/console/officers")).status_code == 403
    assert "2244" in (await officer.get("/console")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"duties": ["administrator", "examiner"], "districts": "22"},
        {"duties": ["administrator"], "districts": "*"},
    ],
)
async def test_nobody_gives_more_to_themselves(office: Office, browse: Browse, fields: dict[str, object]) -> None:
    browser = browse()
    await an_administrator(office, browser)
    await browser.get("/console/officers/ADMIN1")
    answer = await browser.post("/console/officers/ADMIN1", {"name": "Ada"} | fields)
    assert (answer.status_code, "Nobody gives more to themselves" in answer.text) == (403, True)


async def test_the_last_administrator_stays(office: Office, browse: Browse) -> None:
    browser = browse()
    await an_administrator(office, browser)
    await browser.get("/console/officers/ADMIN1")
    answer = await browser.post("/console/officers/ADMIN1/lock")
    assert (answer.status_code, "last administrator" in answer.text) == (409, True)
    answer = await browser.post("/console/officers/ADMIN1", {"name": "Ada", "duties": ["auditor"], "districts": "22"})
    assert answer.status_code == 403
    assert (await browser.get("/console/officers")).status_code == 200


async def test_an_administrator_sees_no_cases() -> None:
    assert not may(["administrator"], Permission.VIEW_CASES)
    assert not may(["administrator"], Permission.VIEW_STATISTICS)


async def test_a_locked_officer_is_out_at_once_and_comes_back_when_unlocked(
    office: Office, browse: Browse, sign_in_as: SignedIn
) -> None:
    administrator, link = await invited(office, browse)
    officer = await sign_in_as("O1", "examiner")
    await administrator.get("/console/officers/O1")
    assert (await administrator.post("/console/officers/O1/lock")).status_code == 303
    assert (await officer.get("/console")).status_code == 303
    await administrator.post("/console/officers/O7/lock")
    assert (await browse().get(link)).status_code == 404
    page = await administrator.get("/console/officers/O7")
    assert "Unlock" in page.text
    assert (await administrator.post("/console/officers/O7/unlock")).status_code == 303
    assert (await administrator.post("/console/officers/O7/unlock")).status_code == 409


async def test_a_locked_officer_cannot_sign_in(office: Office, browse: Browse) -> None:
    administrator, link = await invited(office, browse)
    _, person = await enrolled(browse(), link)
    person.login = "lilei"
    await administrator.post("/console/officers/O7/lock")
    assert (await person.sign_in(browse(), person.code())).status_code == 401


async def test_a_reset_voids_password_and_authenticator(office: Office, browse: Browse) -> None:
    administrator, link = await invited(office, browse)
    browser = browse()
    _, person = await enrolled(browser, link)
    person.login = "lilei"
    page = await administrator.post("/console/officers/O7/reset")
    assert (await browser.get("/console")).status_code == 303
    assert (await person.sign_in(browse(), person.code())).status_code == 401
    assert (await person.sign_in(browse(), person.recovery_codes[0])).status_code == 401
    answer, again = await enrolled(browse(), link_on(page))
    again.login = "lilei"
    assert answer.status_code == 200
    assert (await again.sign_in(browse(), again.code())).status_code == 303


async def test_nobody_resets_themselves(office: Office, browse: Browse) -> None:
    browser = browse()
    await an_administrator(office, browser)
    await browser.get("/console/officers/ADMIN1")
    assert (await browser.post("/console/officers/ADMIN1/reset")).status_code == 403


@pytest.mark.parametrize("duty", ["examiner", "supervisor", "analyst", "auditor"])
async def test_only_administrators_see_and_change_officers(office: Office, sign_in_as: SignedIn, duty: str) -> None:
    browser = await sign_in_as("O1", duty)
    home = await browser.get("/console")
    assert "/console/officers" not in home.text
    assert (await browser.get("/console/officers")).status_code == 403
    for address in ("", "/O1", "/O1/lock", "/O1/unlock", "/O1/end-sessions", "/O1/reset", "/O1/subject"):
        assert (await browser.post(f"/console/officers{address}", {"duties": ["administrator"]})).status_code == 403
    signed = await office.sessions.find(browser.client.cookies["tongguan_session"])
    assert signed is not None
    with pytest.raises(Forbidden):
        await office.officers.lock(signed.caller, "O1", datetime.now(UTC))


async def key_of(connection: asyncpg.Connection, code: str, *districts: str) -> str:
    """An API key of an officer."""
    async with changing_registers(connection, "test", datetime.now(UTC)) as clerk:
        request = KeyRequest(party_code=code, name="key", role="officer", districts=districts)
        return (await create_key(clerk, request)).key


async def test_a_key_has_the_roles_of_its_officer_in_the_districts_of_both(
    office: Office, sign_in_as: SignedIn
) -> None:
    await sign_in_as("O1", "supervisor", districts=("22", "5100"))
    async with office.backing.pool.acquire() as connection:
        key, stranger = await key_of(connection, "O1", "2244", "51"), await key_of(connection, "O9", "22")
    caller = await Callers(office.backing.pool).authenticate(key)
    assert (caller.duties, caller.districts) == (("supervisor",), ("2244", "5100"))
    unknown = await Callers(office.backing.pool).authenticate(stranger)
    assert (unknown.duties, unknown.districts) == (("examiner",), ("22",))


async def test_the_keys_of_a_locked_officer_are_refused(office: Office, browse: Browse, sign_in_as: SignedIn) -> None:
    administrator = browse()
    await an_administrator(office, administrator)
    await sign_in_as("O1", "supervisor")
    async with office.backing.pool.acquire() as connection:
        key = await key_of(connection, "O1", "22")
    callers = Callers(office.backing.pool)
    await callers.authenticate(key)
    await administrator.get("/console/officers/O1")
    await administrator.post("/console/officers/O1/lock")
    callers._checked_at = 0.0
    with pytest.raises(Unauthenticated):
        await callers.authenticate(key)


@pytest.mark.parametrize(
    ("ones", "others", "both"),
    [
        (("*",), ("22",), ("22",)),
        (("22",), ("2244", "5100"), ("2244",)),
        (("2244",), ("2245",), ()),
        (("22", "51"), ("22", "51"), ("22", "51")),
        (("*",), ("*",), ("*",)),
        ((), ("*",), ()),
    ],
)
def test_districts_of_two_lists(ones: tuple[str, ...], others: tuple[str, ...], both: tuple[str, ...]) -> None:
    assert common_districts(ones, others) == both


def test_the_table_of_roles_in_the_docs_is_the_one_of_the_code() -> None:
    page = (REPOSITORY / "docs" / "officers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)`: [^|]+((?:\| ?(?:yes)? ?)+)\|$", page, re.MULTILINE)
    told = {name: tuple("yes" in cell for cell in cells.split("|")[1:]) for name, cells in rows}
    assert told == {
        permission.value: tuple(permission in PERMISSIONS[duty] for duty in Duty) for permission in Permission
    }


async def test_every_fault_of_an_invitation_is_told_at_once_beside_its_field(office: Office, browse: Browse) -> None:
    administrator = browse()
    await an_administrator(office, administrator)
    await administrator.get("/console/officers")
    wrong = {"officer_code": "O 7", "name": "", "login": "Li Lei", "duties": ["examiner"], "districts": "2"}
    refused = await administrator.post("/console/officers", wrong)
    assert refused.status_code == 422
    for field in ("officer_code", "name", "login", "districts"):
        assert f'<p class="error" id="e-{field}">' in refused.text, field
    assert 'value="O 7"' in refused.text
    assert 'value="examiner" checked' in refused.text
    roleless = await administrator.post("/console/officers", wrong | {"duties": [], "districts": "22"})
    assert '<p class="error" id="e-duties">Choose at least one role' in roleless.text
    changed = await administrator.post("/console/officers/ADMIN1", {"name": "", "duties": [], "districts": "x"})
    for field in ("name", "duties", "districts"):
        assert f'<p class="error" id="e-{field}">' in changed.text, field
    assert 'value="x"' in changed.text, "what was typed stays"


async def test_a_code_has_one_spelling(office: Office, browse: Browse) -> None:
    browser, _ = await invited(office, browse, officer_code="o7")
    assert (await browser.get("/console/officers/O7")).status_code == 200
    assert (await browser.get("/console/officers/o7")).status_code == 200
    again = await browser.post("/console/officers", NEWCOMER | {"officer_code": "O7", "login": "another"})
    assert "taken" in again.text
    async with office.backing.pool.acquire() as connection:
        assert {row[0] for row in await connection.fetch("SELECT officer_code FROM officers")} == {"ADMIN1", "O7"}
        with pytest.raises(asyncpg.CheckViolationError, match="one_spelling"):
            await connection.execute("UPDATE officers SET officer_code = 'o7' WHERE officer_code = 'O7'")


async def test_a_name_to_sign_in_by_is_taken_in_any_case(office: Office, browse: Browse) -> None:
    _, link = await invited(office, browse, login="LiLei")
    _, person = await enrolled(browse(), link)
    person.login = "LILEI"
    assert (await person.sign_in(browse(), person.code())).status_code == 303


async def test_a_key_is_its_officers_however_its_party_is_spelled(office: Office) -> None:
    now = datetime.now(UTC)
    async with office.backing.pool.acquire() as connection:
        await an_officer(connection, "O7", ("auditor",), ("22",))
        async with changing_registers(connection, "test", now) as clerk:
            request = KeyRequest(party_code="o7", name="key", role="officer", districts=("22",))
            made = await create_key(clerk, request)
        assert await connection.fetchval("SELECT party_code FROM api_keys WHERE key_id = $1", made.key_id) == "O7"
        await connection.execute("UPDATE api_keys SET party_code = 'o7'")  # as one that was made before
    caller = await Callers(office.backing.pool).authenticate(made.key)
    assert (caller.party_code, caller.duties) == ("O7", ("auditor",))
