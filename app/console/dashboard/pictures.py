"""The charts of the dashboard: which there are, and what each says to those who do not see it."""

from collections.abc import Callable, Mapping
from typing import Final

from app.console.charts import Line, Number, bar_chart, line_chart, plain
from app.console.dashboard.words import Titles, age
from app.console.formats import percent
from app.console.language import N_, say
from app.languages import Language
from app.services.office.statistics.figures import Figures
from app.services.office.statistics.now import AGES_SECONDS

_MOST_BARS: Final = 12
Picture = Callable[[Language, Figures, Titles], bytes]


def trend(language: Language, figures: Figures, _: Titles) -> bytes:
    """Decisions by day or week."""
    labels = [step.first_day.strftime("%m-%d") for step in figures.steps]
    lines = [
        Line(say(language, N_("Cleared by themselves")), [step.cleared_by_itself for step in figures.steps]),
        Line(say(language, N_("Decided by officers")), [step.by_officer for step in figures.steps]),
        Line(say(language, N_("Refused")), [step.refused for step in figures.steps]),
    ]
    told = "; ".join(f"{line.name}: {plain(sum(value or 0 for value in line.values))}" for line in lines)
    return line_chart(say(language, N_("Decisions over time")), told, labels, lines)


def waiting(language: Language, figures: Figures, _: Titles) -> bytes:
    """Open cases by how long they wait."""
    bars: list[tuple[str, Number]] = [
        (age(language, since), sum(each.cases for each in figures.waiting if each.from_seconds == since))
        for since in AGES_SECONDS
    ]
    return _bars(say(language, N_("Open cases by age")), bars)


def findings(language: Language, figures: Figures, titles: Titles) -> bytes:
    """What the rules found."""
    bars: list[tuple[str, Number]] = [(titles(rule), sum(parts.values())) for rule, parts in figures.findings.items()]
    return _bars(say(language, N_("Findings by rule")), bars[:_MOST_BARS])


def inspections(language: Language, figures: Figures, titles: Titles) -> bytes:
    """How often an inspection found something."""
    rated = [each for each in figures.inspections if each.hit_rate is not None][:_MOST_BARS]
    bars: list[tuple[str, Number]] = [(titles(each.rule), (each.hit_rate or 0) * 100) for each in rated]
    return _bars(say(language, N_("Hit rate of inspections")), bars, lambda value: percent(value / 100))


def _bars(title: str, bars: list[tuple[str, Number]], form: Callable[[Number], str] = plain) -> bytes:
    return bar_chart(title, "; ".join(f"{name}: {form(value)}" for name, value in bars), bars, form)


PICTURES: Final[Mapping[str, Picture]] = {
    "trend": trend,
    "waiting": waiting,
    "findings": findings,
    "inspections": inspections,
}
