"""The hand-over of a shift: a page to read and print, and a supervisor's form."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import form_of, redirect
from app.console.language import N_, language_of, say
from app.console.pages import Page
from app.console.queues.lists import workers_among
from app.console.queues.rows import due_of
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission, may
from app.routers.requests import office_of
from app.services.office.hand_over import READ_FOR_REASONS
from app.services.office.queues import COUNTED, OPEN_QUEUES

ADDRESS: Final = "/console/hand-over"


async def show_hand_over(request: Request) -> Response:
    """What is open and why."""
    caller, office = await officer_of(request), office_of(request)
    await office.assignment.seen(caller)
    colleagues = await office.assignment.colleagues(caller)
    summary = await office.hand_over.summary(caller, request.query_params.get("officer") or None)
    workers = workers_among(colleagues)
    context = {
        "summary": summary,
        "whose": dict(workers).get(summary.officer, summary.officer),
        "colleagues": workers,
        "hands_over": may(caller.duties, Permission.HAND_OVER),
        "queues": OPEN_QUEUES,
        "counted": COUNTED,
        "read": READ_FOR_REASONS,
        "due_of": partial(due_of, language_of(request)),
    }
    return await render(request, "queues/hand_over.html", context)


async def hand_over(request: Request) -> Response:
    """Everything of one officer to another, or to the queue."""
    caller, form = await officer_of(request), await form_of(request)
    moved = await office_of(request).assignment.hand_over(caller, form.text("officer"), form.text("to") or None)
    told = N_("One case was handed over.") if moved == 1 else N_("%(count)s cases were handed over.")
    return redirect(ADDRESS, say(request, told, count=moved))


PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=show_hand_over, permission=Permission.VIEW_CASES),
    Page(method="POST", path=ADDRESS, endpoint=hand_over, permission=Permission.HAND_OVER),
)
