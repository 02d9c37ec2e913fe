"""The small charts of a case: pictures within the page, each with its words."""

import base64
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from app.console.case.words import HISTORIES
from app.console.charts import sparkline
from app.console.formats import amount
from app.console.language import N_, say
from app.domain.money import ZERO
from app.languages import Language
from app.services.office.case_file.shapes import CasePage, History, Prices


class Picture(msgspec.Struct, frozen=True):
    """A chart with its title and what it says in words."""

    title: str
    words: str
    source: str


def histories(page: CasePage, language: Language) -> list[Picture]:
    """Parcels of buyer, telephone and address by day."""
    return [_history(each, language) for each in page.histories]


def prices(page: CasePage, language: Language) -> list[Picture]:
    """The median price of each article by day."""
    return [_prices(each, language) for each in page.prices if each.days]


def _history(history: History, language: Language) -> Picture:
    by_day = {day.day: day.declarations for day in history.days}
    words = say(
        language,
        N_(
            "%(first)s to %(last)s: %(parcels)s, of them before an officer %(seen)s, refused or withdrawn %(fallen)s; "
            "%(value)s yuan"
        ),
        parcels=history.declarations,
        first=history.first_day.isoformat(),
        last=history.last_day.isoformat(),
        seen=sum(day.seen for day in history.days),
        fallen=sum(day.fallen for day in history.days),
        value=amount(sum((day.value_cny for day in history.days), start=ZERO)),
    )
    values = [by_day.get(day, 0) for day in _days(history.first_day, history.last_day)]
    title = say(language, HISTORIES[history.of])
    return Picture(title, words, _source(sparkline(values, f"{title}: {words}")))


def _prices(prices: Prices, language: Language) -> Picture:
    latest = prices.days[-1]
    words = say(
        language,
        N_("From %(lowest)s to %(highest)s yuan, lately %(median)s; prices read: %(count)s"),
        count=sum(day.count for day in prices.days),
        lowest=amount(min(day.lowest_cny for day in prices.days)),
        highest=amount(max(day.highest_cny for day in prices.days)),
        median=amount(latest.median_cny),
    )
    title = say(language, N_("Prices of the article of line %(line)s"), line=prices.line_no)
    values = [float(day.median_cny) for day in prices.days]
    return Picture(title, words, _source(sparkline(values, f"{title}: {words}")))


def _days(first_day: date, last_day: date) -> Iterator[date]:
    for step in range((last_day - first_day).days + 1):
        yield first_day + timedelta(days=step)


def _source(picture: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode()
