"""The first page: the parts of the console that the officer may open."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.pages import PREFIX, Page
from app.console.rendering import render
from app.console.sessions import officer_of


async def home(request: Request) -> Response:
    """The parts of the console."""
    await officer_of(request)
    return await render(request, "home.html", {})


PAGES: Final = (Page(method="GET", path=PREFIX, endpoint=home, permission=None),)
