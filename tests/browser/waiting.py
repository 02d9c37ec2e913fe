"""Waiting for what a background chore brings: the page is loaded again until it is there."""

from playwright.async_api import Error, Locator, Page, expect

_LOOKS = 60
_LOOK_MILLISECONDS = 500


async def reloaded_until(page: Page, wanted: Locator) -> None:
    """Load the page again until it shows what is wanted; AssertionError where it never does."""
    for _ in range(_LOOKS):
        try:
            await wanted.first.wait_for(timeout=_LOOK_MILLISECONDS)
        except Error:
            await page.reload()
        else:
            return
    await expect(wanted.first).to_be_visible()
