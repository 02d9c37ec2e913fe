"""The officers' queues, search, saved views, snoozes and hand-over as pages."""

from typing import Final

from app.console.pages import Page
from app.console.queues import lists, search, shift, views, work

PAGES: Final[tuple[Page, ...]] = (*lists.PAGES, *work.PAGES, *search.PAGES, *views.PAGES, *shift.PAGES)
