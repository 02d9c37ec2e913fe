"""What the tariff says of one commodity code, as typed values: rates, thresholds, legal units.

What belongs here: the shapes and the questions asked of them. What does not: reading them from a table
(`app.rules.tables`) and computing a tax with them (`app.domain.duty`).
"""

import enum
from datetime import date
from decimal import Decimal

import msgspec

from app.domain.money import ZERO


class Measure(enum.Enum):
    """What a rate by quantity, or a price threshold, is counted in."""

    KILOGRAM = "kg"
    LITRE = "litre"
    PIECE = "piece"
    SHEET = "sheet"  # 片 or 张: face masks

    __hash__ = object.__hash__  # members are singletons; enum's own hash is a Python call on the hot path


class RateKind(enum.StrEnum):
    """The ways in which the law levies."""

    NONE = "none"
    AD_VALOREM = "ad_valorem"
    SPECIFIC = "specific"  # by quantity
    COMPOSITE = "composite"  # both


class Rate(msgspec.Struct, frozen=True, gc=False, tag="rate"):
    """A rate: a part of the value, an amount for each unit of quantity, or both.

    `share` is the percentage divided by a hundred, kept so that the hot path need not divide.
    """

    percent: Decimal = ZERO
    amount_cny: Decimal = ZERO
    measure: Measure | None = None
    share: Decimal = ZERO

    @property
    def kind(self) -> RateKind:
        """Which way this rate levies."""
        if self.measure is None:
            return RateKind.AD_VALOREM if self.percent else RateKind.NONE
        return RateKind.COMPOSITE if self.percent else RateKind.SPECIFIC


def rate(percent: Decimal = ZERO, amount_cny: Decimal = ZERO, measure: Measure | None = None) -> Rate:
    """A rate of a percentage, of an amount per measure, or of both."""
    return Rate(percent, amount_cny, measure, percent / 100)


NO_RATE = Rate()


class Threshold(msgspec.Struct, frozen=True, gc=False, tag="threshold"):
    """A consumption tax that depends on the dutiable value of one unit: `above` counts from `floor_cny` on."""

    measure: Measure
    floor_cny: Decimal
    above: Rate
    below: Rate


ConsumptionTax = Rate | Threshold


class TariffLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One ten-digit commodity code on the days it is in force.

    A rate of None is unknown and makes the tax undetermined, with one exception: a provisional rate of None means
    that none is in force (a tariff prints provisional rates only where there is one).
    """

    hs_code: str
    name: str
    mfn_rate: Rate | None
    provisional_rate: Rate | None = None
    vat_rate_percent: Decimal | None
    consumption_tax: ConsumptionTax | None
    legal_unit: str | None = None  # three-digit unit codes; None is unknown
    second_legal_unit: str | None = None
    supervision_marks: str = ""  # 监管条件: one letter or digit a mark
    first_day: date
    last_day: date | None = None

    @property
    def duty_rate(self) -> Rate | None:
        """The provisional rate where one is in force, else the most-favoured-nation rate; None is unknown."""
        return self.mfn_rate if self.provisional_rate is None else self.provisional_rate

    @property
    def import_prohibited(self) -> bool:
        """Whether mark 9 (禁止进口商品) is set."""
        return "9" in self.supervision_marks

    @property
    def endangered(self) -> bool:
        """Whether a permit for endangered species is needed (mark E or F)."""
        return "E" in self.supervision_marks or "F" in self.supervision_marks
