"""A queue as a page: tabs with counts, filters, a table, a pager."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.console.language import language_of
from app.console.pages import Page
from app.console.queues.rows import rows_of
from app.console.refused import faults_of_filter
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission, may
from app.domain.queues import Queue
from app.repositories.duty import DutyRow
from app.routers.requests import office_of
from app.schemas.cases import CASE_FILTERS, case_query, query_of
from app.services.office.queues import COUNTED, OPEN_QUEUES, CasePage, QueueFilter

ADDRESS: Final = "/console/queues"
PER_PAGE: Final = 50
_OWN: Final = frozenset({"lang", "from"})  # parameters of the page that narrow nothing
_NO_CASES: Final = CasePage(cases=(), next_cursor=None, total=None, snoozes=0)


async def show_queue(request: Request) -> Response:
    """One page of a queue."""
    caller, office = await officer_of(request), office_of(request)
    await office.assignment.seen(caller)
    query, problems = case_query(_narrowing(request))
    wanted = query.wanted
    page = _NO_CASES if problems else await office.queues.page(caller, wanted, query.cursor, PER_PAGE)
    counts = await office.queues.counts(caller)
    colleagues = await office.assignment.colleagues(caller)
    faults = faults_of_filter(request, problems, CASE_FILTERS)
    context = {
        "wanted": wanted,
        "typed": {name: request.query_params.get(name, "") for name in CASE_FILTERS},
        "faults": faults,
        "page": page,
        "counted": COUNTED,
        "tabs": [(queue, counts.by_queue[queue], _tab(wanted, queue)) for queue in OPEN_QUEUES],
        "districts": sorted(counts.by_district),
        "colleagues": workers_among(colleagues),
        "views": await office.saved_views.listed(caller),
        "view_query": query_of,
        "query": query_of(wanted),
        "here": f"{ADDRESS}?{query_of(wanted)}",
        "next_href": page.next_cursor and f"{ADDRESS}?{query_of(wanted)}&{urlencode({'cursor': page.next_cursor})}",
        "first_href": f"{ADDRESS}?{query_of(wanted)}" if query.cursor else "",
        "works": may(caller.duties, Permission.WORK_CASES),
        "hands_over": may(caller.duties, Permission.HAND_OVER),
        "takes": await office.assignment.takes(caller),
        "rows": rows_of(page.cases, language_of(request)),
    }
    return await render(request, "queues/queue.html", context, 422 if problems else 200)


def workers_among(rows: Iterable[DutyRow]) -> list[tuple[str, str]]:
    """Officers who may have cases, as a list to choose from: code, and what it reads."""
    return [(row.officer, f"{row.name} ({row.officer})") for row in rows if row.works]


def _narrowing(request: Request) -> bytes:
    """The query without what is the page's own."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in _OWN]
    return urlencode(pairs).encode()


def _tab(wanted: QueueFilter, queue: Queue) -> str:
    """The same filters in another queue."""
    pairs = [(name, value) for name, value in parse_qsl(query_of(wanted)) if name != "queue"]
    return f"{ADDRESS}?{urlencode([('queue', queue.word), *pairs])}"


PAGES: Final = (Page(method="GET", path=ADDRESS, endpoint=show_queue, permission=Permission.VIEW_CASES),)
