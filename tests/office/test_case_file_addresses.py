"""The addresses of cases over ASGI: shapes, headers, who is refused."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest

from app.main import create_app
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.office.case_files import EXAMINER, PDF, an_officer, case_files_of, held
from tests.services.conftest import DECLARANT
from tests.services.parcels import parcel

CALLERS = {
    "examiner": EXAMINER,
    "auditor": an_officer("auditor", code="A1"),
    "declarant": DECLARANT,
    "site": Caller(key_id="s", party_code="SITE1", role="site", name="site"),
}


@pytest.fixture
async def door(
    services: ClearanceServices, keyring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    async def authenticate(key: str) -> Caller:
        return CALLERS[key]

    monkeypatch.setattr(services, "authenticate", authenticate)
    office = SimpleNamespace(case_files=case_files_of(services, keyring))
    app = create_app(Settings(), services, office)  # type: ignore[arg-type] # the parts that these addresses ask
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"authorization": "Bearer examiner", "accept-language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers) as client:
        yield client


@pytest.fixture
async def key(services: ClearanceServices) -> UUID:
    return await held(services)


def as_(who: str) -> dict[str, str]:
    return {"authorization": f"Bearer {who}"}


async def test_a_case_is_read_masked_and_kept_by_nobody(door: httpx.AsyncClient, key: UUID) -> None:
    answer = await door.get(f"/v1/cases/{key}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = answer.json()
    assert page["case"]["queue"] == "review"
    assert page["rule_titles"] == {"WGT-02": "Gross weight fits the waybill"}
    assert [line["name"] for line in page["lines"] if line["differs"]] == ["gross_weight_kg"]
    assert parcel(1).order.buyer_id_number not in answer.text
    assert (await door.get(f"/v1/cases/{key}/timeline")).json()["moments"] == page["timeline"]


async def test_unmasking_needs_a_reason_and_shows_the_values_once(door: httpx.AsyncClient, key: UUID) -> None:
    refused = await door.post(f"/v1/cases/{key}/unmask", json={})
    assert refused.status_code == 422
    answer = await door.post(f"/v1/cases/{key}/unmask", json={"reason": "telephone check"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["clear"]
    assert parcel(1).order.buyer_id_number in answer.text
    assert (await door.post(f"/v1/cases/{key}/unmask", json={"reason": "curious"}, headers=as_("auditor"))).is_error


async def test_a_note_with_a_key_of_idempotency_is_one_note(door: httpx.AsyncClient, key: UUID) -> None:
    for _ in range(2):
        answer = await door.post(
            f"/v1/cases/{key}/notes", json={"text": "called"}, headers={"idempotency-key": "note-1"}
        )
        assert answer.status_code == 201
    moments = (await door.get(f"/v1/cases/{key}/timeline")).json()["moments"]
    assert [moment["text"] for moment in moments if moment["what"] == "note"] == ["called"]


async def test_a_party_sends_a_paper_and_an_officer_saves_it(door: httpx.AsyncClient, key: UUID) -> None:
    address, query = f"/v1/declarations/{key}/attachments", {"kind": "invoice", "name": "发票.pdf"}
    sent = await door.post(address, params=query, content=PDF, headers=as_("declarant"))
    assert sent.status_code == 201
    assert (await door.post(address, params=query, content=PDF, headers=as_("declarant"))).status_code == 200
    listed = (await door.get(address, headers=as_("declarant"))).json()["attachments"]
    assert [each["kind"] for each in listed] == ["invoice"]
    saved = await door.get(f"/v1/cases/{key}/attachments/{listed[0]['attachment_id']}")
    assert saved.content == PDF
    assert saved.headers["content-type"] == "application/pdf"
    assert saved.headers["content-disposition"].startswith("attachment;")
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in saved.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "content", "code"),
    [
        ({"kind": "nonsense"}, PDF, "invalid_parameter"),
        ({"reqest": "x"}, PDF, "invalid_parameter"),
        ({}, b"<html>", "attachment_refused"),
        ({}, b"", "attachment_refused"),
    ],
)
async def test_what_is_wrong_with_a_paper_is_named(
    door: httpx.AsyncClient, key: UUID, query: dict[str, str], content: bytes, code: str
) -> None:
    answer = await door.post(f"/v1/declarations/{key}/attachments", params=query, content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_report_has_its_faults_named(door: httpx.AsyncClient, key: UUID) -> None:
    report = {"kind": "xray", "report_no": "1", "verdict": "clear", "taken_at": "yesterday at about noon", "image": "x"}
    answer = await door.post(f"/v1/cases/{key}/reports", json=report, headers=as_("site"))
    assert answer.status_code == 422
    report |= {"taken_at": "2024-06-18T09:58:00+08:00"}
    del report["image"]
    stranger = await door.post(f"/v1/cases/{key}/reports", json=report, headers=as_("site"))
    assert stranger.status_code == 404
    assert (await door.post(f"/v1/cases/{key}/reports", json=report)).status_code == 403


async def test_an_auditor_reads_and_changes_nothing(door: httpx.AsyncClient, key: UUID) -> None:
    assert (await door.get(f"/v1/cases/{key}", headers=as_("auditor"))).status_code == 200
    note = await door.post(f"/v1/cases/{key}/notes", json={"text": "x"}, headers=as_("auditor"))
    assert note.status_code == 403
    assert (await door.get(f"/v1/cases/{key}", headers=as_("declarant"))).status_code == 403
