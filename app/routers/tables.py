"""The addresses of tables and their drafts, and what the OpenAPI document says of them."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission, demand
from app.errors import Malformed, NotFound, Problem, ReferenceRefused
from app.routers.acted_once import acted_once, done_once
from app.routers.answering import respond
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
from app.routers.requests import (
    asked_of,
    body_of,
    caller_of,
    id_in_address,
    instant_of,
    language_of,
    office_of,
    version_in_address,
)
from app.schemas import tables as shown
from app.schemas.queries import DEFAULT_LIMIT
from app.services.cursors import decode_cursor, encode_cursor
from app.services.office.tables_reading import MOST_BYTES, Upload
from app.services.reference_fault_texts import in_chinese

_CSV: Final = "text/csv; charset=utf-8"


class FileRefused(Malformed):
    """A file of reference data has faults; each is a problem with its row and column."""

    code = "reference_refused"


async def list_tables(request: Request) -> Response:
    """Every table with its version in force."""
    found = await office_of(request).tables.in_force(await caller_of(request))
    return respond(shown.TablesAnswer(tables=tuple(map(shown.table_answer, found))), language_of(request))


async def list_versions(request: Request) -> Response:
    """The versions of a table."""
    found = await office_of(request).tables.versions(await caller_of(request), request.path_params["table"])
    return respond(shown.TableVersionsAnswer(versions=tuple(map(shown.version_answer, found))), language_of(request))


async def read_version(request: Request) -> Response:
    """The content of a version, as CSV."""
    caller, table, number = await caller_of(request), request.path_params["table"], version_in_address(request)
    return Response(await office_of(request).tables.content(caller, table, number), media_type=_CSV)


async def upload_draft(request: Request) -> Response:
    """Store a file as a draft; the body is the file itself."""
    caller, at = await caller_of(request), instant_of(request)
    demand(caller.duties, Permission.EDIT_TABLES)  # before 32 MB are read
    asked = asked_of(request, shown.UPLOAD)
    content = await body_of(request, MOST_BYTES)
    name = asked.pop("file_name", "upload.csv")
    upload = Upload(table=request.path_params["table"], file_name=name, content=content, **asked)

    async def act() -> shown.TableDraftAnswer:
        try:
            return shown.draft_answer(await office_of(request).tables.upload(caller, upload, at))
        except ReferenceRefused as refusal:
            raise _with_faults(refusal) from None

    return await done_once(request, caller, content, act, 201)


def _with_faults(refusal: ReferenceRefused) -> FileRefused:
    faults = refusal.places or ((0, "", str(refusal)),)
    problems = tuple(Problem(f"/rows/{row}/{column}", "fault", in_chinese(text), text) for row, column, text in faults)
    told = f"The file has {len(faults)} faults; nothing was stored."
    return FileRefused(told, zh=f"文件有 {len(faults)} 处错误；未保存任何内容。", problems=problems)


async def list_drafts(request: Request) -> Response:
    """Drafts, newest first."""
    caller, asked = await caller_of(request), asked_of(request, shown.DRAFTS)
    before = decode_cursor(asked["cursor"], tuple[datetime, UUID]) if "cursor" in asked else None
    page = await office_of(request).tables.drafts(
        caller, before, asked.get("limit", DEFAULT_LIMIT), only_open=asked.get("status") == "open"
    )
    cursor = encode_cursor(page.last) if page.last else None
    drafts = tuple(map(shown.draft_answer, page.drafts))
    return respond(shown.TableDraftsAnswer(drafts=drafts, next_cursor=cursor), language_of(request))


async def read_draft(request: Request) -> Response:
    """One draft with its rehearsals."""
    draft = await office_of(request).tables.draft(await caller_of(request), _draft_id(request))
    return respond(shown.draft_answer(draft), language_of(request))


async def read_difference(request: Request) -> Response:
    """What a draft would change."""
    caller, asked = await caller_of(request), asked_of(request, shown.DIFFERENCE)
    after = decode_cursor(asked["cursor"], tuple[str, str, str]) if "cursor" in asked else None
    difference, page = await office_of(request).tables.difference_page(
        caller, _draft_id(request), instant_of(request), kind=asked.get("kind"), words=asked.get("words"),
        after=after, limit=asked.get("limit", DEFAULT_LIMIT),
    )  # fmt: skip
    return respond(shown.difference_answer(difference, page), language_of(request))


async def rehearse_draft(request: Request) -> Response:
    """Ask for a rehearsal; read the draft for its result."""
    caller, at, draft_id = await caller_of(request), instant_of(request), _draft_id(request)

    async def act(body: shown.TableRehearsalBody) -> shown.TableDraftAnswer:
        first_day, last_day = date.fromisoformat(body.first_day), date.fromisoformat(body.last_day)
        tables = office_of(request).tables
        await tables.ask_rehearsal(caller, draft_id, first_day, last_day, at, body.sample)
        return shown.draft_answer(await tables.draft(caller, draft_id))

    return await acted_once(request, caller, shown.TableRehearsalBody, act, 202)


async def approve_draft(request: Request) -> Response:
    """A second person approves a draft."""
    return await _answered(request, "approve")


async def reject_draft(request: Request) -> Response:
    """A second person rejects a draft."""
    return await _answered(request, "reject")


async def withdraw_draft(request: Request) -> Response:
    """The proposer takes a draft back."""
    return await _answered(request, "withdraw")


async def step_back(request: Request) -> Response:
    """Propose that the version that the one in force replaced counts again."""
    caller, at = await caller_of(request), instant_of(request)

    async def act(body: shown.TableNoteBody) -> shown.TableDraftAnswer:
        tables = office_of(request).tables
        return shown.draft_answer(await tables.step_back(caller, request.path_params["table"], body.note, at))

    return await acted_once(request, caller, shown.TableNoteBody, act, 201)


async def _answered(request: Request, verdict: str) -> Response:
    caller, at, draft_id = await caller_of(request), instant_of(request), _draft_id(request)
    answers = office_of(request).table_answers
    answering = {"approve": answers.approve, "reject": answers.reject, "withdraw": answers.withdraw}[verdict]

    async def act(body: shown.TableNoteBody) -> shown.TableDraftAnswer:
        return shown.draft_answer(await answering(caller, draft_id, body.note, at))

    return await acted_once(request, caller, shown.TableNoteBody, act)


def _draft_id(request: Request) -> UUID:
    return id_in_address(request, "draft_id", NotFound("There is no such draft.", zh="没有该草稿。"))


def _read(
    path: str, endpoint: Endpoint, summary: str, description: str, shape: Any, example: Any, **more: Any
) -> Operation:
    return Operation(
        method="GET", path=path, endpoint=endpoint, name=endpoint.__name__, summary=summary, description=description,
        tag="tables", answers={200: Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, 404, 422), permission=Permission.VIEW_TABLES, **more,
    )  # fmt: skip


def _act(
    path: str, endpoint: Endpoint, summary: str, description: str, permission: Permission, status: int, **more: Any
) -> Operation:
    return Operation(
        method="POST", path=path, endpoint=endpoint, name=endpoint.__name__, summary=summary, description=description,
        tag="tables",
        answers={status: Documented(meaning=summary, shape=shown.TableDraftAnswer, example=shown.DRAFT_EXAMPLE)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY), permission=permission, **more,
    )  # fmt: skip


_ALL: Final = "/v1/tables"
_DRAFTS: Final = _ALL + "/drafts"
_ONE: Final = _DRAFTS + "/{draft_id}"
_NOTE: Final[dict[str, Any]] = {"body": shown.TableNoteBody, "body_example": {"note": "compared with the gazette"}}
_EDIT, _APPROVE = Permission.EDIT_TABLES, Permission.APPROVE_TABLES
OPERATIONS: Final = (
    _read(_ALL, list_tables, "Tables in force 参考表", "Every table with its version in force.", shown.TablesAnswer,
          {"tables": [{"name": "tariff", "in_force": shown.VERSION_EXAMPLE}]}),
    _read(_DRAFTS, list_drafts, "Drafts of tables 参考表草稿", "Drafts, newest first, open ones or all.",
          shown.TableDraftsAnswer, {"drafts": [shown.DRAFT_EXAMPLE], "next_cursor": None}, query=shown.DRAFTS),
    _read(_ONE, read_draft, "A draft 草稿", "One draft with its rehearsals and the answer to it.",
          shown.TableDraftAnswer, shown.DRAFT_EXAMPLE),
    _read(_ONE + "/difference", read_difference, "Difference of a draft 草稿差异",
          "Counts of rows added, removed and changed against what is in force now, and a page of them with values "
          "before and after.", shown.TableDifferenceAnswer, shown.DIFFERENCE_EXAMPLE, query=shown.DIFFERENCE),
    _act(_ONE + "/rehearsals", rehearse_draft, "Rehearse a draft 试算",
         "Judges stored parcels by what is in force and by the draft, behind the intake. Read the draft for the "
         "result: one that would stop more than the set share of what is released now cannot be approved.",
         _EDIT, 202, body=shown.TableRehearsalBody,
         body_example={"first_day": "2026-10-22", "last_day": "2026-11-21", "sample": 2000}),
    _act(_ONE + "/approve", approve_draft, "Approve a draft 批准草稿",
         "By another person than the proposer, after a rehearsal of this draft and of the rule book in force passed. "
         "It is in force at once, each row from its first day on.", _APPROVE, 200, **_NOTE),
    _act(_ONE + "/reject", reject_draft, "Reject a draft 驳回草稿", "By another person, with a reason.",
         _APPROVE, 200, **_NOTE),
    _act(_ONE + "/withdraw", withdraw_draft, "Withdraw a draft 撤回草稿", "By the person that proposed it.",
         _EDIT, 200, **_NOTE),
    _read(_ALL + "/{table}/versions", list_versions, "Versions of a table 参考表版本", "All versions, newest first.",
          shown.TableVersionsAnswer, {"versions": [shown.VERSION_EXAMPLE]}),
    _read(_ALL + "/{table}/versions/{version}", read_version, "A version as CSV 下载版本",
          "The canonical CSV of a version; its SHA-256 is the version's.", None, "hs_code,name\n"),
    _act(_ALL + "/{table}/drafts", upload_draft, "Upload a file as a draft 上传草稿",
         "The body is the file itself: CSV in UTF-8 or an Excel workbook. A file with faults is refused with all of "
         "them (row and column in the pointer), and nothing is stored. `table` is tariff, positive-list, prohibited, "
         "codes, parties, or one table of codes.", _EDIT, 201, query=shown.UPLOAD),
    _act(_ALL + "/{table}/step-back", step_back, "Propose one step back 提出退回",
         "The version that the one in force replaced counts again once a second person approved.", _EDIT, 201, **_NOTE),
)  # fmt: skip
