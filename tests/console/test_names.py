"""Wherever a page shows a code, its name stands beside it, in the language of the page."""

import re
from uuid import UUID

import pytest

from tests.console.conftest import Browser, SignedIn


@pytest.fixture
async def reader(sign_in_as: SignedIn) -> Browser:
    return await sign_in_as("S1", "supervisor", language="zh")


def plain(page: str) -> str:
    """The words of a page, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


async def test_a_case_names_its_office_mode_countries_and_units(reader: Browser, key: UUID) -> None:
    page = plain((await reader.get(f"/console/cases/{key}")).text)
    assert "清单 · 毛重（千克） declaration.gross_weight_kg" in page
    for told in ("2244 上海快件", "9610 电子商务", "142 人民币", "WGT-02 毛重与运单一致", "035 千克"):
        assert told in page, told


async def test_lists_name_rules_districts_and_modes(reader: Browser, key: UUID) -> None:
    for address in ("/console/queues", "/console/hand-over"):
        page = plain((await reader.get(address)).text)
        assert "毛重与运单一致" in page, address
        assert "2244 上海快件" in page, address
    assert "9610 电子商务" in plain((await reader.get("/console/queues")).text)


async def test_the_law_is_told_in_the_language_of_the_page(sign_in_as: SignedIn, reader: Browser, key: UUID) -> None:
    english = await sign_in_as("S2", "supervisor")
    case, explained = f"/console/cases/{key}", f"/console/cases/{key}/explanation"
    assert "监管实践：比对申报重量与运输重量" in (await reader.get(case)).text
    assert "Supervision practice: weights declared and carried" in (await english.get(case)).text
    for browser, told in ((reader, "（未与公布文本核对）"), (english, "(not verified against the published text)")):
        page = (await browser.get(explained)).text
        assert told in page
        assert "MEMORY" not in page
        assert "operational" not in page
        assert ("byte for byte" in page) or ("逐字节一致" in page), "what people read changes no replay"


async def test_the_record_says_who_acted_in_one_form(sign_in_as: SignedIn, reader: Browser, key: UUID) -> None:
    auditor = await sign_in_as("S1", "supervisor", "auditor")
    await reader.get(f"/console/cases/{key}")
    await reader.post(f"/console/cases/{key}/act", {"act": "release", "reason": "相符"})
    page = (await auditor.get("/console/audit?actor=S1")).text
    assert re.search(r'<span title="officer:S1:session_\w+">S1</span>', page), "found by the code alone"
    link = re.findall(r'href="(/console/audit/links/\d+/\d+)"', page)
    told = plain((await auditor.get(link[0])).text)
    assert "800 Released" in told


async def test_a_wish_for_papers_stands_once_in_the_timeline(reader: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    until = re.search(r'name="until" type="datetime-local" value="([^"]+)"', (await reader.get(address)).text)
    assert until
    fields = {"kinds": ["invoice"], "until": until[1], "text": "请补充"}
    assert (await reader.post(f"{address}/document-requests", fields)).status_code == 303
    timeline = (await reader.get(address)).text.partition('id="timeline-title"')[2]
    assert timeline.count("请补充") == 1
