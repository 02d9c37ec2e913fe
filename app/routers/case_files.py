"""The addresses of one case: its page, notes, unmasking, requests for papers, reports of a site."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission
from app.languages import Language
from app.routers.answering import answer, respond
from app.routers.idempotency import answered_once
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
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
from app.schemas.fields import Body
from app.schemas.reading import read_body
from app.services.filings import Caller
from app.services.idempotency_contract import StoredAnswer

_ONE: Final = "/v1/cases/{declaration_id}"
_Body = TypeVar("_Body", bound=Body)
_Work = Callable[[Request, Caller, _Body, datetime, Language], Awaitable[tuple[int, Any]]]


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


async def _note(request: Request, caller: Caller, body: CaseNoteBody, at: datetime, _: Language) -> tuple[int, Any]:
    entry = await office_of(request).case_files.note(caller, declaration_id_of(request), body.text, at)
    return 201, note_answer(entry)


async def _ask(
    request: Request, caller: Caller, body: DocumentRequestBody, at: datetime, _: Language
) -> tuple[int, Any]:
    asked = await office_of(request).case_files.ask(
        caller, declaration_id_of(request), kinds_of(body), until_of(body), body.text, at
    )
    return 201, request_answer(asked)


async def _report(request: Request, caller: Caller, body: ReportBody, at: datetime, _: Language) -> tuple[int, Any]:
    report = await office_of(request).case_files.report(caller, declaration_id_of(request), reported_of(body), at)
    return 201, report_answer(report)


def _once(body_type: type[_Body], work: _Work[_Body]) -> Endpoint:
    """An endpoint that reads a body, does its work, and gives the same answer to the same request."""

    async def endpoint(request: Request) -> Response:
        caller, at, language = await caller_of(request), instant_of(request), language_of(request)
        limits = settings_of(request).api
        content = await json_body_of(request, limits.single_body_limit_bytes)

        async def answered() -> StoredAnswer:
            body = read_body(content, body_type, limits.json_depth_limit)
            status, found = await work(request, caller, body, at, language)
            return answer(status, found, language)

        return await answered_once(request, caller, content, answered)

    return endpoint


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
        endpoint=_once(CaseNoteBody, _note),
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
        endpoint=_once(DocumentRequestBody, _ask),
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
        endpoint=_once(ReportBody, _report),
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
