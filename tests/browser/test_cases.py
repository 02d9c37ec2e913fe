"""A held parcel before an officer: found, read, its papers asked for, released; and how severe acts need two people."""

import re

from playwright.async_api import Page, expect

from tests.browser.filing import Party
from tests.browser.people import People
from tests.office.case_files import PDF


async def decide(page: Page, act: str, reason: str, **chosen: str) -> None:
    """Press an act on a case, give a reason, do it."""
    await page.get_by_role("link", name=re.compile(f"^{act}( |$)")).click()
    await page.get_by_role("textbox", name="Reason").fill(reason)
    for label, value in chosen.items():
        await page.get_by_label(label.replace("_", " ")).select_option(value)
    await page.get_by_role("button", name="Do it").click()


async def test_a_held_parcel_is_found_in_the_queue_by_its_number_and_by_telephone(people: People, party: Party) -> None:
    documents = party.overweight()
    case = f"/console/cases/{(await party.file(documents))['declaration_id']}"
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto("/console/queues")
        await page.get_by_text("Narrow", exact=True).click()
        await page.get_by_label("Rule").fill("WGT-02")
        await page.get_by_label("Platform").fill(documents.order.platform_code or "")
        await page.get_by_role("button", name="Show", exact=True).click()
        await expect(page).to_have_url(re.compile("rule=WGT-02"))
        await expect(page.locator(f"a[href='{case}']")).to_be_visible()
        await page.get_by_label("Rule").fill("AGE-99")
        await page.get_by_role("button", name="Show", exact=True).click()
        await expect(page.locator(f"a[href='{case}']")).to_have_count(0)
        for told in (documents.order.order_no, documents.order.buyer_telephone):
            await page.goto("/console/search")
            await page.get_by_label("What you were told").fill(str(told))
            await page.get_by_role("button", name="Find").click()
            await expect(page.locator(f"a[href='{case}']")).to_be_visible()


async def test_the_mismatch_is_marked_with_a_sign_and_words_not_by_colour_alone(people: People, party: Party) -> None:
    answered = await party.file(party.overweight())
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto(f"/console/cases/{answered['declaration_id']}")
        row = page.get_by_role("row", name=re.compile("Gross weight"))
        await expect(row.get_by_role("rowheader")).to_contain_text("≠")
        await expect(row.get_by_role("rowheader")).to_contain_text("differs")
        await expect(row.locator("td.differs").first).to_have_text("19.50")
        await expect(page.get_by_text("Differences, marked with ≠")).to_contain_text("1")
        await expect(page.locator(".findings")).to_contain_text("WGT-02")


async def test_papers_are_asked_for_filed_by_the_party_seen_and_the_parcel_released(
    people: People, party: Party
) -> None:
    documents = party.overweight()
    declaration_id = (await party.file(documents))["declaration_id"]
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto(f"/console/cases/{declaration_id}")
        await page.get_by_role("link", name="Ask for documents").click()
        await page.get_by_role("checkbox", name="Invoice").check()
        await page.get_by_label("What is wanted").fill("The invoice with the weights.")
        await page.get_by_role("button", name="Ask for papers").click()
        await expect(page.locator("h1")).to_contain_text("Awaiting documents")
        await expect(page.get_by_text("missing", exact=True)).to_be_visible()
        (asked,) = (await party.get("platform", f"/v1/declarations/{declaration_id}")).json()["document_requests"]
        sent = await party.post(
            "platform",
            f"/v1/declarations/{declaration_id}/attachments?kind=invoice&name=weights.pdf&request={asked['request_id']}",
            PDF,
            "application/pdf",
        )
        assert sent.status_code == 201, sent.text
        await page.reload()
        await expect(page.get_by_role("link", name="weights.pdf")).to_be_visible()
        await expect(page.get_by_text("came", exact=True)).to_be_visible()
        await expect(page.locator("h1")).not_to_contain_text("Awaiting documents")
        await decide(page, "Release", "The invoice explains the weight.")
        await expect(page.locator("h1")).to_contain_text("Released")
    receipts = await party.receipts("declarant")
    number = f"<copNo>{documents.declaration.internal_no}</copNo>"
    assert any(number in each and "<returnStatus>800</returnStatus>" in each for each in receipts)


async def test_a_detention_is_proposed_by_one_officer_and_approved_by_another(people: People, party: Party) -> None:
    declaration_id = (await party.file(party.overweight()))["declaration_id"]
    async with people.before("LI") as first:
        page = first.page
        await page.goto(f"/console/cases/{declaration_id}")
        await decide(page, "Detain and hand over", "Contraband was found.", Detained_goods_go_to="detained_customs")
        await expect(page.get_by_text("Proposed: another officer has to approve.")).to_be_visible()
        await page.goto(f"/console/cases/{declaration_id}")
        await expect(page.get_by_text("A second officer is to decide")).to_be_visible()
        await page.get_by_role("link", name="To the proposal").click()
        await expect(page.get_by_text("Another officer has to approve; you may withdraw it.")).to_be_visible()
        await expect(page.get_by_role("button", name="Approve and carry out")).to_have_count(0)
        proposal = page.url
        refused = await page.request.post(
            f"{proposal}/approve",
            form={"csrf": await page.locator("main [name=csrf]").first.input_value(), "note": "mine"},
            headers={"origin": people.address},
        )
        assert refused.status == 403
    async with people.before("CHEN") as second:
        page = second.page
        await page.goto("/console/approvals")
        await page.locator(f"a[href$='{proposal.rpartition('/')[2]}']").click()
        await page.get_by_label("Note").fill("agreed")
        await page.get_by_role("button", name="Approve and carry out").click()
        await page.goto(f"/console/cases/{declaration_id}")
        await expect(page.locator(".timeline")).to_contain_text("Detain and hand over")
        await expect(page.locator(".timeline")).to_contain_text("proposed by LI")


async def test_many_cases_are_decided_after_a_preview(people: People, party: Party) -> None:
    keys = [(await party.file(party.overweight()))["declaration_id"] for _ in range(2)]
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto("/console/queues")
        for key in keys:
            await page.locator(f"input[value='{key}']").check()
        await page.get_by_role("button", name="Decide on the ticked ones").click()
        await page.get_by_label("What to do").select_option("release")
        await page.get_by_label("Reason").fill("Weighed again.")
        await page.get_by_role("button", name="Preview").click()
        await expect(page.get_by_text("Possible for 2 of 2. Nothing has been done yet.")).to_be_visible()
        await page.get_by_role("button", name="Do it").click()
        await expect(page.get_by_text("Done for 2 of 2.")).to_be_visible()
        await page.goto(f"/console/cases/{keys[0]}")
        await expect(page.locator("h1")).to_contain_text("Released")


async def test_seeing_personal_data_asks_for_a_reason_and_stands_in_the_record(people: People, party: Party) -> None:
    documents = party.overweight()
    declaration_id = (await party.file(documents))["declaration_id"]
    async with people.before("LI") as officer:
        page = officer.page
        await page.goto(f"/console/cases/{declaration_id}")
        name = documents.order.buyer_name or ""
        await expect(page.get_by_text(name, exact=True)).to_have_count(0)
        await page.get_by_text("See personal data in the clear").click()
        await page.get_by_label("Reason").fill("The buyer called.")
        await page.get_by_role("button", name="Show in the clear").click()
        await expect(page.get_by_text(name, exact=True).first).to_be_visible()
        await page.goto(f"/console/cases/{declaration_id}")
        await expect(page.get_by_text(name, exact=True)).to_have_count(0)
        await page.goto(f"/console/audit?declaration_id={declaration_id}")
        await expect(page.get_by_role("row", name=re.compile("unmask")).first).to_contain_text("LI")


async def test_going_back_after_a_decision_ticks_no_act_that_stands_in_its_place(people: People, party: Party) -> None:
    case = f"/console/cases/{(await party.file(party.overweight()))['declaration_id']}"
    async with people.before("WANG") as officer:
        page = officer.page
        await page.goto(f"{case}/act")
        await page.get_by_role("radio", name=re.compile("^Suspend")).check()
        await page.get_by_role("textbox", name="Reason").fill("待技术鉴定")
        await page.get_by_role("button", name="Do it").click()
        await expect(page).to_have_url(re.compile(f"{case}$"))
        await page.go_back()
        await expect(page.get_by_role("radio", name=re.compile("^Resume review"))).to_be_visible()
        await expect(page.locator("input[name=act]:checked")).to_have_count(0)
