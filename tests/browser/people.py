"""The officers of the browser tests: an administrator, an examiner who writes profiles, two supervisors, an auditor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Browser

from tests.browser.officers import WIDE, Officer
from tests.embedded.service import Service

DISTRICTS: Final = "22"
OFFICERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "WANG": ("王芳", ("examiner", "analyst")),
    "LI": ("李强", ("supervisor", "analyst", "auditor")),
    "CHEN": ("陈静", ("supervisor",)),
}


@dataclass
class People:
    """Who came in; `before` opens a window of one of them, signed in."""

    browser: Browser
    address: str
    known: dict[str, Any]

    def before(self, code: str, **looks: Any) -> Officer:
        """An officer before a window of their own: `language`, `scheme`, `width`, `script` as for `Officer`."""
        return Officer(self.browser, self.address, state=self.known[code], **({"width": WIDE["width"]} | looks))

    def stranger(self, **looks: Any) -> Officer:
        """A window in which nobody is signed in."""
        return Officer(self.browser, self.address, **looks)


def link_of(service: Service) -> str:
    """The administrator's one-time link, which is said after the service is ready."""
    assert service.process.stdout is not None
    for line in service.process.stdout:
        service.said += line
        if found := re.search(r"http\S+/console/link/\S+", line):
            return found[0]
    raise AssertionError(service.said)


async def invited(
    browser: Browser,
    address: str,
    link: str,
    officers: Mapping[str, tuple[str, tuple[str, ...]]] = OFFICERS,
    administrator: str = "系统管理员",
) -> People:
    """The administrator comes in by the first link and invites the others, who come in by theirs."""
    people = People(browser, address, {})
    async with people.stranger() as first:
        await first.come_in(link, "ADMIN", administrator, "admin")
        links = {code: await first.invite(code, name, duties, DISTRICTS) for code, (name, duties) in officers.items()}
        people.known["ADMIN"] = await first.kept()
    for code, invitation in links.items():
        async with people.stranger() as officer:
            await officer.come_in(invitation)
            people.known[code] = await officer.kept()
    return people
