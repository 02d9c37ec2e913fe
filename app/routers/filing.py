"""Filing over JSON: decode what was sent, hand it to the intake, answer with what it came to."""

import asyncio
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from app.domain.period import compact
from app.errors import Malformed, TongguanError
from app.languages import Language
from app.metrics import count_filing
from app.routers.answering import accepted, answer
from app.routers.idempotency import SERVER_ERROR, answered_once
from app.routers.problems import problem_body, status_of
from app.routers.refusals import BodyTooLarge, Unexpected
from app.routers.requests import filer_of, instant_of, json_body_of, language_of, services_of, settings_of
from app.schemas.answers import declaration_answer, filing_answer
from app.schemas.batch import slices_of
from app.schemas.dossier import DossierBody
from app.schemas.fields import Body
from app.schemas.reading import documents_in, read_filing, undated_in
from app.services.filings import Caller, Door, Submission, SubmissionAnswer
from app.services.idempotency_contract import StoredAnswer
from app.settings import ApiSettings

log = structlog.get_logger(__name__)
# A parcel of 99 items has 120 KB; what is larger is faulty, and listing its faults may take a tenth of a second.
_DECODED_IN_A_THREAD_BYTES: Final = 128 * 1024
_DECODED_AT_A_TIME: Final = 25  # then others get their turn: a batch must not hold up a lone declaration


async def file_one(request: Request, body: type[Body]) -> Response:
    """File a dossier or a single document."""
    services = services_of(request)
    with services.admission:  # refused before its body is read
        caller = await filer_of(request)
    at, language, limits = instant_of(request), language_of(request), settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)

    async def work() -> StoredAnswer:
        submission = await _submission(content, body, caller, at, limits)
        (result,) = await services_of(request).file([submission])
        status, shown = _told(accepted(result), body, caller, language)
        return answer(status, shown, language, location=_location(result))

    # Held only now: a sender whose body does not come takes nobody's place.
    with services.admission.held_by(caller.party_code):
        return await answered_once(request, caller, content, work)


async def file_batch(request: Request) -> Response:
    """File many dossiers; each is answered alone."""
    services_of(request).demand_room()
    caller = await filer_of(request)
    at, language, limits = instant_of(request), language_of(request), settings_of(request).api
    content = await json_body_of(request, limits.batch_body_limit_bytes)

    async def work() -> StoredAnswer:
        decoded = await _decoded(slices_of(content, limits.json_depth_limit), caller, at, limits)
        results = iter(await services_of(request).file([each for each in decoded if isinstance(each, Submission)]))
        outcomes = [next(results) if isinstance(each, Submission) else each for each in decoded]
        told = [_result(each, caller, language) for each in outcomes]
        whole = answer(200, {"results": told}, language)
        return msgspec.structs.replace(whole, final=all(each["status"] < SERVER_ERROR for each in told))

    return await answered_once(request, caller, content, work)


def submission_of(content: bytes, body: type[Body], caller: Caller, at: datetime, limits: ApiSettings) -> Submission:
    """Decode one body into what the intake takes; InvalidBody with all faults."""
    filed_at_default = compact(at)
    read = read_filing(content, body, limits.json_depth_limit)
    return Submission(
        caller=caller,
        door=Door.JSON,
        documents=documents_in(read, filed_at_default),
        content=content,
        at=at,
        filed_at_default=filed_at_default,
        undated=undated_in(read),
    )


async def _submission(
    content: bytes, body: type[Body], caller: Caller, at: datetime, limits: ApiSettings
) -> Submission:
    if len(content) < _DECODED_IN_A_THREAD_BYTES:
        return submission_of(content, body, caller, at, limits)
    return await asyncio.to_thread(submission_of, content, body, caller, at, limits)


async def _decoded(
    slices: list[bytes], caller: Caller, at: datetime, limits: ApiSettings
) -> list[Submission | TongguanError]:
    decoded: list[Submission | TongguanError] = []
    for number, content in enumerate(slices):
        if number % _DECODED_AT_A_TIME == 0:
            await asyncio.sleep(0)
        try:
            if len(content) > limits.single_body_limit_bytes:
                raise BodyTooLarge(limits.single_body_limit_bytes)
            decoded.append(await _submission(content, DossierBody, caller, at, limits))
        except Malformed as refused:
            decoded.append(refused)
    return decoded


def _result(outcome: SubmissionAnswer | Exception, caller: Caller, language: Language) -> dict[str, Any]:
    """One element of a batch's answer: the status and body, or problem, it would have got alone."""
    try:
        status, shown = _told(accepted(outcome), DossierBody, caller, language)
    except TongguanError as refused:
        return _refusal(refused, language)
    except Exception as broken:
        log.exception("one filing of a batch failed", exc_info=broken)
        return _refusal(Unexpected(), language)
    return {"status": status, "body": shown}


def _refusal(error: TongguanError, language: Language) -> dict[str, Any]:
    return {"status": status_of(error), "problem": problem_body(error, language)}


def _told(filed: SubmissionAnswer, body: type[Body], caller: Caller, language: Language) -> tuple[int, msgspec.Struct]:
    count_filing(filed)
    status = 201 if filed.created else 200
    if body is DossierBody and filed.declaration is not None:
        return status, declaration_answer(filed.declaration, caller, language, filed)
    return status, filing_answer(filed, caller, language)


def _location(result: SubmissionAnswer | Exception) -> str | None:
    if isinstance(result, Exception) or result.declaration is None:
        return None
    return f"/v1/declarations/{result.declaration.declaration_id}"
