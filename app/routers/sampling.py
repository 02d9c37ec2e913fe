"""The addresses of random inspection: what is published, for everybody; the draw of a declaration, for officers."""

from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission
from app.domain.period import read_day, shanghai_day
from app.errors import NotFound
from app.routers.answering import respond
from app.routers.operations import WITH_KEY, Documented, Operation
from app.routers.requests import asked_of, caller_of, declaration_id_of, instant_of, language_of, office_of
from app.schemas import sampling as shown
from app.services.office.sampling import DAYS_AHEAD


async def list_commitments(request: Request) -> Response:
    """Published days, newest first; nobody has to say who asks."""
    asked = asked_of(request, shown.DAYS)
    today, around = shanghai_day(instant_of(request)), timedelta(days=DAYS_AHEAD)
    first_day, last_day = asked.get("first_day", today - around), asked.get("last_day", today + around)
    days = await office_of(request).sampling.days(first_day, last_day)
    answer = shown.CommitmentsAnswer(days=tuple(map(shown.published_answer, days)))
    return respond(answer, language_of(request))


async def read_published_day(request: Request) -> Response:
    """One published day with its secret, once it may be seen."""
    try:
        day = read_day(request.path_params["day"])
    except ValueError:
        raise NotFound("Name a day such as 2026-11-22.", zh="请写日期，例如 2026-11-22。") from None
    return respond(shown.published_answer(await office_of(request).sampling.day(day)), language_of(request))


async def read_draw(request: Request) -> Response:
    """The draw of a declaration, recomputed where the secret of its day is public."""
    caller = await caller_of(request)
    checked = await office_of(request).sampling.declaration(caller, declaration_id_of(request))
    return respond(shown.draw_answer(checked), language_of(request))


def _told(meaning: str, shape: Any, example: Any) -> dict[int, Documented]:
    return {200: Documented(meaning=meaning, shape=shape, example=example)}


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/v1/sampling/commitments",
        endpoint=list_commitments,
        name="list_commitments",
        summary="Commitments of random inspection 布控承诺",
        description=(
            "Of each day the SHA-256 of the secret that its draws are made with, published before the day, and the "
            "secret itself once no declaration of the day can be drawn any more. No key is needed. At most 400 days."
        ),
        tag="sampling",
        query=shown.DAYS,
        answers=_told("Published days", shown.CommitmentsAnswer, {"days": [shown.PUBLISHED_EXAMPLE]}),
        problems=(422, 503),
        secured=False,
    ),
    Operation(
        method="GET",
        path="/v1/sampling/secrets/{day}",
        endpoint=read_published_day,
        name="read_published_day",
        summary="Commitment and secret of a day 当日承诺与密值",
        description=(
            "`secret` is null until the day has ended, the deadline for documents has passed and no declaration of "
            "the day waits any more. No key is needed."
        ),
        tag="sampling",
        answers=_told("The day", shown.PublishedAnswer, shown.PUBLISHED_EXAMPLE),
        problems=(404, 503),
        secured=False,
    ),
    Operation(
        method="GET",
        path="/v1/sampling/draws/{declaration_id}",
        endpoint=read_draw,
        name="read_draw",
        summary="The draw of a declaration 清单布控抽取",
        description=(
            "What is on record of the latest assessment's draw, and what disagrees with the published secret: an "
            "empty list is the proof, null means that the secret is not public yet."
        ),
        tag="sampling",
        answers=_told("The draw", shown.DrawAnswer, shown.DRAW_EXAMPLE),
        problems=(*WITH_KEY, 403, 404),
        permission=Permission.VIEW_SAMPLING,
    ),
)
