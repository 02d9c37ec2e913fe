"""`tongguan officers`: links, list, lock, unlock, end-sessions; and the link that a first start prints."""

from datetime import UTC, datetime

import asyncpg
import pytest

from app.cli.serve import announce
from app.services.office.links import link_hash_of
from app.settings import Settings
from tests.cli.conftest import Command, done, refused


async def test_a_link_goes_to_standard_output_and_is_stored_hashed_only(
    tongguan: Command, connection: asyncpg.Connection
) -> None:
    printed = await done(tongguan("officers", "link"))
    (address,) = printed.stdout.splitlines()
    secret = address.removeprefix("http://127.0.0.1:8000/console/link/")
    row = await connection.fetchrow("SELECT * FROM officer_links")
    assert (row["link_hash"], row["officer_code"]) == (link_hash_of(secret), None)
    assert row["made_by"].startswith("cli:")
    assert 23 * 3600 < (row["ends_at"] - datetime.now(UTC)).total_seconds() <= 24 * 3600


async def test_officers_are_listed_locked_and_let_in_again(tongguan: Command, connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, password_hash, "
        "totp_step) VALUES ('O1', 'Wang', '{examiner}', '{22}', 2, now(), 'test', 'x', 0)"
    )
    await connection.execute(
        "INSERT INTO officer_sessions (session_hash, officer_code, began_at, seen_at, ends_at, door) "
        "VALUES ('\\x01', 'O1', now(), now(), now() + interval '1 hour', 'password')"
    )
    assert "Ended 1 sessions" in (await done(tongguan("officers", "end-sessions", "O1"))).stdout
    await done(tongguan("officers", "lock", "O1"))
    assert "locked" in (await done(tongguan("officers", "list"))).stdout
    assert "locked" in await refused(tongguan("officers", "link", "--officer", "O1"))
    await done(tongguan("officers", "unlock", "O1"))
    assert "not locked" in await refused(tongguan("officers", "unlock", "O1"))
    assert "1 officers" in (await done(tongguan("officers", "list"))).stdout
    assert (await done(tongguan("officers", "link", "--officer", "O1"))).stdout.startswith("http://")


async def test_an_unknown_officer_is_said_so(tongguan: Command) -> None:
    for command in ("lock", "unlock", "end-sessions"):
        assert "No officer has this code" in await refused(tongguan("officers", command, "NOBODY"))


@pytest.mark.parametrize("secret", ["abc", None])
def test_a_start_prints_the_link_only_where_there_is_one(
    secret: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(Settings(), secret)
    printed = capsys.readouterr().out
    assert ("/console/link/abc" in printed) == (secret is not None)
    assert "/console" in printed
