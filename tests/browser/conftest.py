"""A real browser before a real service: Debian's Chromium, and `tongguan serve` with its own database."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.filing import Party
from tests.browser.people import People, invited, link_of
from tests.embedded.service import Service

CHROMIUM = shutil.which("chromium")
ABSENT = "chromium is not installed: the pages are not looked at in a browser"


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of all tests; each opens windows of its own."""
    if CHROMIUM is None:
        pytest.skip(ABSENT)
    async with async_playwright() as playwright:
        # The sandbox wants rights that root in a container has not; the pages are our own.
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="package")
def served() -> Iterator[Service]:
    """One service for all browser tests; parcels and officers of a test are its own."""
    if CHROMIUM is None:
        pytest.skip(ABSENT)
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        service = Service(
            Path(folder) / "var",
            WORKERS="1",
            INSPECTION_RATE="0",
            TEST_CLOCK="1",
            LOG_LEVEL="warning",
            OFFICE_NICENESS="0",  # other tests start programs beside the browser, and would come first
        )
        service.start()
        yield service
        service.clean_up()


@pytest.fixture(scope="package")
async def people(chromium: Browser, served: Service) -> People:
    """The officers of the tests, who came in through the real pages."""
    return await invited(chromium, f"http://127.0.0.1:{served.port}", link_of(served))


@pytest.fixture(scope="package")
async def party(served: Service) -> AsyncIterator[Party]:
    """Who files parcels."""
    filing = Party(f"http://127.0.0.1:{served.port}", served.home)
    yield filing
    await filing.close()
