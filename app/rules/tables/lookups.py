"""The tables of one day, as rules ask them: each question is one look-up."""

import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from app.domain.tariff import TariffLine
from app.rules.tables.entries import PositiveListEntry, ProhibitedGoods


class PositiveList(msgspec.Struct, frozen=True):
    """The positive list of one day.

    `complete` is true where every entry of the day comes from an edition that was imported as the whole list: only
    then does the absence of a code mean that it is off the list.
    """

    entries: Mapping[str, PositiveListEntry] = {}
    complete: bool = False

    @classmethod
    def of(cls, entries: Iterable[PositiveListEntry]) -> "PositiveList":
        """The list of the entries in force."""
        by_code = {entry.hs8: entry for entry in entries}
        return cls(by_code, bool(by_code) and all(entry.complete for entry in by_code.values()))

    def entry(self, hs_code: str) -> PositiveListEntry | None:
        """The entry of a ten-digit commodity code; None where its first eight digits are not listed."""
        return self.entries.get(hs_code[:8])


class Prohibitions(msgspec.Struct, frozen=True):
    """The prohibited goods of one day, by code prefix and by word."""

    by_prefix: Mapping[str, tuple[ProhibitedGoods, ...]] = {}
    prefix_lengths: tuple[int, ...] = ()
    by_word: tuple[tuple[str, ProhibitedGoods], ...] = ()

    @classmethod
    def of(cls, goods: Iterable[ProhibitedGoods]) -> "Prohibitions":
        """The index of the rows in force."""
        by_prefix: dict[str, tuple[ProhibitedGoods, ...]] = {}
        by_word: list[tuple[str, ProhibitedGoods]] = []
        for one in goods:
            if one.hs_prefix is None:
                by_word += [(fold(word), one) for word in one.words]
            else:
                by_prefix[one.hs_prefix] = (*by_prefix.get(one.hs_prefix, ()), one)
        return cls(by_prefix, tuple(sorted({len(prefix) for prefix in by_prefix})), tuple(by_word))

    def by_code(self, hs_code: str, goods_name: str) -> ProhibitedGoods | None:
        """The row that prohibits a code; where the row also holds words, the name must hold one of them."""
        for length in self.prefix_lengths:
            for goods in self.by_prefix.get(hs_code[:length], ()):
                if not goods.words or _holds_one(goods_name, goods.words):
                    return goods
        return None

    def by_name(self, goods_name: str) -> ProhibitedGoods | None:
        """The row without a code whose word stands in a name."""
        if not self.by_word:
            return None
        folded = fold(goods_name)
        return next((goods for word, goods in self.by_word if word in folded), None)


class TablesOfTheDay(msgspec.Struct, frozen=True, kw_only=True):
    """Every table as it is in force on one day; code tables give the Chinese name of a code."""

    tariff: Mapping[str, TariffLine] = {}
    positive_list: PositiveList = PositiveList()
    prohibited: Prohibitions = Prohibitions()
    countries: Mapping[str, str] = {}
    currencies: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    trade_modes: Mapping[str, str] = {}
    transport_modes: Mapping[str, str] = {}
    wrap_types: Mapping[str, str] = {}
    customs_districts: Mapping[str, str] = {}  # incomplete: an unknown district is a warning, never a refusal

    def tariff_line(self, hs_code: str) -> TariffLine | None:
        """What the tariff says of a ten-digit code; None where it does not know the code."""
        return self.tariff.get(hs_code)


def fold(text: str) -> str:
    """Text as words are searched in: width and case do not count, white space neither."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _holds_one(text: str, words: tuple[str, ...]) -> bool:
    folded = fold(text)
    return any(fold(word) in folded for word in words)
