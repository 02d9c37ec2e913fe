"""A queue as a page: tabs with counts, filters, a table, a pager."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.console.language import N_, language_of, say
from app.console.names import names_of
from app.console.pages import Page
from app.console.queues.filters import filters_form
from app.console.queues.rows import rows_of
from app.console.refused import faults_of_filter
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission, may
from app.domain.queues import Queue
from app.repositories.duty import DutyRow
from app.routers.requests import office_of
from app.schemas.cases import CASE_FILTERS, case_query, query_of
from app.services.office.queues import COUNTED, OPEN_QUEUES, CasePage

ADDRESS: Final = "/console/queues"
PER_PAGE: Final = 50
_OWN: Final = frozenset({"lang", "from"})  # parameters of the page that narrow nothing
_NO_CASES: Final = CasePage(cases=(), next_cursor=None, total=None, snoozes=0)


async def show_queue(request: Request) -> Response:
    """One page of a queue."""
    caller, office = await officer_of(request), office_of(request)
    await office.assignment.seen(caller)
    query, problems = case_query(_narrowing(request))
    wanted, words = query.wanted, query_of(query.wanted)
    shown = await office.queue_pages.page(caller, None if problems else wanted, query.cursor, PER_PAGE)
    page, here = shown.cases or _NO_CASES, f"{ADDRESS}?{words}"
    officers = {row.officer: row.name for row in shown.colleagues}
    language, faults = language_of(request), faults_of_filter(request, problems, CASE_FILTERS)
    if faults.pop("queue", ""):
        faults[""] = say(request, N_("There is no such queue. Choose one of the queues above."))
    typed = {name: request.query_params.get(name, "") for name in CASE_FILTERS}
    context = {
        "wanted": wanted,
        "faults": faults,
        "filters": filters_form(language, wanted, typed, faults, tuple(workers_among(shown.colleagues))),
        "page": page,
        "rows": rows_of(page.cases, language, names_of(request), officers),
        "counted": COUNTED,
        "tabs": [(queue, shown.counts.by_queue[queue], address) for queue, address in _tabs(words)],
        "views": shown.views,
        "view_query": query_of,
        "here": here,
        "next_href": page.next_cursor and f"{here}&{urlencode({'cursor': page.next_cursor})}",
        "first_href": here if query.cursor else "",
        "works": may(caller.duties, Permission.WORK_CASES),
        "takes": shown.takes,
    }
    return await render(request, "queues/queue.html", context, 422 if problems else 200)


def workers_among(rows: Iterable[DutyRow]) -> list[tuple[str, str]]:
    """Officers who may have cases, as a list to choose from: code, and what it reads."""
    return [(row.officer, f"{row.name} ({row.officer})") for row in rows if row.works]


def _narrowing(request: Request) -> bytes:
    """The query without what is the page's own."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in _OWN]
    return urlencode(pairs).encode()


def _tabs(words: str) -> list[tuple[Queue, str]]:
    """The same filters in each queue."""
    rest = urlencode([(name, value) for name, value in parse_qsl(words) if name != "queue"])
    return [(queue, f"{ADDRESS}?queue={queue.word}{rest and '&'}{rest}") for queue in OPEN_QUEUES]


PAGES: Final = (Page(method="GET", path=ADDRESS, endpoint=show_queue, permission=Permission.VIEW_CASES),)
