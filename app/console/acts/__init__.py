"""Deciding, in the console: one case, many with a preview, and what waits for a second officer."""

from typing import Final

from app.console.acts import approvals, bulk, one
from app.console.pages import Page

PAGES: Final[tuple[Page, ...]] = (*one.PAGES, *bulk.PAGES, *approvals.PAGES)
