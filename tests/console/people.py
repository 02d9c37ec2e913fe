"""Officers of tests who come in by the front door: links, passwords, authenticators."""

import re
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import asyncpg
import httpx
import pyotp

from app.services.clearance.chain import decode_payload
from app.services.office.links import ADDRESS, first_link
from app.services.office.office import Office
from tests.console.conftest import Browser

PASSWORD = "correct horse battery staple"
_ARRIVES_WITHIN_SECONDS = 3  # on a busy machine too
_KEY = re.compile(r'<p class="code">([A-Z2-7 ]+)</p>')
_CODE = re.compile(r"<li>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</li>")
_LINK = re.compile(r"<pre>(http[^<]+)</pre>")


class Person:
    """Somebody with an authenticator, each code of which counts once."""

    def __init__(self, login: str, secret: str, recovery_codes: list[str]) -> None:
        self.login = login
        self.totp = pyotp.TOTP(secret)
        self.recovery_codes = recovery_codes

    def code(self, steps: int = 0) -> str:
        return code_of(self.totp, steps)

    async def sign_in(self, browser: Browser, code: str, password: str = PASSWORD) -> httpx.Response:
        await browser.get("/console/sign-in")
        return await browser.post("/console/sign-in", {"login": self.login, "password": password, "code": code})


def code_of(totp: pyotp.TOTP, steps: int) -> str:
    """The code so many steps from now; never at the end of a step, where "now" is another step when it arrives."""
    left = totp.interval - time.time() % totp.interval
    if left < _ARRIVES_WITHIN_SECONDS:
        time.sleep(left)
    return totp.at(datetime.now(UTC), counter_offset=steps)


async def enrolled(browser: Browser, address: str, **fields: str) -> tuple[httpx.Response, Person]:
    """Open a link and use it; the answer, and the person who did."""
    return await link_used(browser, address, await link_opened(browser, address), **fields)


async def link_opened(browser: Browser, address: str) -> str:
    """The secret that a link's page shows."""
    page = await browser.get(address)
    found = _KEY.search(page.text)
    assert found, page.text
    return found.group(1).replace(" ", "")


async def link_used(browser: Browser, address: str, secret: str, **fields: str) -> tuple[httpx.Response, Person]:
    """Send the form of a link that was opened."""
    # The code of the step before: the present one is left for signing in.
    code = code_of(pyotp.TOTP(secret), -1)
    sent = {"password": PASSWORD, "repeated": PASSWORD, "code": code} | fields
    answer = await browser.post(address, sent)
    return answer, Person(fields.get("login", ""), secret, _CODE.findall(answer.text))


async def administrator_link(office: Office) -> str:
    """The address of a link that makes the first administrator."""
    async with office.backing.pool.acquire() as connection:
        secret = await first_link(connection, "start", datetime.now(UTC))
    assert secret is not None
    return ADDRESS + secret


async def an_administrator(office: Office, browser: Browser) -> Person:
    """The first administrator, signed in with this browser."""
    address = await administrator_link(office)
    answer, person = await enrolled(browser, address, officer_code="ADMIN1", name="Ada Min", login="ada")
    assert answer.status_code == 200, answer.text
    return person


def link_on(page: httpx.Response) -> str:
    """The path of the one-time link that a page shows."""
    found = _LINK.search(page.text)
    assert found, page.text
    return urlsplit(found.group(1)).path


async def acts_of(connection: asyncpg.Connection) -> list[str]:
    """Everything in the audit chain, as text."""
    rows = await connection.fetch("SELECT payload FROM events ORDER BY lane, position")
    return [str(decode_payload(row[0])) for row in rows]
