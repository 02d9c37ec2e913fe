"""What the OpenAPI document says of the CEB door: XML in and out, which the framework cannot derive."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from app.routers.ceb_examples import ANSWERED, FILED, RECEIPTS, REFUSED
from app.schemas.queries import Parameter

XML: Final = "application/xml"
_PROBLEM: Final = "application/problem+json"
_TEXT: Final = {"type": "string"}
_SECURITY: Final[list[dict[str, list[str]]]] = [{"key": []}]


def _answer(description: str, media_type: str, example: Any = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"type": "object"} if media_type == _PROBLEM else _TEXT}
    if example is not None:
        content["example"] = example
    return {"description": description, "content": {media_type: content}}


def _problem(description: str) -> dict[str, Any]:
    return _answer(description, _PROBLEM)


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": _TEXT, "example": example}


_LANGUAGE: Final = _header("Accept-Language", "Language of problems: zh (default) or en", "en")
_IDEMPOTENCY: Final = _header(
    "Idempotency-Key",
    "A key of your own for this request, kept 30 days: the same key and body give the first answer again",
    "2f6c1c1e-message-0001",
)
_CLOCK: Final = _header(
    "Tongguan-Clock", "The instant that counts, only where TONGGUAN_TEST_CLOCK=1", "2024-06-18T10:00:00+08:00"
)

FILE_MESSAGE: Final[dict[str, Any]] = {
    "operation_id": "file_ceb_message",
    "summary": "File an official message 报送报文",
    "description": (
        "One CEB311 (order), CEB411 (payment), CEB511 (waybill) or CEB621 (declaration) with 1 to 100 business nodes, "
        "edition 2018-113 or 202205, in UTF-8. The answer is the receipt message (CEB312, CEB412, CEB512, CEB622) with "
        "one node for each business node, in order, carrying its latest status. A refused declaration is a result "
        "(returnStatus 100 with every finding), not an error. A node that cannot be filed is answered with a negative "
        "code and spoils no other. A message that breaks the schema is a 422 with a CEB900 that names every field."
    ),
    "tags": ["ceb"],
    "response_class": Response,
    "responses": {
        200: _answer("The receipt message 回执", XML, ANSWERED),
        401: _problem("Not authenticated 未认证"),
        403: _problem("No node may be filed by the caller; `errors` names each 无权申报"),
        409: _problem("The Idempotency-Key was used for another message 幂等键冲突"),
        413: _problem("Body too large 请求体过大"),
        415: _problem("Not application/xml in UTF-8 不支持的媒体类型"),
        422: _answer("The message breaks the schema: a CEB900 that names every fault 报文格式错误", XML, REFUSED),
        503: _problem("Busy; see Retry-After 服务繁忙"),
    },
    "openapi_extra": {
        "security": _SECURITY,
        "parameters": [_LANGUAGE, _IDEMPOTENCY, _CLOCK],
        "requestBody": {
            "required": True,
            "content": {media_type: {"schema": _TEXT, "example": FILED} for media_type in (XML, "text/xml")},
        },
    },
}


def receipts(query: Mapping[str, Parameter]) -> dict[str, Any]:
    """The documentation of the feed with these query parameters."""
    parameters = [
        {
            "name": name,
            "in": "query",
            "description": parameter.description,
            "schema": _TEXT,
            "example": parameter.example,
        }
        for name, parameter in query.items()
    ]
    return {
        "operation_id": "read_ceb_receipts",
        "summary": "Read receipts 获取回执",
        "description": (
            "All receipts addressed to the caller, oldest first and re-readable: a declaration's go to declarant, "
            "platform and merchant, the others to the document's party and to whoever filed it. Keep the cursor of the "
            "last one and ask for what comes after it."
        ),
        "tags": ["ceb"],
        "response_class": Response,
        "responses": {
            200: {"description": "A page of receipts", "content": {"application/json": _page()}},
            401: _problem("Not authenticated 未认证"),
            422: _problem("A parameter cannot be used 参数有误"),
            503: _problem("Busy; see Retry-After 服务繁忙"),
        },
        "openapi_extra": {"security": _SECURITY, "parameters": [*parameters, _LANGUAGE]},
    }


def _page() -> dict[str, Any]:
    entry = {
        "type": "object",
        "required": ["cursor", "message", "xml"],
        "properties": {
            "cursor": {"type": "string", "description": "Opaque; pass it as `after`"},
            "message": {"type": "string", "enum": ["CEB312", "CEB412", "CEB512", "CEB622"]},
            "xml": {"type": "string", "description": "The receipt message"},
        },
    }
    return {"schema": {"type": "array", "items": entry}, "example": RECEIPTS}
