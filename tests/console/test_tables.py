"""The pages of tables: a broken file, a good one, its difference, a rehearsal, and a second person."""

import re

import httpx

from app.services.office.office import Office
from app.services.service import ClearanceServices
from tests.console.conftest import Browser, SignedIn
from tests.console.filing import filed_parcel
from tests.office.tabling import DAYS, LIST_COLUMNS
from tests.services.parcels import parcel

COLUMNS = "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,legal_unit,first_day"
GOOD = f"{COLUMNS}\n1806310000,巧克力,8,13,0,035,2024-01-01"
BROKEN = f"{COLUMNS}\n18,=巧克力,8,13,0,035,2024-01-01\n1806310000,,x,13,0,035,2024-01-01"


async def uploaded(browser: Browser, content: str, **fields: str) -> httpx.Response:
    await browser.get("/console/tables/upload")
    return await browser.post(
        "/console/tables/upload",
        {"table": "tariff"} | fields,
        files={"file": ("tariff.csv", content.encode(), "text/csv")},
    )


async def test_a_broken_file_is_shown_with_every_fault_and_a_download(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("A1", "analyst")
    page = await uploaded(browser, BROKEN)
    assert page.status_code == 422
    assert "3 faults" in page.text
    assert "hs_code" in page.text
    assert "mfn_rate" in page.text
    link = re.search(r'href="(/console/tables/faults/[^"]+)"', page.text)
    assert link
    file = await browser.get(link.group(1))
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.count("\n") == 4
    other = await sign_in_as("A2", "analyst")
    assert (await other.get(link.group(1))).status_code == 404
    assert "There is no draft." in (await browser.get("/console/tables")).text


async def test_a_file_is_uploaded_rehearsed_and_approved_by_a_second_person(
    office: Office, sign_in_as: SignedIn
) -> None:
    browser = await sign_in_as("A1", "analyst")
    sent = await uploaded(browser, GOOD, note="a test")
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    page = await browser.get(address)
    assert page.status_code == 200, page.text
    assert "Rows that differ" in page.text
    assert "You proposed this" in page.text
    assert "1806310000" in (await browser.get(f"{address}?words=1806310000")).text
    assert (await browser.post(f"{address}/rehearse", {"sample": "100"})).status_code == 303
    await office.rehearser.work_off()
    assert "Passed" in (await browser.get(address)).text
    assert (await browser.post(f"{address}/approve")).status_code == 403
    second = await sign_in_as("S1", "supervisor")
    await second.get(address)
    approved = await second.post(f"{address}/approve", {"note": "seen"})
    assert approved.status_code == 303, approved.text
    assert "Approved" in (await second.get(address)).text
    versions = await second.get("/console/tables/tariff/versions")
    assert "in force" in versions.text
    content = await second.get("/console/tables/tariff/versions/2.csv")
    assert "1806310000" in content.text


async def test_one_step_back_is_proposed_from_the_versions(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("A1", "analyst")
    address = (await uploaded(browser, GOOD)).headers["location"]
    await browser.post(f"{address}/rehearse")
    await office.rehearser.work_off()
    second = await sign_in_as("S1", "supervisor")
    await second.get(address)
    await second.post(f"{address}/approve")
    await browser.get("/console/tables/tariff/versions")
    back = await browser.post("/console/tables/tariff/step-back", {"note": "wrong year"})
    await second.get(back.headers["location"])
    assert (await second.post(f"{back.headers['location']}/approve")).status_code == 303
    page = await second.get(back.headers["location"])
    assert "version 2 → version 1" in page.text


async def test_pages_of_tables_are_in_chinese_too(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("A1", "analyst", language="zh")
    address = (await uploaded(browser, GOOD)).headers["location"]
    assert "不是 10 位数字" in (await uploaded(browser, BROKEN)).text
    for each in ("/console/tables", "/console/tables/upload", "/console/tables/tariff/versions", address):
        page = await browser.get(each)
        assert page.status_code == 200
        for english in ("Upload", "Rows that", "In force", "First day", "Draft<", "Rehearse"):
            assert english not in page.text, (each, english)


async def test_the_pages_are_closed_to_who_may_not(office: Office, sign_in_as: SignedIn) -> None:
    examiner = await sign_in_as("E1", "examiner")
    assert (await examiner.get("/console/tables")).status_code == 403
    auditor = await sign_in_as("U1", "auditor")
    page = await auditor.get("/console/tables")
    assert page.status_code == 200
    assert "Upload a file" not in page.text
    assert (await auditor.get("/console/tables/upload")).status_code == 403
    assert (await auditor.get("/console/tables/nothing/versions")).status_code in {404, 422}


async def test_the_examples_of_a_rehearsal_are_parcels_by_their_numbers_and_rules_by_their_names(
    office: Office, clearance: ClearanceServices, sign_in_as: SignedIn
) -> None:
    key, order_no = await filed_parcel(clearance), parcel(1).order.order_no
    analyst = await sign_in_as("A1", "analyst")
    without = f"{LIST_COLUMNS}\n33051000,洗发剂,2019-01-01"  # the parcel is of chocolate
    sent = await uploaded(analyst, without, table="positive_list", complete="1")
    address = sent.headers["location"]
    days = {"first_day": str(DAYS[0]), "last_day": str(DAYS[1]), "sample": "100"}
    assert (await analyst.post(f"{address}/rehearse", days)).status_code == 303
    await office.rehearser.work_off()
    page = (await analyst.get(address)).text
    assert f'<a href="/console/cases/{key}">{order_no}</a>' in page
    assert 'LST-01 <span class="muted">Positive list</span>' in page
    administrator = await sign_in_as("B1", "administrator")
    assert str(order_no) not in (await administrator.get(address)).text, "who sees no cases sees no parcels"
