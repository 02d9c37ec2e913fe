"""/v1/cases over the API: filters, search by POST, claims, views, snoozes; each through roles and districts."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from app.domain.queues import Queue
from app.errors import Unauthenticated
from app.main import create_app
from app.schemas.case_answers import HandOverAnswer
from app.schemas.cases import case_query, filter_in, query_of
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.queues import QueueFilter
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.office.queue_ground import AUDITOR, ELSEWHERE, EXAMINER, SECOND, SUPERVISOR, Cases, desks
from tests.services.conftest import PLATFORM

CALLERS = {"e1": EXAMINER, "e2": SECOND, "far": ELSEWHERE, "sup": SUPERVISOR, "aud": AUDITOR, "party": PLATFORM}
BUYER = UUID("00000000-0000-4000-8000-000000000001")


class Door:
    """The office as far as these addresses need it; keys are names here."""

    def __init__(self, services: ClearanceServices, keyring: KeyRing) -> None:
        office = desks(services, keyring)
        self.queues, self.search, self.assignment = office.queues, office.search, office.assignment
        self.snoozes, self.saved_views, self.hand_over = office.snoozes, office.saved_views, office.hand_over
        self.idempotency = services.idempotency

    async def authenticate(self, key: str) -> Caller:
        if key not in CALLERS:
            raise Unauthenticated("unknown")
        return CALLERS[key]


@pytest.fixture
async def door(services: ClearanceServices, keyring: KeyRing) -> AsyncIterator[httpx.AsyncClient]:
    office: Any = Door(services, keyring)
    transport = httpx.ASGITransport(
        create_app(Settings.from_environment({}), office, office), raise_app_exceptions=False
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


def by(who: str) -> dict[str, Any]:
    return {"headers": {"authorization": f"Bearer {who}"}}


async def test_queues_are_read_and_cases_claimed_assigned_and_given_back(door: httpx.AsyncClient, cases: Cases) -> None:
    first, second = await cases.add(1, trade_mode="1210"), await cases.add(2)
    page = (await door.get("/v1/cases?trade_mode=1210&older=1h", **by("e1"))).json()
    assert [(case["declaration_id"], case["queue"], case["value_cny"]) for case in page["cases"]] == [
        (str(first), "review", "100.00")
    ]
    assert (page["total"], page["next_cursor"], page["snoozes"]) == (1, None, 0)
    assert (await door.get("/v1/cases/counts", **by("e1"))).json()["queues"]["review"] == 2
    assert (await door.post(f"/v1/cases/{first}/claim", **by("e1"))).status_code == 200
    assert (await door.post(f"/v1/cases/{first}/claim", **by("e2"))).status_code == 409
    got = await door.post("/v1/cases/next", json={"after": str(first)}, **by("e1"))
    assert got.json()["case"]["declaration_id"] == str(second)
    assert (await door.post("/v1/cases/next", json={"queue": "review"}, **by("e2"))).json() == {"case": None}
    await door.post("/v1/cases/duty", json={"takes": "on"}, **by("e2"))
    given = await door.post(f"/v1/cases/{first}/assign", json={"officer": "EXAMINER2"}, **by("sup"))
    assert given.status_code == 200, given.text
    assert (await door.post(f"/v1/cases/{first}/release-claim", **by("e2"))).status_code == 200
    moved = await door.post("/v1/cases/hand-over", json={"officer": "EXAMINER1"}, **by("sup"))
    assert moved.json() == {"cases": 1}
    for who, whose, status in (("e1", "", 200), ("sup", "?officer=EXAMINER1", 200), ("e1", "?officer=EXAMINER2", 403)):
        told = await door.get(f"/v1/cases/hand-over{whose}", **by(who))
        assert told.status_code == status, told.text
        if status == 200:
            msgspec.json.decode(told.content, type=HandOverAnswer)


async def test_a_key_of_idempotency_takes_one_case(door: httpx.AsyncClient, cases: Cases) -> None:
    for number in range(3):
        await cases.add(number)
    options = {"headers": {"authorization": "Bearer e1", "idempotency-key": "next-1"}}
    answers = [await door.post("/v1/cases/next", json={}, **options) for _ in range(2)]  # type: ignore[arg-type]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_search_views_and_snoozes(door: httpx.AsyncClient, cases: Cases) -> None:
    key = await cases.add(1, buyer=BUYER)
    found = (await door.post("/v1/cases/search", json={"text": "ORDER00000001"}, **by("e1"))).json()
    assert (found["meaning"], found["declarations"][0]["declaration_id"]) == ("order_no", str(key))
    assert (await door.get("/v1/cases/search?text=x", **by("e1"))).status_code in (404, 405)
    body = {"name": "x", "filter": "queue=inspection&words=面霜&older=36h", "district": "2244"}
    made = await door.post("/v1/cases/views", json=body, **by("sup"))
    assert made.status_code == 201, made.text
    (view,) = (await door.get("/v1/cases/views", **by("e1"))).json()["views"]
    assert filter_in(view["filter"])[0] == QueueFilter(queue=Queue.INSPECTION, words="面霜", older_minutes=2160)
    assert (await door.post(f"/v1/cases/views/{made.json()['id']}/remove", **by("e1"))).status_code == 404
    snooze = {"declaration_id": str(key), "kind": "buyer", "days": 2, "reason": "待说明"}
    made = await door.post("/v1/cases/snoozes", json=snooze, **by("e1"))
    assert made.status_code == 201, made.text
    assert (await door.get("/v1/cases", **by("e1"))).json()["cases"] == []
    assert len((await door.get("/v1/cases?snoozed=1", **by("e1"))).json()["cases"]) == 1
    (told,) = (await door.get("/v1/cases/snoozes", **by("sup"))).json()["snoozes"]
    assert (await door.post(f"/v1/cases/snoozes/{told['snooze_id']}/end", **by("e2"))).status_code == 200


@pytest.mark.parametrize(
    ("who", "reads", "works", "hands"),
    [("e1", 200, 200, 403), ("far", 200, 404, 403), ("sup", 200, 200, 404), ("aud", 200, 403, 403),
     ("party", 403, 403, 403), ("stranger", 401, 401, 401)],
)  # fmt: skip
async def test_roles_and_districts(
    door: httpx.AsyncClient, cases: Cases, who: str, reads: int, works: int, hands: int
) -> None:
    key = await cases.add(1)
    for path in ("", "/counts", "/views", "/snoozes", "/hand-over"):
        assert (await door.get(f"/v1/cases{path}", **by(who))).status_code == reads
    assert (await door.post("/v1/cases/search", json={"text": "面霜"}, **by(who))).status_code == reads
    assert (await door.post(f"/v1/cases/{key}/claim", **by(who))).status_code == works
    answer = await door.post(f"/v1/cases/{key}/assign", json={"officer": "NOBODY"}, **by(who))
    assert answer.status_code == hands


async def test_faults_are_told_all_at_once(door: httpx.AsyncClient) -> None:
    answer = await door.get("/v1/cases?queue=closed&hs_code=123&older=x&value_from_cny=-1&colour=red", **by("e1"))
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        "/queue", "/hs_code", "/older", "/value_from_cny", "/colour",
    }  # fmt: skip
    bad = {"name": "x", "filter": "queue=nowhere"}
    answer = await door.post("/v1/cases/views", json=bad, **by("e1"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/filter/queue")
    assert (await door.post("/v1/cases/search", json={"text": " "}, **by("e1"))).status_code == 422
    assert (await door.get("/v1/cases?district=5100", **by("e1"))).status_code == 403


def test_a_filter_is_spelt_as_it_is_read() -> None:
    wanted = QueueFilter(
        queue=Queue.OVERDUE, district="2244", platform_code="P1", trade_mode="9610", rule="WGT-01", hs_code="1806",
        value_from_cny=Decimal("1.5"), value_to_cny=Decimal(9), older_minutes=90, younger_minutes=2880, assignee="me",
        escalated=True, words="a b 面", snoozed=True,
    )  # fmt: skip
    assert case_query(query_of(wanted).encode())[0].wanted == wanted
    assert case_query(b"rule=&words=&queue=review")[0].wanted == QueueFilter()
    worthless = QueueFilter(value_from_cny=Decimal(0), value_to_cny=Decimal(0))
    assert case_query(query_of(worthless).encode())[0].wanted == worthless
