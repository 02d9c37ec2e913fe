"""Deciding over JSON: one, many with preview, proposals; with keys of real officers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import httpx
import pytest

from app.domain.lifecycle import Status
from app.main import READERS, create_app
from app.repositories import registers
from app.security.api_keys import new_key
from app.security.keyring import KeyRing
from app.services.office.office import Office
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.conftest import FreshDatabase
from tests.office.people import all_held, held
from tests.services.conftest import OFFICER


@pytest.fixture
async def officers(
    registered: FreshDatabase, keyring: KeyRing, services: ClearanceServices
) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Clients of two officers of the district, with keys and no roles: examiners."""
    settings = Settings.from_environment({"TONGGUAN_INSTANCE": "test", "TONGGUAN_WORKER_NUMBER": "7"})
    office = await Office.open(settings, keyring, registered.service_url, READERS)
    app = create_app(settings, services, office)
    clients = {}
    connection = await asyncpg.connect(registered.service_url)
    for code in ("OFFICER1", "OFFICER2"):
        key = new_key()
        stored = registers.ApiKey(key.key_id, code, "officer", code, ("22",), datetime.now(UTC), None)
        await registers.add_key(connection, key.key_hash, stored)
        clients[code] = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://test",
            headers={"authorization": f"Bearer {key.key}", "accept-language": "en"},
        )
    await connection.close()
    yield clients
    for client in clients.values():
        await client.aclose()
    await office.close()


async def test_one_officer_acts_and_the_other_is_told(
    services: ClearanceServices, officers: dict[str, httpx.AsyncClient]
) -> None:
    key = await held(services)
    body = {"act": "inspect", "reason": "开箱"}
    for _ in range(2):
        done = await officers["OFFICER1"].post(f"/v1/cases/{key}/acts", json=body)
        assert (done.status_code, done.json()["status"]) == (200, "inspection")
    late = await officers["OFFICER2"].post(f"/v1/cases/{key}/acts", json=body)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    detain = {"act": "detain", "status": "detained_legal", "reason": "疑似侵权"}
    alone = await officers["OFFICER1"].post(f"/v1/cases/{key}/acts", json=detain)
    assert (alone.status_code, alone.json()["code"]) == (409, "second_officer_needed")


@pytest.mark.parametrize("due_at", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_nobody_is_asked_for_papers_until_a_day_that_never_comes(
    services: ClearanceServices, officers: dict[str, httpx.AsyncClient], due_at: str
) -> None:
    key = await held(services)
    body = {"act": "request_documents", "reason": "请补充发票", "due_at": due_at}
    refused = await officers["OFFICER1"].post(f"/v1/cases/{key}/acts", json=body)
    assert refused.status_code == 422
    assert (await services.declaration(OFFICER, key)).status is Status.HELD


async def test_a_preview_does_nothing_and_bulk_answers_for_each(
    services: ClearanceServices, officers: dict[str, httpx.AsyncClient]
) -> None:
    keys = [str(key) for key in await all_held(services, [1, 2])]
    unknown = "00000000-0000-0000-0000-000000000007"
    body = {"declaration_ids": [*keys, unknown], "act": "release", "reason": "抽查一致"}
    officer = officers["OFFICER1"]
    seen = (await officer.post("/v1/cases/acts", json=body | {"preview": True})).json()
    assert [each["status"] for each in seen["results"]] == ["held", "held", None]
    done = (await officer.post("/v1/cases/acts", json=body)).json()
    assert [(each["done"], each["status"]) for each in done["results"]] == [
        (True, "released"),
        (True, "released"),
        (False, None),
    ]
    assert done["results"][2]["refused"]["code"] == "not_found"


async def test_what_is_proposed_is_listed_read_and_not_approved_by_its_proposer(
    services: ClearanceServices, officers: dict[str, httpx.AsyncClient]
) -> None:
    key, officer = await held(services), officers["OFFICER1"]
    body = {"declaration_ids": [str(key)], "act": "return", "reason": "收件人拒收"}
    made = await officer.post("/v1/proposals", json=body)
    assert made.status_code == 201
    address = f"/v1/proposals/{made.json()['proposal_id']}"
    listed = (await officer.get("/v1/proposals")).json()
    assert [each["act"] for each in listed["proposals"]] == ["return"]
    assert (await officer.get(address)).json()["reason"] == "收件人拒收"
    for code in ("OFFICER1", "OFFICER2"):  # neither may: one proposed it, the other is no supervisor
        assert (await officers[code].post(f"{address}/approve", json={})).status_code == 403
    withdrawn = await officer.post(f"{address}/withdraw", json={"note": "误报"})
    assert withdrawn.json() == {"verdict": "withdrawn", "results": []}
    assert (await officer.get("/v1/proposals")).json()["proposals"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"act": "cancel"}, "/act"),
        ({"reason": "  "}, "/reason"),
        ({"reason": "11010519491231002X"}, "/reason"),
        ({"due_at": "soon"}, "/due_at"),
        ({"declaration_ids": ["x"]}, "/declaration_ids/0"),
        ({"declaration_ids": []}, "/declaration_ids"),
        ({"preview": "yes"}, "/preview"),
    ],
)
async def test_a_faulty_body_is_refused_with_its_place(
    officers: dict[str, httpx.AsyncClient], change: dict[str, object], pointer: str
) -> None:
    good: dict[str, object] = {
        "declaration_ids": ["00000000-0000-0000-0000-000000000007"],
        "act": "release",
        "reason": "抽查一致",
    }
    answer = await officers["OFFICER1"].post("/v1/cases/acts", json=good | change)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
