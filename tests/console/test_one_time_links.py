"""One-time links: good once and for a day, and what is wrong is named."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.services.audit import START
from app.services.office.links import ADDRESS, first_link, made_link
from app.services.office.office import Office
from tests.console.conftest import Browser, SignedIn
from tests.console.people import PASSWORD, administrator_link, an_administrator, enrolled, link_opened, link_used

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
    address = await administrator_link(office)
    browsers = [browse() for _ in range(3)]
    secrets = [await link_opened(browser, address) for browser in browsers]
    answers = await asyncio.gather(
        *(
            link_used(browser, address, secret, officer_code=f"A{n}", name="Ada", login=f"ada{n}")
            for n, (browser, secret) in enumerate(zip(browsers, secrets, strict=True))
        )
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


async def test_a_link_is_used_in_a_browser_where_somebody_else_is_signed_in(
    office: Office, sign_in_as: SignedIn
) -> None:
    browser = await sign_in_as("E1", "examiner")
    address = await administrator_link(office)
    answer, _ = await enrolled(browser, address, officer_code="A1", name="Ada Min", login="ada")
    assert answer.status_code == 200
    assert "Ada Min" in (await browser.get("/console")).text
