"""The rows of a queue as its page prints them: finished texts, because a page has fifty of them.

Macros and look-ups for each cell were half of the processor time of a page.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup

from app.console.formats import amount, instant, iso
from app.console.language import say
from app.console.names import Names, coded
from app.languages import Language
from app.services.office.queues import CaseItem

_SOON_MINUTES: Final = 15
_HOUR, _DAY = 60, 24 * 60
_BELOW: Final = Markup("<br>")
_RULES_SHOWN: Final = 2  # each with its name below it


class Due(NamedTuple):
    """How a case stands with its time: the tone of a badge, and what it says."""

    tone: str
    words: str


class Row(NamedTuple):
    """One case, in the order in which the template names its parts."""

    declaration_id: str
    tick: str
    order_no: str
    waybill_no: str | None
    due: Due
    escalated: bool
    rules: Markup
    more_rules: int
    value: str
    platform_code: str
    district: Markup
    trade_mode: Markup
    came: str
    came_iso: str
    assignee: Markup | None
    mine: bool


def rows_of(cases: Iterable[CaseItem], language: Language, names: Names, officers: Mapping[str, str]) -> list[Row]:
    """The rows of a page; `officers` are names by code."""
    return [_row(case, language, names, officers) for case in cases]


@lru_cache(maxsize=16_384)  # minutes of a month; the cases of a page have many of them in common with the page before
def due_of(language: Language, minutes: int) -> Due:
    """What the minutes until a case is due mean; below zero it is late."""
    tone = "bad" if minutes < 0 else "wait" if minutes < _SOON_MINUTES else "plain"
    word = say(language, "late by") if minutes < 0 else say(language, "due in")
    return Due(tone, f"{word} {_span(language, abs(minutes))}")


def _row(case: CaseItem, language: Language, names: Names, officers: Mapping[str, str]) -> Row:
    line, key, came = case.line, str(case.line.declaration_id), iso(case.line.opened_at)
    return Row(
        declaration_id=key,
        tick=say(language, "Tick %(order)s", order=case.order_no),
        order_no=case.order_no or key,
        waybill_no=case.waybill_no,
        due=due_of(language, case.due_minutes),
        escalated=case.escalated,
        rules=_BELOW.join(coded(rule, names.rule(rule)) for rule in line.rules[:_RULES_SHOWN]),
        more_rules=max(len(line.rules) - _RULES_SHOWN, 0),
        value=amount(case.value_cny),
        platform_code=line.platform_code,
        district=coded(line.district, names.district(line.district)),
        trade_mode=coded(line.trade_mode, names.trade_mode(line.trade_mode)),
        came=instant(line.opened_at),
        came_iso=came,
        assignee=coded(line.assignee, officers.get(line.assignee)) if line.assignee else None,
        mine=case.mine,
    )


def _span(language: Language, minutes: int) -> str:
    """A span of time in its largest unit of which there are two."""
    if minutes < 2 * _HOUR:
        return say(language, "%(count)s min", count=minutes)
    if minutes < 2 * _DAY:
        return say(language, "%(count)s h", count=minutes // _HOUR)
    return say(language, "%(count)s days", count=minutes // _DAY)
