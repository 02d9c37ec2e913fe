"""The address of the statistics: the figures of the dashboard."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission
from app.domain.period import shanghai_day
from app.routers.answering import respond
from app.routers.operations import WITH_KEY, Documented, Operation
from app.routers.refusals import InvalidParameters
from app.routers.requests import caller_of, instant_of, language_of, office_of
from app.schemas.statistics import FIGURES_EXAMPLE, PERIOD, period_of
from app.services.office.statistics.figures import Figures


async def read_statistics(request: Request) -> Response:
    """The figures of a period."""
    caller = await caller_of(request)
    period, problems = period_of(request.scope["query_string"], shanghai_day(instant_of(request)))
    if problems:
        raise InvalidParameters(problems)
    return respond(await office_of(request).statistics.figures(caller, period), language_of(request))


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/v1/stats",
        endpoint=read_statistics,
        name="read_statistics",
        summary="Statistics of a period 统计",
        description=(
            "What the dashboard shows, of the officer's districts or one of them: efficient (share cleared by itself, "
            "time to decision, waiting by age), convenient (filed right the first time, missing documents), safe "
            "(results of inspections by rule and profile, limits refused, findings by rule), and the trend. Sums are "
            "seconds behind the events: `as_of` says up to when all are counted. Times are at most 12 % too long. "
            "At most 366 days."
        ),
        tag="officers",
        query=PERIOD,
        answers={200: Documented(meaning="The figures", shape=Figures, example=FIGURES_EXAMPLE)},
        problems=(*WITH_KEY, 403, 422),
        permission=Permission.VIEW_STATISTICS,
    ),
)
