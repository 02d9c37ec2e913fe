"""Takes the pictures of `docs/console`: a throwaway installation is filled, and every main page looked at.

Run it by `make screenshots`. It needs Chromium and a font with Chinese letters (Debian: chromium, fonts-noto-cjk).
"""

import asyncio
import base64
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.filing import Party
from tests.browser.people import People, invited, link_of
from tests.browser.scenery import Scenery, uploaded
from tests.browser.waiting import reloaded_until
from tests.embedded.service import Service

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "console"
SHRINK: Final = Path(__file__).with_name("shrink.js").read_text(encoding="utf-8")
LANGUAGES: Final = ("en", "zh")
TALLEST: Final = 6000
BROKEN: Final = (
    "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,legal_unit,first_day\n"
    "18,=巧克力,8,13,0,035,2024-01-01\n1806310000,,x,13,0,035,2024-01-01\n1901101090,奶粉,15,13,0,122,2024-13-01\n"
)
Step = Callable[[Page, Scenery], Awaitable[None]]


def at(address: str) -> Step:
    """Just that page; `{case}` and other names are what the scenery found."""

    async def step(page: Page, scenery: Scenery) -> None:
        await page.goto(address.format(**scenery.found))

    return step


async def search(page: Page, scenery: Scenery) -> None:
    """What a telephone number finds."""
    await page.goto("/console/search")
    await page.fill("[name=text]", scenery.found["telephone"])
    await page.click("main form button.primary")


async def act_form(page: Page, scenery: Scenery) -> None:
    """The form of a decision, with a severe one chosen."""
    await page.goto(f"/console/cases/{scenery.found['case']}/act?act=detain")
    await page.select_option("[name=status]", "detained_legal")


async def bulk(page: Page, _scenery: Scenery) -> None:
    """The preview of a bulk decision."""
    await page.goto("/console/queues")
    for box in (await page.locator("[name=declaration_id]").all())[-4:]:
        await box.check()
    await page.locator("form[action$=bulk] button").click()
    await page.select_option("[name=act]", "release")
    await page.fill("[name=reason]", "复称一致，予以放行。")
    await page.click("main form button.primary")


async def faults(page: Page, _scenery: Scenery) -> None:
    """A table with faults."""
    await uploaded(page, BROKEN)


async def profile(page: Page, scenery: Scenery) -> None:
    """A version with its rehearsal."""
    await page.goto(scenery.found["profile"])


async def draft(page: Page, scenery: Scenery) -> None:
    """A draft of a table with its difference and rehearsal."""
    await page.goto(scenery.found["draft"])


# Name of the picture, who looks, how to come there. Nobody is signed in before the first.
PICTURES: Final[tuple[tuple[str, str, Step], ...]] = (
    ("sign-in", "", at("/console/sign-in")),
    ("queue", "LI", at("/console/queues")),
    ("queue-narrowed", "LI", at("/console/queues?queue=review&rule=WGT-02&value_from_cny=200")),
    ("search", "LI", search),
    ("case", "LI", at("/console/cases/{case}")),
    ("explanation", "LI", at("/console/cases/{case}/explanation")),
    ("decision", "LI", act_form),
    ("bulk-preview", "LI", bulk),
    ("approvals", "LI", at("/console/approvals")),
    ("hand-over", "LI", at("/console/hand-over")),
    ("profiles", "LI", at("/console/profiles")),
    ("profile-editor", "WANG", at("{profile}/edit")),
    ("profile-rehearsal", "LI", profile),
    ("tables", "LI", at("/console/tables")),
    ("table-faults", "WANG", faults),
    ("table-draft", "LI", draft),
    ("sampling", "LI", at("/console/sampling")),
    ("dashboard", "LI", at("/console/dashboard")),
    ("audit", "LI", at("/console/audit")),
    ("officers", "ADMIN", at("/console/officers")),
)
DARK: Final = frozenset({"queue", "case", "dashboard"})


async def take(people: People, scenery: Scenery, picture: tuple[str, str, Step], language: str, scheme: str) -> None:
    """One picture, kept small."""
    name, who, step = picture
    looks = {"language": language, "scheme": scheme}
    window = people.before(who, **looks) if who else people.stranger(**looks)
    async with window as officer:
        page = officer.page
        await step(page, scenery)
        await page.wait_for_load_state("networkidle")
        height = min(TALLEST, await page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"))
        await page.set_viewport_size({"width": 1366, "height": max(height, 360)})
        await page.wait_for_load_state("networkidle")
        content = base64.b64encode(await page.screenshot(animations="disabled")).decode()
        await page.goto("about:blank")
        small = base64.b64decode(await page.evaluate(f"({SHRINK})", content))
    file = FOLDER / f"{name}{'-dark' if scheme == 'dark' else ''}.{language}.png"
    file.write_bytes(small)
    sys.stdout.write(f"{file.name} {len(small) // 1024} KB\n")


async def taken(browser: Browser, service: Service) -> None:
    """Fill the installation and take all pictures."""
    address = f"http://127.0.0.1:{service.port}"
    people = await invited(browser, address, link_of(service))
    party = Party(address, service.home)
    scenery = Scenery(people, party)
    await scenery.make()
    await party.close()
    async with people.before("LI") as officer:
        await officer.page.goto("/console/dashboard")
        await reloaded_until(officer.page, officer.page.locator(".pagehead p:not(:has-text('still to be counted'))"))
    chosen = [each for each in PICTURES if len(sys.argv) < 2 or each[0] in sys.argv[1:]]
    for language in LANGUAGES:
        for picture in chosen:
            for scheme in ("light", "dark") if picture[0] in DARK else ("light",):
                await take(people, scenery, picture, language, scheme)


async def main() -> None:
    """Start a throwaway service and a browser."""
    FOLDER.mkdir(exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk).")
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        service = Service(Path(folder) / "var", INSPECTION_RATE="0.06", TEST_CLOCK="1", LOG_LEVEL="warning")
        service.start()
        try:
            async with async_playwright() as playwright:
                # A Chinese surrounding takes signs such as ≠ from the same font as the letters beside them.
                surroundings: dict[str, str | float | bool] = {**os.environ, "LC_ALL": "zh_CN.UTF-8"}
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox"], env=surroundings
                )
                await taken(browser, service)
                await browser.close()
        finally:
            service.clean_up()


if __name__ == "__main__":
    asyncio.run(main())
