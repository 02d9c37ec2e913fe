"""Risk counters: what the latest parcels of a buyer, a telephone, an address or an article show; no lock is taken.

What is read goes into the facts of the assessment and is stored there, so a replay does not depend on these rows.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
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
    """One unit price of an article."""

    item_index: int
    accepted_on: date
    declaration_id: UUID
    line_no: int
    price: int


# So many of the latest parcels of a telephone, an address or a buyer are looked at, and so many prices of an article:
# more would change no decision, and an address with 300,000 parcels in the window took 440 ms.
LATEST_READ = 500
PRICES_READ = 31
_MOST_IDENTITIES = 50
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
SELECT wanted.declaration_id, wanted.line_no, history.count, history.median
FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::date[]) AS wanted (declaration_id, line_no, item_index, day)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count, percentile_disc(0.5) WITHIN GROUP (ORDER BY price) AS median FROM (
    SELECT price FROM item_prices p WHERE p.item_index = wanted.item_index AND p.accepted_on <= wanted.day
      AND p.declaration_id <> wanted.declaration_id
    ORDER BY p.accepted_on DESC, p.declaration_id DESC, p.line_no DESC LIMIT {PRICES_READ}) AS latest
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
    """For each (declaration, line, item, day): reads how many earlier prices there are, and their median."""
    return Statement(_PRICES, transposed(wanted)) if wanted else None


def prices_from(rows: Iterable[Any]) -> dict[tuple[UUID, int], tuple[int, int | None]]:
    """What `prices_wanted` reads, by declaration and line."""
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def prices_added(rows: Sequence[ItemPriceRow]) -> Statement | None:
    """Adds the prices of assessed declarations that were not refused."""
    return _written(_INSERT_PRICES, rows)


def _written(text: str, rows: Sequence[msgspec.Struct]) -> Statement | None:
    values = [msgspec.structs.astuple(row) for row in rows]
    return Statement(text, (values,), answers=False) if values else None
