"""`tongguan keys`: made, listed, revoked; what is wrong is said in one sentence and changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from app.domain.period import shanghai_day
from app.repositories import registers
from app.security.api_keys import hash_of
from app.services.clearance.chain import decode_payload
from tests.cli.conftest import Command, creating, done, refused
from tests.conftest import FreshDatabase


async def test_the_key_is_all_that_goes_to_standard_output(tongguan: Command, connection: asyncpg.Connection) -> None:
    printed = await done(tongguan(*creating()))
    (key,) = printed.stdout.splitlines()
    assert key.startswith("tg_")
    assert "Registered 3101960P01 as platform" in printed.stderr
    assert key not in printed.stderr
    stored = await registers.find_key(connection, hash_of(key))
    assert stored is not None
    assert (stored.party_code, stored.role, stored.name, stored.districts) == (
        "3101960P01", "platform", "Order system", (),
    )  # fmt: skip


async def test_a_key_is_stored_hashed_only(tongguan: Command, connection: asyncpg.Connection) -> None:
    key = (await done(tongguan(*creating()))).stdout.strip()
    stored = await connection.fetchval("SELECT string_agg(api_keys::text, '') FROM api_keys")
    noted = [decode_payload(row["payload"]) for row in await connection.fetch("SELECT payload FROM events")]
    assert noted
    assert key not in stored
    assert key not in repr(noted)


async def test_an_unknown_party_is_registered_from_today(tongguan: Command, connection: asyncpg.Connection) -> None:
    before = shanghai_day(datetime.now(UTC))
    await done(tongguan(*creating()))
    (registration,) = await registers.roles_of(connection, "3101960P01")
    assert registration.role == "platform"
    assert before <= registration.first_day <= shanghai_day(datetime.now(UTC))
    assert registration.last_day is None


async def test_a_second_key_registers_nothing(tongguan: Command, connection: asyncpg.Connection) -> None:
    await done(tongguan(*creating()))
    printed = await done(tongguan(*creating(name="Another system")))
    assert "Registered" not in printed.stderr
    assert len(await registers.roles_of(connection, "3101960P01")) == 1
    (party,) = await registers.parties(connection, shanghai_day(datetime.now(UTC)))
    assert party.name == "Order system"


async def test_a_second_role_is_registered_beside_the_first(tongguan: Command, connection: asyncpg.Connection) -> None:
    await done(tongguan(*creating()))
    await done(tongguan(*creating(role="merchant")))
    assert [role.role for role in await registers.roles_of(connection, "3101960P01")] == ["merchant", "platform"]


async def test_an_earlier_first_day_extends_the_registration(tongguan: Command, connection: asyncpg.Connection) -> None:
    await done(tongguan(*creating()))
    await done(tongguan(*creating(**{"first-day": "2016-01-01"})))
    await done(tongguan(*creating(**{"first-day": "2020-01-01"})))
    registered = await registers.roles_of(connection, "3101960P01")
    assert str(registered[0].first_day) == "2016-01-01"
    assert len(registered) == 2


async def test_a_planned_registration_is_not_brought_forward(tongguan: Command, connection: asyncpg.Connection) -> None:
    await done(tongguan(*creating(**{"first-day": "2099-01-01"})))
    await done(tongguan(*creating()))
    assert [str(role.first_day) for role in await registers.roles_of(connection, "3101960P01")] == ["2099-01-01"]


async def test_an_ended_registration_begins_again(tongguan: Command, connection: asyncpg.Connection) -> None:
    await done(tongguan(*creating(**{"first-day": "2016-01-01"})))
    await connection.execute("UPDATE party_roles SET last_day = '2020-12-31'")
    await done(tongguan(*creating()))
    assert len(await registers.roles_of(connection, "3101960P01")) == 2


async def test_an_officer_sees_the_districts_that_are_named(tongguan: Command, connection: asyncpg.Connection) -> None:
    for districts in (("*",), ("22", "3105")):
        options = [word for district in districts for word in ("--district", district)]
        made = await done(tongguan(*creating(party="OFFICER7", role="officer"), *options))
        stored = await registers.find_key(connection, hash_of(made.stdout.strip()))
        assert stored is not None
        assert stored.districts == districts


async def test_the_list_shows_every_key_but_never_the_key_itself(tongguan: Command) -> None:
    key = (await done(tongguan(*creating()))).stdout.strip()
    await done(tongguan(*creating(party="OFFICER7", role="officer", district="22", name="王")))
    printed = (await done(tongguan("keys", "list"))).output
    assert "Order system" in printed
    assert "officer 22" in printed
    assert "2 live keys, 2 in all" in printed
    assert key not in printed
    assert "tg_" not in printed


async def test_a_revoked_key_stays_in_the_list_and_is_refused_a_second_time(
    tongguan: Command, connection: asyncpg.Connection
) -> None:
    key = (await done(tongguan(*creating()))).stdout.strip()
    stored = await registers.find_key(connection, hash_of(key))
    assert stored is not None
    await done(tongguan("keys", "revoke", stored.key_id))
    after = await registers.find_key(connection, hash_of(key))
    assert after is not None
    assert after.revoked_at is not None
    assert "0 live keys, 1 in all" in (await done(tongguan("keys", "list"))).output
    assert f"No live key has the id {stored.key_id}" in await refused(tongguan("keys", "revoke", stored.key_id))


async def test_a_database_without_tables_is_explained(tongguan: Command, database: FreshDatabase) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("DROP TABLE api_keys")
    await owner.close()
    result = await tongguan("keys", "list")
    assert (result.exit_code, "`tongguan serve` makes them" in result.stderr) == (1, True)


async def test_a_database_that_does_not_answer_is_explained(tongguan: Command) -> None:
    result = await tongguan("keys", "list", TONGGUAN_SERVICE_DATABASE_URL="postgresql://u:secret@127.0.0.1:1/none")
    assert result.exit_code == 1
    assert "The database cannot be reached" in result.stderr
    assert "secret" not in result.output


async def test_without_an_installation_nothing_is_made(tongguan: Command, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere"
    result = await tongguan(
        *creating(), TONGGUAN_HOME=str(home), DATABASE_URL="", TONGGUAN_SERVICE_DATABASE_URL="", TONGGUAN_KEYRING=""
    )
    assert result.exit_code == 1
    assert "`make run`" in result.stderr
    assert not home.exists()
