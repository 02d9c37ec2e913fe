"""Profiles in force: filings are held by them, facts are loaded for them, and old decisions stay as they were."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.decision import FindingKind, Outcome
from app.domain.facts import Facts
from app.domain.sampling import profile_draw_ppm, secret_of_day
from app.repositories.counters import price_place
from app.security.keyring import KeyRing
from app.services.explaining import replay_all
from app.services.office.profiles.life import Life
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.office.profiles import ANALYST, CHOCOLATE, compare, force, in_force, life, retired, sent
from tests.services.conftest import AT, dossier, filed
from tests.services.parcels import parcel
from tests.services.record import decisions, facts_of


@pytest.fixture
async def pool(registered: FreshDatabase) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of the service."""
    async with asyncpg.create_pool(registered.service_url, min_size=1, max_size=4) as made:
        yield made


@pytest.fixture
def profiles(pool: asyncpg.Pool, keyring: KeyRing) -> Life:
    """The service under test."""
    return life(pool, keyring)


async def outcome(services: ClearanceServices, number: int, **changes: Any) -> tuple[Outcome | None, set[str]]:
    """What one parcel is decided to, and by which rules."""
    (answer,) = await filed(services, dossier(parcel(number), **changes))
    declaration = answer.declaration
    assert declaration is not None
    assert declaration.assessment is not None
    return declaration.outcome, {found.rule_id for found in declaration.assessment.findings}


async def test_a_filing_is_held_by_a_profile_from_its_approval_to_its_end(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool
) -> None:
    assert await outcome(services, 1) == (Outcome.RELEASED, set())
    profile_id, version = await in_force(profiles, pool, sent(last_day="2024-06-18"))
    assert await outcome(services, 2) == (Outcome.HELD, {profile_id})
    assert await outcome(services, 3, at=AT + timedelta(days=1)) == (Outcome.RELEASED, set())
    await retired(profiles, profile_id, version)
    assert await outcome(services, 4) == (Outcome.RELEASED, set())


async def test_decisions_are_replayed_with_the_profiles_of_then(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool
) -> None:
    await outcome(services, 1)
    counted = {"kind": "any", "of": [CHOCOLATE, compare("buyer_count_7d", "at_least", 3)]}
    profile_id, _ = await in_force(profiles, pool, sent(counted, rate_ppm=999_999))
    assert await outcome(services, 2) == (Outcome.HELD, {profile_id})
    await profiles.edit(ANALYST, profile_id, 1, sent(compare("origin", "one_of", "999")), AT)
    await force(profiles, pool, profile_id, 2)
    assert await outcome(services, 3) == (Outcome.RELEASED, set())
    means = services._means
    async with pool.acquire() as connection:
        book = (await means.registry.refresh(connection)).book
        results = [
            each.result async for page in replay_all(connection, means.envelope, means.readers, book) for each in page
        ]
    assert [(result.equal, result.fields, result.rules) for result in results] == [(True, (), ())] * 3


async def test_facts_of_profiles_are_stored_only_where_a_profile_reads_them(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool, keyring: KeyRing
) -> None:
    await outcome(services, 1)
    counted = {
        "kind": "any",
        "of": [compare("buyer_count_7d", "at_least", 3), compare("buyer_list", "one_of", "#" + "0" * 32)],
    }
    profile_id, _ = await in_force(profiles, pool, sent(counted, rate_ppm=500_000, last_day="2024-06-18"))
    await outcome(services, 2)
    await outcome(services, 3, at=AT + timedelta(days=1))
    without, known, after = [await facts_of(services, parcel(n).order.order_no) for n in (1, 2, 3)]
    assert without.velocities is after.velocities is msgspec.UNSET
    assert known.velocities is not msgspec.UNSET
    assert [(each.counted, each.days) for each in known.velocities] == [("buyer", 7)]
    assert known.contacts is not msgspec.UNSET
    assert known.profile_draws is not msgspec.UNSET
    (draw,) = known.profile_draws
    async with pool.acquire() as connection:
        key = await connection.fetchval(
            "SELECT declaration_id FROM declarations WHERE order_no = $1", parcel(2).order.order_no
        )
    secret = secret_of_day(keyring.sampling_key, known.accepted_on)
    assert draw.draw_ppm == profile_draw_ppm(secret, key, profile_id)


COUNTERS = {
    "kind": "any",
    "of": [
        *(
            compare(f"{by}_count_{days}d", "at_least", 400)
            for by in ("buyer", "telephone", "address", "platform")
            for days in (1, 7, 30)
        ),
        *(compare(f"item_count_{days}d", "at_least", 25) for days in (1, 7, 30)),
    ],
}


def counts(facts: Facts) -> dict[tuple[str, int], tuple[int, Decimal | None, bool]]:
    """What the counters of a declaration show."""
    assert facts.velocities is not msgspec.UNSET
    return {(each.counted, each.days): (each.declarations, each.value_cny, each.at_least) for each in facts.velocities}


@pytest.mark.parametrize("together", [True, False])
async def test_counters_show_the_same_whether_parcels_are_filed_together_or_apart(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool, together: bool
) -> None:
    await in_force(profiles, pool, sent(COUNTERS, first_day="2024-05-01"))
    buyer = parcel(1).order.buyer_id_number
    days = [40, 29, 6, 1]
    for number, days_ago in enumerate(days, 1):
        await filed(services, dossier(parcel(number, buyer=buyer), at=AT + timedelta(days=40 - days_ago)))
    latest = [dossier(parcel(number, buyer=buyer), at=AT + timedelta(days=40)) for number in (5, 6)]
    for batch in [latest] if together else [[each] for each in latest]:
        await filed(services, *batch)
    facts = await facts_of(services, parcel(6).order.order_no)
    found = counts(facts)
    one = Decimal("135.00")
    assert found["buyer", 1] == (1, one, False)
    assert found["buyer", 7] == (3, 3 * one, False)
    assert found["buyer", 30] == (4, 4 * one, False)
    assert found["platform", 30] == (5, 5 * one, False)  # by when they were received, which is today for all
    assert found["item", 1] == (1, None, False)
    assert found["item", 30] == (4, None, False)
    assert found["telephone", 30] == found["address", 30] == (0, Decimal(0), False)


async def test_an_article_whose_count_is_known_from_below_only_goes_to_an_officer_where_more_would_matter(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool
) -> None:
    """31 prices are kept of an article and a day. Here they are of three declarations, and how many more there were is
    nobody's to know: what three decide is decided, everything else is held.
    """
    await outcome(services, 1)
    async with pool.acquire() as connection:
        (article,) = {row[0] for row in await connection.fetch("SELECT item_index FROM item_prices")}
        others = [UUID(int=number << 100) for number in (1, 2)]
        rows = [(article, price_place(AT.date(), key, line), 1) for key in others for line in range(1, 17)]
        await connection.executemany("INSERT INTO item_prices (item_index, place, price) VALUES ($1, $2, $3)", rows)
    more, _ = await in_force(profiles, pool, sent(compare("item_count_7d", "at_least", 10)))
    assert await outcome(services, 2) == (Outcome.HELD, {more})
    facts = await facts_of(services, parcel(2).order.order_no)
    assert counts(facts)["item", 7] == (3, None, True)
    ((_, first), (_, second)) = sorted(await decisions(services), key=lambda each: len(each[1].findings))
    assert not first.findings
    assert [found.kind for found in second.findings] == [FindingKind.UNDETERMINED]


async def test_a_party_sees_that_a_profile_applied_but_not_what_it_looks_for(
    services: ClearanceServices, profiles: Life, pool: asyncpg.Pool
) -> None:
    profile_id, _ = await in_force(profiles, pool, sent())
    await outcome(services, 1)
    ((_, decided),) = await decisions(services)
    (found,) = [each for each in decided.findings if each.rule_id == profile_id]
    assert found.values
    assert all(path.startswith("facts.") for path in found.values)
