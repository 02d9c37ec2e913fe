"""Every page of the console, listed once, and what happens around each: permission, errors, headers, cookies."""

from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.console import (
    account,
    acts,
    case,
    dashboard,
    home,
    officers_pages,
    openid,
    queues,
    signing_in,
)
from app.console.assets import ADDRESS, static_file
from app.console.audit.pages import PAGES as AUDIT_PAGES
from app.console.cookies import NOTICE, VISIT, drop, keep, keep_for_a_year, keep_notice
from app.console.errors import answered
from app.console.forms import Redirect, quoted
from app.console.language import LANGUAGE_COOKIE, chosen_language
from app.console.pages import PREFIX, Endpoint, Page
from app.console.profiles.pages import PAGES as PROFILE_PAGES
from app.console.sampling.pages import PAGES as SAMPLING_PAGES
from app.console.security_headers import secured
from app.console.sessions import officer_of
from app.console.tables.pages import PAGES as TABLE_PAGES
from app.domain.duties import demand
from app.routers.operations import NamedRoute

STATIC: Final = (Page(method="GET", path=ADDRESS + "{name}", endpoint=static_file, permission=None),)
PAGES: Final[tuple[Page, ...]] = (
    *STATIC,
    *home.PAGES,
    *dashboard.PAGES,
    *queues.PAGES,
    *acts.PAGES,
    *case.PAGES,
    *signing_in.PAGES,
    *openid.PAGES,
    *account.PAGES,
    *officers_pages.PAGES,
    *TABLE_PAGES,
    *PROFILE_PAGES,
    *SAMPLING_PAGES,
    *AUDIT_PAGES,
)


def console_routes() -> list[Route]:
    """The routes of the console."""
    return routes_of(PAGES)


def console_addresses() -> frozenset[str]:
    """The addresses of pages: the navigation leads to no other."""
    return frozenset(page.path for page in PAGES if page.method == "GET")


def routes_of(pages: Iterable[Page]) -> list[Route]:
    """The routes of pages; an address knows all of its methods."""
    by_path: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_path.setdefault(page.path, {})[page.method] = page
    return [NamedRoute(path, _dispatch(methods), methods=[*methods]) for path, methods in by_path.items()]


def _dispatch(pages: dict[str, Page]) -> Endpoint:
    async def dispatch(request: Request) -> Response:
        page = pages["GET" if request.method == "HEAD" else request.method]
        response = await answered(request, _permitted(page))
        return _with_cookies(request, secured(response))

    return dispatch


def _permitted(page: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if page.permission is not None:
            demand((await officer_of(request)).duties, page.permission)
        return await page.endpoint(request)

    return endpoint


def _with_cookies(request: Request, response: Response) -> Response:
    """Keep the language that was chosen, the sentence for the next page, the name of a visit."""
    if request.url.path.startswith(ADDRESS):
        return response
    language = chosen_language(request)
    if language is not None:
        keep_for_a_year(request, response, LANGUAGE_COOKIE, language.value)
    if isinstance(response, Redirect) and response.notice:
        keep_notice(request, response, quoted(response.notice))
    elif getattr(request.state, "notice_shown", False):
        drop(request, response, NOTICE)
    visit = getattr(request.state, "new_visit", None)
    if visit is not None:
        keep(request, response, VISIT, visit)
    return response


__all__ = ["PAGES", "PREFIX", "console_addresses", "console_routes", "routes_of"]
