"""Ways through the console: another language, the keyboard alone, no script."""

import re

from playwright.async_api import Page, expect

from tests.browser.filing import Party
from tests.browser.people import People


async def test_the_language_is_switched_and_stays(people: People) -> None:
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto("/console/queues?queue=inspection")
        await page.get_by_role("link", name="中文").click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await expect(page).to_have_url(re.compile("queue=inspection"))
        await page.goto("/console/search")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await expect(page.get_by_role("button", name="查找")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("button", name="Find")).to_be_visible()
        await page.goto("/console/queues")
        await expect(page.locator("html")).to_have_attribute("lang", "en")


async def focused(page: Page) -> str:
    """The name of what the keyboard is on."""
    return str(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))


async def test_a_queue_is_walked_and_a_note_written_with_the_keyboard_alone(people: People, party: Party) -> None:
    for _ in range(3):
        await party.file(party.overweight())
    async with people.before("WANG") as officer:
        page, keys = officer.page, officer.page.keyboard
        await page.goto("/console/queues")
        await keys.press("Tab")
        assert await focused(page) == "Skip to the content"
        await keys.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        links = page.locator("[data-rows] tbody th a")
        for key, row in (("j", 0), ("j", 1), ("k", 0)):
            await keys.press(key)
            await expect(links.nth(row)).to_be_focused()
        await keys.press("Enter")
        await expect(page).to_have_url(re.compile("/console/cases/"))
        await page.wait_for_load_state()
        await keys.press("m")
        await expect(page.get_by_label("New note")).to_be_focused()
        await keys.type("Weighed again: right.")
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(page.get_by_text("Weighed again: right.").first).to_be_visible()


async def tabbed_to(page: Page, name: str) -> None:
    """Press Tab until a field of this name has the focus."""
    for _ in range(60):
        if await page.evaluate("document.activeElement.name") == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}")


async def test_a_case_is_decided_with_the_keyboard_alone(people: People, party: Party) -> None:
    case = f"/console/cases/{(await party.file(party.overweight()))['declaration_id']}"
    await party.file(party.overweight())
    async with people.before("WANG") as officer:
        page, keys = officer.page, officer.page.keyboard
        for key, act in (("x", "refuse"), ("i", "inspect"), ("r", "release")):
            await page.goto(case)
            await keys.press(key)
            await expect(page).to_have_url(re.compile(f"act={act}$"))
            await page.wait_for_load_state()
        await expect(page.locator("[name=act]:checked")).to_have_value("release")
        await tabbed_to(page, "reason")
        await keys.type("Weighed again.")
        await keys.press("Tab")
        assert await focused(page) == "Do it"
        await keys.press("Enter")
        await expect(page.locator("h1")).to_contain_text("Released")
        await page.wait_for_load_state()
        await keys.press("n")
        await expect(page).not_to_have_url(re.compile(case))
        await expect(page).to_have_url(re.compile("/console/cases/"))


async def test_an_officer_without_script_signs_in_reads_a_case_and_releases_it(people: People, party: Party) -> None:
    declaration_id = (await party.file(party.overweight()))["declaration_id"]
    async with people.before("ADMIN") as administrator:
        link = await administrator.invite("QIAN", "钱进", ("examiner",), "22")
    async with people.stranger(script=False) as officer:
        await officer.come_in(link)
        await officer.sign_out()
        await officer.sign_in()
        page = officer.page
        await page.goto("/console/queues")
        await page.locator(f"a[href='/console/cases/{declaration_id}']").click()
        await expect(page.get_by_role("row", name=re.compile("Gross weight")).locator("td.differs")).to_have_count(2)
        await page.get_by_role("link", name=re.compile("^Release")).click()
        await page.get_by_role("textbox", name="Reason").fill("Weighed again.")
        await page.get_by_role("button", name="Do it").click()
        await expect(page.locator("h1")).to_contain_text("Released")
