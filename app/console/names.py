"""What codes are called in the language of a page: rules and their law, customs districts, trade modes.

Rules have names in both languages; the code tables of customs have Chinese names, which are better than none.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Final

from markupsafe import Markup, escape
from starlette.requests import Request

from app.console.language import language_of
from app.domain.comparison import FIELDS, ITEM_FIELDS
from app.domain.period import shanghai_day
from app.languages import Language
from app.routers.requests import office_of
from app.rules.kernel import Rule, Text
from app.rules.missing_words import missing_words
from app.rules.rulebook import RuleBook
from app.rules.tables.lookups import TablesOfTheDay

_FIELDS: Final = {field.name: Text(field.zh, field.en) for field in (*FIELDS, *ITEM_FIELDS)}
_DOCUMENTS: Final = {
    "order": Text("订单", "Order"),
    "payment": Text("支付单", "Payment"),
    "waybill": Text("运单", "Waybill"),
    "declaration": Text("清单", "Declaration"),
}
_NOT_VERIFIED: Final = Text("（未与公布文本核对）", " (not verified against the published text)")


class Names:
    """The names that the book of this moment gives."""

    def __init__(self, book: RuleBook, day: date, language: Language) -> None:
        self._book = book
        self._day = day
        self._chinese = language is Language.ZH

    def rule(self, rule_id: str) -> str:
        """The title of a rule or risk profile; empty where the book has none."""
        found = self._rules.get(rule_id)
        return self._said(found.title) if found else ""

    def law(self, rule_id: str, recorded: str) -> str:
        """The law of a finding as people read it; what is on record where the rule stands on another law now."""
        found = self._rules.get(rule_id)
        if found is None or found.law.provision != recorded:
            return recorded
        return self._said(found.law.told) + ("" if found.law.verified else self._said(_NOT_VERIFIED))

    def district(self, code: str | None) -> str:
        """The name of a customs office, or for two digits of the office of the region."""
        known = self._tables.customs_districts
        return known.get(code or "") or known.get(f"{code}00", "")

    def trade_mode(self, code: str | None) -> str:
        """The name of a trade mode."""
        return self._tables.trade_modes.get(code or "", "")

    def missing(self, paths: Iterable[str]) -> str:
        """What a rule or the tax lacked, in words."""
        return self._said(missing_words(paths))

    def field(self, name: str) -> str:
        """What a field of a document is called; empty for none of ours."""
        known = _FIELDS.get(name)
        return self._said(known) if known else ""

    def path(self, path: str) -> str:
        """What a path of a finding's values is called (``order.items.1.quantity``); empty where it has no name."""
        document, _, rest = path.partition(".")
        *place, name = rest.split(".")
        known, title = self.field(name), _DOCUMENTS.get(document)
        if not known or title is None:
            return ""
        line = f" {place[1]}" if len(place) == 2 else ""  # noqa: PLR2004 - "items" and the line
        return f"{self._said(title)}{line} · {known}"

    def of_field(self, field: str, code: str | None) -> str:
        """The name of a code that stands in a field of a document; empty where the field holds no codes."""
        names = self._by_field.get(field.rpartition(".")[2])
        return names.get(code or "", "") if names is not None else ""

    @cached_property
    def _rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self._book.rules}

    @cached_property
    def _tables(self) -> TablesOfTheDay:
        return self._book.on(self._day).parameters.tables

    @cached_property
    def _by_field(self) -> Mapping[str, Mapping[str, str]]:
        tables = self._tables
        return {
            "trade_mode": tables.trade_modes,
            "transport_mode": tables.transport_modes,
            "wrap_type": tables.wrap_types,
            "currency": tables.currencies,
            "country_of_departure": tables.countries,
            "country_of_origin": tables.countries,
            "trade_country": tables.countries,
            "unit": tables.units,
            "legal_unit": tables.units,
            "second_unit": tables.units,
            "customs_code": tables.customs_districts,
            "port_code": tables.customs_districts,
        }

    def _said(self, text: Text) -> str:
        return text.zh if self._chinese else text.en


class NamesWanted:
    """The names for a page of a request, looked up when it shows a code: an error page does without office and book."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __getattr__(self, name: str) -> object:
        return getattr(names_of(self._request), name)


def names_of(request: Request) -> Names:
    """The names for a page of this request."""
    book = office_of(request).backing.means.registry.current.book
    return _names(book, shanghai_day(datetime.now(UTC)), language_of(request))


@lru_cache(maxsize=4)  # of two days and both languages; a book is never changed
def _names(book: RuleBook, day: date, language: Language) -> Names:
    return Names(book, day, language)


@lru_cache(maxsize=4096)
def coded(code: str | None, name: str | None) -> Markup:
    """The cell of a code, with its name below it. A page of a queue has two hundred, most of them alike."""
    if not code or not name:
        return escape(code or "–")
    return Markup('<span class="nowrap">{}</span><br><span class="muted small">{}</span>').format(code, name)
