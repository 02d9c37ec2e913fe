"""The addresses of one case: its page, notes, unmasking, requests for papers, reports of a site."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission
from app.routers.acted_once import acted_once
from app.routers.answering import respond
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Operation
from app.routers.requests import (
    caller_of,
    declaration_id_of,
    instant_of,
    json_body_of,
    language_of,
    office_of,
    settings_of,
)
from app.schemas import case_file_examples as examples
from app.schemas.answer_shapes import RequestedPapersAnswer
from app.schemas.case_file_answers import case_answer, note_answer, report_answer, request_answer, timeline_answer
from app.schemas.case_file_bodies import (
    CaseNoteBody,
    DocumentRequestBody,
    ReportBody,
    UnmaskBody,
    kinds_of,
    reported_of,
    until_of,
)
from app.schemas.case_file_shapes import (
    CaseFileAnswer,
    NoteAnswer,
    SiteReportAnswer,
    TimelineAnswer,
)
from app.schemas.reading import read_body

_ONE: Final = "/v1/cases/{declaration_id}"


async def read_case(request: Request) -> Response:
    """The page of a case."""
    caller, key, language = await caller_of(request), declaration_id_of(request), language_of(request)
    page = await office_of(request).case_files.page(caller, key)
    return _private(respond(case_answer(page, caller, language), language))


async def read_timeline(request: Request) -> Response:
    """What happened."""
    caller, key = await caller_of(request), declaration_id_of(request)
    page = await office_of(request).case_files.page(caller, key)
    return _private(respond(timeline_answer(page), language_of(request)))


async def unmask(request: Request) -> Response:
    """The page in the clear, once: nothing of it is kept under a key of idempotency."""
    caller, language, limits = await caller_of(request), language_of(request), settings_of(request).api
    body = read_body(await json_body_of(request, limits.single_body_limit_bytes), UnmaskBody, limits.json_depth_limit)
    page = await office_of(request).case_files.unmask(
        caller, declaration_id_of(request), body.reason, instant_of(request)
    )
    return _private(respond(case_answer(page, caller, language), language))


async def note(request: Request) -> Response:
    """Put a note to a case."""
    caller, at, key = await caller_of(request), instant_of(request), declaration_id_of(request)

    async def act(body: CaseNoteBody) -> NoteAnswer:
        return note_answer(await office_of(request).case_files.note(caller, key, body.text, at))

    return await acted_once(request, caller, CaseNoteBody, act, 201)


async def ask(request: Request) -> Response:
    """Ask the parties for papers."""
    caller, at, key = await caller_of(request), instant_of(request), declaration_id_of(request)

    async def act(body: DocumentRequestBody) -> RequestedPapersAnswer:
        files = office_of(request).case_files
        return request_answer(await files.ask(caller, key, kinds_of(body), until_of(body), body.text, at))

    return await acted_once(request, caller, DocumentRequestBody, act, 201)


async def report(request: Request) -> Response:
    """What a site found."""
    caller, at, key = await caller_of(request), instant_of(request), declaration_id_of(request)

    async def act(body: ReportBody) -> SiteReportAnswer:
        return report_answer(await office_of(request).case_files.report(caller, key, reported_of(body), at))

    return await acted_once(request, caller, ReportBody, act, 201)


def _private(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response


OPERATIONS: Final = (
    Operation(
        method="GET",
        path=_ONE,
        endpoint=read_case,
        name="read_case",
        summary="Read a case 查看案件",
        description=(
            "What a decision needs: the documents side by side with every difference marked, findings, tax, the "
            "buyer's limit, histories of buyer, telephone, address and articles, timeline, attachments, requests and "
            "reports. Personal values are masked. Any declaration of the officer's districts, held or not."
        ),
        tag="officers",
        answers={200: Documented(meaning="The page", shape=CaseFileAnswer, example=examples.CASE)},
        problems=(*WITH_KEY, 403, 404),
        permission=Permission.VIEW_CASES,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/timeline",
        endpoint=read_timeline,
        name="read_case_timeline",
        summary="Timeline of a case 案件时间线",
        description="Changes of state, notes, unmaskings, requests, reports and attachments, oldest first.",
        tag="officers",
        answers={200: Documented(meaning="The timeline", shape=TimelineAnswer, example=examples.TIMELINE)},
        problems=(*WITH_KEY, 403, 404),
        permission=Permission.VIEW_CASES,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/notes",
        endpoint=note,
        name="note_case",
        summary="Put a note to a case 添加备注",
        description="Kept sealed and never changed; officers who may see the case read it.",
        tag="officers",
        body=CaseNoteBody,
        body_example=examples.NOTE,
        answers={201: Documented(meaning="Kept", shape=NoteAnswer, example=examples.KEPT)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
        permission=Permission.WORK_CASES,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/unmask",
        endpoint=unmask,
        name="unmask_case",
        summary="See a case in the clear 查看明文",
        description=(
            "The page with personal values as they are. Who asked and why is on record before anything is shown; each "
            "call is another entry (an Idempotency-Key is ignored: answers with personal data are not kept)."
        ),
        tag="officers",
        body=UnmaskBody,
        body_example=examples.UNMASK,
        answers={200: Documented(meaning="The page, in the clear", shape=CaseFileAnswer, example=examples.CASE)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
        permission=Permission.UNMASK,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/document-requests",
        endpoint=ask,
        name="request_papers",
        summary="Ask for papers 要求补充单证",
        description=(
            "Asks the parties of a held parcel for papers until a time. They get a receipt, see it in "
            "GET /v1/declarations/{declaration_id}, and answer with attachments; when all came, or the time has "
            "passed, the case comes back."
        ),
        tag="officers",
        body=DocumentRequestBody,
        body_example=examples.DOCUMENT_REQUEST,
        answers={201: Documented(meaning="Asked for", shape=RequestedPapersAnswer, example=examples.REQUESTED)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
        permission=Permission.WORK_CASES,
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/reports",
        endpoint=report,
        name="report_on_parcel",
        summary="Report of a site 监管场所报告",
        description=(
            "By a key of role `site` whose code the declaration names as its site (loctNo) or warehouse (areaCode). "
            "Shown on the case; it moves nothing. The same report_no is the same report. `image` is an attachment that "
            "the site sent before to POST /v1/declarations/{declaration_id}/attachments."
        ),
        tag="sites",
        body=ReportBody,
        body_example=examples.REPORT,
        answers={201: Documented(meaning="Kept", shape=SiteReportAnswer, example=examples.REPORTED)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
    ),
)
