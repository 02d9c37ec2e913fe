"""What the pictures show: ten days of parcels, cases in every queue, proposals, a profile with hits, drafts of tables.

Everything comes about as it would in earnest: parties file over HTTP, officers work on the pages.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4

import msgspec
from playwright.async_api import FilePayload, Page

from app.domain.dossier import Documents
from app.domain.period import compact
from bench.parcels import Parcels
from tests.browser.filing import Party
from tests.browser.people import People
from tests.browser.waiting import reloaded_until
from tests.office.case_files import PDF

DAYS: Final = 9
PARCELS_A_DAY: Final = 24
ARTICLE: Final = "限量纪念手办 1:6"
_DECIDED: Final = {"held": ("release", "refuse", "release"), "inspection": ("conform", "refuse", "conform")}


@dataclass
class Scenery:
    """Where to find what was made."""

    people: People
    party: Party
    cases: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    first: Documents | None = None
    decided: Counter[str] = field(default_factory=Counter)

    async def make(self) -> None:
        """All of it, in the order in which it has to happen."""
        await self._days_before()
        await self._today()
        await self._cases()
        await self._severe()
        await self._profiles()
        await self._tables()

    async def _days_before(self) -> None:
        """Parcels of the last days; most of what was held then was decided on the same day."""
        for back in range(DAYS, 0, -1):
            at = datetime.now(UTC).replace(hour=7, minute=12) - timedelta(days=back)
            filed = [(each, await self.party.file(each, at)) for each in Parcels(200 + back, at).take(PARCELS_A_DAY)]
            waiting = [answered for _, answered in filed if answered["status"] in _DECIDED]
            for number, answered in enumerate(waiting[: len(waiting) if back > 2 else 1]):
                self.decided[answered["status"]] += 1
                act = _DECIDED[answered["status"]][self.decided[answered["status"]] % 3]
                await self.act(
                    answered["declaration_id"], act, "单证与实物核对", at + timedelta(minutes=9 + 31 * number)
                )

    async def act(self, declaration_id: str, act: str, reason: str, at: datetime) -> None:
        """What the demo officer decides over the API."""
        body = msgspec.json.encode({"act": act, "reason": reason})
        answer = await self.party.post("officer", f"/v1/cases/{declaration_id}/acts", body, at=at)
        assert answer.status_code == 200, answer.text

    async def _today(self) -> None:
        """A morning's parcels, a dozen of them held, one with several contradictions."""
        for each in Parcels(100, datetime.now(UTC)).take(40):
            await self.party.file(each)
        parcels = [self.party.overweight() for _ in range(12)]
        self.first = parcels[0]
        self.cases = [(await self.party.file(each))["declaration_id"] for each in parcels]
        parcel = self.party.contradictory()
        self.found["telephone"] = str(parcel.order.buyer_telephone)
        self.found["case"] = (await self.party.file(parcel))["declaration_id"]

    async def _cases(self) -> None:
        """Notes, papers, and a case in each queue."""
        async with self.people.before("WANG", language="zh") as officer:
            page, (amended, asked, suspended, inspected, returned, *_) = officer.page, self.cases
            await claimed(page, self.found["case"])
            await noted(page, self.found["case"], "已电话联系电商企业，等待称重照片。")
            await asked_for_papers(page, self.found["case"], "请补充称重照片和发票。")
            await self._answer(self.found["case"])
            await asked_for_papers(page, asked, "请补充发票。")
            await decided(page, suspended, "suspend", "待技术鉴定。")
            await decided(page, inspected, "inspect", "毛重与运单不符，开箱查验。")
            await decided(page, returned, "return", "超出个人合理自用数量。")
            await decided(page, amended, "amend", "毛重申报有误，请更正后重新申报。")
        # What was amended is filed again, and comes before an officer whatever it is assessed to.
        assert self.first is not None
        await self.party.file(corrected(self.first))

    async def _answer(self, declaration_id: str) -> None:
        """The platform sends one of the papers that were asked for."""
        told = (await self.party.get("platform", f"/v1/declarations/{declaration_id}")).json()
        (asked,) = told["document_requests"]
        address = f"/v1/declarations/{declaration_id}/attachments"
        query = f"kind=invoice&name=%E5%8F%91%E7%A5%A8.pdf&request={asked['request_id']}"
        await self.party.post("platform", f"{address}?{query}", PDF, "application/pdf")

    async def _severe(self) -> None:
        """A detention that waits for a second officer, a bulk decision beside it, one look at personal data."""
        async with self.people.before("CHEN", language="zh") as officer:
            page = officer.page
            await decided(page, self.cases[6], "detain", "疑似侵犯知识产权，移送处理。", "detained_legal")
            await page.goto(f"/console/cases/{self.cases[7]}")
            await page.locator("form[action$=unmask] [name=reason]").evaluate(
                "field => field.closest('details').open = true"
            )
            await page.fill("form[action$=unmask] [name=reason]", "电话核对收货人。")
            await page.click("form[action$=unmask] button")
            await page.wait_for_load_state()

    async def _profiles(self) -> None:
        """One profile in force with hits, one in its shadow, one draft."""
        for _ in range(3):
            await self.party.file(self.party.with_article(self.party.clean(), ARTICLE))
        async with self.people.before("WANG", language="zh") as analyst:
            address = await profile(analyst.page, ("限量手办查验", "Limited figurines are inspected"), ARTICLE[:6])
            await rehearsed(analyst.page)
            await analyst.page.fill("form[action$=propose] [name=note]", "近期查获率较高。")
            await analyst.page.click("form[action$=propose] button")
        async with self.people.before("LI", language="zh") as chief:
            await chief.page.goto(address)
            await chief.page.fill("form[action$=approve] [name=note]", "同意。")
            await chief.page.click("form[action$=approve] button.primary")
            await chief.page.wait_for_load_state()
        for _ in range(4):
            await self.party.file(self.party.with_article(self.party.clean(), ARTICLE))
        async with self.people.before("WANG", language="zh") as analyst:
            self.found["profile"] = await profile(analyst.page, ("奶粉频次", "Milk powder again and again"), "奶粉")
            await rehearsed(analyst.page)
            await analyst.page.click("form[action$=shadow] button")
            await analyst.page.wait_for_load_state()

    async def _tables(self) -> None:
        """A draft of the tariff that changes some rates, rehearsed and open."""
        async with self.people.before("WANG", language="zh") as analyst:
            page = analyst.page
            answer = await page.request.get(f"{self.people.address}/console/tables/tariff/versions/1.csv")
            await uploaded(page, changed(await answer.text()))
            self.found["draft"] = page.url
            await page.click("form[action$=rehearse] button")
            await reloaded_until(page, page.locator("article .badge.good, article .badge.bad"))


def corrected(parcel: Documents) -> Documents:
    """The parcel filed once more, with the weight of its declaration on the waybill."""
    again, now = msgspec.structs.replace, compact(datetime.now(UTC))
    waybill = again(parcel.waybill, message_id=_new_id(), filed_at=now)
    waybill = again(waybill, gross_weight_kg=parcel.declaration.gross_weight_kg)
    declaration = again(parcel.declaration, message_id=_new_id(), filed_at=now)
    return Documents(order=parcel.order, payment=parcel.payment, waybill=waybill, declaration=declaration)


def _new_id() -> str:
    return str(uuid4()).upper()


def changed(table: str) -> str:
    """The tariff with other rates on a few rows, one row less and one more."""
    first, *rows = table.strip().split("\n")
    column = first.split(",").index("mfn_rate")
    for number in range(0, 40, 9):
        cells = rows[number].split(",")
        if re.fullmatch(r"\d+(\.\d+)?", cells[column]):
            cells[column] = str(Decimal(cells[column]) + 2)
        rows[number] = ",".join(cells)
    return "\n".join([first, *rows[:-1]])


async def uploaded(page: Page, content: str) -> None:
    """Send a file as the tariff."""
    await page.goto("/console/tables/upload?table=tariff")
    await page.set_input_files(
        "[name=file]", FilePayload(name="税则2026.csv", mimeType="text/csv", buffer=content.encode())
    )
    await page.fill("[name=note]", "2026 年调整")
    await page.click("main form button.primary")
    await page.wait_for_load_state()


async def profile(page: Page, names: tuple[str, str], article: str) -> str:
    """A draft about one article; its address."""
    await page.goto("/console/profiles/new")
    for name, text in (("name_zh", names[0]), ("name_en", names[1]), ("explanation", "近期查获率较高，建议查验。")):
        await page.fill(f"[name={name}]", text)
    await page.select_option("[name=action]", "inspect")
    await page.select_option("[name='g0.kind']", "item")
    await page.select_option("[name='g0.r0.field']", "goods_name")
    await page.select_option("[name='g0.r0.comparison']", "contains")
    await page.fill("[name='g0.r0.values']", article)
    await page.locator("button[name=do][value=save]").first.click()
    await page.wait_for_url("**/versions/1")
    return page.url


async def rehearsed(page: Page) -> None:
    """Rehearse the version that is shown."""
    await page.click("form[action$=rehearse] button")
    await reloaded_until(page, page.locator("article .badge.good"))


async def claimed(page: Page, declaration_id: str) -> None:
    """Take a case."""
    await page.goto(f"/console/cases/{declaration_id}")
    await page.click("form[action$=claim] button")
    await page.wait_for_load_state()


async def noted(page: Page, declaration_id: str, text: str) -> None:
    """Write a note."""
    await page.goto(f"/console/cases/{declaration_id}")
    await page.fill("[name=text][id=f-note]", text)
    await page.click("form[action$=notes] button")
    await page.wait_for_load_state()


async def asked_for_papers(page: Page, declaration_id: str, text: str) -> None:
    """Ask the parties for an invoice and a photo."""
    await page.goto(f"/console/cases/{declaration_id}#ask")
    await page.check("[name=kinds][value=invoice]")
    await page.check("[name=kinds][value=photo]")
    await page.fill("form[action$=document-requests] [name=text]", text)
    await page.click("form[action$=document-requests] button")
    await page.wait_for_load_state()


async def decided(page: Page, declaration_id: str, act: str, reason: str, status: str = "") -> None:
    """Decide on a case, or propose it."""
    await page.goto(f"/console/cases/{declaration_id}/act?act={act}")
    if status:
        await page.select_option("[name=status]", status)
    await page.fill("[name=reason]", reason)
    await page.click("main form button.primary")
    await page.wait_for_load_state()
