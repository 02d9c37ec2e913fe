"""Rehearsals on stored declarations, shadows on live traffic, hits of profiles in force."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from app.domain.lifecycle import Status
from app.domain.period import shanghai_day
from app.domain.profile_states import ProfileState
from app.errors import Conflict, Forbidden, Malformed
from app.rules.profiles.checking import checked
from app.security.keyring import KeyRing
from app.services.database_errors import Unanswered
from app.services.filings import OfficerAction
from app.services.office.profiles import became
from app.services.office.profiles.following import Follower
from app.services.office.profiles.life import Life
from app.services.office.profiles.reading import ProfileReading, Rehearsed, differences
from app.services.office.profiles.rehearsing import Rehearsals
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.office.profiles import ANALYST, CHIEF, EXAMINER, LOCAL, compare, in_force, life, rehearsed, sent
from tests.services.conftest import AT, OFFICER, dossier, filed, submission
from tests.services.parcels import parcel

LONG: dict[str, Any] = {"first_day": "2024-06-01", "last_day": None}


@pytest.fixture
async def pool(registered: FreshDatabase) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of the service."""
    async with asyncpg.create_pool(registered.service_url, min_size=1, max_size=4) as made:
        yield made


def past() -> tuple[date, date]:
    """The days that end with this one, be it another than when the run began."""
    today = shanghai_day(datetime.now(UTC))
    return today - timedelta(days=2), today


class Office:
    """The services of profiles over the means of a worker."""

    def __init__(self, pool: asyncpg.Pool, services: ClearanceServices, profiles: Life) -> None:
        self.life = profiles
        self.rehearsals = Rehearsals(pool, services._means)
        self.follower = Follower(pool, services._means)
        self.reading = ProfileReading(pool)

    async def rehearsed(self, profile_id: str, version: int = 1, sample: int = 1000) -> Rehearsed:
        """A rehearsal, done."""
        await self.rehearsals.ask(ANALYST, profile_id, version, past(), sample, datetime.now(UTC))
        while await self.rehearsals.work():
            pass
        return (await self.reading.one(ANALYST, profile_id)).rehearsals[0]

    async def followed(self) -> None:
        """Live traffic, followed to its end."""
        while await self.follower.work():
            pass


@pytest.fixture
def office(pool: asyncpg.Pool, services: ClearanceServices, keyring: KeyRing) -> Office:
    """The services under test."""
    return Office(pool, services, life(pool, keyring))


async def test_a_rehearsal_counts_what_would_have_been_hit_and_makes_no_case(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool
) -> None:
    other, _ = await in_force(office.life, pool, sent(compare("item_price", "above", 80), **LONG))
    answers = await filed(
        services, *[dossier(parcel(n, price_cny="90.00" if n == 1 else "60.00")) for n in range(1, 6)]
    )
    held = answers[0].declaration
    assert held is not None
    await services.decide(OFFICER, held.declaration_id, OfficerAction.REFUSE, "false name", AT)
    profile_id, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    done = (await office.rehearsed(profile_id)).progress
    assert (done.hits, done.uncertain, done.newly, done.found, done.sampled) == (5, 0, 4, 1, 5)
    assert done.overlap == {other: 1}
    assert done.hit_rate == pytest.approx(0.2)
    assert done.cases_per_day == pytest.approx(4 / 3)
    assert {each.declaration_id for each in done.examples} == {
        answer.declaration.declaration_id for answer in answers if answer.declaration
    }
    assert (await office.reading.one(ANALYST, profile_id)).versions[0].state is ProfileState.REHEARSED


async def test_a_rehearsal_looks_at_no_more_than_its_sample_and_scales(
    office: Office, services: ClearanceServices
) -> None:
    await filed(services, *[dossier(parcel(n)) for n in range(1, 9)])
    profile_id, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    done = (await office.rehearsed(profile_id, sample=6)).progress
    assert (done.sampled, done.received, done.newly) == (2, 8, 2)
    assert done.cases_per_day == pytest.approx(8 / 3)


async def test_what_was_never_assessed_makes_no_further_cases(office: Office, services: ClearanceServices) -> None:
    await filed(services, dossier(parcel(1)), submission(parcel(2).declaration), submission(parcel(3).order))
    profile_id, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    done = (await office.rehearsed(profile_id)).progress
    assert (done.sampled, done.received, done.newly) == (1, 1, 1)
    assert done.cases_per_day == pytest.approx(1 / 3)


async def test_counters_of_a_rehearsal_are_those_of_the_day(office: Office, services: ClearanceServices) -> None:
    buyer = parcel(1).order.buyer_id_number
    for days in (0, 3, 40):
        await filed(services, dossier(parcel(days + 1, buyer=buyer), at=AT + timedelta(days=days)))
    profile_id, _ = await office.life.create(ANALYST, sent(compare("buyer_count_7d", "at_least", 1), **LONG), AT)
    done = (await office.rehearsed(profile_id)).progress
    assert (done.hits, done.examples[0].day) == (1, (AT + timedelta(days=3)).date())


async def test_examples_are_those_of_the_readers_districts(office: Office, services: ClearanceServices) -> None:
    await filed(services, dossier(parcel(1)))
    profile_id, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    await office.rehearsed(profile_id)
    elsewhere = msgspec.structs.replace(LOCAL, districts=("46",))
    assert [
        len((await office.reading.one(caller, profile_id)).rehearsals[0].progress.examples)
        for caller in (LOCAL, elsewhere)
    ] == [1, 0]


async def test_a_rehearsal_has_bounds_and_needs_an_analyst(office: Office) -> None:
    profile_id, _ = await office.life.create(ANALYST, sent(), AT)
    first, last = past()
    for days, sample in (((last, first), 5), ((last - timedelta(days=92), last), 5), ((first, last), 0)):
        with pytest.raises(Malformed):
            await office.rehearsals.ask(ANALYST, profile_id, 1, days, sample, AT)
    with pytest.raises(Forbidden):
        await office.rehearsals.ask(EXAMINER, profile_id, 1, past(), 5, AT)
    await office.rehearsed(profile_id)
    await office.life.propose(ANALYST, profile_id, 1, "needed", AT)
    await office.life.reject(CHIEF, profile_id, 1, "no", AT)
    with pytest.raises(Conflict):
        await office.rehearsals.ask(ANALYST, profile_id, 1, past(), 5, AT)


async def test_a_shadow_is_asked_once_about_each_assessment_and_decides_nothing(
    office: Office, services: ClearanceServices
) -> None:
    await office.followed()
    await filed(services, dossier(parcel(1)))
    await office.followed()
    profile_id, _ = await office.life.create(ANALYST, sent(compare("item_price", "above", 80), **LONG), AT)
    await office.rehearsed(profile_id)
    await office.life.shadow(ANALYST, profile_id, 1, AT)
    answers = await filed(services, dossier(parcel(2)), dossier(parcel(3, price_cny="90.00")))
    assert [answer.declaration.status for answer in answers if answer.declaration] == [Status.RELEASED] * 2
    await asyncio.gather(office.followed(), office.followed())
    await office.followed()
    figures = await office.reading.figures(ANALYST, profile_id, AT.date(), AT.date())
    assert figures.asked == ((1, AT.date(), 2),)
    assert [(each.shadow, each.hits, each.released) for each in figures.hits] == [(True, 1, 1)]


async def test_hits_of_a_profile_in_force_are_counted_with_what_became_of_them(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool
) -> None:
    await office.followed()
    profile_id, _ = await in_force(office.life, pool, sent(**LONG))
    answers = await filed(services, *[dossier(parcel(n)) for n in range(1, 4)])
    first, second, _ = [answer.declaration.declaration_id for answer in answers if answer.declaration]
    await services.decide(OFFICER, first, OfficerAction.INSPECT, "look", AT)
    await services.decide(OFFICER, first, OfficerAction.REFUSE, "other goods", AT)
    await services.decide(OFFICER, second, OfficerAction.RELEASE, "fine", AT)
    await office.followed()
    (sums,) = (await office.reading.figures(ANALYST, profile_id, AT.date(), AT.date())).hits
    assert (sums.hits, sums.uncertain, sums.inspected, sums.found, sums.released) == (3, 0, 1, 1, 1)


async def test_hits_of_a_profile_that_was_retired_before_they_were_followed_are_counted(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool
) -> None:
    await office.followed()
    profile_id, _ = await in_force(office.life, pool, sent(**LONG))
    await filed(services, dossier(parcel(1)))
    await office.life.retire(CHIEF, profile_id, 1, "too many", datetime.now(UTC))
    await office.followed()
    (sums,) = (await office.reading.figures(ANALYST, profile_id, AT.date(), AT.date())).hits
    assert sums.hits == 1


async def test_pages_count_hits_anew_and_remembers_what_became_of_them(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding that out reads a month of parcels: pages are not made to wait for it."""
    await office.followed()
    profile_id, _ = await in_force(office.life, pool, sent(**LONG))
    answers = await filed(services, *[dossier(parcel(n)) for n in range(1, 3)])
    await office.followed()

    async def listed() -> tuple[int, int]:
        (summary,) = await office.reading.all(ANALYST, AT)
        return summary.hits, summary.found

    assert await listed() == (2, 0)
    for answer in answers:
        assert answer.declaration
        await services.decide(OFFICER, answer.declaration.declaration_id, OfficerAction.REFUSE, "other goods", AT)
    await filed(services, dossier(parcel(3)))
    await office.followed()
    assert await listed() == (3, 0)
    monkeypatch.setattr(became, "REMEMBERED_SECONDS", -1.0)
    async with asyncio.timeout(10):
        while await listed() != (3, 2):
            await asyncio.sleep(0)
    whole = await office.reading.lately(ANALYST, profile_id, AT.date())
    assert sum(each.found for each in whole.hits) == 2
    assert [(each.hits, each.released) for each in whole.hits] == [(3, 0)]


async def test_a_link_that_cannot_be_read_stops_no_hits(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool, owner_connection: asyncpg.Connection
) -> None:
    await office.followed()
    await in_force(office.life, pool, sent(**LONG))
    await filed(services, dossier(parcel(1)))
    await owner_connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
    await owner_connection.execute("UPDATE events SET payload = 'damaged' WHERE declaration_id IS NOT NULL")
    await office.followed()
    assert await office.follower.work() == 0


async def test_a_damaged_assessment_stops_neither_hits_nor_shadows(
    office: Office, services: ClearanceServices, pool: asyncpg.Pool, owner_connection: asyncpg.Connection
) -> None:
    await office.followed()
    profile_id, _ = await in_force(office.life, pool, sent(**LONG))
    shadowed, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    await office.rehearsed(shadowed)
    await office.life.shadow(ANALYST, shadowed, 1, AT)
    answers = await filed(services, dossier(parcel(1)), dossier(parcel(2)))
    (first, _) = [answer.declaration.declaration_id for answer in answers if answer.declaration]
    await owner_connection.execute(
        "UPDATE assessments SET sealed = substr(sealed, 1, 20) || '\\x00' WHERE declaration_id = $1", first
    )
    await office.followed()
    for each in (profile_id, shadowed):
        assert [sums.hits for sums in (await office.reading.figures(ANALYST, each, AT.date(), AT.date())).hits] == [1]


@pytest.fixture
async def impatient(registered: FreshDatabase) -> AsyncIterator[asyncpg.Pool]:
    """Connections that wait for no lock for long."""
    settings = {"lock_timeout": "50ms"}
    async with asyncpg.create_pool(registered.service_url, min_size=1, max_size=4, server_settings=settings) as made:
        yield made


@asynccontextmanager
async def _prices_locked(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Whoever counts articles meanwhile waits."""
    async with connection.transaction():
        await connection.execute("LOCK TABLE item_prices IN ACCESS EXCLUSIVE MODE")
        yield


SLOW = compare("item_count_7d", "at_least", 1)


async def _goes_on(work: Callable[[], Awaitable[object]]) -> None:
    """Rounds of a chore until one finds nothing to do, as if the pauses between them were over."""
    while True:
        try:
            if not await work():
                return
        except Unanswered:
            continue


async def test_a_rehearsal_that_is_always_too_slow_ends_and_the_next_one_is_done(
    impatient: asyncpg.Pool, services: ClearanceServices, keyring: KeyRing, owner_connection: asyncpg.Connection
) -> None:
    office = Office(impatient, services, life(impatient, keyring))
    await filed(services, dossier(parcel(1)))
    slow, _ = await office.life.create(ANALYST, sent(SLOW, **LONG), AT)
    other, _ = await office.life.create(ANALYST, sent(**LONG), AT)
    for profile_id in (slow, other):
        await office.rehearsals.ask(ANALYST, profile_id, 1, past(), 10, datetime.now(UTC))
    async with asyncio.timeout(20), _prices_locked(owner_connection):
        await _goes_on(office.rehearsals.work)
    ended = await office.reading.one(ANALYST, slow)
    assert (ended.rehearsals[0].progress.failed, ended.versions[0].state) == ("slow", ProfileState.DRAFT)
    assert ended.rehearsals[0].row.finished_at
    done = await office.reading.one(ANALYST, other)
    assert (done.rehearsals[0].progress.hits, done.versions[0].state) == (1, ProfileState.REHEARSED)


async def test_a_shadow_that_is_too_slow_holds_up_neither_hits_nor_other_shadows(
    impatient: asyncpg.Pool, services: ClearanceServices, keyring: KeyRing, owner_connection: asyncpg.Connection
) -> None:
    office = Office(impatient, services, life(impatient, keyring))
    await office.followed()
    forced, _ = await in_force(office.life, impatient, sent(**LONG))
    shadows = [(await office.life.create(ANALYST, sent(each, **LONG), AT))[0] for each in (SLOW, None)]
    for shadow in shadows:
        await rehearsed(impatient, shadow, 1)
        await office.life.shadow(ANALYST, shadow, 1, AT)
    await filed(services, dossier(parcel(1)))
    async with asyncio.timeout(20), _prices_locked(owner_connection):
        await _goes_on(office.follower.work)
    figures = {each: await office.reading.figures(ANALYST, each, AT.date(), AT.date()) for each in (forced, *shadows)}
    assert [sum(sums.hits for sums in figures[each].hits) for each in (forced, *shadows)] == [1, 0, 1]
    assert [len(figures[each].asked) for each in shadows] == [0, 1], "a shadow counts what it was asked about"


async def test_without_profiles_nothing_is_followed(office: Office, services: ClearanceServices) -> None:
    await filed(services, dossier(parcel(1)))
    assert await office.follower.work() == 0


def test_two_versions_differ_where_they_say_something_else() -> None:
    before, _ = checked(sent())
    after, _ = checked(sent(compare("hs_code", "one_of", "1806310000"), action="inspect"))
    assert before is not None
    assert after is not None
    assert [(each.part, each.before, each.after) for each in differences(before, after)] == [
        ("action", "hold", "inspect"),
        ("1", "hs_code starts_with 1806", "hs_code one_of 1806310000"),
    ]
