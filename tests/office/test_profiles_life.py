"""The life of a risk profile: who may do what, in which order, and never alone."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.domain.profile_states import ProfileState
from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.repositories import profiles as rows
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.profiles.life import Life
from tests import builders
from tests.conftest import FreshDatabase
from tests.console.conftest import an_officer
from tests.office.profiles import (
    ANALYST,
    CHIEF,
    EXAMINER,
    LOCAL,
    OTHER,
    compare,
    force,
    in_force,
    life,
    rehearsed,
    retired,
    sent,
)
from tests.services.conftest import AT


@pytest.fixture
async def pool(registered: FreshDatabase) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of the service."""
    async with asyncpg.create_pool(registered.service_url, min_size=1, max_size=4) as made:
        yield made


@pytest.fixture
def profiles(pool: asyncpg.Pool, keyring: KeyRing) -> Life:
    """The service under test."""
    return life(pool, keyring)


async def states(pool: asyncpg.Pool, profile_id: str) -> dict[int, str]:
    """How each version stands."""
    async with pool.acquire() as connection:
        return {row.version: ProfileState(row.state).word for row in await rows.versions(connection, profile_id)}


async def test_a_profile_comes_into_force_by_two_people(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, version = await in_force(profiles, pool, sent())
    assert (profile_id, version) == ("PRF-0001", 1)
    async with pool.acquire() as connection:
        assert [(row[0], row[1]) for row in await rows.in_force(connection)] == [("PRF-0001", 1)]
        steps = [ProfileState(step.state).word for step in await rows.steps(connection, profile_id)]
        audited = await connection.fetchval("SELECT count(*) FROM events WHERE declaration_id IS NULL")
    assert steps == ["draft", "rehearsed", "proposed", "in_force"]
    assert audited >= 3


async def test_who_wrote_or_proposed_a_version_cannot_approve_it(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, _ = await profiles.create(ANALYST, sent(), AT)
    await profiles.edit(OTHER, profile_id, 1, sent(action="inspect"), AT)
    await rehearsed(pool, profile_id, 2)
    await profiles.propose(OTHER, profile_id, 2, "needed", AT)
    for author in (ANALYST, OTHER):
        with pytest.raises(Forbidden):
            await profiles.approve(author, profile_id, 2, "mine", AT)
    await profiles.approve(CHIEF, profile_id, 2, "agreed", AT)
    assert await states(pool, profile_id) == {1: "draft", 2: "in_force"}


async def test_who_wrote_a_draft_that_was_given_up_does_not_approve_what_became_of_it(
    profiles: Life, pool: asyncpg.Pool
) -> None:
    profile_id, _ = await profiles.create(ANALYST, sent(), AT)
    await profiles.retire(ANALYST, profile_id, 1, "not like this", AT)
    await profiles.edit(OTHER, profile_id, 1, sent(), AT)
    await rehearsed(pool, profile_id, 2)
    await profiles.propose(OTHER, profile_id, 2, "needed", AT)
    with pytest.raises(Forbidden):
        await profiles.approve(ANALYST, profile_id, 2, "mine", AT)


@pytest.mark.parametrize("approver", ["ANALYST1", "ANALYST2"])
@pytest.mark.parametrize("authors", [["ANALYST1", "ANALYST2"], ["X"]])
async def test_the_database_refuses_an_approval_by_one_of_the_same(
    profiles: Life, pool: asyncpg.Pool, service_connection: asyncpg.Connection, approver: str, authors: list[str]
) -> None:
    profile_id, _ = await profiles.create(ANALYST, sent(), AT)
    await profiles.edit(OTHER, profile_id, 1, sent(), AT)
    await rehearsed(pool, profile_id, 2)
    await profiles.propose(OTHER, profile_id, 2, "needed", AT)
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError)):
        await service_connection.execute(
            "INSERT INTO profile_approvals VALUES ($1, 2, 3, $2, 'ANALYST2', $3, now(), false)",
            profile_id, authors, approver,
        )  # fmt: skip


async def test_the_database_puts_nothing_in_force_that_nobody_approved(
    profiles: Life, service_connection: asyncpg.Connection
) -> None:
    await profiles.create(ANALYST, sent(), AT)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await service_connection.execute("INSERT INTO profile_current VALUES ('PRF-0001', 1, 2, false, now())")


@pytest.mark.parametrize("table", ["profile_versions", "profile_steps", "profile_proposals", "profile_approvals"])
async def test_what_was_written_of_a_profile_cannot_be_changed(
    service_connection: asyncpg.Connection, table: str
) -> None:
    for statement in (f"UPDATE {table} SET version = 2", f"DELETE FROM {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service_connection.execute(statement)


async def test_what_was_not_rehearsed_is_not_proposed(profiles: Life) -> None:
    profile_id, version = await profiles.create(ANALYST, sent(), AT)
    with pytest.raises(Conflict):
        await profiles.propose(ANALYST, profile_id, version, "needed", AT)


@pytest.mark.parametrize("caller", [EXAMINER, CHIEF])
async def test_only_analysts_write_profiles(profiles: Life, caller: Caller) -> None:
    with pytest.raises(Forbidden):
        await profiles.create(caller, sent(), AT)


async def test_an_analyst_of_one_district_writes_profiles_of_that_district_only(
    profiles: Life, pool: asyncpg.Pool
) -> None:
    for districts in ([], ["46"], ["22", "46"]):
        with pytest.raises(Forbidden):
            await profiles.create(LOCAL, sent(districts=districts), AT)
    await profiles.create(LOCAL, sent(districts=["2244"]), AT)
    profile_id, version = await profiles.create(ANALYST, sent(), AT)
    await rehearsed(pool, profile_id, version)
    with pytest.raises(Forbidden):
        await profiles.propose(LOCAL, profile_id, version, "needed", AT)


async def test_an_edit_replaces_the_older_version_when_it_is_approved(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, _ = await in_force(profiles, pool, sent())
    await profiles.edit(ANALYST, profile_id, 1, sent(action="inspect"), AT)
    assert await states(pool, profile_id) == {1: "in_force", 2: "draft"}
    await force(profiles, pool, profile_id, 2)
    assert await states(pool, profile_id) == {1: "replaced", 2: "in_force"}


async def two_versions(profiles: Life, pool: asyncpg.Pool) -> str:
    """A profile whose second version is in force."""
    profile_id, _ = await in_force(profiles, pool, sent())
    await profiles.edit(ANALYST, profile_id, 1, sent(action="inspect"), AT)
    await force(profiles, pool, profile_id, 2)
    return profile_id


async def test_one_step_back_takes_two_people_as_well(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id = await two_versions(profiles, pool)
    with pytest.raises(Forbidden):
        await profiles.step_back(CHIEF, profile_id, "too many", AT)
    assert await profiles.step_back(OTHER, profile_id, "too many", AT) == 1
    assert await states(pool, profile_id) == {1: "back_proposed", 2: "in_force"}
    for alone in (OTHER, ANALYST):
        with pytest.raises(Forbidden):
            await profiles.approve(alone, profile_id, 1, "mine", AT)
    await profiles.approve(CHIEF, profile_id, 1, "agreed", AT)
    assert await states(pool, profile_id) == {1: "in_force", 2: "replaced"}
    async with pool.acquire() as connection:
        assert [(row[0], row[1]) for row in await rows.in_force(connection)] == [(profile_id, 1)]
    with pytest.raises(Conflict):
        await profiles.step_back(ANALYST, profile_id, "again", AT)


async def test_a_step_back_that_was_turned_down_changes_nothing_and_can_be_proposed_again(
    profiles: Life, pool: asyncpg.Pool
) -> None:
    profile_id = await two_versions(profiles, pool)
    for _ in range(2):
        await profiles.step_back(ANALYST, profile_id, "too many", AT)
        with pytest.raises(Conflict):
            await profiles.step_back(OTHER, profile_id, "twice", AT)
        await profiles.reject(CHIEF, profile_id, 1, "no", AT)
        assert await states(pool, profile_id) == {1: "replaced", 2: "in_force"}


async def test_a_step_back_from_a_version_that_is_in_force_no_more_is_not_approved(
    profiles: Life, pool: asyncpg.Pool
) -> None:
    profile_id = await two_versions(profiles, pool)
    await profiles.step_back(ANALYST, profile_id, "too many", AT)
    await profiles.edit(ANALYST, profile_id, 2, sent(), AT)
    await force(profiles, pool, profile_id, 3)
    with pytest.raises(Conflict, match="in force since"):
        await profiles.approve(CHIEF, profile_id, 1, "agreed", AT)


async def test_the_database_steps_back_by_nobody_alone(
    profiles: Life, pool: asyncpg.Pool, service_connection: asyncpg.Connection
) -> None:
    profile_id = await two_versions(profiles, pool)
    await profiles.step_back(OTHER, profile_id, "too many", AT)
    step = await service_connection.fetchval("SELECT max(step) FROM profile_proposals WHERE version = 1")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await service_connection.execute("UPDATE profile_current SET version = 1, step = $1", step)
    with pytest.raises(asyncpg.CheckViolationError):
        await service_connection.execute(
            "INSERT INTO profile_approvals VALUES ($1, 1, $2, $3, 'ANALYST2', 'ANALYST2', now(), false)",
            profile_id, step, [ANALYST.party_code],
        )  # fmt: skip


@pytest.mark.parametrize(("state", "duty"), [(3, "analyst"), (2, "auditor")])
async def test_what_somebody_proposed_who_may_not_any_more_is_not_approved(
    profiles: Life, pool: asyncpg.Pool, service_connection: asyncpg.Connection, state: int, duty: str
) -> None:
    profile_id, version = await profiles.create(ANALYST, sent(), AT)
    await rehearsed(pool, profile_id, version)
    await profiles.propose(ANALYST, profile_id, version, "needed", AT)
    await an_officer(service_connection, ANALYST.party_code, (duty,), ("*",))
    await service_connection.execute("UPDATE officers SET state = $1", state)
    with pytest.raises(Conflict, match="proposer"):
        await profiles.approve(CHIEF, profile_id, version, "agreed", AT)
    await profiles.reject(CHIEF, profile_id, version, "gone", AT)


async def test_a_retired_profile_is_in_force_no_more(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, _ = await in_force(profiles, pool, sent())
    with pytest.raises(Forbidden):
        await profiles.retire(EXAMINER, profile_id, 1, "done", AT)
    await retired(profiles, profile_id, 1)
    async with pool.acquire() as connection:
        assert await rows.in_force(connection) == []


async def test_nobody_lifts_a_control_alone(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, _ = await in_force(profiles, pool, sent())
    for _ in range(2):
        await profiles.retire(CHIEF, profile_id, 1, "done", AT)
        assert await states(pool, profile_id) == {1: "retire_proposed"}
        for alone in (CHIEF, ANALYST):
            with pytest.raises(Forbidden):
                await profiles.approve(alone, profile_id, 1, "mine", AT)
        async with pool.acquire() as connection:
            assert [(row[0], row[1]) for row in await rows.in_force(connection)] == [(profile_id, 1)]
        await profiles.reject(OTHER, profile_id, 1, "still needed", AT)
        assert await states(pool, profile_id) == {1: "in_force"}


async def test_a_version_whose_end_is_proposed_may_be_replaced(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, _ = await in_force(profiles, pool, sent())
    await profiles.edit(ANALYST, profile_id, 1, sent(action="inspect"), AT)
    await profiles.retire(CHIEF, profile_id, 1, "done", AT)
    await force(profiles, pool, profile_id, 2)
    assert await states(pool, profile_id) == {1: "replaced", 2: "in_force"}


async def test_the_database_retires_by_nobody_alone(
    profiles: Life, pool: asyncpg.Pool, service_connection: asyncpg.Connection
) -> None:
    await in_force(profiles, pool, sent())
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await service_connection.execute("UPDATE profile_current SET retires = true")
    with pytest.raises(asyncpg.NotNullViolationError):
        await service_connection.execute("UPDATE profile_current SET version = NULL, step = NULL")


async def test_a_step_back_leads_to_what_was_replaced_and_never_to_what_was_taken_back(
    profiles: Life, pool: asyncpg.Pool
) -> None:
    profile_id = await two_versions(profiles, pool)
    await profiles.edit(ANALYST, profile_id, 2, sent(), AT)
    await force(profiles, pool, profile_id, 3)
    await stepped_back(profiles, profile_id, to=2)
    await profiles.edit(ANALYST, profile_id, 2, sent(rate_ppm=1), AT)
    await force(profiles, pool, profile_id, 4)
    await stepped_back(profiles, profile_id, to=2)
    await stepped_back(profiles, profile_id, to=1)


async def stepped_back(profiles: Life, profile_id: str, *, to: int) -> None:
    """The step back by two people, and where it has to lead."""
    assert await profiles.step_back(ANALYST, profile_id, "faulty", AT) == to
    await profiles.approve(CHIEF, profile_id, to, "agreed", AT)


async def test_a_rejected_version_is_not_approved_afterwards(profiles: Life, pool: asyncpg.Pool) -> None:
    profile_id, version = await profiles.create(ANALYST, sent(), AT)
    await rehearsed(pool, profile_id, version)
    await profiles.propose(ANALYST, profile_id, version, "needed", AT)
    await profiles.reject(CHIEF, profile_id, version, "too broad", AT)
    with pytest.raises(Conflict):
        await profiles.approve(CHIEF, profile_id, version, "after all", AT)


async def test_all_faults_of_a_profile_are_told_at_once(profiles: Life) -> None:
    with pytest.raises(Malformed) as refused:
        await profiles.create(ANALYST, sent(name_zh="", action="x"), AT)
    assert {problem.pointer for problem in refused.value.problems} == {"/name_zh", "/action"}
    with pytest.raises(NotFound):
        await profiles.edit(ANALYST, "PRF-0099", 1, sent(), AT)


async def test_people_are_kept_as_indexes_only(
    profiles: Life, pool: asyncpg.Pool, service_connection: asyncpg.Connection
) -> None:
    condition = {
        "kind": "any",
        "of": [
            compare("buyer_list", "one_of", builders.IDENTITY),
            compare("telephone_list", "one_of", "13800000000", "138-0000-0000"),
            compare("address_list", "one_of", "上海市某路1号"),
        ],
    }
    await profiles.create(ANALYST, sent(condition), AT)
    stored = bytes(await service_connection.fetchval("SELECT definition FROM profile_versions")).decode()
    assert builders.IDENTITY not in stored
    assert "13800000000" not in stored
    assert "某路" not in stored
    assert stored.count('"#') == 3
    for wrong in ("310104199003071239", "#12"):
        with pytest.raises(Malformed):
            await profiles.create(ANALYST, sent(compare("buyer_list", "one_of", wrong)), AT)
