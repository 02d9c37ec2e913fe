"""The pages of a case, and what its forms do."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.console.case import charts, words
from app.console.formats import instant
from app.console.forms import form_of, redirect
from app.console.language import N_, language_of, say
from app.console.pages import PREFIX, Endpoint, Page
from app.console.refused import NOTHING, Refused, refused
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.case_entries import ASKABLE, EntryKind, PaperKind
from app.domain.comparison import ItemLines
from app.domain.duties import Permission, may
from app.domain.lifecycle import Act
from app.domain.period import SHANGHAI
from app.errors import Conflict, Malformed, Problem
from app.languages import Language
from app.routers.attachments import attachment_id_of, download
from app.routers.requests import declaration_id_of, office_of, settings_of
from app.schemas.answers import explanation_answer, findings_for
from app.schemas.visibility import sight_of
from app.services.clearance.receipts import person_of
from app.services.desk.judging import permission_for
from app.services.filings import Caller
from app.services.office.case_file.papers import Paper
from app.services.office.case_file.shapes import CasePage, Moment

_ONE: Final = PREFIX + "/cases/{declaration_id}"
_BESIDE_FILE: Final = 64 * 1024
_USUAL_WAIT: Final = timedelta(days=3)


async def show(request: Request) -> Response:
    """The page of one case."""
    caller, declaration_id = await officer_of(request), declaration_id_of(request)
    page = await office_of(request).case_files.page(caller, declaration_id)
    return await _shown(request, caller, page)


async def unmask(request: Request) -> Response:
    """The same page with personal values in the clear: shown here, and nowhere else."""
    caller, form = await officer_of(request), await form_of(request)
    page = await office_of(request).case_files.unmask(
        caller, declaration_id_of(request), form.text("reason"), datetime.now(UTC)
    )
    return await _shown(request, caller, page)


async def explanation(request: Request) -> Response:
    """Every rule of the day, by replay."""
    caller, declaration_id, language = await officer_of(request), declaration_id_of(request), language_of(request)
    explained = await office_of(request).case_files.explanation(caller, declaration_id)
    context = {"told": explanation_answer(explained, caller, language), "view": explained.view, "words": words}
    return await render(request, "case/explanation.html", context)


async def note(request: Request) -> Response:
    """Keep a note."""
    caller, form, declaration_id = await officer_of(request), await form_of(request), declaration_id_of(request)
    await office_of(request).case_files.note(caller, declaration_id, form.text("text"), datetime.now(UTC))
    return redirect(_address(declaration_id), N_("The note is kept."))


async def attach(request: Request) -> Response:
    """Keep a paper."""
    most = settings_of(request).case_files.attachment_limit_bytes
    caller, form = await officer_of(request), await form_of(request, most + _BESIDE_FILE)
    declaration_id, file = declaration_id_of(request), form.file("file")
    if file is None:
        raise _unfit("file", "missing", "请选择文件", "choose a file")
    try:
        kind = PaperKind.from_word(form.text("kind", PaperKind.OTHER.word))
    except ValueError:
        raise _unfit("kind", "unknown", "未知的单证类型", "choose a kind of paper") from None
    asked = form.text("request")
    paper = Paper(file.content, file.name, kind, UUID(asked) if _is_id(asked) else None)
    await office_of(request).case_files.attach(caller, declaration_id, paper, datetime.now(UTC))
    return redirect(_address(declaration_id), N_("The attachment is kept."))


async def opened(request: Request) -> Response:
    """An attachment, as a download."""
    caller, declaration_id = await officer_of(request), declaration_id_of(request)
    found = await office_of(request).case_files.opened(
        caller, declaration_id, attachment_id_of(request), datetime.now(UTC)
    )
    return download(*found)


async def ask(request: Request) -> Response:
    """Ask the parties for papers."""
    caller, form, declaration_id = await officer_of(request), await form_of(request), declaration_id_of(request)
    kinds = [kind for kind in ASKABLE if kind.word in form.texts("kinds")]
    try:
        until = datetime.fromisoformat(form.text("until")).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise _unfit("until", "not_a_time", "应为日期和时间", "must be a day and a time") from None
    await office_of(request).case_files.ask(caller, declaration_id, kinds, until, form.text("text"), datetime.now(UTC))
    return redirect(_address(declaration_id), N_("The parties were asked; the case awaits their papers."))


def _beside(part: str, endpoint: Endpoint) -> Endpoint:
    """An endpoint whose refusals are told on the page of the case, beside its form, with what was typed."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (Malformed, Conflict) as refusal:
            caller, declaration_id = await officer_of(request), declaration_id_of(request)
            page = await office_of(request).case_files.page(caller, declaration_id)
            return await _shown(request, caller, page, refused(request, part, refusal))

    return told


async def _shown(request: Request, caller: Caller, page: CasePage, refusal: Refused = NOTHING) -> Response:
    context = _context(page, caller, language_of(request)) | {"refused": refusal}
    return await render(request, "case/case.html", context, refusal.status)


def _context(page: CasePage, caller: Caller, language: Language) -> dict[str, Any]:
    sight = msgspec.structs.replace(sight_of(caller, page.view), clear=page.clear)
    assessment = page.view.assessment
    zh, lines = language is Language.ZH, page.comparison.lines
    return {
        "page": page,
        "view": page.view,
        "address": _address(page.view.declaration_id),
        "zh": zh,
        "compared": sorted((line for line in lines if len(line.cells) > 1), key=lambda line: not line.differs),
        "alone": [line for line in lines if len(line.cells) == 1],
        "findings": findings_for(assessment.findings, sight, language) if assessment else (),
        "titles": {rule_id: title.zh if zh else title.en for rule_id, title in page.titles.items()},
        "tax": assessment.tax if assessment else None,
        "histories": charts.histories(page, language),
        "prices": charts.prices(page, language),
        "words": words,
        "acts": [act for act in page.acts if may(caller.duties, permission_for(act))],
        "askable": ASKABLE,
        "attachable": [(kind.word, say(language, words.PAPERS[kind])) for kind in ASKABLE],
        "answerable": [
            (each.request_id, instant(each.until))
            for each in page.requests
            if each.missing and each.version == page.view.version
        ],
        "missing_names": ", ".join(say(language, words.DOCUMENT_NAMES[each]) for each in page.view.missing_documents),
        "suggested_until": (datetime.now(SHANGHAI) + _USUAL_WAIT).strftime("%Y-%m-%dT18:00"),
        "article_of": _article_of,
        "timeline": _told_once(page.timeline),
        "paper_of": {each.attachment_id: each for each in page.attachments},
        "person": lambda actor: person_of(actor) if actor else None,
    }


def _article_of(item: ItemLines) -> str:
    """The article number of a goods item; empty where none was filed."""
    cells = [cell for line in item.lines if line.name == "item_no" for cell in line.cells]
    return next((cell.value for cell in cells if cell.value), "")


def _told_once(timeline: tuple[Moment, ...]) -> list[Moment]:
    """Newest first. A wish for papers is an entry and a step of the case; where there is the step, it tells both."""
    steps = {each.at for each in timeline if each.act == Act.REQUEST_DOCUMENTS}
    return [each for each in reversed(timeline) if each.what != EntryKind.ASKED.word or each.at not in steps]


def _address(declaration_id: UUID) -> str:
    return f"{PREFIX}/cases/{declaration_id}"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _unfit(name: str, code: str, zh: str, en: str) -> Malformed:
    return Malformed(f"{en}.", zh=f"{zh}。", problems=(Problem(f"/{name}", code, zh, en),))


_VIEW, _WORK, _UNMASK = Permission.VIEW_CASES, Permission.WORK_CASES, Permission.UNMASK
PAGES: Final = (
    Page(method="GET", path=_ONE, endpoint=show, permission=_VIEW),
    Page(method="GET", path=_ONE + "/explanation", endpoint=explanation, permission=_VIEW),
    Page(method="POST", path=_ONE + "/unmask", endpoint=_beside("unmask", unmask), permission=_UNMASK),
    Page(method="POST", path=_ONE + "/notes", endpoint=_beside("note", note), permission=_WORK),
    Page(method="POST", path=_ONE + "/attachments", endpoint=_beside("attach", attach), permission=_WORK),
    Page(method="GET", path=_ONE + "/attachments/{attachment_id}", endpoint=opened, permission=_UNMASK),
    Page(method="POST", path=_ONE + "/document-requests", endpoint=_beside("ask", ask), permission=_WORK),
)
