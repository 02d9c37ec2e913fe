"""The pages of deciding: one case, a selection with its preview, what waits for a second officer."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.lifecycle import Act, Status
from app.rules.officers_work import officers_work
from app.services.desk import Decision
from app.services.service import ClearanceServices
from tests import builders
from tests.console.conftest import Browser, SignedIn
from tests.office.people import EXAMINER, all_held, held

REASON = "单证核对一致"


async def test_one_case_is_decided_with_a_reason(clearance: ClearanceServices, examiner: Browser) -> None:
    key = await held(clearance)
    address = f"/console/cases/{key}/act"
    page = await examiner.get(f"{address}?act=release")
    assert page.status_code == 200
    assert re.search(r'value="release" required checked', page.text)
    assert "Inspected, conforms" not in page.text, "it was not inspected"
    faulty = await examiner.post(address, {"act": "release", "reason": " "})
    assert faulty.status_code == 422
    assert "Give a reason." in faulty.text
    done = await examiner.post(address, {"act": "release", "reason": REASON})
    assert (done.status_code, done.headers["location"]) == (303, f"/console/cases/{key}")
    assert (await clearance.declaration(EXAMINER, key)).status is Status.RELEASED
    late = await examiner.post(address, {"act": "refuse", "reason": REASON})
    assert late.status_code == 409


async def test_a_detention_is_proposed_and_another_officer_approves(
    clearance: ClearanceServices, examiner: Browser, sign_in_as: SignedIn
) -> None:
    key = await held(clearance)
    fields = {"act": "detain", "status": "detained_legal", "reason": "疑似侵权"}
    proposed = await examiner.post(f"/console/cases/{key}/act", fields)
    address = proposed.headers["location"]
    assert re.fullmatch(r"/console/approvals/[0-9a-f-]{36}", address)
    own = await examiner.get(address)
    assert "疑似侵权" in own.text
    assert "Approve and carry out" not in own.text
    assert (await examiner.post(f"{address}/approve", {"note": ""})).status_code == 403
    supervisor = await sign_in_as("S1", "supervisor")
    assert address in (await supervisor.get("/console/approvals")).text
    assert "Approve and carry out" in (await supervisor.get(address)).text
    approved = await supervisor.post(f"{address}/approve", {"note": "同意"})
    assert approved.status_code == 303
    assert "Approved and carried out" in (await supervisor.get(address)).text
    assert (await clearance.declaration(EXAMINER, key)).status is Status.DETAINED_LEGAL


async def test_a_proposal_is_withdrawn_or_rejected(
    clearance: ClearanceServices, examiner: Browser, sign_in_as: SignedIn
) -> None:
    supervisor = await sign_in_as("S1", "supervisor")
    for number, (who, verdict) in enumerate(((examiner, "withdraw"), (supervisor, "reject"))):
        key = await held(clearance, number)
        made = await examiner.post(f"/console/cases/{key}/act", {"act": "return", "reason": "拒收"})
        answer = await who.post(f"{made.headers['location']}/{verdict}")
        assert answer.status_code == 303
        assert (await clearance.declaration(EXAMINER, key)).status is Status.HELD
    assert "Nothing waits for a second officer." in (await examiner.get("/console/approvals")).text


async def test_a_selection_is_previewed_and_then_done(clearance: ClearanceServices, examiner: Browser) -> None:
    keys = [str(key) for key in await all_held(clearance, [1, 2])]
    chosen: dict[str, object] = {"declaration_id": [*keys, "00000000-0000-4000-8000-000000000007"]}
    form = await examiner.post("/console/acts/bulk", chosen)
    assert "Decide on 3 cases" in form.text
    decision = chosen | {"act": "release", "reason": REASON}
    preview = await examiner.post("/console/acts/bulk", decision | {"step": "preview"})
    assert "Possible for 2 of 3. Nothing has been done yet." in preview.text
    assert (await clearance.declaration(EXAMINER, (await all_held(clearance, [3]))[0])).status is Status.HELD
    for _ in range(2):  # sent again it says the same
        done = await examiner.post("/console/acts/bulk", decision | {"declaration_id": keys, "step": "do"})
        assert "Done for 2 of 2." in done.text
    nothing = await examiner.post("/console/acts/bulk", {"back": "/console/queues?queue=review"})
    assert nothing.headers["location"] == "/console/queues?queue=review"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reason": builders.an_identity_number()}, "leave the identity number out"),
        ({"reason": "call 13800138000"}, "leave the telephone number out"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"act": ""}, "Choose what to do."),
        ({"act": "detain", "status": "elsewhere"}, "Say to whom the goods are handed over."),
    ],
)
async def test_a_decision_that_cannot_be_read_keeps_what_was_ticked_and_typed(
    clearance: ClearanceServices, examiner: Browser, changed: dict[str, str], told: str
) -> None:
    key = await held(clearance)
    fields = {"act": "refuse", "reason": REASON} | changed
    selection = {"declaration_id": str(key), "step": "preview", "back": "/console/queues?queue=review"}
    one = await examiner.post(f"/console/cases/{key}/act", fields)
    many = await examiner.post("/console/acts/bulk", selection | fields)
    for answer in (one, many):
        assert answer.status_code == 422
        assert told in answer.text
        assert f"{fields['reason']}</textarea>" in answer.text
    assert f'name="declaration_id" value="{key}"' in many.text
    assert 'href="/console/queues?queue=review"' in many.text
    assert (await clearance.declaration(EXAMINER, key)).status is Status.HELD


async def test_a_large_selection_is_proposed(clearance: ClearanceServices, examiner: Browser) -> None:
    alone = officers_work(datetime.now(UTC).date()).bulk_alone
    keys = [str(key) for key in await all_held(clearance, list(range(alone + 1)))]
    fields: dict[str, object] = {"declaration_id": keys, "act": "release", "reason": REASON}
    preview = await examiner.post("/console/acts/bulk", fields | {"step": "preview"})
    assert "Propose it" in preview.text
    await clearance._desk.act_on_one(EXAMINER, UUID(keys[0]), Decision(act=Act.SUSPEND, reason="x"), datetime.now(UTC))
    fewer = await examiner.post("/console/acts/bulk", fields | {"step": "preview"})
    assert "Propose it" not in fewer.text, "what is left may be decided alone"
    await clearance._desk.act_on_one(EXAMINER, UUID(keys[0]), Decision(act=Act.RESUME, reason="x"), datetime.now(UTC))
    proposed = await examiner.post("/console/acts/bulk", fields | {"step": "do"})
    assert proposed.headers["location"].startswith("/console/approvals/")


async def test_the_pages_are_there_in_chinese(clearance: ClearanceServices, sign_in_as: SignedIn) -> None:
    key = await held(clearance)
    browser = await sign_in_as("E1", "examiner", language="zh-CN")
    assert "扣留移送" in (await browser.get(f"/console/cases/{key}/act")).text
    assert "没有待复核的建议。" in (await browser.get("/console/approvals")).text
    refused = await browser.post(f"/console/cases/{key}/act", {"act": "release", "reason": ""})
    assert "请填写理由。" in refused.text


async def test_parcels_are_named_by_their_numbers_and_link_to_their_cases(
    clearance: ClearanceServices, examiner: Browser
) -> None:
    key = await held(clearance)
    view = await clearance.declaration(EXAMINER, key)
    named = f'<a href="/console/cases/{key}">{view.order_no}</a>'
    decision: dict[str, object] = {"declaration_id": [str(key)], "act": "suspend", "reason": REASON}
    preview = await examiner.post("/console/acts/bulk", decision | {"step": "preview"})
    unknown = "00000000-0000-4000-8000-000000000007"
    both = await examiner.post("/console/acts/bulk", decision | {"declaration_id": [str(key), unknown], "step": "do"})
    made = await examiner.post(f"/console/cases/{key}/act", {"act": "return", "reason": "拒收"})
    pages = (preview, both, await examiner.get("/console/approvals"), await examiner.get(made.headers["location"]))
    for page in pages:
        assert named in page.text, page.url
        assert f"{view.waybill_no} · {view.declaration_no}</span>" in page.text
    assert f'<span class="code">{unknown}</span>' in both.text


async def test_a_detention_without_its_department_keeps_the_form(
    clearance: ClearanceServices, examiner: Browser
) -> None:
    key = await held(clearance)
    fields = {"act": "detain", "reason": "疑似侵权"}
    one = await examiner.post(f"/console/cases/{key}/act", fields)
    many = await examiner.post("/console/acts/bulk", fields | {"declaration_id": [str(key)], "step": "preview"})
    for answer in (one, many):
        assert answer.status_code == 422
        assert "Say to whom the goods are handed over." in answer.text
        assert "疑似侵权</textarea>" in answer.text
    empty = await examiner.post("/console/acts/bulk", {"declaration_id": [str(key)], "step": "preview"})
    assert "Choose what to do." in empty.text, "what stands first is told first"
