"""All tables of all days, immutable, with one hash; `on(day)` answers with the tables of that day."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from app.domain.tariff import TariffLine
from app.rules.tables.canonical import entries_of
from app.rules.tables.entries import Code, Entry, PositiveListEntry, ProhibitedGoods
from app.rules.tables.lookups import PositiveList, Prohibitions, TablesOfTheDay
from app.rules.tables.specifications import SPECIFICATIONS

E = TypeVar("E")
_ONE_DAY = timedelta(days=1)


class Tables:
    """The current version of every table; another `Tables` is made for another version, never this one changed."""

    def __init__(self, entries: Mapping[str, tuple[Entry, ...]], digests: Mapping[str, str]) -> None:
        self._entries = entries
        self.digests = dict(sorted(digests.items()))
        self.hash = _hash_of(self.digests)
        self._days_of_change = _days_of_change(entries)
        # The law changes on few days, so all days between two changes share one value. Filled on demand; the result
        # does not depend on the order of questions.
        self._periods: dict[int, TablesOfTheDay] = {}

    @classmethod
    def load(cls, contents: Mapping[str, bytes]) -> "Tables":
        """The tables from their canonical bytes by name; a table that is left out is empty (all of it unknown)."""
        entries = {name: entries_of(SPECIFICATIONS[name], content) for name, content in contents.items()}
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        return cls(entries, digests)

    def on(self, day: date) -> TablesOfTheDay:
        """The rows in force on `day`."""
        period = bisect_right(self._days_of_change, day)
        tables = self._periods.get(period)
        if tables is None:
            tables = self._periods[period] = self._resolve(day)
        return tables

    def _resolve(self, day: date) -> TablesOfTheDay:
        lines = self._in_force("tariff", TariffLine, day)
        return TablesOfTheDay(
            tariff={line.hs_code: line for line in lines},
            positive_list=PositiveList.of(self._in_force("positive_list", PositiveListEntry, day)),
            prohibited=Prohibitions.of(self._in_force("prohibited_goods", ProhibitedGoods, day)),
            countries=self._names("country", day),
            currencies=self._names("currency", day),
            units=self._names("unit", day),
            trade_modes=self._names("trade_mode", day),
            transport_modes=self._names("transport_mode", day),
            wrap_types=self._names("wrap_type", day),
            customs_districts=self._names("customs_district", day),
        )

    def _names(self, table: str, day: date) -> dict[str, str]:
        return {code.code: code.name_zh for code in self._in_force(table, Code, day)}

    def _in_force(self, table: str, kind: type[E], day: date) -> list[E]:
        return [entry for entry in self._entries.get(table, ()) if isinstance(entry, kind) and _holds_on(entry, day)]


def _holds_on(entry: object, day: date) -> bool:
    first_day: date | None = getattr(entry, "first_day", None)
    last_day: date | None = getattr(entry, "last_day", None)
    return (first_day is None or first_day <= day) and (last_day is None or day <= last_day)


def _days_of_change(entries: Mapping[str, tuple[Entry, ...]]) -> list[date]:
    days: set[date] = set()
    for rows in entries.values():
        for row in rows:
            if row.first_day is not None:
                days.add(row.first_day)
            if row.last_day is not None and row.last_day < date.max:
                days.add(row.last_day + _ONE_DAY)
    return sorted(days)


def _hash_of(digests: Mapping[str, str]) -> str:
    text = "\n".join(f"{name} {digest}" for name, digest in digests.items())
    return hashlib.sha256(text.encode()).hexdigest()
