"""One row of each table as a typed value; the tariff line stands in `app.domain.tariff`, where tax is computed."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from app.domain.tariff import TariffLine


class PositiveListEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An eight-digit code of the positive list (跨境电子商务零售进口商品清单) with its notes.

    `complete` says whether the edition that this row comes from was imported as the whole list of its days.
    """

    hs8: str
    name: str
    remark: str | None = None
    modes: frozenset[str] = frozenset()  # supervision modes the note allows; empty: all
    yearly_kg: Decimal | None = None  # most that one person may import in a year
    marked: Literal["starter", "official"] = "official"
    complete: bool = False
    first_day: date
    last_day: date | None = None


class ProhibitedGoods(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Goods that may not be imported: codes that begin with `hs_prefix`, names that hold one of `words`, or both."""

    name: str
    law: str
    hs_prefix: str | None = None
    words: tuple[str, ...] = ()
    first_day: date
    last_day: date | None = None


class Code(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One code of a customs parameter table; without days it is valid on all."""

    code: str
    name_zh: str
    name_en: str | None = None
    note: str | None = None
    first_day: date | None = None
    last_day: date | None = None


Entry = TariffLine | PositiveListEntry | ProhibitedGoods | Code
