"""The form of a queue's filters. With nothing filled in it is the same for everybody of a district, and made once."""

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

from app.console.rendering import environment
from app.domain.queues import Queue
from app.languages import Language
from app.schemas.cases import CASE_FILTERS, query_of
from app.services.office.queues import QueueFilter

Options = tuple[tuple[str, str], ...]


def filters_form(
    language: Language,
    wanted: QueueFilter,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    colleagues: Options,
) -> Markup:
    """The form as it was sent, its faults beside the fields; `colleagues` are options of the assignee."""
    if wanted == QueueFilter(queue=wanted.queue) and not faults:
        return _empty(language, wanted.queue, colleagues)
    return _written(language, wanted, typed, faults, colleagues)


@lru_cache(maxsize=256)  # queues, languages, and districts with their officers
def _empty(language: Language, queue: Queue, colleagues: Options) -> Markup:
    return _written(language, QueueFilter(queue=queue), dict.fromkeys(CASE_FILTERS, ""), {}, colleagues)


def _written(
    language: Language,
    wanted: QueueFilter,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    colleagues: Options,
) -> Markup:
    template = environment(language).get_template("queues/filters.html")
    form = template.render(
        wanted=wanted, typed=typed, faults=faults, colleagues=list(colleagues), query=query_of(wanted)
    )
    return Markup(form)  # noqa: S704 - a template of ours, in which everything is escaped
