"""A reference table from a broken file to its version in force, with a second person between."""

import csv
import io

from playwright.async_api import FilePayload, Page, expect

from tests.browser.filing import Party
from tests.browser.people import People
from tests.browser.waiting import reloaded_until

COLUMNS = "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,legal_unit,first_day"
BROKEN = f"{COLUMNS}\n18,=巧克力,8,13,0,035,2024-01-01\n1806310000,,x,13,0,035,2024-01-01"


async def renamed(page: Page) -> str:
    """The tariff in force with another name on one row: no parcel is judged otherwise by it."""
    answer = await page.context.request.get("/console/tables/tariff/versions/1.csv")
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    for row in rows:
        if row["hs_code"] == "1806310000":
            row["name"] = "巧克力（礼盒）"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


async def upload(page: Page, content: str) -> None:
    """Send a file as the tariff."""
    await page.goto("/console/tables/upload")
    await page.get_by_label("Table").select_option("tariff")
    file = FilePayload(name="tariff.csv", mimeType="text/csv", buffer=content.encode())
    await page.get_by_role("button", name="File").set_input_files([file])
    await page.get_by_role("button", name="Check and store as a draft").click()


async def test_a_broken_table_is_refused_row_by_row_and_a_good_one_comes_into_force(
    people: People, party: Party
) -> None:
    for _ in range(3):
        assert (await party.file(party.clean()))["status"] == "released"
    async with people.before("WANG") as analyst:
        page = analyst.page
        await upload(page, BROKEN)
        await expect(page.get_by_role("alert")).to_contain_text("faults; nothing was stored")
        for row, column in (("2", "hs_code"), ("3", "mfn_rate")):
            await expect(page.get_by_role("row", name=f"{row} {column}")).to_be_visible()
        await upload(page, await renamed(page))
        await expect(page.get_by_role("heading", name="Difference to what is in force")).to_be_visible()
        await expect(page.get_by_role("row", name="1806310000").first).to_contain_text("巧克力（礼盒）")
        await page.get_by_role("button", name="Rehearse").click()
        await reloaded_until(page, page.get_by_text("Passed", exact=True))
        await expect(page.get_by_text("You proposed this: somebody else has to approve it.")).to_be_visible()
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        draft = page.url
    async with people.before("LI") as chief:
        page = chief.page
        await page.goto(draft)
        await page.get_by_label("Note").fill("Compared with the printed tariff.")
        await page.get_by_role("button", name="Approve").click()
        await expect(page.locator("h1 .badge")).to_have_text("Approved")
        await expect(page.locator("dl.values").first).to_contain_text("LI")
        await page.goto("/console/tables/tariff/versions")
        await expect(page.locator("tr.selected")).to_contain_text("2 · in force")
