"""/v1/officers: the same services behind JSON, for administrators only."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest

from app.main import create_app
from app.routers.officers import OPERATIONS
from app.services.office.office import Office
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.console.conftest import ORIGIN, Browser, SignedIn
from tests.console.people import enrolled
from tests.console.test_officers import key_of

NEWCOMER = {"officer_code": "O7", "name": "李雷", "login": "lilei", "duties": ["examiner"], "districts": ["22"]}
Call = Callable[..., Any]


@pytest.fixture
async def call(office: Office, clearance: ClearanceServices, console_settings: Settings, sign_in_as: SignedIn) -> Call:
    """Call /v1 with the key of an officer in a role; a second administrator is there."""
    await sign_in_as("A1", "administrator", districts=())
    await sign_in_as("A2", "administrator", districts=())
    await sign_in_as("E1", "examiner")
    keys: dict[str, str] = {}
    async with office.backing.pool.acquire() as connection:
        for code in ("A1", "E1"):
            keys[code] = await key_of(connection, code, "22")
    app = create_app(console_settings, clearance, office)

    async def ask(method: str, path: str, body: Any = None, code: str = "A1") -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {keys[code]}", "accept-language": "en"}
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
            return await client.request(method, path, json=body)

    return ask


async def test_an_officer_is_invited_changed_locked_and_reset(
    call: Call, browse: Callable[..., Browser], office: Office
) -> None:
    made = await call("POST", "/v1/officers", NEWCOMER)
    assert made.status_code == 201, made.text
    answer, _ = await enrolled(browse(), made.json()["link"])
    assert answer.status_code == 200
    told = (await call("GET", "/v1/officers/O7")).json()
    assert (told["state"], told["enrolled"], told["sessions"]) == ("active", True, 1)
    changed = await call("POST", "/v1/officers/O7", {"name": "李雷", "duties": ["auditor"], "districts": ["*"]})
    assert changed.json()["duties"] == ["auditor"]
    assert (await call("POST", "/v1/officers/O7/end-sessions")).json()["sessions"] == 0
    assert (await call("POST", "/v1/officers/O7/subject", {"subject": "u-1"})).json()["subject"] == "u-1"
    assert (await call("POST", "/v1/officers/E1/subject", {"subject": "u-1"})).status_code == 409
    assert (await call("POST", "/v1/officers/O7/lock")).json()["state"] == "locked"
    assert (await call("POST", "/v1/officers/O7/reset")).status_code == 409
    assert (await call("POST", "/v1/officers/O7/unlock")).json()["state"] == "active"
    assert (await call("POST", "/v1/officers/O7/reset")).json()["link"].startswith("/console/link/")
    assert (await call("GET", "/v1/officers/O7")).json()["enrolled"] is False
    assert {each["officer_code"] for each in (await call("GET", "/v1/officers")).json()["officers"]} >= {"A1", "O7"}
    assert (await call("GET", "/v1/officers/NOBODY")).status_code == 404
    faulty = await call("POST", "/v1/officers", NEWCOMER | {"duties": []})
    assert (faulty.status_code, faulty.json()["errors"][0]["pointer"]) == (422, "/duties")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_only_administrators_are_answered(call: Call, operation: Any) -> None:
    path = operation.path.replace("{officer_code}", "E1")
    answer = await call(operation.method, path, operation.body_example, code="E1")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_administrator_is_no_examiner(call: Call) -> None:
    assert (await call("GET", "/v1/cases")).status_code == 403


async def test_the_last_but_one_administrator_may_go(call: Call, office: Office) -> None:
    assert (await call("POST", "/v1/officers/A2/lock")).status_code == 200
    assert (await call("POST", "/v1/officers/A1/lock")).status_code == 409
    connection: asyncpg.Connection
    async with office.backing.pool.acquire() as connection:
        assert await connection.fetchval("SELECT state FROM officers WHERE officer_code = 'A1'") == 2


async def test_another_subject_ends_the_sessions_and_is_given_by_somebody_else(call: Call) -> None:
    assert (await call("GET", "/v1/officers/E1")).json()["sessions"] == 1
    assert (await call("POST", "/v1/officers/E1/subject", {"subject": "u-2"})).json()["sessions"] == 0
    assert (await call("POST", "/v1/officers/A1/subject", {"subject": "u-3"})).status_code == 403
