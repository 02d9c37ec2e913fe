"""Buttons of the queues: the next case, claim, give back, assign, the switch of automatic assignment."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import Form, below_console, form_of, redirect
from app.console.language import N_
from app.console.pages import Page
from app.console.queues.lists import ADDRESS, workers_among
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.queues import Queue
from app.errors import NotFound
from app.routers.requests import office_of


async def take_next(request: Request) -> Response:
    """Go to the next case; it is claimed where nobody had it."""
    caller, form = await officer_of(request), await form_of(request)
    after = id_of(form, "after") if form.text("after") else None
    queue = _queue_of(form)
    line = await office_of(request).assignment.next_case(caller, after, queue)
    if line is None:
        return redirect(_back(form), N_("Nothing is left to do here: no case is yours, and none is free."))
    return redirect(f"/console/cases/{line.declaration_id}")


async def claim(request: Request) -> Response:
    """Take a case."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).assignment.claim(caller, id_of(form))
    return redirect(_back(form), N_("The case is yours."))


async def give_back(request: Request) -> Response:
    """Back to the queue."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).assignment.give_back(caller, id_of(form))
    return redirect(_back(form), N_("The case is back in the queue."))


async def choose_officer(request: Request) -> Response:
    """Who is to have a case."""
    caller = await officer_of(request)
    try:
        declaration_id = UUID(request.query_params.get("declaration_id", ""))
    except ValueError:
        raise NotFound("There is nothing of this id.", zh="没有这个编号。") from None
    rows = await office_of(request).assignment.colleagues(caller)
    context = {"declaration_id": declaration_id, "colleagues": workers_among(rows)}
    return await render(request, "queues/assign.html", context)


async def assign(request: Request) -> Response:
    """To another officer."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).assignment.assign(caller, id_of(form), form.text("officer"))
    return redirect(_back(form), N_("The case was assigned."))


async def switch(request: Request) -> Response:
    """I take cases, or I do not."""
    caller, form = await officer_of(request), await form_of(request)
    takes = form.text("takes") == "on"
    await office_of(request).assignment.switch(caller, takes=takes)
    return redirect(_back(form), N_("You are given cases now.") if takes else N_("You are given no more cases."))


def id_of(form: Form, name: str = "declaration_id") -> UUID:
    """An id of a form; NotFound for what can be none."""
    try:
        return UUID(form.text(name))
    except ValueError:
        raise NotFound("There is nothing of this id.", zh="没有这个编号。") from None


def _queue_of(form: Form) -> Queue | None:
    try:
        return Queue.from_word(form.text("queue")) if form.text("queue") else None
    except ValueError:
        return None


def _back(form: Form) -> str:
    """Where the form was; the queues where it does not say."""
    return below_console(form.text("back")) if form.text("back") else ADDRESS


_WORK: Final = Permission.WORK_CASES
PAGES: Final = (
    Page(method="POST", path=f"{ADDRESS}/next", endpoint=take_next, permission=_WORK),
    Page(method="POST", path=f"{ADDRESS}/claim", endpoint=claim, permission=_WORK),
    Page(method="POST", path=f"{ADDRESS}/release", endpoint=give_back, permission=_WORK),
    Page(method="GET", path=f"{ADDRESS}/assign", endpoint=choose_officer, permission=Permission.HAND_OVER),
    Page(method="POST", path=f"{ADDRESS}/assign", endpoint=assign, permission=Permission.HAND_OVER),
    Page(method="POST", path=f"{ADDRESS}/duty", endpoint=switch, permission=_WORK),
)
