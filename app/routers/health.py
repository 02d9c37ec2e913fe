"""Whether the process lives, whether it takes work, and its numbers. Open to all: they hold nothing of anybody."""

from typing import Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from app.languages import Language
from app.metrics import exposition
from app.routers.answering import respond
from app.routers.operations import Documented, Operation
from app.routers.requests import doorkeeper_of
from app.schemas.answer_shapes import HealthAnswer, ReadyAnswer

log = structlog.get_logger(__name__)
_READY, _NOT_READY = 200, 503


async def healthz(_: Request) -> Response:
    """The process answers."""
    return respond(HealthAnswer(), Language.EN)


async def readyz(request: Request) -> Response:
    """This worker takes work."""
    try:
        missing = await doorkeeper_of(request).ready()
    except Exception:
        log.exception("readiness check failed")
        missing = ("services",)
    return respond(
        ReadyAnswer(ready=not missing, missing=missing), Language.EN, status=_NOT_READY if missing else _READY
    )


async def metrics(_: Request) -> Response:
    """The numbers of all workers."""
    return Response(exposition(), headers={"content-type": CONTENT_TYPE_LATEST})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/healthz",
        endpoint=healthz,
        name="healthz",
        summary="Alive 存活",
        description="The process answers. Says nothing of the database.",
        tag="operation",
        answers={200: Documented(meaning="Alive", shape=HealthAnswer, example={"status": "ok"})},
        secured=False,
    ),
    Operation(
        method="GET",
        path="/readyz",
        endpoint=readyz,
        name="readyz",
        summary="Ready 就绪",
        description="This worker takes work: database, lane and rule book are there. Point load balancers here.",
        tag="operation",
        answers={
            200: Documented(meaning="Ready", shape=ReadyAnswer, example={"ready": True, "missing": []}),
            503: Documented(meaning="Not ready", shape=ReadyAnswer, example={"ready": False, "missing": ["database"]}),
        },
        secured=False,
    ),
    Operation(
        method="GET",
        path="/metrics",
        endpoint=metrics,
        name="metrics",
        summary="Numbers 指标",
        description="Prometheus text format, over all workers of this machine. Without anything personal.",
        tag="operation",
        answers={200: Documented(meaning="Text of Prometheus", shape=None, example="tongguan_filings_total 1.0")},
        secured=False,
    ),
)
