"""How every main page looks: no complaint of the browser, nothing wider than the window, accessible, light and dark."""

from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.filing import Party
from tests.browser.officers import Officer
from tests.browser.people import People

OF_AN_OFFICER: Final = (
    "/console",
    "/console/queues",
    "/console/queues?queue=review&rule=WGT-02",
    "/console/search",
    "/console/snoozes",
    "/console/views?filter=queue%3Dreview",
    "/console/hand-over",
    "/console/approvals",
    "/console/profiles",
    "/console/profiles/new",
    "/console/tables",
    "/console/tables/upload",
    "/console/tables/tariff/versions",
    "/console/sampling",
    "/console/dashboard",
    "/console/audit",
    "/console/audit/verification",
    "/console/account",
)
OF_A_CASE: Final = ("", "/explanation", "/act?act=detain")
ALL_RULES: Final = ()
# What another scheme, language and width can change; the rest was asked of the same markup before.
OF_LOOKS: Final = (
    "color-contrast",
    "html-has-lang",
    "html-lang-valid",
    "link-in-text-block",
    "scrollable-region-focusable",
)
GRAVE: Final = {"serious", "critical"}
_OVERFLOW: Final = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
_WIDE: Final = """[...document.querySelectorAll("main *")].filter(each =>
  each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".scroll")).slice(0, 3)
  .map(each => each.outerHTML.slice(0, 200))"""


async def grave_violations(page: Page, rules: tuple[str, ...]) -> list[str]:
    """What axe finds that keeps people out, in words; of these rules, or of all."""
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: list[dict[str, Any]] = (await Axe().run(page, options=options)).response["violations"]
    return [
        f"{page.url} {each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in GRAVE
    ]


async def addresses_for(party: Party) -> tuple[str, ...]:
    """The main pages, with those of one case."""
    declaration_id = (await party.file(party.overweight()))["declaration_id"]
    return (*OF_AN_OFFICER, *(f"/console/cases/{declaration_id}{more}" for more in OF_A_CASE))


async def looked_at(
    officer: Officer, addresses: tuple[str, ...], faults: list[str], rules: tuple[str, ...] | None
) -> None:
    """Open each page; note what is too wide and, unless there are no rules, what keeps people out."""
    page = officer.page
    for address in addresses:
        answer = await page.goto(address, wait_until="load")
        assert answer
        assert answer.status == 200, address
        if await page.evaluate(_OVERFLOW) > 0:
            faults.append(f"{address} is wider than the window: {await page.evaluate(_WIDE)}")
        if rules is not None:
            faults += await grave_violations(page, rules)


@pytest.mark.parametrize(
    ("looks", "rules"),
    [
        ({"scheme": "light", "language": "en", "width": 1366}, ALL_RULES),
        ({"scheme": "dark", "language": "zh", "width": 820}, OF_LOOKS),
        ({"scheme": "light", "language": "en", "width": 820}, None),
    ],
    ids=["light", "dark-narrow-zh", "narrow-en"],
)
async def test_main_pages_fit_the_window_and_keep_nobody_out(
    people: People, party: Party, looks: dict[str, Any], rules: tuple[str, ...] | None
) -> None:
    faults: list[str] = []
    async with people.before("LI", **looks) as officer:
        await looked_at(officer, await addresses_for(party), faults, rules)
    async with people.before("ADMIN", **looks) as administrator:
        await looked_at(administrator, ("/console/officers", "/console/officers/LI"), faults, rules)
    async with people.stranger(**looks) as nobody:
        await looked_at(nobody, ("/console/sign-in",), faults, rules)
    assert faults == []


async def test_axe_would_tell_a_field_without_a_name_and_grey_on_grey(people: People) -> None:
    async with people.stranger() as nobody:
        await nobody.page.goto("/console/sign-in")
        await nobody.page.evaluate("document.querySelector('label').remove()")
        await nobody.page.evaluate("document.querySelector('main').style.color = '#ddd'")
        found = str(await grave_violations(nobody.page, ALL_RULES))
    assert "label" in found
    assert "color-contrast" in found


async def test_the_scheme_of_the_browser_is_followed_and_the_switch_is_kept(people: People) -> None:
    async with people.before("LI", scheme="dark") as officer:
        page = officer.page
        await page.goto("/console")
        dark = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        await page.get_by_role("button", name="Light or dark").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != dark
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
