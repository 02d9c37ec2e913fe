"""The CEB door: official messages in, official receipts out (`/v1/ceb`).

HTTP only: reading the request, one call of the services, the answer. What messages are is said in `app.ceb`, what the
OpenAPI document says of them in `app.routers.ceb_documentation`.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.ceb.format_receipt import format_receipt
from app.ceb.message import CebMessage
from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message
from app.errors import Forbidden
from app.metrics import count_filing
from app.routers.answering import respond
from app.routers.ceb_answers import receipt_message, refuse_as_a_whole, submissions_of
from app.routers.ceb_documentation import FILE_MESSAGE, XML, receipts
from app.routers.idempotency import answered_once
from app.routers.refusals import UnsupportedMediaType
from app.routers.requests import (
    asked_of,
    body_of,
    caller_of,
    filer_of,
    instant_of,
    language_of,
    services_of,
    settings_of,
)
from app.schemas.queries import Parameter, Unreadable
from app.services.filings import Caller, SubmissionAnswer
from app.services.idempotency_contract import StoredAnswer

_XML_TYPES: Final = frozenset({XML, "text/xml"})
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([^"';\s]*)""", re.IGNORECASE)
RECEIPTS_AT_MOST: Final = 500
RECEIPTS_BY_DEFAULT: Final = 100
_LONGEST_CURSOR: Final = 4000
# Reading a parcel takes about 0.1 ms; a larger message is read in a thread, so that others do not wait for it.
_READ_INLINE_BYTES: Final = 64 * 1024


def _after(value: str) -> str | None:
    if len(value) > _LONGEST_CURSOR or not value.isascii():
        raise Unreadable("应为先前返回的 cursor", "must be the cursor of an earlier receipt")
    return value or None


def _limit(value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= 4 and 1 <= int(value) <= RECEIPTS_AT_MOST:  # noqa: PLR2004
        return int(value)
    raise Unreadable(f"应为 1 至 {RECEIPTS_AT_MOST} 的整数", f"must be a whole number from 1 to {RECEIPTS_AT_MOST}")


RECEIPT_QUERY: Final[Mapping[str, Parameter]] = MappingProxyType(
    {
        "after": Parameter(_after, "The cursor of the last receipt you have; left out: from the beginning", "k4EBAg"),
        "limit": Parameter(
            _limit, f"Receipts per page, up to {RECEIPTS_AT_MOST}; {RECEIPTS_BY_DEFAULT} if left out", "100"
        ),
    }
)
router: Final = APIRouter()


@router.post("/v1/ceb", **FILE_MESSAGE)
async def file_message(request: Request) -> Response:
    """File one official message: CEB311, CEB411, CEB511 or CEB621 with 1 to 100 business nodes."""
    services_of(request).demand_room()
    caller = await filer_of(request)
    at = instant_of(request)
    _demand_xml(request)
    body = await body_of(request, settings_of(request).api.batch_body_limit_bytes)

    async def work() -> StoredAnswer:
        try:
            message = await _read(body, require_signature=settings_of(request).security.require_signature)
        except MalformedMessage as malformed:
            return _xml(422, await asyncio.to_thread(format_receipt, malformed, body, at))
        content, final = await _filed(request, message, caller, at)
        return msgspec.structs.replace(_xml(200, content), final=final)

    return await answered_once(request, caller, body, work)


@router.head("/v1/ceb/receipts", include_in_schema=False)  # as every other address that can be read
@router.get("/v1/ceb/receipts", **receipts(RECEIPT_QUERY))
async def read_receipts(request: Request) -> Response:
    """The receipts addressed to the caller, oldest first, from a cursor on."""
    caller = await caller_of(request)
    query = asked_of(request, RECEIPT_QUERY)
    entries = await services_of(request).receipts(caller, query.get("after"), query.get("limit", RECEIPTS_BY_DEFAULT))
    return respond(entries, language_of(request))


def _demand_xml(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() not in _XML_TYPES:
        raise UnsupportedMediaType("Send the message as Content-Type: application/xml.")
    charset = _CHARSET.search(parameters)
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Messages are UTF-8; send the message without another charset.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the message without a Content-Encoding.")


async def _read(body: bytes, *, require_signature: bool) -> CebMessage:
    if len(body) <= _READ_INLINE_BYTES:
        return read_message(body, require_signature=require_signature)
    return await asyncio.to_thread(read_message, body, require_signature=require_signature)


async def _filed(request: Request, message: CebMessage, caller: Caller, at: datetime) -> tuple[bytes, bool]:
    """The receipt message, and whether every node of it was answered for good."""
    submissions = submissions_of(message, caller, at)
    results = await services_of(request).file(submissions) if submissions else []
    refuse_as_a_whole(message, results)
    for result in results:
        if isinstance(result, SubmissionAnswer):
            count_filing(result)
    final = all(isinstance(result, SubmissionAnswer | Forbidden) for result in results)
    return receipt_message(message, results, caller, at), final


def _xml(status: int, body: bytes) -> StoredAnswer:
    return StoredAnswer(status=status, headers=(("content-type", XML),), body=body)
