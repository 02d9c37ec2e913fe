"""/v1/profiles: the whole life over the API, and what parties are not told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.domain.period import shanghai_day
from app.errors import Unauthenticated
from app.main import create_app
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.profiles.profiles import Profiles
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.office.profiles import ANALYST, CHIEF, EXAMINER, compare, sent
from tests.services.conftest import DECLARANT, dossier, filed
from tests.services.parcels import parcel

CALLERS = {"analyst": ANALYST, "chief": CHIEF, "examiner": EXAMINER, "declarant": DECLARANT}


class Door:
    """The office as far as these addresses need it, and the services of a worker."""

    def __init__(self, services: ClearanceServices, profiles: Profiles) -> None:
        self.profiles = profiles
        self.idempotency = services.idempotency
        self.declaration = services.declaration
        self.explanation = services.explanation

    async def authenticate(self, key: str) -> Caller:
        """Keys are names here."""
        if key not in CALLERS:
            raise Unauthenticated("unknown")
        return CALLERS[key]


@pytest.fixture
def profiles(services: ClearanceServices, keyring: KeyRing) -> Profiles:
    """The service behind the addresses."""
    settings = Settings.from_environment({})
    return Profiles(Backing(services._side, services._means, keyring, settings, services._desk))


@pytest.fixture
async def client(services: ClearanceServices, profiles: Profiles) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls."""
    door: Any = Door(services, profiles)
    transport = httpx.ASGITransport(create_app(Settings.from_environment({}), door, door), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door/v1") as made:
        yield made


def by(key: str) -> dict[str, str]:
    """The header of a caller."""
    return {"authorization": f"Bearer {key}"}


def lately() -> dict[str, str]:
    """Today and the day before, in which it may have been filed a moment ago."""
    today = shanghai_day(datetime.now(UTC))
    return {"first_day": str(today - timedelta(days=1)), "last_day": str(today)}


async def test_a_profile_goes_its_way_over_the_api(
    client: httpx.AsyncClient, profiles: Profiles, services: ClearanceServices
) -> None:
    await filed(services, dossier(parcel(1)))
    body = sent(first_day="2024-06-01", last_day=None)
    created = await client.post("/profiles", json=body, headers=by("analyst"))
    assert (created.status_code, created.json()) == (201, {"profile_id": "PRF-0001", "version": 1})
    one = "/profiles/PRF-0001"
    asked = await client.post(f"{one}/versions/1/rehearse", json=lately(), headers=by("analyst"))
    assert asked.status_code == 202, asked.text
    while await profiles.rehearsals.work() or await profiles.follower.work():
        pass
    read = (await client.get(one, headers=by("analyst"))).json()
    assert read["rehearsals"][0]["state"] == "finished"
    assert (read["rehearsals"][0]["newly"], read["versions"][0]["state"]) == (1, "rehearsed")
    for act, key, expected in (
        ("shadow", "analyst", "shadow"),
        ("propose", "analyst", "proposed"),
        ("approve", "chief", "in_force"),
    ):
        if act == "approve":
            refused = await client.post(f"{one}/versions/1/{act}", json={"note": "x"}, headers=by("analyst"))
            assert refused.status_code == 403
        done = await client.post(f"{one}/versions/1/{act}", json={"note": "agreed"}, headers=by(key))
        assert done.status_code == 200, done.text
        assert done.json()["versions"][0]["state"] == expected
    await filed(services, dossier(parcel(2)))
    while await profiles.rehearsals.work() or await profiles.follower.work():
        pass
    figures = await client.get(f"{one}/statistics?first_day=2024-06-18&last_day=2024-06-18", headers=by("chief"))
    assert [each["hits"] for each in figures.json()["hits"] if not each["shadow"]] == [1]
    edited = await client.post(
        f"{one}/versions", json=body | {"based_on": 1, "action": "inspect"}, headers=by("analyst")
    )
    assert edited.json()["version"] == 2
    differing = await client.get(f"{one}/versions/2/differences", headers=by("analyst"))
    assert differing.json() == {"differences": [{"part": "action", "before": "hold", "after": "inspect"}]}
    listed = (await client.get("/profiles", headers=by("chief"))).json()["profiles"]
    assert [(each["state"], each["newest_state"]) for each in listed] == [("in_force", "draft")]
    ended = await client.post(f"{one}/versions/1/retire", json={"note": "over"}, headers=by("chief"))
    assert ended.json()["versions"][1]["state"] == "retire_proposed"
    for alone in ("chief", "analyst"):
        refused = await client.post(f"{one}/versions/1/approve", json={"note": "mine"}, headers=by(alone))
        assert refused.status_code == 403


async def test_all_faults_stand_in_one_answer_with_their_places(client: httpx.AsyncClient) -> None:
    wrong = sent(compare("platfrom", "one_of", "X"), name_zh="")
    for address in ("/profiles", "/profiles/validate"):
        answer = await client.post(address, json=wrong, headers=by("analyst") | {"accept-language": "en"})
        assert answer.status_code == 422
        assert {each["pointer"] for each in answer.json()["errors"]} == {"/name_zh", "/condition/field"}
    fine = await client.post("/profiles/validate", json=sent(), headers=by("analyst"))
    assert fine.json()["definition"]["condition"] == sent()["condition"]


@pytest.mark.parametrize(
    ("key", "read", "write"), [("chief", 200, 403), ("examiner", 403, 403), ("declarant", 403, 403)]
)
async def test_roles_that_do_not_write_profiles_are_refused(
    client: httpx.AsyncClient, key: str, read: int, write: int
) -> None:
    assert (await client.get("/profiles", headers=by(key))).status_code == read
    assert (await client.post("/profiles", json=sent(), headers=by(key))).status_code == write
    assert (await client.get("/profiles/PRF-0404", headers=by("chief"))).status_code == 404


async def test_what_is_sent_again_with_its_key_is_done_once(client: httpx.AsyncClient) -> None:
    again = by("analyst") | {"Idempotency-Key": "one"}
    first, second = [await client.post("/profiles", json=sent(), headers=again) for _ in range(2)]
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert len((await client.get("/profiles", headers=by("analyst"))).json()["profiles"]) == 1


async def test_a_party_is_not_told_what_profiles_look_for(
    client: httpx.AsyncClient, profiles: Profiles, services: ClearanceServices
) -> None:
    for condition in (compare("hs_code", "starts_with", "1806"), compare("origin", "one_of", "999")):
        await client.post("/profiles", json=sent(condition, first_day="2024-06-01"), headers=by("analyst"))
    for profile_id in ("PRF-0001", "PRF-0002"):
        one = f"/profiles/{profile_id}/versions/1"
        await client.post(f"{one}/rehearse", json=lately(), headers=by("analyst"))
        while await profiles.rehearsals.work() or await profiles.follower.work():
            pass
        await client.post(f"{one}/propose", json={"note": "n"}, headers=by("analyst"))
        await client.post(f"{one}/approve", json={"note": "n"}, headers=by("chief"))
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    address = f"/declarations/{answer.declaration.declaration_id}"
    seen = (await client.get(address, headers=by("declarant"))).json()
    (found,) = [each for each in seen["findings"] if each["rule_id"] == "PRF-0001"]
    assert found["values"] == {}
    assert "1806" not in found["text"]
    explained = (await client.get(f"{address}/explanation", headers=by("declarant"))).json()
    assert [each["rule_id"] for each in explained["rules"] if each["rule_id"].startswith("PRF")] == []
    whole = (await client.get(f"{address}/explanation", headers=by("chief"))).json()
    assert [each["rule_id"] for each in whole["rules"] if each["rule_id"].startswith("PRF")] == ["PRF-0001", "PRF-0002"]
