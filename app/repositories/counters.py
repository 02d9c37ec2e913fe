"""Risk counters: what the latest parcels of a buyer, a telephone, an address or an article show; no lock is taken.

What is read goes into the facts of the assessment and is stored there, so a replay does not depend on these rows.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.models.declarations import item_prices
from app.repositories.bulk import insert_sql, transposed
from app.repositories.together import Statement


class FeatureRow(msgspec.Struct, gc=False):
    """What counters compare of one declaration, in columns of its head once it is assessed.

    `amount` is the dutiable value in 1/100,000 yuan.
    """

    declaration_id: UUID
    identity_index: UUID
    telephone_index: int
    address_index: int
    amount: int
    accepted_on: date


class Sightings(msgspec.Struct, gc=False):
    """What other declarations show about one: None never stands here, an empty history counts nothing."""

    buyer_parcels: int = 0
    buyer_same_day: int = 0
    telephone_identities: set[UUID] = msgspec.field(default_factory=set)
    address_identities: set[UUID] = msgspec.field(default_factory=set)


class ItemPriceRow(msgspec.Struct, gc=False):
    """One unit price of an article, at its `price_place`."""

    item_index: int
    place: int
    price: int


class EarlierPrices(msgspec.Struct, frozen=True, gc=False):
    """The latest prices of an article: how many were read, their median, and below which place no other will be read.

    Of an article that sells more than `PRICES_READ` times a day the latest are a sample of that day's, for declarations
    are named by hashes. A price below the lowest of a full sample is never looked at, so it need not be stored.
    """

    count: int
    median: int | None
    floor: int

    def full_on(self, day: date) -> bool:
        """Whether they are as many as are read, and all of one day."""
        return self.floor >= price_place(day, _FIRST, 0)


# So many of the latest parcels of a telephone, an address or a buyer are looked at, and so many prices of an article:
# more would change no decision, and an address with 300,000 parcels in the window took 440 ms.
LATEST_READ = 500
PRICES_READ = 31
_MOST_IDENTITIES = 50
_LINES: Final = 2**8  # of one declaration in its places
_NAMES: Final = 2**48 - _LINES  # the bits of a place that name the declaration
_YEAR_2000: Final = date(2000, 1, 1).toordinal()
_DAY: Final = timedelta(days=1)
_FIRST: Final = UUID(int=0)
_LOWEST: Final = -(2**63)
_FALLEN = f"({Status.REFUSED.value}, {Status.CANCELLED.value})"


def _latest(column: str) -> str:
    return (
        "(SELECT d.declaration_id, d.buyer_index, d.dutiable_value, d.accepted_on, d.outcome, d.status"
        f" FROM declarations d WHERE d.{column} = wanted.{column} AND d.accepted_on BETWEEN wanted.since AND wanted.day"
        f" ORDER BY d.accepted_on DESC LIMIT {LATEST_READ})"
    )


# What stands of a buyer is what was assessed in its present version and has not fallen.
_SIGHTINGS = f"""
SELECT wanted.declaration_id, buyer.parcels, buyer.same_day,
  ARRAY(SELECT DISTINCT buyer_index FROM {_latest("telephone_index")} AS latest
    WHERE buyer_index <> wanted.buyer_index LIMIT {_MOST_IDENTITIES}),
  ARRAY(SELECT DISTINCT buyer_index FROM {_latest("address_index")} AS latest
    WHERE buyer_index <> wanted.buyer_index LIMIT {_MOST_IDENTITIES})
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::date[], $6::date[])
  AS wanted (declaration_id, buyer_index, telephone_index, address_index, since, day)
CROSS JOIN LATERAL (
  SELECT count(*) AS parcels,
    COALESCE(sum(dutiable_value) FILTER (WHERE accepted_on = wanted.day), 0)::bigint AS same_day
  FROM {_latest("buyer_index")} AS latest
  WHERE declaration_id <> wanted.declaration_id AND outcome IS NOT NULL AND status NOT IN {_FALLEN}
) AS buyer
"""

_PRICES = f"""
SELECT wanted.declaration_id, wanted.line_no, history.count, history.median, history.lowest
FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS wanted (declaration_id, line_no, item_index, own, last)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count, percentile_disc(0.5) WITHIN GROUP (ORDER BY price) AS median, min(place) AS lowest
  FROM (
    SELECT price, place FROM item_prices p WHERE p.item_index = wanted.item_index AND p.place <= wanted.last
      AND (p.place # wanted.own) & {_NAMES} <> 0 -- its own of an earlier version may be of another day
    ORDER BY p.place DESC LIMIT {PRICES_READ}) AS latest
) AS history
"""

_INSERT_PRICES = insert_sql(item_prices, "ON CONFLICT DO NOTHING")


def sightings_wanted(wanted: Sequence[tuple[FeatureRow, date]]) -> Statement | None:
    """For each (declaration, first day of the window): reads what the others of the window show."""
    rows = [
        (row.declaration_id, row.identity_index, row.telephone_index, row.address_index, since, row.accepted_on)
        for row, since in wanted
    ]
    return Statement(_SIGHTINGS, transposed(rows)) if rows else None


def sightings_from(rows: Iterable[Any]) -> dict[UUID, Sightings]:
    """What `sightings_wanted` reads, by declaration."""
    return {row[0]: Sightings(row[1], row[2], set(row[3]), set(row[4])) for row in rows}


def prices_wanted(wanted: Sequence[tuple[UUID, int, int, date]]) -> Statement | None:
    """For each (declaration, line, item, day): reads what the latest prices of others up to that day say."""
    rows = [
        (key, line_no, item, price_place(day, key, 0), price_place(day + _DAY, _FIRST, 0) - 1)
        for key, line_no, item, day in wanted
    ]
    return Statement(_PRICES, transposed(rows)) if rows else None


def prices_from(rows: Iterable[Any]) -> dict[UUID, dict[int, EarlierPrices]]:
    """What `prices_wanted` reads, by declaration and line."""
    found: dict[UUID, dict[int, EarlierPrices]] = {}
    for key, line_no, count, median, lowest in rows:
        floor = lowest if count == PRICES_READ else _LOWEST
        found.setdefault(key, {})[line_no] = EarlierPrices(count, median, floor)
    return found


def price_place(accepted_on: date, declaration_id: UUID, line_no: int) -> int:
    """Where a price stands among those of its article: by day, then declaration, then line.

    16 bits of days since 2000 (until 2089), 40 bits of the declaration's name, 8 of the line. Should two meet in one
    place, one price of a day is not kept.
    """
    day = accepted_on.toordinal() - _YEAR_2000
    return (day << 48) + (declaration_id.int >> 88 << 8) + line_no % _LINES


def prices_added(rows: Sequence[ItemPriceRow]) -> Statement | None:
    """Adds the prices of assessed declarations that were not refused."""
    return _written(_INSERT_PRICES, rows)


def _written(text: str, rows: Sequence[msgspec.Struct]) -> Statement | None:
    values = [msgspec.structs.astuple(row) for row in rows]
    return Statement(text, (values,), answers=False) if values else None
