"""The pages of tables: what is in force, uploading, versions and drafts."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import form_of, redirect
from app.console.language import N_, language_of
from app.console.pages import PREFIX
from app.console.rendering import render
from app.console.sessions import officer_of
from app.console.tables import words
from app.domain.period import shanghai_day
from app.domain.spreadsheets import harmless
from app.errors import NotFound, ReferenceRefused
from app.languages import Language
from app.routers.requests import id_in_address, office_of, version_in_address
from app.services.cursors import decode_cursor, encode_cursor
from app.services.office.tables import Faults
from app.services.office.tables_reading import SUBJECTS, Upload
from app.services.office.tables_rehearsal import USUAL_SAMPLE
from app.services.reference_fault_texts import in_chinese
from app.services.reference_import import PARTIES

ADDRESS: Final = PREFIX + "/tables"
_FAULTS_SHOWN: Final = 200
_ROWS: Final = 50
_REHEARSED_DAYS: Final = 30
_CODE_TABLES: Final = (
    "country", "currency", "unit", "trade_mode", "transport_mode", "wrap_type", "customs_district"
)  # fmt: skip
_CSV: Final = "text/csv; charset=utf-8"
_WORDS: Final[dict[str, Any]] = {
    "TABLES": words.TABLES,
    "KINDS": words.KINDS,
    "STATES": words.STATES,
    "TONES": words.TONES,
    "FAILED": words.FAILED,
    "OUTCOMES": words.OUTCOMES,
    "SUBJECTS": (*SUBJECTS, *_CODE_TABLES),
}


async def tables(request: Request) -> Response:
    """The tables in force and the drafts."""
    officer, office = await officer_of(request), office_of(request)
    cursor = request.query_params.get("cursor")
    page = await office.tables.drafts(officer, decode_cursor(cursor, tuple[datetime, UUID]) if cursor else None, 20)
    context = {"tables": await office.tables.in_force(officer), "page": page, "cursor": cursor}
    context["next_href"] = f"{ADDRESS}?cursor={encode_cursor(page.last)}" if page.last else ""
    return await render(request, "tables/tables.html", _WORDS | context)


async def upload_form(request: Request) -> Response:
    """The form of an upload."""
    return await _upload_page(request, {"table": request.query_params.get("table", "")})


async def upload(request: Request) -> Response:
    """Store a file as a draft, or show everything that is wrong with it."""
    officer, form, office = await officer_of(request), await form_of(request), office_of(request)
    file = form.file("file")
    values = {name: form.text(name) for name in ("table", "sheet", "first_day", "note")}
    values |= {name: "1" if form.ticked(name) else "" for name in ("complete", "replace_all")}
    if file is None:
        return await _upload_page(request, values, missing=True)
    wanted = Upload(
        table=values["table"],
        file_name=file.name,
        content=file.content,
        sheet=values["sheet"] or None,
        first_day=form.day("first_day"),
        complete=form.ticked("complete"),
        keep_earlier=not form.ticked("replace_all"),
        note=values["note"],
    )
    try:
        draft = await office.tables.upload(officer, wanted, datetime.now(UTC))
    except ReferenceRefused as refusal:
        faults = refusal.places or ((0, "", str(refusal)),)
        name = office.tables.keep_faults(officer, faults)
        return await _upload_page(request, values, faults=faults, faults_name=name, file_name=file.name)
    return redirect(
        f"{ADDRESS}/drafts/{draft.draft_id}", N_("The draft is stored. Look at the difference, then rehearse.")
    )


async def faults(request: Request) -> Response:
    """All faults of a refused file, as CSV."""
    kept = office_of(request).tables.kept_faults(await officer_of(request), request.path_params["name"])
    return _csv("faults.csv", ("row", "column", "fault"), _told(request, kept))


def _told(request: Request, found: Faults) -> Faults:
    """Faults in the language of the reader."""
    if language_of(request) is Language.EN:
        return found
    return tuple((row, column, in_chinese(problem)) for row, column, problem in found)


async def versions(request: Request) -> Response:
    """The versions of a table, newest first."""
    officer, office, table = await officer_of(request), office_of(request), request.path_params["table"]
    found = await office.tables.versions(officer, table)
    states = {state.name: state for state in await office.tables.in_force(officer)}
    if table not in states:
        raise NotFound("There is no such table.", zh="没有该表。")
    context = {"table": table, "versions": found, "current": states[table].version}
    return await render(request, "tables/versions.html", _WORDS | context)


async def content(request: Request) -> Response:
    """A version as CSV."""
    table, number = request.path_params["table"], version_in_address(request)
    found = await office_of(request).tables.content(await officer_of(request), table, number)
    return _file(f"{table}-{number}.csv", found)


async def step_back(request: Request) -> Response:
    """Propose to go one step back."""
    officer, form = await officer_of(request), await form_of(request)
    table = request.path_params["table"]
    draft = await office_of(request).tables.step_back(officer, table, form.text("note"), datetime.now(UTC))
    return redirect(f"{ADDRESS}/drafts/{draft.draft_id}", N_("Proposed. A second person has to approve it."))


async def draft(request: Request) -> Response:
    """A draft: its difference, rehearsals, and what can be done with it."""
    officer, office, now = await officer_of(request), office_of(request), datetime.now(UTC)
    view = await office.tables.draft(officer, draft_id_of(request))
    query = request.query_params
    difference = page = None
    if view.status == "open" or (view.status == "approved" and view.row.subject != PARTIES):
        cursor = query.get("cursor")
        after = decode_cursor(cursor, tuple[str, str, str]) if cursor else None
        difference, page = await office.tables.difference_page(
            officer, view.draft_id, now, kind=query.get("kind") or None, words=query.get("words") or None,
            after=after, limit=_ROWS,
        )  # fmt: skip
    narrowed = {name: query.get(name, "") for name in ("kind", "words")}
    today = shanghai_day(now)
    examples = [each.declaration_id for told in view.rehearsals if told.report for each in told.report.examples]
    context = {
        "draft": view,
        "numbers": await office.acts.numbers(officer, examples),
        "difference": difference,
        "page": page,
        "narrowed": narrowed,
        "next_href": f"?{urlencode(narrowed | {'cursor': encode_cursor(page.last)})}" if page and page.last else "",
        "first_href": f"?{urlencode(narrowed)}" if query.get("cursor") else "",
        "limit_percent": office.tables.limit_ppm / 10_000,
        "is_proposer": view.row.proposed_by == officer.party_code,
        "rehearse_from": today - timedelta(days=_REHEARSED_DAYS),
        "rehearse_to": today,
        "sample": USUAL_SAMPLE,
        "made": view.made,
        "under_way": any(each.result is None for each in view.rehearsals),
    }
    return await render(request, "tables/draft.html", _WORDS | context)


async def rehearse(request: Request) -> Response:
    """Ask for a rehearsal."""
    officer, form, draft_id = await officer_of(request), await form_of(request), draft_id_of(request)
    now = datetime.now(UTC)
    first_day = form.day("first_day") or shanghai_day(now) - timedelta(days=_REHEARSED_DAYS)
    last_day = form.day("last_day") or shanghai_day(now)
    sample = form.number("sample") or USUAL_SAMPLE
    await office_of(request).tables.ask_rehearsal(officer, draft_id, first_day, last_day, now, sample)
    return redirect(
        f"{ADDRESS}/drafts/{draft_id}", N_("The rehearsal runs behind; load this page again for its result.")
    )


async def approve(request: Request) -> Response:
    """Approve a draft."""
    return await _answered(request, "approve", N_("Approved. It is in force now, each row from its first day on."))


async def reject(request: Request) -> Response:
    """Reject a draft."""
    return await _answered(request, "reject", N_("Rejected. Nothing was changed."))


async def withdraw(request: Request) -> Response:
    """Withdraw one's own draft."""
    return await _answered(request, "withdraw", N_("Withdrawn. Nothing was changed."))


async def _answered(request: Request, verdict: str, notice: str) -> Response:
    officer, form, draft_id = await officer_of(request), await form_of(request), draft_id_of(request)
    answers, note, now = office_of(request).table_answers, form.text("note"), datetime.now(UTC)
    if verdict == "approve":
        await answers.approve(officer, draft_id, note, now)
    elif verdict == "reject":
        await answers.reject(officer, draft_id, note, now)
    else:
        await answers.withdraw(officer, draft_id, note, now)
    return redirect(f"{ADDRESS}/drafts/{draft_id}", notice)


def draft_id_of(request: Request) -> UUID:
    """The draft in the address."""
    missing = NotFound("There is no such draft; the list of tables shows all.", zh="没有该草稿。")
    return id_in_address(request, "draft_id", missing)


async def _upload_page(request: Request, values: dict[str, str], **more: Any) -> Response:
    names = ("table", "sheet", "first_day", "note", "complete", "replace_all")
    values = dict.fromkeys(names, "") | values
    found = tuple(more.get("faults", ()))
    shown = _told(request, found[:_FAULTS_SHOWN])
    context = {
        "values": values,
        "faults": shown,
        "fault_count": len(found),
        "faults_name": more.get("faults_name", ""),
        "file_name": more.get("file_name", ""),
        "missing": more.get("missing", False),
    }
    status = 422 if found or context["missing"] else 200
    return await render(request, "tables/upload.html", _WORDS | context, status)


def _csv(name: str, columns: tuple[str, ...], rows: Any) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([map(harmless, row) for row in rows])
    return _file(name, text.getvalue().encode("utf-8-sig"))


def _file(name: str, content: bytes) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=_CSV, headers={"content-disposition": disposition})
