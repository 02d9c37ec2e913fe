"""The page of a case over ASGI, as an officer reads it."""

import re
from uuid import UUID

import httpx

from tests.console.conftest import Browser, SignedIn
from tests.office.case_files import PDF
from tests.services.parcels import parcel


async def test_one_screen_shows_what_a_decision_needs(examiner: Browser, key: UUID) -> None:
    answer = await examiner.get(f"/console/cases/{key}")
    assert answer.status_code == 200
    page = answer.text
    for part in ("The parcel", "Findings", "Documents side by side", "Tax", "Annual limit", "History", "Timeline"):
        assert part in page, part
    assert "WGT-02" in page
    assert re.search(
        r'<tr class="mismatch"><th scope="row">Gross weight \(kg\) <span aria-hidden="true">≠</span>', page
    )
    assert f'/console/cases/{key}/act?act=release" data-shortcut="r"' in page
    assert "data:image/svg+xml;base64," in page
    assert parcel(1).order.buyer_id_number not in page
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_is_chinese_for_who_reads_chinese(sign_in_as: SignedIn, key: UUID) -> None:
    reader = await sign_in_as("E2", "examiner", language="zh")
    page = (await reader.get(f"/console/cases/{key}")).text
    for text in ("单证对照", "订购人年度限额", "毛重（千克）", "当日全部规则"):
        assert text in page


async def test_clear_values_are_shown_on_one_page_view_only(examiner: Browser, key: UUID) -> None:
    await examiner.get(f"/console/cases/{key}")
    shown = await examiner.post(f"/console/cases/{key}/unmask", {"reason": "telephone check"})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert parcel(1).order.buyer_id_number in shown.text
    again = (await examiner.get(f"/console/cases/{key}")).text
    assert parcel(1).order.buyer_id_number not in again
    assert "Personal data shown in the clear" in again
    assert "telephone check" in again


async def test_a_note_and_a_paper_are_kept_and_given_back(examiner: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    await examiner.get(address)
    assert (await examiner.post(f"{address}/notes", {"text": "<b>called</b>"})).status_code == 303
    file = {"file": ("发票.pdf", PDF, "text/html")}
    assert (await examiner.post(f"{address}/attachments", {"kind": "invoice"}, files=file)).status_code == 303
    page = (await examiner.get(address)).text
    assert "&lt;b&gt;called&lt;/b&gt;" in page
    link = re.search(rf"{address}/attachments/[0-9a-f-]+", page)
    assert link
    saved = await examiner.get(link[0])
    assert saved.content == PDF
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["content-security-policy"]


async def test_what_is_no_paper_is_told(examiner: Browser, key: UUID) -> None:
    await examiner.get(f"/console/cases/{key}")
    file = {"file": ("x.pdf", b"<html>", "application/pdf")}
    refused = await examiner.post(f"/console/cases/{key}/attachments", {"kind": "invoice"}, files=file)
    assert refused.status_code == 422
    assert "PDF, PNG" in refused.text


async def test_papers_are_asked_for_and_shown(examiner: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    page = (await examiner.get(address)).text
    until = re.search(r'name="until" type="datetime-local" value="([^"]+)"', page)
    assert until
    fields = {"kinds": ["invoice", "contract"], "until": until[1], "text": "please"}
    asked: httpx.Response = await examiner.post(f"{address}/document-requests", fields)
    assert asked.status_code == 303, asked.text
    page = (await examiner.get(address)).text
    assert "Awaiting documents" in page
    assert page.count('<span class="badge wait">missing</span>') == 2


async def test_the_explanation_shows_every_rule(examiner: Browser, key: UUID) -> None:
    page = (await examiner.get(f"/console/cases/{key}/explanation")).text
    assert "byte for byte" in page, re.findall("Different are:[^<]*", page)
    for rule in ("TRI-02", "WGT-02", "DEC-01"):
        assert rule in page
    assert parcel(1).order.buyer_id_number not in page


async def test_an_auditor_reads_without_buttons_and_an_administrator_not_at_all(
    sign_in_as: SignedIn, key: UUID
) -> None:
    auditor = await sign_in_as("A1", "auditor")
    page = (await auditor.get(f"/console/cases/{key}")).text
    assert "New note" not in page
    assert "Show in the clear" not in page
    assert (await auditor.post(f"/console/cases/{key}/unmask", {"reason": "curious"})).status_code == 403
    administrator = await sign_in_as("B1", "administrator")
    assert (await administrator.get(f"/console/cases/{key}")).status_code == 403
    elsewhere = await sign_in_as("E9", "examiner", districts=("53",))
    assert (await elsewhere.get(f"/console/cases/{key}")).status_code == 404


async def test_after_a_decision_the_next_case_is_one_key_away(examiner: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    assert 'class="plain" data-shortcut="n"' in (await examiner.get(address)).text
    form = (await examiner.get(f"{address}/act?act=release")).text
    assert re.search(r'<textarea[^>]* name="reason"[^>]* autofocus', form), "the act is chosen: the reason is next"
    await examiner.post(f"{address}/act", {"act": "release", "reason": "相符"})
    done = (await examiner.get(address)).text
    assert "Done." in done
    assert re.search(r'<button class="primary" data-shortcut="n"[^>]* autofocus', done)


async def test_the_draw_of_a_parcel_is_found_from_its_case(examiner: Browser, key: UUID) -> None:
    page = (await examiner.get(f"/console/cases/{key}")).text
    assert f'href="/console/sampling/declaration?declaration={key}"' in page


async def test_an_article_is_snoozed_from_its_goods_item_without_typing_its_number(
    examiner: Browser, key: UUID
) -> None:
    page = (await examiner.get(f"/console/cases/{key}")).text
    link = re.search(rf'href="(/console/snoozes\?declaration_id={key}&amp;item_no=([^"]+))"', page)
    assert link
    form = (await examiner.get(link[1].replace("&amp;", "&"))).text
    assert 'value="article" selected' in form
    number = re.search(r'name="item_no"[^>]* value="([^"]+)"', form)
    assert number
    fields = {"declaration_id": str(key), "kind": "article", "item_no": number[1], "days": "2", "reason": "待说明"}
    assert (await examiner.post("/console/snoozes", fields)).status_code == 303


async def test_a_state_is_told_once_where_the_queue_says_no_more(examiner: Browser, key: UUID) -> None:
    page = await examiner.get(f"/console/cases/{key}")
    heading = re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert heading
    assert heading[1].count('class="badge') == 1
