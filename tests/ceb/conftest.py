"""Fixtures of the CEB door: the real services behind it, on a fresh database."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.main import READERS, create_app
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.service import ClearanceServices
from app.settings import ServiceSettings, Settings
from tests.conftest import FreshDatabase
from tests.services.conftest import DECLARANT, LOGISTICS, PAYMENT, PLATFORM, registered, registered_template

CALLERS = {caller.role: caller for caller in (PLATFORM, PAYMENT, LOGISTICS, DECLARANT)}
As = Callable[[str], httpx.AsyncClient]

__all__ = ["registered", "registered_template"]


class KnownCallers:
    """Real services, but for keys: a role is its own key."""

    def __init__(self, services: ClearanceServices) -> None:
        self.demand_room = services.demand_room
        self.file = services.file
        self.receipts = services.receipts
        self.idempotency = services.idempotency

    async def authenticate(self, key: str) -> Caller:
        return CALLERS[key]


@pytest.fixture
async def as_role(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[As]:
    """Clients of the door by role, all on one service."""
    environment = {"TONGGUAN_INSPECTION_RATE": "0", "TONGGUAN_WORKER_NUMBER": "1", "TONGGUAN_INSTANCE": "ceb"}
    settings = Settings.from_environment(environment)
    services = await ClearanceServices.open(settings, keyring, registered.service_url, READERS)
    behind: Any = KnownCallers(services)
    app = create_app(Settings(service=ServiceSettings(test_clock=True)), behind)

    def client_as(role: str) -> httpx.AsyncClient:
        headers = {
            "authorization": f"Bearer {role}",
            "content-type": "application/xml",
            "tongguan-clock": "2024-06-18T10:00:00+08:00",
        }
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test", headers=headers)

    yield client_as
    await services.close()
