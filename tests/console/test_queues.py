"""The pages of queues: tabs, filters, claims, search, views, snoozes, hand-over; each as the roles allow."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from app.domain.queues import Queue
from app.security.keyring import KeyRing
from app.services.office.office import Office
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.console.conftest import SignedIn
from tests.console.filing import filed_and_held
from tests.office.queue_ground import Cases
from tests.statements import noted

BUYER = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
async def cases(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Cases]:
    connection = await asyncpg.connect(registered.owner_url)
    yield Cases(connection, keyring)
    await connection.close()


async def test_a_queue_shows_its_cases_and_the_counts_of_all(
    sign_in_as: SignedIn, cases: Cases, office: Office
) -> None:
    key = await cases.add(1, rules=["WGT-01", "RSK-02"])
    await cases.add(2, queue=Queue.INSPECTION)
    await cases.add(3, district="5100")
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get("/console/queues")
    assert page.status_code == 200, page.text
    assert f'href="/console/cases/{key}"' in page.text
    assert "ORDER00000003" not in page.text
    assert re.search(r'queue=inspection"[^>]*>Inspection <span class="count">1<', page.text)
    for shown in ("WGT-01", "RSK-02", "100.00", "Next case", "due in"):
        assert shown in page.text, shown
    chinese = await browser.get("/console/queues?lang=zh")
    assert "下一个案件" in chinese.text


async def test_filters_narrow_say_how_many_and_tell_their_faults(sign_in_as: SignedIn, cases: Cases) -> None:
    await cases.add(1, words="婴儿奶粉")
    await cases.add(2)
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get("/console/queues", params={"queue": "review", "words": "奶粉", "rule": "", "older": ""})
    assert "ORDER00000001" in page.text
    assert "ORDER00000002" not in page.text
    assert "found: 1" in page.text
    page = await browser.get("/console/queues?hs_code=123&older=x")
    assert page.status_code == 422
    assert "Must be the first 2, 4, 6, 8 or all 10 digits" in page.text
    assert "Must be an age such as" in page.text
    assert (await browser.get("/console/queues?district=5100")).status_code == 403
    assert "No case fits." in (await browser.get("/console/queues?rule=NON-01")).text
    assert "This queue is empty." in (await browser.get("/console/queues?queue=overdue")).text


async def test_a_pager_leads_through_a_long_queue(sign_in_as: SignedIn, cases: Cases) -> None:
    for number in range(55):
        await cases.add(number)
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get("/console/queues?trade_mode=9610")
    found = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert found is not None
    behind = await browser.get(found[1].replace("&amp;", "&"))
    assert len(re.findall(r'name="declaration_id"', page.text)) == 50
    assert len(re.findall(r'name="declaration_id"', behind.text)) == 5
    assert "First page" in behind.text


async def test_next_claims_and_goes_to_the_case(sign_in_as: SignedIn, cases: Cases) -> None:
    key = await cases.add(1)
    browser = await sign_in_as("O1", "examiner")
    await browser.get("/console/queues")
    answer = await browser.post("/console/queues/next", {"back": "/console/queues?queue=review"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/cases/{key}")
    assert (await cases.of(key))["assignee"] == "O1"
    other = await sign_in_as("O2", "examiner")
    answer = await other.post("/console/queues/next", {"back": "https://elsewhere.example/console/queues"})
    assert answer.headers["location"] == "/console"
    assert (await other.post("/console/queues/claim", {"declaration_id": key})).status_code == 409
    boss = await sign_in_as("S1", "supervisor")
    await other.post("/console/queues/duty", {"takes": "on"})
    answer = await boss.post("/console/queues/assign", {"declaration_id": key, "officer": "O2"})
    assert answer.status_code == 303, answer.text
    assert (await other.post("/console/queues/release", {"declaration_id": key})).status_code == 303
    assert (await cases.of(key))["assignee"] is None


async def test_what_is_searched_for_stands_in_no_address(sign_in_as: SignedIn, cases: Cases) -> None:
    key = await cases.add(1)
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get("/console/search")
    assert 'method="post" action="/console/search"' in page.text
    answer = await browser.post("/console/search", {"text": "WB0000000001"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Taken for a waybill number." in answer.text
    assert f"/console/cases/{key}" in answer.text
    assert "Nothing was found in your districts." in (await browser.post("/console/search", {"text": "NOWHERE1"})).text
    assert (await browser.post("/console/search", {"text": ""})).status_code == 422


async def test_views_are_saved_opened_and_removed(sign_in_as: SignedIn, cases: Cases) -> None:
    boss = await sign_in_as("S1", "supervisor")
    page = await boss.get("/console/views?filter=queue%3Dinspection%26rule%3DWGT-01")
    assert 'value="queue=inspection&amp;rule=WGT-01"' in page.text
    fields = {"filter": "queue=inspection&rule=WGT-01", "name": "重量", "district": "22"}
    answer = await boss.post("/console/views", fields)
    assert answer.headers["location"] == "/console/queues?queue=inspection&rule=WGT-01"
    browser = await sign_in_as("O1", "examiner", districts=("2244",))
    assert "重量" in (await browser.get("/console/queues")).text
    listed = await boss.get("/console/views")
    view_id = re.search(r'name="view_id" value="([^"]+)"', listed.text)
    assert view_id is not None
    assert (await browser.post("/console/views/remove", {"view_id": view_id[1]})).status_code == 404
    await boss.post("/console/views/remove", {"view_id": view_id[1]})
    assert "No view is saved yet." in (await boss.get("/console/views")).text


async def test_snoozes_are_made_shown_and_ended(sign_in_as: SignedIn, cases: Cases) -> None:
    key = await cases.add(1, buyer=BUYER)
    browser = await sign_in_as("O1", "examiner")
    assert str(key) in (await browser.get(f"/console/snoozes?declaration_id={key}")).text
    fields: dict[str, object] = {"declaration_id": key, "kind": "buyer", "days": "2", "reason": "待企业说明"}
    assert (await browser.post("/console/snoozes", fields)).status_code == 303
    page = await browser.get("/console/queues")
    assert "ORDER00000001" not in page.text
    assert "1 snooze hides cases here." in page.text
    assert "ORDER00000001" in (await browser.get("/console/queues?snoozed=1")).text
    listed = await browser.get("/console/snoozes")
    assert "待企业说明" in listed.text
    snooze_id = re.search(r'name="snooze_id" value="([^"]+)"', listed.text)
    assert snooze_id is not None
    assert (await browser.post("/console/snoozes/end", {"snooze_id": snooze_id[1]})).status_code == 303
    assert "Nothing is snoozed" in (await browser.get("/console/snoozes")).text
    assert (await browser.post("/console/snoozes", fields | {"days": "99"})).status_code == 422


async def test_a_shift_is_summed_up_and_handed_over(sign_in_as: SignedIn, cases: Cases) -> None:
    key = await cases.add(1, assignee="O1", rules=["WGT-01"])
    examiner = await sign_in_as("O1", "examiner")
    page = await examiner.get("/console/hand-over")
    for shown in ("Cases of Officer O1 (O1)", "ORDER00000001", "WGT-01 ×1", "data-print"):
        assert shown in page.text, shown
    assert "Hand all cases" not in page.text
    assert (await examiner.post("/console/hand-over", {"officer": "O1", "to": ""})).status_code == 403
    assert (await examiner.get("/console/hand-over?officer=S1")).status_code == 403
    boss = await sign_in_as("S1", "supervisor")
    assert "Hand all cases" in (await boss.get("/console/hand-over?officer=O1")).text
    await boss.post("/console/hand-over", {"officer": "O1", "to": ""})
    assert (await cases.of(key))["assignee"] is None
    assert "One case was handed over." in (await boss.get("/console/hand-over")).text


async def test_who_only_reads_sees_no_buttons_and_others_nothing(sign_in_as: SignedIn, cases: Cases) -> None:
    key = await cases.add(1)
    auditor = await sign_in_as("A1", "auditor")
    page = await auditor.get("/console/queues")
    assert page.status_code == 200
    assert "Next case" not in page.text
    assert 'name="declaration_id"' not in page.text
    assert (await auditor.post("/console/queues/claim", {"declaration_id": key})).status_code == 403
    administrator = await sign_in_as("B1", "administrator")
    for address in ("queues", "search", "views", "snoozes", "hand-over"):
        assert (await administrator.get(f"/console/{address}")).status_code == 403, address


async def test_the_page_of_a_case_says_who_has_it_and_lets_it_be_claimed_and_assigned(
    clearance: ClearanceServices, sign_in_as: SignedIn, cases: Cases
) -> None:
    key = await filed_and_held(clearance)
    address = f"/console/cases/{key}"
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get(address)
    assert 'action="/console/queues/claim"' in page.text
    assert f'href="/console/snoozes?declaration_id={key}"' in page.text
    assert "/console/queues/assign" not in page.text
    answer = await browser.post("/console/queues/claim", {"declaration_id": key, "back": address})
    assert answer.headers["location"] == address
    assert 'action="/console/queues/release"' in (await browser.get(address)).text
    assert 'action="/console/queues/release"' not in (await (await sign_in_as("O2", "examiner")).get(address)).text
    boss = await sign_in_as("S1", "supervisor")
    assert 'action="/console/queues/release"' in (await boss.get(address)).text
    form = await boss.get(f"/console/queues/assign?declaration_id={key}")
    assert re.findall(r'<option value="(\w+)"', form.text) == ["O1", "O2", "S1"]
    assert (await boss.post("/console/queues/assign", {"declaration_id": key, "officer": "O2"})).status_code == 303
    assert (await cases.of(key))["assignee"] == "O2"
    assert (await boss.get("/console/queues/assign?declaration_id=x")).status_code == 404


async def test_ticked_cases_go_to_the_preview_of_a_decision(sign_in_as: SignedIn, cases: Cases) -> None:
    keys = [await cases.add(number) for number in range(2)]
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get("/console/queues")
    form = page.text.partition('action="/console/acts/bulk"')[2].partition("</form>")[0]
    ticked = re.findall(r'name="(\w+)" value="([0-9a-f-]{36})"', form)
    assert ticked == [("declaration_id", str(key)) for key in keys]
    answer = await browser.post("/console/acts/bulk", {"declaration_id": [str(key) for key in keys]})
    assert answer.status_code == 200, answer.text
    assert all(str(key) in answer.text for key in keys)


async def test_a_filter_that_cannot_be_used_is_told(sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("Q9", "examiner")
    for query in ("foo=1", "queue=nope"):
        page = await browser.get(f"/console/queues?{query}")
        assert page.status_code == 422, query
        assert 'role="alert"' in page.text, query


@pytest.mark.parametrize(
    ("address", "most"), [("/console/queues", 3), ("/console/queues?rule=WGT-01", 4), ("/console/hand-over", 5)]
)
async def test_a_page_costs_few_statements_however_much_it_shows(
    sign_in_as: SignedIn, cases: Cases, monkeypatch: pytest.MonkeyPatch, address: str, most: int
) -> None:
    for number, queue in enumerate(queue for queue in Queue if queue is not Queue.CLOSED):
        for further in range(3):
            await cases.add(10 * number + further, queue=queue, assignee="O1" if further else None)
    browser = await sign_in_as("O1", "supervisor")
    await browser.get(address)  # the first page of a minute marks who is there
    counted = noted(monkeypatch)
    page = await browser.get(address)
    assert page.status_code == 200, page.text
    assert len(counted) <= most, "\n".join(counted)


async def test_the_form_that_pages_share_holds_nothing_of_who_filtered_and_knows_new_officers(
    sign_in_as: SignedIn, cases: Cases
) -> None:
    await cases.add(1)
    browser = await sign_in_as("O1", "examiner")
    for language, words in (("en", "Waits longer than"), ("zh", "等待超过")):
        assert (
            'value="feeding bottle"'
            in (await browser.get(f"/console/queues?words=feeding+bottle&lang={language}")).text
        )
        plain = (await browser.get(f"/console/queues?lang={language}")).text
        assert "feeding bottle" not in plain
        assert words in plain
        assert "(O2)" not in plain
    await sign_in_as("O2", "examiner")
    assert "(O2)" in (await browser.get("/console/queues")).text


async def test_a_view_of_what_is_no_filter_is_refused(sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "examiner")
    await browser.get("/console/views?filter=queue%3Dnowhere")
    page = await browser.post("/console/views", {"filter": "queue=nowhere", "name": "Nowhere"})
    assert page.status_code == 422
    assert "The filter cannot be read." in page.text
    assert "Nowhere" not in (await browser.get("/console/views")).text
