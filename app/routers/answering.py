"""Turning what a service said into bytes."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from starlette.responses import Response

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.return_codes import Refusal, return_code
from app.errors import Problem
from app.languages import Language
from app.routers.problems import response_of
from app.routers.refusals import DocumentsRejected
from app.schemas.answers import documents_answer
from app.services.filings import DocumentAnswer, DocumentKind, DocumentState, SubmissionAnswer
from app.services.idempotency_contract import StoredAnswer

MEDIA_TYPE: Final = "application/json"
# The one field of its header that a document of this door can be refused for; the official text calls it appTime.
_IMPOSSIBLE_TIME: Final = {
    return_code(filed, Refusal.BAD_PARAMETER).code for filed in (Order, Payment, Waybill, Declaration)
}
_IMPOSSIBLE_TIME_TEXT: Final = (
    "filed_at 比系统时间晚 10 分钟以上，或早于跨境电商业务开始之日：请更正，或不填（以收到时间为准）",
    "filed_at is over 10 minutes ahead of our clock, or before this trade: correct it or leave it out (receipt counts)",
)
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


def answer(status: int, body: Any, language: Language, *, location: str | None = None) -> StoredAnswer:
    """An answer as it is sent, and kept where the request has a key of idempotency."""
    headers = [("content-type", MEDIA_TYPE), ("content-language", language.tag)]
    if location is not None:
        headers.append(("location", location))
    return StoredAnswer(status=status, headers=tuple(headers), body=_encode(body))


def respond(body: Any, language: Language, *, status: int = 200) -> Response:
    """An answer that is not kept."""
    return response_of(answer(status, body, language))


def accepted(result: SubmissionAnswer | Exception) -> SubmissionAnswer:
    """The answer to a filing; raises what took its place, or `DocumentsRejected` where a document was not stored."""
    if isinstance(result, Exception):
        raise result
    rejected = [each for each in result.documents if each.state is DocumentState.REJECTED]
    if rejected:
        raise DocumentsRejected(
            tuple(_rejection(each, result.documents) for each in rejected), documents_answer(result.documents)
        )
    return result


def _rejection(document: DocumentAnswer, documents: Sequence[DocumentAnswer]) -> Problem:
    # A declaration stands below its name even alone: it is never the whole body.
    whole_body = len(documents) == 1 and document.kind is not DocumentKind.DECLARATION
    pointer = "" if whole_body else f"/{document.kind.word}"
    if document.return_status in _IMPOSSIBLE_TIME:
        return Problem(f"{pointer}/filed_at", document.return_status, *_IMPOSSIBLE_TIME_TEXT)
    return Problem(pointer=pointer, code=document.return_status, zh=document.text_zh, en=document.text_en)
