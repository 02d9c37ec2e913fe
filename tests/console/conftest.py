"""The console over ASGI, with a real office on a real database, and browsers that are somebody."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher

from app.console.cookies import LOOPBACK_NAME
from app.main import READERS, create_app
from app.security.keyring import KeyRing
from app.services.contract import Services
from app.services.office import passwords
from app.services.office.office import Office
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.conftest import FreshDatabase
from tests.console.filing import filed_and_held
from tests.services.conftest import registered, registered_template

__all__ = ["registered", "registered_template"]
ORIGIN = "http://127.0.0.1:8000"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
SETTINGS = {"TONGGUAN_INSPECTION_RATE": "0", "TONGGUAN_INSTANCE": "test", "TONGGUAN_WORKER_NUMBER": "1"}
SignedIn = Callable[..., Awaitable["Browser"]]


class Browser:
    """A client that keeps cookies, and sends a form with the token of the page that it read last."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def get(self, address: str, **options: object) -> httpx.Response:
        answer = await self.client.get(address, **options)  # type: ignore[arg-type]
        found = _TOKEN.search(answer.text)
        self.token = found.group(1) if found else self.token
        return answer

    async def post(self, address: str, fields: Mapping[str, object] | None = None, **options: object) -> httpx.Response:
        if not self.token:
            await self.get("/console")
        return await self.client.post(address, data={"csrf": self.token, **(fields or {})}, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords of tests are worth nothing: their hashes need not take a tenth of a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
async def console_settings() -> Settings:
    return Settings.from_environment(SETTINGS)


@pytest.fixture
async def office(registered: FreshDatabase, keyring: KeyRing, console_settings: Settings) -> AsyncIterator[Office]:
    """The services for officers, on a fresh database with the starter tables."""
    opened = await Office.open(console_settings, keyring, registered.service_url, READERS)
    yield opened
    await opened.close()


@pytest.fixture
async def clearance(
    registered: FreshDatabase, keyring: KeyRing, console_settings: Settings
) -> AsyncIterator[ClearanceServices]:
    """The intake beside it, for tests that file parcels or call /v1."""
    opened = await ClearanceServices.open(console_settings, keyring, registered.service_url, READERS)
    yield opened
    await opened.close()


@pytest.fixture
async def browse(office: Office, console_settings: Settings) -> AsyncIterator[Callable[..., Browser]]:
    """Make browsers in which nobody is signed in."""
    async with AsyncExitStack() as open_clients:

        def make(services: Services | None = None, origin: str = ORIGIN, **headers: str) -> Browser:
            app = create_app(console_settings, services, office)
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app, raise_app_exceptions=False),
                base_url=origin,
                headers={"accept-language": "en"} | headers,
            )
            open_clients.push_async_callback(client.aclose)
            return Browser(client)

        yield make


@pytest.fixture
async def sign_in_as(office: Office, browse: Callable[..., Browser]) -> SignedIn:
    """Browsers in which an officer is signed in.

    Ask for one with its code, its roles and perhaps districts: ``await sign_in_as("O1", "examiner")``.
    """

    async def sign_in(
        code: str,
        *duties: str,
        districts: tuple[str, ...] = ("22",),
        services: Services | None = None,
        language: str = "en",
    ) -> Browser:
        now = datetime.now(UTC)
        async with office.backing.pool.acquire() as connection, connection.transaction():
            await an_officer(connection, code, duties, districts)
            name = await office.sessions.begin(connection, code, "password", now)
        browser = browse(services, **{"accept-language": language})
        browser.client.cookies.set(LOOPBACK_NAME, name, domain="127.0.0.1")
        return browser

    return sign_in


@pytest.fixture
async def examiner(sign_in_as: SignedIn) -> Browser:
    """An examiner who reads English."""
    return await sign_in_as("E1", "examiner")


@pytest.fixture
async def key(clearance: ClearanceServices) -> UUID:
    """A held parcel, filed through the JSON door."""
    return await filed_and_held(clearance)


async def an_officer(
    connection: asyncpg.Connection, code: str, duties: tuple[str, ...], districts: tuple[str, ...]
) -> None:
    """An active officer; once more with other roles changes them."""
    await connection.execute(
        "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, totp_step) "
        "VALUES ($1, $2, $3, $4, 2, now(), 'test', 0) ON CONFLICT (officer_code) DO UPDATE "
        "SET duties = EXCLUDED.duties, districts = EXCLUDED.districts, state = 2",
        code, f"Officer {code}", list(duties), list(districts),
    )  # fmt: skip
