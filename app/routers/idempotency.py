"""The routers' side of promise P2: a request with an `Idempotency-Key` has one effect and one answer.

The same key with the same request gets the first answer again, byte for byte; with another request a 409; while the
first is in flight it waits up to a second for the answer. Answers of 429 and 5xx are not kept: they may be tried again.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Problem, TongguanError
from app.routers.problems import problem_answer, response_of
from app.routers.refusals import InvalidParameters, KeyReused, StillInFlight
from app.routers.requests import doorkeeper_of, language_of
from app.services.filings import Caller
from app.services.idempotency_contract import Claim, InFlight, OtherRequest, Replay, StoredAnswer

HEADER: Final = "idempotency-key"
REPLAYED: Final = ("idempotent-replayed", "true")
_LONGEST_KEY: Final = 255
_PAUSES_SECONDS: Final = (0.02, 0.04, 0.08, 0.16, 0.3, 0.4)  # one second together
_TOO_MANY_REQUESTS: Final = 429
SERVER_ERROR: Final = 500
log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[StoredAnswer]]


async def answered_once(request: Request, caller: Caller, content: bytes, work: Work) -> Response:
    """Do the work, or give the answer that the same request got before."""
    key = request.headers.get(HEADER)
    if key is None:
        return response_of(await work())
    begun = await _begin(request, caller, _checked(key), _hash_of(request, content))
    if isinstance(begun, Replay):
        answer = begun.answer
        return response_of(StoredAnswer(status=answer.status, headers=(*answer.headers, REPLAYED), body=answer.body))
    return response_of(await _worked(request, begun, work))


async def _begin(request: Request, caller: Caller, key: str, request_hash: bytes) -> Claim | Replay:
    store = doorkeeper_of(request).idempotency
    for pause_seconds in (*_PAUSES_SECONDS, None):
        match begun := await store.begin(caller, key, request_hash):
            case OtherRequest():
                raise KeyReused
            case InFlight():
                if pause_seconds is not None:
                    await asyncio.sleep(pause_seconds)
            case _:
                return begun
    raise StillInFlight


async def _worked(request: Request, claim: Claim, work: Work) -> StoredAnswer:
    store = doorkeeper_of(request).idempotency
    try:
        answer = await work()
    except TongguanError as error:
        answer = problem_answer(error, language_of(request))
    except Exception:
        await store.release(claim)
        raise
    if not answer.final or answer.status == _TOO_MANY_REQUESTS or answer.status >= SERVER_ERROR:
        await store.release(claim)
        return answer
    try:
        await store.finish(claim, answer)
    except Exception:
        # What was asked is done and committed; not being able to replay it is no reason to say otherwise.
        log.exception("the answer to an idempotent request could not be kept")
    return answer


def _hash_of(request: Request, content: bytes) -> bytes:
    """Of everything that says what is wanted; what a query says counts as what a body does."""
    query: bytes = request.scope["query_string"]
    asked = f"{request.method} {request.scope['path']}".encode("utf-8", "replace") + (b"?" + query if query else b"")
    return hashlib.sha256(asked + b"\0" + content).digest()


def _checked(key: str) -> str:
    if 1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    problem = Problem(
        pointer="/Idempotency-Key",
        code="not_a_key",
        zh=f"应为 1 至 {_LONGEST_KEY} 个可见的 ASCII 字符",
        en=f"must be 1 to {_LONGEST_KEY} printable ASCII characters",
    )
    raise InvalidParameters((problem,))
