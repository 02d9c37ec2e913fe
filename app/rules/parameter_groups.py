"""The shapes of the dated values: one Struct a group, one field a file of ``law/parameters/<group>/``.

What belongs here: names and types, so that a rule reads ``parameters.limits.single_transaction_cny`` and mypy knows
it. What does not: amounts, days and their law, which stand in the files.

A field typed ``... | None`` is None on a day before its first value (not in force): a rule that needs it is
undetermined. Every other field must have a value from `FIRST_LAW_DAY` on, or the service does not start.
"""

from datetime import date
from decimal import Decimal
from typing import Final, Literal

import msgspec

from app.domain.decision import Outcome
from app.rules.tables.lookups import TablesOfTheDay

# Cross-border retail import has a law of its own since this day (财关税〔2016〕18号). Before it nothing is decided by
# itself: the only rule in force is LAW-01, which holds.
FIRST_LAW_DAY: Final = date(2016, 4, 8)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the groups of dated values, as they are in force on one day."""


class Limits(Group, frozen=True, kw_only=True):
    """What a buyer may import: per order, per year, and what happens above it."""

    single_transaction_cny: Decimal | None
    annual_cny: Decimal | None
    over_single_limit: Literal["taxed_in_full", "one_article_only"] | None
    over_annual_limit: Literal["taxed_in_full", "refused"] | None


class TripleCheck(Group, frozen=True, kw_only=True):
    """The triple check 三单对碰 of order, payment and waybill."""

    amount_tolerance_cny: Decimal


class DeclarationCheck(Group, frozen=True, kw_only=True):
    """The declaration by itself and against the documents."""

    pack_count: int
    currency: str
    import_modes: tuple[str, ...]
    direct_modes: tuple[str, ...]
    bonded_modes: tuple[str, ...]
    bonded_country_of_departure: str
    gross_weight_tolerance_percent: Decimal


class Tax(Group, frozen=True, kw_only=True):
    """The tax of a retail import and how far the declared tax may be from it."""

    reduced_share_percent: Decimal | None
    tolerance_percent: Decimal
    tolerance_cny: Decimal


class Reuse(Group, frozen=True, kw_only=True):
    """How long a number may not be used again."""

    waybill_months: int


class Times(Group, frozen=True, kw_only=True):
    """Which days and times of documents can be."""

    earliest_day: date
    most_ahead_days: int


class Risk(Group, frozen=True, kw_only=True):
    """Thresholds that send a parcel to an officer, and the rates of random inspection."""

    window_days: int
    identities_per_telephone: int
    identities_per_address: int
    parcels_per_identity: int
    low_price_percent: Decimal
    price_history_minimum: int
    inspection_rate_advanced_ppm: int
    inspection_rate_ordinary_ppm: int
    inspection_rate_discredited_ppm: int


class Consequences(Group, frozen=True, kw_only=True):
    """What a finding of a group of rules leads to; `Rule.consequence` names the field."""

    triple_check: Outcome | None
    declaration_check: Outcome | None
    identity_digit: Outcome | None
    single_limit: Outcome | None
    annual_limit: Outcome | None
    prohibited: Outcome | None
    prohibited_words: Outcome | None
    endangered: Outcome | None
    positive_list: Outcome | None
    party: Outcome | None
    discredited_party: Outcome | None
    weight: Outcome | None
    times: Outcome | None
    codes: Outcome | None
    tax_tolerance: Outcome | None
    reuse: Outcome | None
    risk: Outcome | None
    random_inspection: Outcome | None
    undetermined: Outcome
    crashed: Outcome


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """Every dated value and table as it is in force on one day: what a rule reads as `parameters`."""

    limits: Limits
    triple_check: TripleCheck
    declaration: DeclarationCheck
    tax: Tax
    reuse: Reuse
    times: Times
    risk: Risk
    consequences: Consequences
    tables: TablesOfTheDay = TablesOfTheDay()


GROUPS: Final[tuple[str, ...]] = tuple(name for name in Parameters.__struct_fields__ if name != "tables")
