"""What a form is refused for stands beside it, with what was typed; an error page leads back to where it stood."""

import re
from collections.abc import Callable
from uuid import UUID

import httpx

from app.main import create_app
from app.services.office.office import Office
from app.settings import Settings
from tests.console.conftest import ORIGIN, Browser, SignedIn
from tests.console.people import an_administrator
from tests.console.test_profiles import FORM

PERSON = "11010519491231002X"


def beside(page: str, field: str) -> str:
    """The fault that a field is described by."""
    tags: list[str] = re.findall(rf'<(?:input|textarea|select)[^>]* name="{field}"[^>]*>', page)
    marked = [tag for tag in tags if 'aria-invalid="true"' in tag]
    assert len(marked) == 1, f"{field} is not marked"
    described = re.search(r'aria-describedby="([^"]*)"', marked[0])
    assert described
    told = re.search(rf'<p class="error" id="{described[1].split()[-1]}">([^<]*)</p>', page)
    assert told
    return told[1]


async def test_a_refused_note_is_shown_again_on_the_page_of_its_case(examiner: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    await examiner.get(address)
    answer = await examiner.post(f"{address}/notes", {"text": f"他说是 {PERSON}"})
    assert answer.status_code == 422
    assert "Documents side by side" in answer.text
    assert beside(answer.text, "text") == "Must hold no identity number"
    assert f"他说是 {PERSON}</textarea>" in answer.text
    assert f'href="{address}?lang=zh"' in answer.text


async def test_a_refused_wish_for_papers_keeps_what_was_ticked_and_typed(examiner: Browser, key: UUID) -> None:
    address = f"/console/cases/{key}"
    await examiner.get(address)
    fields = {"kinds": ["invoice", "photo"], "until": "2001-02-03T18:00", "text": "带尺寸的照片"}
    answer = await examiner.post(f"{address}/document-requests", fields)
    assert answer.status_code == 422
    assert '<details id="ask" open>' in answer.text
    assert beside(answer.text, "until").startswith("Must be ahead")
    assert 'value="2001-02-03T18:00"' in answer.text
    assert "带尺寸的照片</textarea>" in answer.text
    assert re.findall(r'name="kinds" value="(\w+)" checked', answer.text) == ["invoice", "photo"]
    none = await examiner.post(f"{address}/document-requests", fields | {"kinds": []})
    assert "Say which papers are wanted" in none.text


async def test_a_refused_paper_and_a_reason_that_is_none_are_told_beside_their_forms(
    examiner: Browser, key: UUID
) -> None:
    address = f"/console/cases/{key}"
    await examiner.get(address)
    file = {"file": ("x.pdf", b"<html>", "application/pdf")}
    refused = await examiner.post(f"{address}/attachments", {"kind": "contract"}, files=file)
    assert refused.status_code == 422
    assert "PDF" in beside(refused.text, "file")
    assert 'value="contract" selected' in refused.text
    short = await examiner.post(f"{address}/unmask", {"reason": "ok"})
    assert short.status_code == 422
    assert beside(short.text, "reason") == "Write at least 4 characters"
    assert PERSON not in short.text


async def test_a_wish_that_came_too_late_is_not_lost(examiner: Browser, sign_in_as: SignedIn, key: UUID) -> None:
    address = f"/console/cases/{key}"
    page = (await examiner.get(address)).text
    until = re.search(r'name="until" type="datetime-local" value="([^"]+)"', page)
    assert until
    faster = await sign_in_as("E2", "examiner")
    assert (await faster.post(f"{address}/act", {"act": "release", "reason": "相符"})).status_code == 303
    fields = {"kinds": ["invoice"], "until": until[1], "text": "发票"}
    answer = await examiner.post(f"{address}/document-requests", fields)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "Released" in answer.text


async def test_every_fault_of_a_snooze_stands_beside_its_field(examiner: Browser, key: UUID) -> None:
    await examiner.get(f"/console/snoozes?declaration_id={key}")
    fields = {"declaration_id": str(key), "kind": "article", "days": "99", "reason": f"wegen {PERSON}"}
    answer = await examiner.post("/console/snoozes", fields)
    assert answer.status_code == 422
    assert beside(answer.text, "days").startswith("Must be from 1 to")
    assert "identity number" in beside(answer.text, "reason")
    assert beside(answer.text, "item_no").startswith("Name the article")
    assert 'value="article" selected' in answer.text
    unknown = await examiner.post("/console/snoozes", fields | {"days": "3", "reason": "x", "item_no": "NONE"})
    assert unknown.status_code == 404
    assert "no article of this number" in unknown.text
    assert 'value="NONE"' in unknown.text


async def test_an_error_page_leads_back_to_the_case_and_keeps_what_was_written(
    examiner: Browser, sign_in_as: SignedIn, key: UUID
) -> None:
    address = f"/console/cases/{key}"
    faster = await sign_in_as("E2", "examiner")
    fields = {"declaration_id": str(key), "back": address}
    assert (await faster.post("/console/queues/claim", fields)).status_code == 303
    late = await examiner.post("/console/queues/claim", fields)
    assert late.status_code == 409
    assert f'href="{address}">Back to the case</a>' in late.text
    await faster.post(f"{address}/act", {"act": "release", "reason": "相符"})
    decided = await examiner.post(f"{address}/act", {"act": "refuse", "reason": "申报价格 <不实>"})
    assert decided.status_code == 409
    assert f'href="{address}">Back to the case</a>' in decided.text
    assert "申报价格 &lt;不实&gt;" in decided.text


async def test_an_error_leads_to_the_page_above_it(sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst")
    lost = await analyst.get("/console/profiles/PRF-9999/versions/7")
    assert lost.status_code == 404
    assert 'href="/console/profiles/PRF-9999">Back</a>' in lost.text
    assert '">Back</a>' not in (await analyst.get("/console/nothing")).text


async def test_an_error_page_needs_neither_office_nor_rule_book(console_settings: Settings) -> None:
    app = create_app(console_settings, None, None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        lost = await client.get("/console/nothing", headers={"accept-language": "en"})
    assert lost.status_code == 404
    assert "There is no page at this address." in lost.text


async def test_a_view_for_a_foreign_district_keeps_its_name(examiner: Browser) -> None:
    await examiner.get("/console/views?filter=queue%3Dreview")
    fields = {"filter": "queue=review&words=bottle", "name": "Feeding bottles", "district": "5100"}
    answer = await examiner.post("/console/views", fields)
    assert answer.status_code == 403
    assert 'value="Feeding bottles"' in answer.text
    assert 'value="queue=review&amp;words=bottle"' in answer.text
    assert "The district 5100 is not one of yours" in answer.text


async def test_a_profile_beyond_the_own_districts_is_not_lost(sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst")
    await analyst.get("/console/profiles/new")
    answer = await analyst.post("/console/profiles/new", FORM | {"districts": "51", "do": "save"})
    assert answer.status_code == 403
    assert "reaches beyond your customs districts" in answer.text
    assert FORM["explanation"] in answer.text
    assert 'value="51"' in answer.text


async def test_roles_that_nobody_may_have_stay_ticked(office: Office, browse: Callable[..., Browser]) -> None:
    administrator = browse()
    await an_administrator(office, administrator)
    address = "/console/officers/ADMIN1"
    await administrator.get(address)
    fields = {"name": "Ada Byron", "duties": ["administrator", "examiner"], "districts": "22"}
    more = await administrator.post(address, fields)
    assert more.status_code == 403
    last = await administrator.post(address, fields | {"duties": [], "districts": ""})
    assert last.status_code == 422
    for answer in (more, last):
        assert 'value="Ada Byron"' in answer.text
    assert "Nobody gives more to themselves" in more.text
    assert 'value="examiner" checked' in more.text


async def test_an_error_page_speaks_of_parcels_where_the_address_is_one_and_names_roles_in_words(
    examiner: Browser,
) -> None:
    lost = await examiner.get("/console/cases/00000000-0000-8000-8000-000000000000")
    assert "It may belong to another district." in lost.text
    nothing = await examiner.get("/console/nothing")
    assert nothing.status_code == 404
    assert "parcel" not in nothing.text
    forbidden = await examiner.get("/console/officers?lang=zh", headers={"accept-language": "zh"})
    assert forbidden.status_code == 403
    assert "您的角色无权执行此操作，需要：系统管理。" in forbidden.text


async def test_an_unknown_queue_is_named_for_it_has_no_field(examiner: Browser) -> None:
    answer = await examiner.get("/console/queues?queue=nope")
    assert answer.status_code == 422
    assert "Choose one of the queues above." in answer.text
    assert "marked below" not in answer.text


async def test_a_step_of_a_profile_without_its_reason_says_so(sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst", language="zh")
    await analyst.get("/console/profiles/new")
    saved = await analyst.post("/console/profiles/new", FORM | {"do": "save"})
    lost = await analyst.post(f"{saved.headers['location']}/propose", {"note": " "})
    assert lost.status_code == 422
    assert "理由应为 1 至 500 个字符" in lost.text
