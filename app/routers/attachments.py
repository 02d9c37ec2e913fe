"""The addresses of attachments: sent as they are, with their media type; given back as a download that runs nothing."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.domain.case_entries import PaperKind
from app.domain.duties import Permission
from app.domain.party import SITE
from app.routers.answering import respond
from app.routers.operations import WITH_KEY, Documented, Operation
from app.routers.requests import (
    asked_of,
    body_of,
    caller_of,
    declaration_id_of,
    id_in_address,
    instant_of,
    language_of,
    office_of,
    settings_of,
)
from app.schemas import case_file_examples as examples
from app.schemas.case_file_answers import attachment_answer, attachments_answer
from app.schemas.case_file_shapes import AttachmentAnswer, AttachmentsAnswer
from app.schemas.queries import Parameter, Unreadable
from app.services.office.case_file.papers import LONGEST_NAME, Paper, file_name, no_such_attachment
from app.services.office.case_file.shapes import Attachment

_OF_PARTIES: Final = "/v1/declarations/{declaration_id}/attachments"
_OF_OFFICERS: Final = "/v1/cases/{declaration_id}/attachments"
_WORDS: Final = ", ".join(kind.word for kind in PaperKind)
# What a browser may do with a paper that is opened in it: nothing.
_SEALED_OFF: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def _kind(value: str) -> PaperKind:
    try:
        return PaperKind.from_word(value)
    except ValueError:
        raise Unreadable(f"应为下列之一：{_WORDS}", f"must be one of: {_WORDS}") from None


def _request(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Unreadable("应为补单要求的编号", "must be the request_id of a request for papers") from None


def _name(value: str) -> str:
    if not 1 <= len(value) <= LONGEST_NAME:
        raise Unreadable(f"应为 1 至 {LONGEST_NAME} 个字符", f"must have 1 to {LONGEST_NAME} characters")
    return value


SENT_WITH: Final[Mapping[str, Parameter]] = {
    "kind": Parameter(_kind, f"What it is: {_WORDS}", "invoice"),
    "request": Parameter(_request, "The request_id that it answers", "6a1c2b3d-4e5f-4071-8293-a4b5c6d7e8f9"),
    "name": Parameter(_name, "Its file name (percent-encoded UTF-8)", "invoice.pdf"),
}


async def send_attachment(request: Request) -> Response:
    """Keep a paper."""
    caller, declaration_id, at = await caller_of(request), declaration_id_of(request), instant_of(request)
    given = asked_of(request, SENT_WITH)
    content = await body_of(request, settings_of(request).case_files.attachment_limit_bytes)
    paper = Paper(content, given.get("name", ""), given.get("kind", PaperKind.OTHER), given.get("request"))
    files = office_of(request).case_files
    keep = files.image if caller.role == SITE else files.attach
    attachment, new = await keep(caller, declaration_id, paper, at)
    return respond(attachment_answer(attachment), language_of(request), status=201 if new else 200)


async def list_attachments(request: Request) -> Response:
    """The attachments of a declaration that are the caller's to see."""
    caller = await caller_of(request)
    found = await office_of(request).case_files.attachments(caller, declaration_id_of(request))
    return respond(attachments_answer(found), language_of(request))


async def open_attachment(request: Request) -> Response:
    """One attachment, with its content."""
    caller, declaration_id, at = await caller_of(request), declaration_id_of(request), instant_of(request)
    found = await office_of(request).case_files.opened(caller, declaration_id, attachment_id_of(request), at)
    return download(*found)


def attachment_id_of(request: Request) -> UUID:
    """The attachment's id in the address; NotFound for what can be no id."""
    return id_in_address(request, "attachment_id", no_such_attachment())


def download(attachment: Attachment, content: bytes) -> Response:
    """A paper as a file to be saved, under the name it came with."""
    name = quote(file_name(attachment), safe="")
    headers = {"content-disposition": f"attachment; filename=\"attachment\"; filename*=UTF-8''{name}"}
    return Response(content, media_type=attachment.media_type, headers=headers | _SEALED_OFF)


def _sending(path: str, name: str, who: str, permission: Permission | None) -> Operation:
    kept: dict[str, Any] = {"shape": AttachmentAnswer, "example": examples.ATTACHMENT}
    return Operation(
        method="POST",
        path=path,
        endpoint=send_attachment,
        name=name,
        summary="Send an attachment 提交附件",
        description=(
            f"{who} The body is the paper itself, as it is: PDF, PNG, JPEG, TIFF, XLSX or DOCX without script, macros "
            "or embedded files, told by its bytes. The same paper for the same request is one (200)."
        ),
        tag="attachments",
        answers={201: Documented(meaning="Kept", **kept), 200: Documented(meaning="It was here already", **kept)},
        problems=(*WITH_KEY, 403, 404, 413, 422),
        query=SENT_WITH,
        permission=permission,
    )


def _listing(path: str, name: str, who: str, permission: Permission | None) -> Operation:
    return Operation(
        method="GET",
        path=path,
        endpoint=list_attachments,
        name=name,
        summary="List attachments 附件列表",
        description=f"{who} Without the papers themselves.",
        tag="attachments",
        answers={200: Documented(meaning="The attachments", shape=AttachmentsAnswer, example=examples.ATTACHMENTS)},
        problems=(*WITH_KEY, 403, 404),
        permission=permission,
    )


OPERATIONS: Final = (
    _sending(_OF_PARTIES, "send_attachment", "By a party of the declaration, or its site.", None),
    _listing(_OF_PARTIES, "list_attachments", "Those that the caller sent.", None),
    _sending(_OF_OFFICERS, "attach_to_case", "By an officer of the district.", Permission.WORK_CASES),
    _listing(_OF_OFFICERS, "list_case_attachments", "All, for an officer of the district.", Permission.VIEW_CASES),
    Operation(
        method="GET",
        path=_OF_OFFICERS + "/{attachment_id}",
        endpoint=open_attachment,
        name="open_attachment",
        summary="Open an attachment 打开附件",
        description="The paper itself, as a download. It may show personal data: that it was opened is on record.",
        tag="attachments",
        answers={200: Documented(meaning="The paper", shape=None, example="%PDF-1.7 …")},
        problems=(*WITH_KEY, 403, 404),
        permission=Permission.UNMASK,
    ),
)
