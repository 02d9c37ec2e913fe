"""A risk profile from the editor to its first hit, with a second person between."""

import re

from playwright.async_api import Page, expect

from tests.browser.filing import Party
from tests.browser.people import People
from tests.browser.waiting import reloaded_until

VERSION = re.compile(r"/console/profiles/PRF-\d{4}/versions/1$")


async def written(page: Page, article: str) -> str:
    """A draft that inspects every parcel with this article; its address."""
    await page.goto("/console/profiles/new")
    await page.get_by_label("Chinese name").fill("指定商品查验")
    await page.get_by_label("English name").fill("One article is inspected")
    await page.get_by_label("Why this profile").fill("The site asked for it.")
    await page.get_by_label("Action").select_option("inspect")
    await page.get_by_label("Share of what fits").fill("100")
    await page.get_by_label("Kind of group").select_option("item")
    await page.get_by_label("Field").select_option("goods_name")
    await page.get_by_label("Comparison").select_option("contains")
    await page.get_by_label("Values").fill(article)
    await page.get_by_role("button", name="Save as a draft").first.click()
    await expect(page).to_have_url(VERSION)
    return page.url


async def test_a_profile_is_written_rehearsed_approved_by_another_and_hits(people: People, party: Party) -> None:
    before, after = party.clean(), party.clean()
    article = "限量纪念手办"
    before, after = party.with_article(before, article), party.with_article(after, article)
    assert (await party.file(before))["status"] == "released"
    async with people.before("WANG") as analyst:
        page = analyst.page
        address = await written(page, article)
        await expect(page.get_by_text("Not rehearsed yet.")).to_be_visible()
        await page.get_by_role("button", name="Rehearse").click()
        await reloaded_until(page, page.get_by_text("Finished", exact=True))
        hit = page.locator(".figure", has_text="Would have been hit")
        await expect(hit.locator(".value")).to_have_text("1")
        await page.locator("form[action$=propose] [name=note]").fill("Needed at once.")
        await page.get_by_role("button", name="Propose").click()
        await expect(page.get_by_text("somebody else has to approve it")).to_be_visible()
    async with people.before("LI") as chief:
        page = chief.page
        await page.goto(address)
        await page.get_by_label("Note").fill("Agreed.")
        await page.get_by_role("button", name="Approve").click()
        await expect(page.locator("h1 .badge")).to_have_text("In force")
    answered = await party.file(after)
    assert answered["status"] == "inspection", answered
    profile_id = address.split("/")[-3]
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto(f"/console/cases/{answered['declaration_id']}")
        await expect(page.locator(".findings")).to_contain_text(profile_id)
        await expect(page.locator(".findings")).to_contain_text("One article is inspected")


async def test_a_faulty_profile_says_beside_its_row_what_is_wrong(people: People) -> None:
    async with people.before("WANG") as analyst:
        page = analyst.page
        await page.goto("/console/profiles/new")
        for label in ("Chinese name", "English name", "Why this profile"):
            await page.get_by_label(label).fill("x")
        await page.get_by_label("Field").select_option("goods_name")
        await page.get_by_label("Comparison").select_option("below")
        await page.get_by_label("Values").fill("5")
        await page.get_by_role("button", name="Save as a draft").first.click()
        await expect(page.locator(".row .error")).to_contain_text("does not fit")
        await page.get_by_role("button", name="Add a row to group 1").click()
        await expect(page.get_by_label("Values")).to_have_count(2)
        await expect(page.get_by_label("Values").first).to_have_value("5")
