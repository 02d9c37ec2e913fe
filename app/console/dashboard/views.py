"""The pages of the dashboard: the page itself, its pictures, its exports."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.console.dashboard import words
from app.console.dashboard.pictures import PICTURES
from app.console.dashboard.words import Titles, special_rule
from app.console.language import language_of
from app.console.pages import PREFIX, Page
from app.console.refused import NO_FAULTS, faults_of_filter
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.period import shanghai_day
from app.errors import Malformed, NotFound
from app.languages import Language
from app.routers.refusals import InvalidParameters
from app.routers.requests import office_of
from app.schemas.statistics import PERIOD, period_of
from app.services.office.statistics.exporting import as_csv, as_workbook
from app.services.office.statistics.figures import Figures, Period
from app.services.office.statistics.now import AGES_SECONDS

_ADDRESS: Final = PREFIX + "/dashboard"
_FAULTY: Final = 422
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def dashboard(request: Request) -> Response:
    """The figures of a period."""
    officer, statistics = await officer_of(request), office_of(request).statistics
    language = language_of(request)
    try:
        period, faults = _period(request), NO_FAULTS
        figures = await statistics.figures(officer, period)
    except Malformed as refusal:
        period, faults = _usual_period(), faults_of_filter(request, refusal.problems, PERIOD)
        figures = await statistics.figures(officer, period)
    return await render(
        request,
        "dashboard/dashboard.html",
        {
            "figures": figures,
            "period": period,
            "faults": faults,
            "typed": {name: request.query_params.get(name, "") for name in PERIOD},
            "query": _query(period, language),
            "districts": await statistics.districts(officer, period.first_day, period.last_day),
            "titles": _titles(request, language),
            "duration": lambda seconds: words.duration(language, seconds),
            "age": lambda seconds: words.age(language, seconds),
            "ages": AGES_SECONDS,
            "waiting": _waiting(figures),
            "RESULTS": words.RESULTS,
            "DOCUMENTS": words.DOCUMENTS,
            "BY": words.BY,
        },
        _FAULTY if faults else 200,
    )


async def picture(request: Request) -> Response:
    """One of the charts."""
    drawn = PICTURES.get(request.path_params["name"])
    if drawn is None:
        raise NotFound("There is no such chart.", zh="没有该图表。")
    officer, language = await officer_of(request), language_of(request)
    figures = await office_of(request).statistics.figures(officer, _period(request))
    content = await asyncio.to_thread(drawn, language, figures, _titles(request, language))
    return Response(content, media_type="image/svg+xml")


async def export(request: Request) -> Response:
    """The figures as a file of comma-separated values or as a workbook."""
    officer = await officer_of(request)
    figures = await office_of(request).statistics.figures(officer, _period(request))
    kind = request.path_params["kind"]
    if kind == "csv":
        content, media_type = as_csv(figures), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        content, media_type = await asyncio.to_thread(as_workbook, figures), _WORKBOOK
    else:
        raise NotFound("The figures come as csv or xlsx.", zh="可导出 csv 或 xlsx。")
    name = f"tongguan-{figures.first_day}-{figures.last_day}.{kind}"
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def _usual_period() -> Period:
    """What is shown where nothing else was asked for."""
    return period_of(b"", shanghai_day(datetime.now(UTC)))[0]


def _period(request: Request) -> Period:
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"])
    period, problems = period_of(query.encode(), shanghai_day(datetime.now(UTC)))
    if problems:
        raise InvalidParameters(problems)
    return period


def _query(period: Period, language: Language) -> str:
    fields = {
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "district": period.district or "",
        "step": "week" if period.weekly else "day",
        "lang": language.value,
    }
    return urlencode(fields)


def _waiting(figures: Figures) -> dict[str, dict[int, int]]:
    """Queue to age to cases."""
    found: dict[str, dict[int, int]] = {}
    for each in figures.waiting:
        found.setdefault(each.queue, {})[each.from_seconds] = each.cases
    return found


def _titles(request: Request, language: Language) -> Titles:
    """The rule's id and title, in the reader's language."""
    book = office_of(request).backing.means.registry.current.book

    def title(rule_id: str) -> str:
        known: Any = book.rule(rule_id)
        text = known and (known.title.zh if language is Language.ZH else known.title.en)
        return special_rule(language, rule_id) or (f"{rule_id} {text}" if text else rule_id)

    return title


_VIEW: Final = Permission.VIEW_STATISTICS
PAGES: Final = (
    Page(method="GET", path=_ADDRESS, endpoint=dashboard, permission=_VIEW),
    Page(method="GET", path=_ADDRESS + "/charts/{name}.svg", endpoint=picture, permission=_VIEW),
    Page(method="GET", path=_ADDRESS + "/export.{kind}", endpoint=export, permission=_VIEW),
)
