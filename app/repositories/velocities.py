"""Velocity counters: what the latest declarations of a buyer, telephone, address, platform or article come to.

Asked only where a risk profile needs it, for all declarations of a unit in one statement, without a lock. Each counter
looks at the latest `LATEST_READ` declarations of its 30 days at most and says where that bound was met; an article at
its latest `PRICES_READ` prices, which are what is kept of it. A platform's declarations are counted by the days on
which they were received, up to the one on which this one was: that is what its index goes by.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.lifecycle import Status
from app.domain.velocity import WINDOWS_DAYS, Counted
from app.repositories.bulk import transposed
from app.repositories.counters import LATEST_READ, PRICES_READ, price_place
from app.repositories.together import Statement


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """What counters compare of one declaration."""

    declaration_id: UUID
    buyer: UUID
    telephone: int
    address: int
    platform: str
    day: date  # of acceptance
    received_on: date


class Tally(msgspec.Struct, frozen=True, gc=False):
    """A count over one window; the amount is 1/100,000 yuan, None where there is none."""

    declarations: int
    amount: int | None
    at_least: bool


Tallies = dict[tuple[UUID, Counted, int | None], tuple[Tally, ...]]  # of (declaration, counter, line), by window

_FALLEN: Final = f"({Status.REFUSED.value}, {Status.CANCELLED.value})"
_LONGEST: Final = max(WINDOWS_DAYS)
_DAY: Final = timedelta(days=1)
_FIRST: Final = UUID(int=0)
_DECLARATION_BITS: Final = 2**48 - 2**8  # of a price's place
_NUMBERS: Final = {counted: number for number, counted in enumerate(Counted, 1)}  # in answers of the database only
_COUNTED: Final = {number: counted for counted, number in _NUMBERS.items()}
_SHANGHAI: Final = "'Asia/Shanghai'"
_STANDS: Final = (
    f"d.declaration_id <> wanted.declaration_id AND d.outcome IS NOT NULL AND d.status NOT IN {_FALLEN} AS stands"
)
_COLUMNS: Final = {
    Counted.BUYER: "buyer_index",
    Counted.TELEPHONE: "telephone_index",
    Counted.ADDRESS: "address_index",
    Counted.PLATFORM: "platform_code",
}


def _latest(counted: Counted) -> str:
    column = _COLUMNS[counted]
    if counted is Counted.PLATFORM:
        day, order = f"(d.received_at AT TIME ZONE {_SHANGHAI})::date", "d.received_at"
        window = (
            f"d.received_at >= (wanted.received_on - {_LONGEST - 1})::timestamp AT TIME ZONE {_SHANGHAI}"
            f" AND d.received_at < (wanted.received_on + 1)::timestamp AT TIME ZONE {_SHANGHAI}"
        )
    else:
        day = order = "d.accepted_on"
        window = f"d.accepted_on BETWEEN wanted.day - {_LONGEST - 1} AND wanted.day"
    return (
        f"SELECT {day} AS of_day, d.dutiable_value, {_STANDS} FROM declarations d"
        f" WHERE d.{column} = wanted.{column} AND {window} ORDER BY {order} DESC LIMIT {LATEST_READ}"
    )


def _windows(counted: Counted) -> str:
    """One line for each declaration: count, amount and whether more was not looked at, for every window."""
    columns, last = [], "wanted.received_on" if counted is Counted.PLATFORM else "wanted.day"
    for days in WINDOWS_DAYS:
        within = f"FILTER (WHERE stands AND of_day > {last} - {days})"
        columns.append(f"count(*) {within}")
        columns.append(f"COALESCE(sum(dutiable_value) {within}, 0)::bigint")
        columns.append(f"count(*) = {LATEST_READ} AND min(of_day) > {last} - {days}")
    return (
        f"SELECT wanted.declaration_id, {_NUMBERS[counted]}, found.* FROM wanted"
        f" CROSS JOIN LATERAL (SELECT {', '.join(columns)} FROM ({_latest(counted)}) AS latest) AS found"
    )


_WANTED: Final = (
    "WITH wanted AS (SELECT * FROM"
    " unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::date[], $7::date[])"
    " AS asked (declaration_id, buyer_index, telephone_index, address_index, platform_code, day, received_on)) "
)


def _item_windows() -> str:
    columns = []
    for days in WINDOWS_DAYS:
        start = f"((wanted.last >> 48) - {days - 1}) << 48"
        columns.append(f"count(DISTINCT place >> 8) FILTER (WHERE place >= {start})")
        columns.append(f"count(*) = {PRICES_READ} AND min(place) >= {start}")
    return f"""
SELECT wanted.declaration_id, wanted.line_no, found.*
FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS wanted (declaration_id, line_no, item_index, own, last)
CROSS JOIN LATERAL (
  SELECT {", ".join(columns)} FROM (
    SELECT place FROM item_prices p WHERE p.item_index = wanted.item_index AND p.place <= wanted.last
      AND p.place >= ((wanted.last >> 48) - {_LONGEST - 1}) << 48
      AND (p.place # wanted.own) & {_DECLARATION_BITS} <> 0
    ORDER BY p.place DESC LIMIT {PRICES_READ}) AS latest
) AS found
"""


_ITEMS: Final = _item_windows()


def tallies_wanted(parcels: Sequence[Parcel], by: Collection[Counted]) -> Statement | None:
    """Reads the counters of declarations by buyer, telephone, address and platform, as many as are wanted."""
    branches = [_windows(counted) for counted in Counted if counted in by and counted in _COLUMNS]
    if not parcels or not branches:
        return None
    return Statement(_WANTED + " UNION ALL ".join(branches), transposed([msgspec.structs.astuple(p) for p in parcels]))


def tallies_from(rows: Iterable[Any]) -> Tallies:
    """What `tallies_wanted` reads."""
    return {
        (row[0], _COUNTED[row[1]], None): tuple(Tally(*row[first : first + 3]) for first in range(2, len(row), 3))
        for row in rows
    }


def item_tallies_wanted(wanted: Sequence[tuple[UUID, int, int, date]]) -> Statement | None:
    """For each (declaration, line, item, day): reads how many others declared the article."""
    rows = [
        (key, line_no, item, price_place(day, key, 0), price_place(day + _DAY, _FIRST, 0) - 1)
        for key, line_no, item, day in wanted
    ]
    return Statement(_ITEMS, transposed(rows)) if rows else None


def item_tallies_from(rows: Iterable[Any]) -> Tallies:
    """What `item_tallies_wanted` reads."""
    return {
        (row[0], Counted.ITEM, row[1]): tuple(
            Tally(row[first], None, row[first + 1]) for first in range(2, len(row), 2)
        )
        for row in rows
    }
