"""Velocity counters cost no more than what they look at, and say where that was not everything."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.domain.period import SHANGHAI
from app.domain.velocity import Counted
from app.repositories.counters import LATEST_READ, PRICES_READ, price_place
from app.repositories.together import Statement, together
from app.repositories.velocities import (
    Parcel,
    item_tallies_from,
    item_tallies_wanted,
    tallies_from,
    tallies_wanted,
)
from tests.conftest import FreshDatabase

DAY = date(2024, 6, 20)
HOT = UUID(int=10)
OWN = UUID(int=1 << 127)


@pytest.fixture
async def owner(database: FreshDatabase) -> Any:
    """A database in which everybody is one buyer at one platform: 100 parcels a day for 30 days, a tenth refused."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(
        "INSERT INTO declarations (declaration_id, buyer_index, telephone_index, address_index, received_at, "
        "  dutiable_value, sequence, accepted_on, version, revision, transitions, status, outcome, platform_code, "
        "  order_no, kept) "
        "SELECT gen_random_uuid(), $1, $2, $2, (date '2024-06-20' - i % 30 + time '12:00') AT TIME ZONE $3, 100, 1, "
        "  date '2024-06-20' - i % 30, 1, 1, 1, CASE WHEN i / 30 % 10 = 0 THEN 100 ELSE 800 END, 0, 'HOT', i::text, '' "
        "FROM generate_series(0, 2999) AS i",
        HOT, HOT.int, SHANGHAI.key,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO item_prices SELECT $1, $2::bigint + (i << 8), 5 FROM generate_series(1, 3000) AS i",
        HOT.int,
        price_place(DAY, UUID(int=0), 0),
    )
    await connection.execute("ANALYZE")
    yield connection
    await connection.close()


def parcel(**changes: Any) -> Parcel:
    """A parcel that shares nothing, or what is said."""
    values: dict[str, Any] = {
        "declaration_id": uuid4(),
        "buyer": uuid4(),
        "telephone": 0,
        "address": 0,
        "platform": "COLD",
        "day": DAY,
        "received_on": DAY,
    }
    return Parcel(**values | changes)


async def most_rows(connection: asyncpg.Connection, asked: Statement) -> int:
    """The most rows that any step of a statement gave."""
    plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.text}", *asked.values)

    def most(node: dict[str, Any]) -> int:
        return max([int(node["Actual Rows"]), *(most(each) for each in node.get("Plans", ()))])

    return most(json.loads(plan)[0]["Plan"])


@pytest.mark.parametrize(
    "hot",
    [{"buyer": HOT}, {"telephone": HOT.int}, {"address": HOT.int}, {"platform": "HOT"}],
    ids=lambda hot: next(iter(hot)),
)
async def test_what_everybody_shares_is_read_up_to_the_bound_and_told_as_at_least(
    owner: asyncpg.Connection, hot: dict[str, Any]
) -> None:
    asked = parcel(**hot)
    statement = tallies_wanted([asked], set(Counted))
    assert statement is not None
    assert await most_rows(owner, statement) <= LATEST_READ
    (rows,) = await together(owner, [statement])
    found = tallies_from(rows)[asked.declaration_id, Counted(next(iter(hot))), None]
    day, week, month = found
    assert (day.declarations, day.amount, day.at_least) == (90, 9000, False)
    assert week.at_least
    assert month.at_least
    assert 400 <= week.declarations == month.declarations <= LATEST_READ
    nothing = [tally for key, tallies in tallies_from(rows).items() if key[1] != next(iter(hot)) for tally in tallies]
    assert {(tally.declarations, tally.at_least) for tally in nothing} == {(0, False)}


async def test_an_article_is_counted_by_the_prices_that_are_kept(owner: asyncpg.Connection) -> None:
    statement = item_tallies_wanted([(OWN, 1, HOT.int, DAY), (OWN, 2, 5, DAY), (OWN, 3, HOT.int, DAY - timedelta(1))])
    assert statement is not None
    assert await most_rows(owner, statement) <= max(PRICES_READ, 3)
    (rows,) = await together(owner, [statement])
    found = item_tallies_from(rows)
    assert [(tally.declarations, tally.at_least) for tally in found[OWN, Counted.ITEM, 1]] == [(PRICES_READ, True)] * 3
    assert [(tally.declarations, tally.at_least) for tally in found[OWN, Counted.ITEM, 2]] == [(0, False)] * 3
    assert [(tally.declarations, tally.at_least) for tally in found[OWN, Counted.ITEM, 3]] == [(0, False)] * 3


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    assert tallies_wanted([], set(Counted)) is None
    assert tallies_wanted([parcel()], {Counted.ITEM}) is None
    assert item_tallies_wanted([]) is None
