"""How errors look over HTTP: RFC 9457 bodies. The only place that knows which error has which status."""

from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    Problem,
    TongguanError,
    Unauthenticated,
    Unavailable,
)
from app.languages import Language, accepted_language
from app.routers.refusals import (
    BodyTooLarge,
    BodyTooSlow,
    DocumentsRejected,
    MethodNotAllowed,
    StillInFlight,
    Unexpected,
    UnsupportedMediaType,
)
from app.services.idempotency_contract import StoredAnswer

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:tongguan:problem:"

STATUS: Final[dict[type[TongguanError], int]] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    BodyTooSlow: 408,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    Malformed: 422,
    Unavailable: 503,
    TongguanError: 500,
}
# code: title and advice, first in Chinese, then in English. Codes of more special errors fall back to their class's.
TITLES: Final = {
    "unauthenticated": ("未认证", "Not authenticated"),
    "forbidden": ("无权操作", "Not allowed"),
    "not_found": ("未找到", "Not found"),
    "method_not_allowed": ("不支持该方法", "Method not allowed"),
    "conflict": ("与已有记录冲突", "Conflict with what is stored"),
    "second_officer_needed": ("须由第二名关员复核", "A second officer is needed"),
    "proposal_stale": ("建议已过时", "The proposal is out of date"),
    "document_rejected": ("单证未被接收", "Document not accepted"),
    "idempotency_key_reused": ("幂等键已用于其他请求", "Idempotency key used for another request"),
    "idempotency_in_flight": ("相同请求正在处理", "The same request is in flight"),
    "request_too_slow": ("请求过慢", "Request too slow"),
    "body_too_large": ("请求体过大", "Body too large"),
    "unsupported_media_type": ("不支持的媒体类型", "Unsupported media type"),
    "malformed": ("请求无法读取", "Request cannot be read"),
    "invalid_body": ("请求体有误", "Body has faults"),
    "invalid_parameter": ("参数有误", "Parameter has faults"),
    "unavailable": ("服务暂不可用", "Temporarily unavailable"),
    "error": ("服务内部错误", "Internal error"),
    "internal_error": ("服务内部错误", "Internal error"),
}
# For errors that bring no Chinese sentence of their own.
ADVICE_ZH: Final = {
    "unauthenticated": "请在 Authorization 头中以 “Bearer 密钥” 的形式提供有效密钥。",
    "not_found": "没有该记录，或您无权查看。",
    "method_not_allowed": "该地址不支持此方法。",
    "document_rejected": "有单证未被接收：errors 给出官方代码，documents 给出各单证的结果。",
    "idempotency_key_reused": "该 Idempotency-Key 已用于其他请求，新请求请使用新的键。",
    "idempotency_in_flight": "相同请求仍在处理，请稍后重发。",
    "body_too_large": "请求体超过上限，请分批发送。",
    "unsupported_media_type": "请按接口说明的媒体类型（application/json 或 application/xml，UTF-8）发送请求体。",
    "invalid_body": "请按 errors 所列逐项更正后重新发送。",
    "invalid_parameter": "请按 errors 所列逐项更正参数。",
    "unavailable": "请稍后重发同一请求。",
    "internal_error": "服务内部出错，请稍后重发同一请求。",
}


def status_of(error: TongguanError) -> int:
    """The HTTP status of an error: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_body(error: TongguanError, language: Language) -> dict[str, Any]:
    """The RFC 9457 body of an error."""
    return {
        "type": TYPE_PREFIX + error.code,
        "title": _title(error, language),
        "status": status_of(error),
        "detail": _detail(error, language),
        "code": error.code,
    } | _members(error, language)


def problem_answer(error: TongguanError, language: Language) -> StoredAnswer:
    """The whole answer to an error."""
    headers = [("content-type", MEDIA_TYPE), ("content-language", language.tag)]
    match error:
        case Unavailable() | StillInFlight():
            headers.append(("retry-after", str(error.retry_after_seconds)))
        case Unauthenticated():
            headers.append(("www-authenticate", 'Bearer realm="tongguan"'))
        case MethodNotAllowed():
            headers.append(("allow", error.allowed))
        case BodyTooLarge() | BodyTooSlow():
            headers.append(("connection", "close"))  # the rest of the body is not read
    body = msgspec.json.encode(problem_body(error, language))
    return StoredAnswer(status=status_of(error), headers=tuple(headers), body=body)


async def handle_ours(request: Request, error: Exception) -> Response:
    """An error of ours that left an endpoint."""
    ours = error if isinstance(error, TongguanError) else Unexpected()
    return response_of(problem_answer(ours, accepted_language(request.headers.get("accept-language"))))


async def handle_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: unknown addresses, methods, unreadable requests."""
    return await handle_ours(request, _ours(error) if isinstance(error, HTTPException) else error)


def response_of(answer: StoredAnswer) -> Response:
    """An answer as the framework sends it."""
    return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))


def _ours(error: HTTPException) -> TongguanError:
    match error.status_code:
        case 404:
            return NotFound("There is nothing at this address; GET /openapi.json lists all.")
        case 405:
            return MethodNotAllowed(_in_order((error.headers or {}).get("Allow", "other methods")))
        case status if status < 500:  # noqa: PLR2004 - the client's side
            return Malformed("The request cannot be read.")
        case _:
            return Unexpected()


def _in_order(methods: str) -> str:
    return ", ".join(sorted(methods.split(", ")))


def _title(error: TongguanError, language: Language) -> str:
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    zh, en = next(TITLES[code] for code in codes if code in TITLES)
    return zh if language is Language.ZH else en


def _detail(error: TongguanError, language: Language) -> str:
    if language is Language.EN:
        return str(error)
    return error.zh or ADVICE_ZH.get(error.code) or str(error)


def _members(error: TongguanError, language: Language) -> dict[str, Any]:
    members: dict[str, Any] = {}
    if error.problems:
        members["errors"] = [_error(problem, language) for problem in error.problems]
    if isinstance(error, DocumentsRejected):
        members["documents"] = error.documents
    return members


def _error(problem: Problem, language: Language) -> dict[str, str]:
    message = problem.zh if language is Language.ZH else problem.en
    return {"pointer": problem.pointer, "code": problem.code, "message": message}
