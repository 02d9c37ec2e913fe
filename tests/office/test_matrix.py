"""Who may do what: every address and page for officers, through every role and district, in one matrix (P19).

The lists are the ones that the application serves: an address that is added is in the matrix, or the test fails.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec
import pytest

from app.console.pages import Page
from app.console.routes import PAGES
from app.domain.duties import PERMISSIONS, Duty, Permission
from app.main import OPERATIONS, create_app
from app.routers.operations import Operation
from app.services.clerk import changing_registers
from app.services.office.office import Office
from app.services.register_keys import KeyRequest, create_key
from app.services.service import ClearanceServices
from app.settings import Settings
from bench.bodies import json_body
from tests.conftest import FreshDatabase
from tests.console.conftest import SignedIn, an_officer, browse, clearance, console_settings, office, sign_in_as
from tests.services.conftest import AT, dossier, filed, registered, registered_template
from tests.services.parcels import parcel

__all__ = ["browse", "clearance", "console_settings", "office", "registered", "registered_template", "sign_in_as"]
HERE, ELSEWHERE = ("22",), ("5100",)
OFFICIAL: Final = [each for each in OPERATIONS if each.permission is not None]
GUARDED: Final = [each for each in PAGES if each.permission is not None]
# What anybody may open: signing in, what signing in needs, and the way out.
OPEN: Final = re.compile(r"/console(/(sign-in|sign-out|static|language|link|invitation|oidc|openid|account).*)?")
FORBIDDEN, MISSING, FAULTY = 403, 404, 422


def place(path: str, ids: dict[str, str]) -> str:
    """The address with something in the place of each name; ids of what does not exist where there is none."""
    known = {"version": "1", "table": "tariff"} | ids
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: known.get(name[1], str(uuid4())), path)


class Doors:
    """The application with keys of officers of every role, in the district of the case and in another."""

    def __init__(self, client: httpx.AsyncClient, keys: dict[tuple[str, tuple[str, ...]], str], case: UUID) -> None:
        self._client = client
        self._keys = keys
        self.case = case

    async def knock(
        self, operation: Operation, who: str, districts: tuple[str, ...] = HERE, case: UUID | None = None
    ) -> httpx.Response:
        """One request, with the example of its body, for the case or for another id."""
        headers = {"authorization": f"Bearer {self._keys[who, districts]}", "content-type": "application/json"}
        content = msgspec.json.encode(operation.body_example) if operation.body_example is not None else b""
        address = place(operation.path, {"declaration_id": str(case or self.case)})
        return await self._client.request(operation.method, address, headers=headers, content=content)


async def a_case(clearance: ClearanceServices) -> UUID:
    """A parcel that is held in district 2244."""
    documents = parcel(7)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    whole = msgspec.structs.replace(documents, waybill=heavy)
    # The pages read what is stored with the readers of the real doors.
    (answer,) = await filed(clearance, msgspec.structs.replace(dossier(whole, at=AT), content=json_body(whole)))
    assert answer.declaration is not None
    return answer.declaration.declaration_id


@pytest.fixture
async def doors(
    office: Office, clearance: ClearanceServices, console_settings: Settings, registered: FreshDatabase
) -> AsyncIterator[Doors]:
    keys: dict[tuple[str, tuple[str, ...]], str] = {}
    now = datetime.now(UTC)
    connection = await asyncpg.connect(registered.service_url)
    async with changing_registers(connection, "test", now) as clerk:
        for districts in (HERE, ELSEWHERE):
            for duty in Duty:
                code = f"{duty[:4].upper()}{districts[0]}"
                request = KeyRequest(party_code=code, name=duty, role="officer", districts=districts)
                keys[duty, districts] = (await create_key(clerk, request)).key
                await an_officer(connection, code, (duty,), districts)
        request = KeyRequest(party_code="3101960P01", name="platform", role="platform")
        keys["platform", HERE] = (await create_key(clerk, request)).key
    await connection.close()
    app = create_app(console_settings, clearance, office)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield Doors(client, keys, await a_case(clearance))


def wanted(permission: Permission | None) -> Permission:
    """The permission of something that is known to have one."""
    assert permission is not None
    return permission


async def test_every_address_refuses_the_roles_that_may_not_and_no_other(doors: Doors) -> None:
    wrong: list[Any] = []
    for operation in OFFICIAL:
        for duty in Duty:
            answer = await doors.knock(operation, duty)
            allowed = wanted(operation.permission) in PERMISSIONS[duty]
            if (answer.status_code != FORBIDDEN) is not allowed or answer.status_code in (401, 500):
                wrong.append((operation.method, operation.path, duty.value, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert len(OFFICIAL) > 20


@pytest.mark.parametrize("path", ["", "/{}", "/{}/explanation"])
async def test_an_administrator_with_districts_reads_no_declaration(doors: Doors, path: str) -> None:
    address = "/v1/declarations" + path.format(doors.case)
    statuses = {}
    for duty in Duty:
        headers = {"authorization": f"Bearer {doors._keys[duty, HERE]}"}
        statuses[duty] = (await doors._client.get(address, headers=headers)).status_code
    assert {duty for duty, status in statuses.items() if status == FORBIDDEN} == {Duty.ADMINISTRATOR}, statuses


async def test_no_address_for_officers_serves_a_party(doors: Doors) -> None:
    answers = {each.name: (await doors.knock(each, "platform")).status_code for each in OFFICIAL}
    assert {name: status for name, status in answers.items() if status != FORBIDDEN} == {}


async def test_a_case_of_another_district_does_not_exist_for_an_officer(doors: Doors) -> None:
    wrong = []
    for operation in OFFICIAL:
        if "{declaration_id}" not in operation.path:
            continue
        for duty in Duty:
            if wanted(operation.permission) not in PERMISSIONS[duty]:
                continue
            answer = await doors.knock(operation, duty, ELSEWHERE)
            unknown = await doors.knock(operation, duty, ELSEWHERE, uuid4())
            if (answer.status_code, answer.text) != (unknown.status_code, unknown.text) or answer.is_success:
                wrong.append((operation.method, operation.path, duty.value, answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_every_page_refuses_the_roles_that_may_not_and_no_other(
    clearance: ClearanceServices, sign_in_as: SignedIn
) -> None:
    ids = {"declaration_id": str(await a_case(clearance))}
    wrong: list[Any] = []
    for duty in Duty:
        browser = await sign_in_as(f"OFF{duty[:4].upper()}", duty, services=clearance)
        for page in GUARDED:
            if page.method == "GET":
                answer = await browser.client.get(place(page.path, ids))
            else:
                answer = await browser.post(place(page.path, ids))
            allowed = wanted(page.permission) in PERMISSIONS[duty]
            if (answer.status_code != FORBIDDEN) is not allowed or answer.status_code == 500:
                wrong.append((page.method, page.path, duty.value, answer.status_code))
    assert wrong == []


async def test_a_page_of_a_case_of_another_district_does_not_exist(
    clearance: ClearanceServices, sign_in_as: SignedIn
) -> None:
    case = str(await a_case(clearance))
    browser = await sign_in_as("FAROFF", *Duty, districts=ELSEWHERE, services=clearance)
    wrong = []
    for page in GUARDED:
        if "{declaration_id}" in page.path:
            statuses = []
            for declaration_id in (case, str(uuid4())):
                address = place(page.path, {"declaration_id": declaration_id})
                answer = await (browser.client.get(address) if page.method == "GET" else browser.post(address))
                statuses.append(answer.status_code)
            if statuses[0] != statuses[1] or statuses[0] not in (MISSING, FAULTY):
                wrong.append((page.method, page.path, statuses))
    assert wrong == []


async def test_nobody_opens_a_guarded_page_without_signing_in(office: Office, browse: Any) -> None:
    stranger = browse()
    for page in GUARDED:
        if page.method == "GET":
            answer = await stranger.client.get(place(page.path, {}))
            assert answer.status_code == 303, page.path
            assert answer.headers["location"].startswith("/console/sign-in"), page.path


def test_what_anybody_may_open_is_a_short_list() -> None:
    unguarded: list[Page] = [each for each in PAGES if each.permission is None]
    assert [each.path for each in unguarded if not OPEN.fullmatch(each.path)] == []
