"""The search box and what it finds."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import form_of
from app.console.language import N_, language_of
from app.console.pages import Page
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.lifecycle import Status
from app.domain.queues import Queue
from app.errors import Malformed
from app.languages import Language
from app.routers.requests import office_of
from app.services.office.search import LONGEST, Meaning, SearchResult

ADDRESS: Final = "/console/search"
MEANINGS: Final = {
    Meaning.ID: N_("an id of ours"),
    Meaning.DECLARATION_NO: N_("a declaration number"),
    Meaning.PERSON: N_("an identity number"),
    Meaning.TELEPHONE: N_("a telephone number"),
    Meaning.ORDER_NO: N_("an order number"),
    Meaning.WAYBILL_NO: N_("a waybill number"),
    Meaning.WORDS: N_("words of goods names and notes"),
}


async def show_box(request: Request) -> Response:
    """The empty box."""
    await officer_of(request)
    return await _shown(request, "", None)


async def find(request: Request) -> Response:
    """What was found.

    The one form that renders its answer instead of sending on to an address: what is typed may be an identity number
    or a telephone, and an address ends up in logs, histories and proxies. Loading the page again asks the browser to
    send the form again, which changes nothing.
    """
    caller, form = await officer_of(request), await form_of(request)
    text = form.text("text")
    try:
        return await _shown(request, text, await office_of(request).search.find(caller, text))
    except Malformed as fault:
        zh = language_of(request) is Language.ZH
        error = "; ".join(each.zh if zh else each.en for each in fault.problems)
        return await _shown(request, text, None, error, 422)


async def _shown(
    request: Request, text: str, result: SearchResult | None, error: str = "", status: int = 200
) -> Response:
    context = {
        "text": text, "result": result, "error": error, "longest": LONGEST, "meanings": MEANINGS,
        "status_of": Status, "queue_of": Queue,
    }  # fmt: skip
    response = await render(request, "queues/search.html", context, status)
    response.headers["cache-control"] = "no-store"
    return response


PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=show_box, permission=Permission.VIEW_CASES),
    Page(method="POST", path=ADDRESS, endpoint=find, permission=Permission.VIEW_CASES),
)
