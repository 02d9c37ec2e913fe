"""Saved views and snoozes: listed, made, ended."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import below_console, form_of, redirect
from app.console.language import N_
from app.console.pages import Page
from app.console.queues.lists import ADDRESS as QUEUES
from app.console.queues.work import id_of
from app.console.refused import NOTHING, Refused, refused
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission, may
from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.routers.requests import office_of
from app.schemas.cases import filter_in, query_of
from app.services.office.saved_views import LONGEST_NAME
from app.services.office.snoozes import LONGEST_REASON, MOST_DAYS, NewSnooze, SnoozeKind

ADDRESS: Final = "/console/views"
SNOOZES: Final = "/console/snoozes"
_LONGEST_ITEM_NO: Final = 60
_SNOOZE, _VIEW_FORM = "snooze", "view"  # the forms, as the templates call them


async def show_views(request: Request) -> Response:
    """Saved views, and a form for the filter one comes from."""
    return await _views(request, request.query_params.get("filter", ""))


async def _views(request: Request, query: str, refusal: Refused = NOTHING) -> Response:
    caller = await officer_of(request)
    context = {
        "views": await office_of(request).saved_views.listed(caller),
        "view_query": query_of,
        "filter": query_of(filter_in(query)[0]) if query else "",
        "longest": LONGEST_NAME,
        "queues": QUEUES,
        "districts": [each for each in caller.districts if each != "*"],
        "refused": refusal,
    }
    return await render(request, "queues/views.html", context, refusal.status)


async def save_view(request: Request) -> Response:
    """Keep a filter under a name."""
    caller, form = await officer_of(request), await form_of(request)
    wanted, problems = filter_in(form.text("filter"))
    if problems:
        raise Malformed("The filter cannot be read.", zh="筛选条件无法识别。", problems=problems)
    try:
        await office_of(request).saved_views.save(caller, form.text("name"), wanted, form.text("district") or None)
    except (Malformed, Conflict, Forbidden) as refusal:
        return await _views(request, query_of(wanted), refused(request, _VIEW_FORM, refusal))
    return redirect(f"{QUEUES}?{query_of(wanted)}", N_("The view is saved."))


async def remove_view(request: Request) -> Response:
    """Remove one's own view."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).saved_views.remove(caller, id_of(form, "view_id"))
    return redirect(ADDRESS, N_("The view is removed."))


async def show_snoozes(request: Request) -> Response:
    """What hides cases now; with a case named, a form for it."""
    return await _snoozes(request, request.query_params.get("declaration_id", "")[:36])


async def _snoozes(request: Request, declaration_id: str, refusal: Refused = NOTHING) -> Response:
    caller, office = await officer_of(request), office_of(request)
    snoozes = await office.snoozes.active(caller)
    context = {
        "snoozes": snoozes,
        "numbers": await office.acts.numbers(caller, [each.declaration_id for each in snoozes]),
        "declaration_id": declaration_id,
        "item_no": request.query_params.get("item_no", "")[:_LONGEST_ITEM_NO],
        "works": may(caller.duties, Permission.WORK_CASES),
        "most_days": MOST_DAYS,
        "longest": LONGEST_REASON,
        "buyer": SnoozeKind.BUYER,
        "refused": refusal,
    }
    return await render(request, "queues/snoozes.html", context, refusal.status)


async def make_snooze(request: Request) -> Response:
    """Hide cases for some days; what is wrong is told beside the form."""
    caller, form = await officer_of(request), await form_of(request)
    declaration_id = id_of(form)
    try:
        wanted = NewSnooze(
            declaration_id=declaration_id,
            kind=SnoozeKind.ARTICLE if form.text("kind") == "article" else SnoozeKind.BUYER,
            item_no=form.text("item_no") or None,
            days=form.number("days") or 0,
            reason=form.text("reason"),
        )
        await office_of(request).snoozes.make(caller, wanted)
    except (Malformed, Conflict, NotFound) as refusal:
        return await _snoozes(request, str(declaration_id), refused(request, _SNOOZE, refusal))
    back = form.text("back")
    return redirect(below_console(back) if back else SNOOZES, N_("Snoozed: the queues do not show it for now."))


async def end_snooze(request: Request) -> Response:
    """End a snooze now."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).snoozes.end(caller, id_of(form, "snooze_id"))
    return redirect(SNOOZES, N_("The snooze is ended: the queues show its cases again."))


_VIEW, _WORK = Permission.VIEW_CASES, Permission.WORK_CASES
PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=show_views, permission=_VIEW),
    Page(method="POST", path=ADDRESS, endpoint=save_view, permission=_VIEW),
    Page(method="POST", path=f"{ADDRESS}/remove", endpoint=remove_view, permission=_VIEW),
    Page(method="GET", path=SNOOZES, endpoint=show_snoozes, permission=_VIEW),
    Page(method="POST", path=SNOOZES, endpoint=make_snooze, permission=_WORK),
    Page(method="POST", path=f"{SNOOZES}/end", endpoint=end_snooze, permission=_WORK),
)
