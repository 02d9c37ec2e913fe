"""The application with fake services, and a client that speaks to it without a network."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.settings import ApiSettings, ServiceSettings, Settings
from tests.api.fakes import FakeServices


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def settings() -> Settings:
    return Settings(service=ServiceSettings(test_clock=True))


def with_limits(settings: Settings, **limits: Any) -> Settings:
    return dataclasses.replace(settings, api=ApiSettings(**limits))


Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def door(services: FakeServices, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the platform's key."""
    async with client_of(services, settings) as client:
        yield client


def client_of(services: FakeServices, settings: Settings, role: str = "platform") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(settings, services), raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {role}", "content-type": "application/json"}
    return httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers)
