"""Keys of requests: one claim, one answer; whoever died or lost the database leaves no key in flight for ever."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.repositories import idempotency as rows
from app.repositories.bulk import Connection
from app.services.database_errors import Unanswered
from app.services.idempotency import ANSWERED_WITHIN, KEPT_DAYS
from app.services.idempotency_contract import Claim, InFlight, OtherRequest, Replay, StoredAnswer
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.services.conftest import PLATFORM, Opened
from tests.services.proxy import way_to

HASH = b"the request"
FIRST = StoredAnswer(status=201, headers=(("content-type", "application/json"),), body=b"first")
SECOND = StoredAnswer(status=200, headers=(), body=b"second")


async def claimed(services: ClearanceServices, key: str = "key") -> Claim:
    """A key that is ours to answer."""
    begun = await services.idempotency.begin(PLATFORM, key, HASH)
    assert isinstance(begun, Claim)
    return begun


async def test_a_key_has_one_claim_and_the_answer_that_came_first(services: ClearanceServices) -> None:
    claim = await claimed(services)
    assert isinstance(await services.idempotency.begin(PLATFORM, "key", HASH), InFlight)
    await services.idempotency.finish(claim, FIRST)
    await services.idempotency.finish(claim, SECOND)
    assert await services.idempotency.begin(PLATFORM, "key", HASH) == Replay(FIRST)
    assert isinstance(await services.idempotency.begin(PLATFORM, "key", b"another"), OtherRequest)


async def test_a_successor_of_the_worker_that_died_takes_its_claims_over(open_services: Opened) -> None:
    former = await open_services()
    await claimed(former)
    successor = await open_services(TONGGUAN_WORKER_NUMBER="1")
    await claimed(successor)


async def test_a_claim_of_a_worker_that_has_no_successor_is_free_in_the_end(
    open_services: Opened, owner_connection: asyncpg.Connection
) -> None:
    gone, other = await open_services(TONGGUAN_INSTANCE="gone"), await open_services()
    await claimed(gone)
    assert isinstance(await other.idempotency.begin(PLATFORM, "key", HASH), InFlight)
    begun = datetime.now(UTC) - ANSWERED_WITHIN - timedelta(seconds=1)
    await owner_connection.execute("UPDATE idempotency_keys SET created_at = $1", begun)
    await claimed(other)
    assert isinstance(await other.idempotency.begin(PLATFORM, "key", HASH), InFlight)


async def test_a_key_that_could_not_be_freed_without_a_database_is_freed_as_soon_as_it_is_back(
    open_services: Opened, registered: FreshDatabase, short_folder: Path
) -> None:
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url)
        claim = await claimed(services)
        await way.cut()
        await services.idempotency.release(claim)
        await way.mend()
        await services.idempotency.catch_up()
        await claimed(services)
        await services.close()


async def test_an_answer_that_could_not_be_kept_is_the_one_that_is_replayed_once_the_database_is_back(
    open_services: Opened, registered: FreshDatabase, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.idempotency.KEEPING_PATIENCE_SECONDS", 0)
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url)
        claim = await claimed(services)
        await way.cut()
        with pytest.raises(Unanswered):
            await services.idempotency.finish(claim, FIRST)
        await way.mend()
        await services.idempotency.catch_up()
        assert await services.idempotency.begin(PLATFORM, "key", HASH) == Replay(FIRST)
        await services.close()


async def test_an_answer_waits_for_a_database_that_is_only_being_restarted(
    open_services: Opened, registered: FreshDatabase, short_folder: Path
) -> None:
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url)
        claim = await claimed(services)
        await way.cut()
        kept = asyncio.create_task(services.idempotency.finish(claim, FIRST))
        await asyncio.sleep(0.3)
        assert not kept.done(), "nobody has seen the answer yet"
        await way.mend()
        await kept
        assert await services.idempotency.begin(PLATFORM, "key", HASH) == Replay(FIRST)
        await services.close()


@pytest.mark.parametrize("made", [True, False])
async def test_a_claim_of_which_nobody_knows_whether_it_was_made_is_freed_and_nobody_else_s(
    services: ClearanceServices, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    real = rows.claim

    async def claimed_and_cut(connection: Connection, wanted: rows.NewClaim) -> bool:
        if made:
            await real(connection, wanted)
        raise asyncpg.ConnectionDoesNotExistError("the back end was killed before it could answer")

    with monkeypatch.context() as cut:
        cut.setattr(rows, "claim", claimed_and_cut)
        with pytest.raises(Unanswered):
            await services.idempotency.begin(PLATFORM, "key", HASH)
    if not made:
        await claimed(services)  # meanwhile it was sent again
    await services.idempotency.catch_up()
    if made:
        await claimed(services)
    assert isinstance(await services.idempotency.begin(PLATFORM, "key", HASH), InFlight)


async def test_two_that_catch_up_at_once_do_not_get_in_each_others_way(
    services: ClearanceServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("the database is away")

    claim = await claimed(services)
    with monkeypatch.context() as cut:
        cut.setattr("app.services.idempotency.KEEPING_PATIENCE_SECONDS", 0)
        cut.setattr(rows, "answer_claim", away)
        with pytest.raises(Unanswered):
            await services.idempotency.finish(claim, FIRST)
    await asyncio.gather(services.idempotency.catch_up(), services.idempotency.tidy())
    assert await services.idempotency.begin(PLATFORM, "key", HASH) == Replay(FIRST)


async def test_claims_that_never_reached_the_database_are_not_remembered(
    open_services: Opened, registered: FreshDatabase, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[rows.NewClaim] = []

    async def noted(_: Connection, claimed: rows.NewClaim) -> None:
        freed.append(claimed)

    monkeypatch.setattr(rows, "drop_own_claim", noted)
    async with way_to(registered.service_url, short_folder) as (way, url):
        services = await open_services(url)
        await way.cut()
        await asyncio.sleep(0.1)
        for number in range(20):
            with pytest.raises(Unanswered):
                await services.idempotency.begin(PLATFORM, f"key {number}", HASH)
        await way.mend()
        await services.idempotency.catch_up()
        assert freed == []
        await services.close()


async def test_keys_are_forgotten_after_their_time(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    for key in ("old", "new"):
        await services.idempotency.finish(await claimed(services, key), FIRST)
    begun = datetime.now(UTC) - timedelta(days=KEPT_DAYS, seconds=1)
    await owner_connection.execute("UPDATE idempotency_keys SET created_at = $1 WHERE key = 'old'", begun)
    assert await services.idempotency.tidy() == 1
    assert await services.idempotency.begin(PLATFORM, "new", HASH) == Replay(FIRST)
    await claimed(services, "old")
