"""Risk counters: what one parcel shows about the next, filed together or apart, and at what cost."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Documents
from app.domain.lifecycle import Status
from app.repositories.counters import (
    LATEST_READ,
    PRICES_READ,
    EarlierPrices,
    FeatureRow,
    price_place,
    prices_wanted,
    sightings_wanted,
)
from app.repositories.together import Statement
from app.services.clearance import price_samples
from app.services.clearance.price_samples import PriceSamples
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.services.conftest import AT, DECLARANT, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import decisions, facts_of

DAY = date(2024, 6, 20)
HOT = UUID(int=10)


def refused(documents: Documents) -> Documents:
    """A parcel that names another payer."""
    return msgspec.structs.replace(documents, payment=msgspec.structs.replace(documents.payment, payer_name="别人"))


def held(documents: Documents) -> Documents:
    """A parcel whose waybill says another weight."""
    return msgspec.structs.replace(
        documents, waybill=msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    )


def living_with(documents: Documents, other: Documents) -> Documents:
    """The parcel with the telephone and the address of another one."""
    telephone, address = other.order.consignee_telephone, other.order.consignee_address
    return Documents(
        order=msgspec.structs.replace(
            documents.order, buyer_telephone=telephone, consignee_telephone=telephone, consignee_address=address
        ),
        payment=documents.payment,
        waybill=msgspec.structs.replace(documents.waybill, consignee_telephone=telephone, consignee_address=address),
        declaration=msgspec.structs.replace(
            documents.declaration, buyer_telephone=telephone, consignee_address=address
        ),
    )


@pytest.mark.parametrize("together", [True, False])
async def test_a_parcel_shows_the_same_about_the_next_whether_they_are_filed_together_or_apart(
    services: ClearanceServices, together: bool
) -> None:
    buyer = parcel(1).order.buyer_id_number
    known = [refused(parcel(1)), parcel(2, buyer=buyer), refused(parcel(3, buyer=buyer))]
    asked = living_with(parcel(4), known[0])
    same = [dossier(each) for each in (*known, parcel(5, buyer=buyer), asked)]
    for batch in [same] if together else [[each] for each in same]:
        await filed(services, *batch)
    of_buyer = await facts_of(services, parcel(5).order.order_no)
    of_asked = await facts_of(services, asked.order.order_no)
    assert (of_buyer.buyer_parcels, str(of_buyer.buyer_same_day_cny)) == (1, "135.00")
    assert (of_asked.telephone_identities, of_asked.address_identities) == (1, 1)


async def test_a_buyer_at_the_same_address_is_counted_once(services: ClearanceServices) -> None:
    first = parcel(1)
    second = living_with(parcel(2, buyer=first.order.buyer_id_number), first)
    await filed(services, dossier(first), dossier(second))
    facts = await facts_of(services, second.order.order_no)
    assert (facts.buyer_parcels, facts.telephone_identities, facts.address_identities) == (1, 0, 0)


async def test_a_declaration_that_waits_again_after_a_refusal_does_not_count_for_its_buyer(
    services: ClearanceServices,
) -> None:
    first = refused(parcel(1))
    await filed(services, dossier(first))
    await filed(services, submission(later(first.payment, 30, filing_type="3")))
    (waiting,) = await filed(services, submission(later(first.declaration, 60)))
    assert waiting.declaration is not None
    assert waiting.declaration.status is Status.WAITING
    await filed(services, dossier(parcel(2, buyer=first.order.buyer_id_number)))
    assert (await facts_of(services, parcel(2).order.order_no)).buyer_parcels == 0


@pytest.mark.parametrize("hot", ["buyer", "telephone", "address", "article"])
async def test_what_everybody_shares_costs_no_more_than_the_latest_of_it(database: FreshDatabase, hot: str) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute(
            "INSERT INTO declarations (declaration_id, buyer_index, telephone_index, address_index, received_at, "
            "  dutiable_value, sequence, accepted_on, version, revision, transitions, status, outcome, platform_code, "
            "  order_no, kept) "
            "SELECT gen_random_uuid(), $1, $2, $2, now(), 100, 1, date '2024-06-01' + i % 20, 1, 1, 1, 800, 0, 'P', "
            "  i::text, '' FROM generate_series(1, 3000) AS i",
            HOT,
            HOT.int,
        )
        await owner.execute(
            "INSERT INTO item_prices SELECT $1, i, i FROM generate_series(1, 3000) AS i",
            HOT.int,
        )
        await owner.execute("ANALYZE")
        buyer = HOT if hot == "buyer" else uuid4()
        telephone, address = (HOT.int if name == hot else 0 for name in ("telephone", "address"))
        asked = (
            prices_wanted([(uuid4(), 1, HOT.int, DAY)])
            if hot == "article"
            else sightings_wanted([(FeatureRow(uuid4(), buyer, telephone, address, 100, DAY), date(2024, 5, 22))])
        )
        assert asked is not None
        assert await _most_rows(owner, asked) <= LATEST_READ
    finally:
        await owner.close()


async def _most_rows(connection: asyncpg.Connection, asked: Statement) -> int:
    """The most rows that any step of a statement gave."""
    plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.text}", *asked.values)

    def most(node: dict[str, Any]) -> int:
        return max([int(node["Actual Rows"]), *(most(each) for each in node.get("Plans", ()))])

    return most(json.loads(plan)[0]["Plan"])


async def test_prices_that_nobody_would_read_are_not_stored_and_the_latest_all_are(
    services: ClearanceServices, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_samples, "SECONDS_KEPT", 0.0)
    for first in range(0, 160, 20):
        await filed(services, *[dossier(parcel(first + n)) for n in range(20)])
    declared = await service_connection.fetch("SELECT declaration_id, accepted_on FROM declarations")
    latest = sorted((price_place(day, key, 1) for key, day in declared), reverse=True)[:PRICES_READ]
    stored = {row[0] for row in await service_connection.fetch("SELECT place FROM item_prices")}
    assert stored >= set(latest)
    assert len(stored) < len(declared)
    history = (await facts_of(services, parcel(159).order.order_no)).price_history
    assert [each.count for each in history or ()] == [PRICES_READ]


@pytest.mark.parametrize("days", [0, 1])
async def test_a_parcel_that_is_declared_again_does_not_see_its_own_prices_of_whatever_day(
    services: ClearanceServices, days: int
) -> None:
    (answer,) = await filed(services, dossier(held(parcel(1))))
    assert answer.declaration is not None
    await services.cancel(DECLARANT, answer.declaration.declaration_id, "x", AT)
    again = AT + timedelta(days=days)
    await filed(services, submission(later(parcel(1).declaration, 60), at=again))
    (_, second) = [facts for facts, _ in await decisions(services)]
    assert [each.count for each in second.price_history or ()] == [0]


def test_a_full_sample_of_one_day_is_kept_for_a_moment() -> None:
    now = 0.0
    samples = PriceSamples(lambda: now)
    full, early = (EarlierPrices(PRICES_READ, 5, price_place(day, UUID(int=0), 1)) for day in (DAY, date(2024, 6, 19)))
    few = EarlierPrices(PRICES_READ - 1, 5, -(2**63))
    for item, earlier in enumerate((full, early, few)):
        samples.keep(item, DAY, earlier)
    assert [samples.known(item, DAY) for item in range(4)] == [full, None, None, None]
    assert samples.known(0, date(2024, 6, 21)) is None
    now = 1.0
    assert samples.known(0, DAY) is None


def test_places_go_by_day_then_declaration_then_line() -> None:
    first, last = UUID(int=0), UUID(int=2**128 - 1)
    places = [
        price_place(day, key, line) for day in (date(1999, 1, 1), DAY) for key in (first, last) for line in (1, 2)
    ]
    assert places == sorted(set(places))
    assert places[0] > -(2**63)
    assert price_place(date(2089, 1, 1), last, 99) < 2**63
