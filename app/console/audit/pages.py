"""The audit in the console: links newest first, one link, verification with its result, exports."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.console.audit.words import ACTS
from app.console.forms import form_of, redirect
from app.console.language import N_
from app.console.pages import PREFIX, Page
from app.console.refused import faults_of_filter
from app.console.rendering import render
from app.console.sessions import officer_of
from app.console.words import word_of
from app.domain.duties import Permission
from app.domain.lifecycle import Status
from app.domain.spreadsheets import harmless
from app.errors import Problem
from app.routers.audit import begun, json_lines, place_of
from app.routers.refusals import InvalidParameters
from app.routers.requests import declaration_id_of, office_of
from app.schemas.audit import FILTERS, PAGING, filter_of, read_cursor
from app.schemas.queries import read_parameters
from app.services.clearance.receipts import person_of
from app.services.cursors import encode_cursor
from app.services.office.audit_view import LinkItem, LinkPage

ADDRESS: Final = PREFIX + "/audit"
_LINKS: Final = 50
_FAULTY: Final = 422
STATUS: Final = {str(status.value): word_of(status.word) for status in Status}  # by official return status
_NO_LINKS: Final = LinkPage(links=(), cursor=None, read=0)
_COLUMNS: Final = ("lane", "position", "at", "act", "actor", "declaration_id", "receipts", "attested", "note")


async def links(request: Request) -> Response:
    """Links, newest first, narrowed by who, what, declaration, days and lane."""
    officer, view = await officer_of(request), office_of(request).audit_view
    asked, values, problems = _asked(request)
    faults = faults_of_filter(request, problems, FILTERS)
    cursor = read_cursor(asked["cursor"]) if "cursor" in asked else None
    page = _NO_LINKS if faults else await view.page(officer, filter_of(asked), cursor, _LINKS)
    query = urlencode({name: value for name, value in values.items() if value})
    context = {
        "page": page,
        "values": values,
        "person": person_of,
        "ACTS": ACTS,
        "faults": faults,
        "query": query,
        "lanes": await view.lanes(officer),
        "next_href": f"{ADDRESS}?{query}&cursor={encode_cursor(page.cursor)}" if page.cursor else "",
        "first_href": f"{ADDRESS}?{query}" if cursor else "",
        "verifications": await office_of(request).verifier.last(officer, 1),
        "walk": office_of(request).verifier.walk,
    }
    return await render(request, "audit/links.html", context, _FAULTY if faults else 200)


async def link(request: Request) -> Response:
    """One link with what it attests."""
    lane, position = place_of(request)
    found = await office_of(request).audit_view.link(await officer_of(request), lane, position)
    return await render(
        request, "audit/link.html", {"link": found, "person": person_of, "ACTS": ACTS, "STATUS": STATUS}
    )


async def verification(request: Request) -> Response:
    """The verification under way, and the last results with their findings."""
    officer, verifier = await officer_of(request), office_of(request).verifier
    return await render(
        request, "audit/verification.html", {"walk": verifier.walk, "verifications": await verifier.last(officer)}
    )


async def verify(request: Request) -> Response:
    """Begin a verification."""
    officer = await officer_of(request)
    await form_of(request)
    await office_of(request).verifier.begin(officer, datetime.now(UTC))
    return redirect(f"{ADDRESS}/verification", N_("The verification has begun; load this page again for its result."))


async def heads(request: Request) -> Response:
    """The signed heads of all lanes, to be kept elsewhere."""
    line = await office_of(request).audit_view.heads(await officer_of(request))
    return _download(line + "\n", "application/jsonl", f"heads-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl")


async def export(request: Request) -> Response:
    """All links of a filter, as CSV or lines of JSON, sent as they are read."""
    officer, kind = await officer_of(request), request.path_params["kind"]
    asked, _, problems = _asked(request)
    if problems:
        raise InvalidParameters(problems)
    pages = await begun(office_of(request).audit_view.export(officer, filter_of(asked), datetime.now(UTC)))
    body, media_type = (json_lines(pages), "application/jsonl") if kind == "jsonl" else (_csv(pages), "text/csv")
    name = f'attachment; filename="audit.{"jsonl" if kind == "jsonl" else "csv"}"'
    return StreamingResponse(body, media_type=media_type, headers={"content-disposition": name})


async def record(request: Request) -> Response:
    """A declaration's whole record as JSON."""
    officer, declaration_id = await officer_of(request), declaration_id_of(request)
    found = await office_of(request).audit_view.record(officer, declaration_id, datetime.now(UTC))
    plain = msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
    return _download(plain, "application/json", f"declaration-{declaration_id}.json")


def _asked(request: Request) -> tuple[dict[str, Any], dict[str, str], tuple[Problem, ...]]:
    """The filter, its texts as the form shows them, and what is wrong; what was left empty is not asked for."""
    given = [(name, value.strip()) for name, value in request.query_params.multi_items() if name != "lang"]
    query = urlencode([(name, value) for name, value in given if value]).encode()
    asked, problems = read_parameters(query, FILTERS | PAGING)
    texts = dict(given)
    return asked, {name: texts.get(name, "") for name in FILTERS}, problems


async def _csv(pages: AsyncIterator[list[LinkItem]]) -> AsyncIterator[str]:
    yield ",".join(_COLUMNS) + "\r\n"
    async for page in pages:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([_cell(getattr(each, name)) for name in _COLUMNS] for each in page)
        yield text.getvalue()


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else harmless(value)


def _download(content: str, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


_VIEW: Final = Permission.VIEW_AUDIT
PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=links, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/links/{lane}/{position}", endpoint=link, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/verification", endpoint=verification, permission=_VIEW),
    Page(method="POST", path=ADDRESS + "/verification", endpoint=verify, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/heads.jsonl", endpoint=heads, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/export.{kind}", endpoint=export, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/declarations/{declaration_id}.json", endpoint=record, permission=_VIEW),
)
