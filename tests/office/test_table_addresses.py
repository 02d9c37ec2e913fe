"""The addresses of tables, asked over HTTP by officers with keys."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from app.main import READERS, create_app
from app.security.keyring import KeyRing
from app.services.cursors import encode_cursor
from app.services.filings import Caller
from app.services.office.office import Office
from app.settings import Settings
from tests.api.fakes import MemoryKeys
from tests.conftest import FreshDatabase
from tests.office.officers import ANALYST, AUDITOR, EXAMINER, SUPERVISOR

GOOD = "code,name_zh\n142,中国\n502,美国\n"
_KEYS = {"auditor": AUDITOR, "analyst": ANALYST, "supervisor": SUPERVISOR, "examiner": EXAMINER}


class Doorkeeper:
    """Knows officers by the name of their key, and the keys of idempotency; nothing else of intake is asked here."""

    def __init__(self) -> None:
        self.idempotency = MemoryKeys()

    async def authenticate(self, key: str) -> Caller:
        return _KEYS[key]


@pytest.fixture
async def office(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Office]:
    opened = await Office.open(Settings.from_environment({}), keyring, registered.service_url, READERS)
    yield opened
    await opened.close()


@pytest.fixture
async def http(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings.from_environment({}), Doorkeeper(), office)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def by(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}", "accept-language": "en"}


async def test_a_table_goes_from_a_file_to_force_over_the_api(http: httpx.AsyncClient, office: Office) -> None:
    me, other = by("analyst"), by("supervisor")
    faulty = await http.post("/v1/tables/country/drafts", headers=me, content="code,name_zh\n1,\n")
    assert faulty.status_code == 422
    assert {each["pointer"] for each in faulty.json()["errors"]} == {"/rows/2/code", "/rows/2/name_zh"}
    made = await http.post("/v1/tables/country/drafts?keep_earlier=no&note=test", headers=me, content=GOOD.encode())
    assert made.status_code == 201, made.text
    draft = f"/v1/tables/drafts/{made.json()['draft_id']}"
    difference = (await http.get(f"{draft}/difference?kind=removed&limit=2", headers=me)).json()
    assert difference["counts"]["removed"] > 2
    assert len(difference["rows"]) == 2
    following = await http.get(f"{draft}/difference", params={"cursor": difference["next_cursor"]}, headers=me)
    assert following.status_code == 200
    days = {"first_day": "2024-01-01", "last_day": "2024-12-31"}
    assert (await http.post(f"{draft}/approve", headers=other, json={})).status_code == 409
    assert (await http.post(f"{draft}/rehearsals", headers=me, json=days)).status_code == 202
    await office.rehearser.work_off()
    assert (await http.get(draft, headers=me)).json()["rehearsals"][0]["state"] == "passed"
    assert (await http.post(f"{draft}/approve", headers=me, json={})).status_code == 403
    approved = await http.post(f"{draft}/approve", headers=other, json={"note": "compared"})
    assert approved.json()["status"] == "approved", approved.text
    versions = (await http.get("/v1/tables/country/versions", headers=me)).json()["versions"]
    content = await http.get(f"/v1/tables/country/versions/{versions[0]['version']}", headers=me)
    assert content.text.startswith("code,name_zh")
    once = me | {"idempotency-key": "back-1"}
    back = await http.post("/v1/tables/country/step-back", headers=once, json={"note": "wrong"})
    again = await http.post("/v1/tables/country/step-back", headers=once, json={"note": "wrong"})
    assert again.content == back.content
    assert back.json()["kind"] == "step_back"
    drafts = (await http.get("/v1/tables/drafts?status=open", headers=me)).json()["drafts"]
    assert [each["kind"] for each in drafts] == ["step_back"]
    assert len((await http.get("/v1/tables", headers=me)).json()["tables"]) == 10


async def test_who_may_not_is_refused_over_the_api(http: httpx.AsyncClient) -> None:
    for address in ("/v1/tables", "/v1/tables/drafts", "/v1/tables/country/versions"):
        assert (await http.get(address, headers=by("examiner"))).status_code == 403
    assert (await http.post("/v1/tables/country/drafts", headers=by("supervisor"), content=GOOD)).status_code == 403
    assert (await http.get("/v1/tables/drafts/x", headers=by("analyst"))).status_code == 404


@pytest.mark.parametrize("address", ["/v1/tables/drafts", "/v1/proposals"])
@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_place_at_the_ends_of_time_is_malformed_and_no_outage(
    http: httpx.AsyncClient, address: str, instant: str
) -> None:
    cursor = encode_cursor([instant, str(UUID(int=1))])
    refused = await http.get(address, params={"cursor": cursor}, headers=by("supervisor"))
    assert refused.status_code == 422, refused.text


async def test_a_place_that_no_lane_has_is_malformed_and_no_outage(http: httpx.AsyncClient) -> None:
    await http.post("/v1/tables/country/drafts", headers=by("analyst"), content=GOOD.encode())
    (link,) = (await http.get("/v1/audit?act=table.&limit=5", headers=by("auditor"))).json()["links"]
    cursor = encode_cursor([link["at"][:8] + "01", {link["lane"]: 2**63}])
    refused = await http.get("/v1/audit", params={"cursor": cursor}, headers=by("auditor"))
    assert refused.status_code == 422, refused.text


async def test_the_audit_is_read_over_the_api(http: httpx.AsyncClient, office: Office) -> None:
    me = by("auditor")
    await http.post("/v1/tables/country/drafts", headers=by("analyst"), content=GOOD.encode())
    page = (await http.get("/v1/audit?act=table.&limit=5", headers=me)).json()
    (link,) = page["links"]
    assert link["actor"] == ANALYST.party_code
    found = (await http.get(f"/v1/audit/links/{link['lane']}/{link['position']}", headers=me)).json()
    assert found["fits_chain"]
    lines = await http.get("/v1/audit/export?act=table.", headers=me)
    assert lines.text.count("\n") == 1
    assert "signature" in (await http.get("/v1/audit/heads", headers=me)).json()
    assert (await http.post("/v1/audit/verifications", headers=me)).status_code == 202
    await office.verifier.finish()
    done = (await http.get("/v1/audit/verifications", headers=me)).json()
    assert [each["state"] for each in done["verifications"]] == ["clean"]
    assert (await http.get("/v1/audit?cursor=x", headers=me)).status_code == 422
    for address in ("/v1/audit", "/v1/audit/export", "/v1/audit/heads", "/v1/audit/verifications"):
        assert (await http.get(address, headers=by("analyst"))).status_code == 403
    unknown = "/v1/audit/declarations/0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
    assert (await http.get(unknown, headers=me)).status_code == 404
