"""The doctor finds what is wrong and says what to do, and is content when all is well."""

from pathlib import Path

import asyncpg
import pytest

from app.database_url import with_role
from app.security.keyring import KeyRing
from app.supervisor.checkup import Check, State, examine
from tests.conftest import FreshDatabase
from tests.keys import store_a_key


@pytest.fixture
def variables(database: FreshDatabase, tmp_path: Path) -> dict[str, str]:
    """The environment of a sound installation on a named database."""
    KeyRing.create(tmp_path / "ring.json")
    return {
        "TONGGUAN_HOME": str(tmp_path),
        "DATABASE_URL": database.owner_url,
        "TONGGUAN_SERVICE_DATABASE_URL": database.service_url,
        "TONGGUAN_KEYRING": str(tmp_path / "ring.json"),
    }


async def checks(variables: dict[str, str]) -> dict[str, Check]:
    return {check.name: check async for check in examine(variables)}


async def run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_a_sound_installation_passes_every_check_but_durability(variables: dict[str, str]) -> None:
    found = await checks(variables)
    failed = [name for name, check in found.items() if check.state is State.FAILED]
    assert failed == ["durability"], "the throwaway database of the tests waits for no disk, and the doctor says so"
    assert {"python", "packages", "disk", "key ring", "database", "clock", "schema", "service role"} <= set(found)


async def test_a_service_role_that_can_change_evidence_is_found(
    variables: dict[str, str], database: FreshDatabase
) -> None:
    await run(database.owner_url, "GRANT UPDATE ON events TO tongguan_service")
    check = (await checks(variables))["service role"]
    assert check.state is State.FAILED
    assert check.advice == "REVOKE UPDATE, DELETE, TRUNCATE ON events FROM tongguan_service;"


async def test_a_service_role_with_another_password_is_found(variables: dict[str, str]) -> None:
    url = with_role(variables["TONGGUAN_SERVICE_DATABASE_URL"], "tongguan_service", "another")
    found = await checks(variables | {"TONGGUAN_SERVICE_DATABASE_URL": url})
    assert found["database"].state is State.OK
    assert found["service role"].state is State.FAILED
    assert "service_password" in found["service role"].advice


async def test_a_key_ring_that_does_not_open_what_is_stored_is_found(
    variables: dict[str, str], database: FreshDatabase
) -> None:
    assert (await checks(variables))["stored data"].state is State.OK
    await store_a_key(database.owner_url, KeyRing.generate())
    assert (await checks(variables))["stored data"].state is State.FAILED


async def test_a_partition_that_can_be_changed_is_found(variables: dict[str, str], database: FreshDatabase) -> None:
    await run(database.owner_url, "GRANT DELETE ON documents_rest TO tongguan_service")
    assert "documents_rest" in (await checks(variables))["service role"].advice


async def test_a_schema_that_is_behind_is_found(variables: dict[str, str], database: FreshDatabase) -> None:
    await run(database.owner_url, "UPDATE alembic_version SET version_num = 'older'")
    check = (await checks(variables))["schema"]
    assert check.state is State.FAILED
    assert "tongguan serve" in check.advice


async def test_an_open_key_ring_is_found(variables: dict[str, str]) -> None:
    Path(variables["TONGGUAN_KEYRING"]).chmod(0o644)
    assert (await checks(variables))["key ring"].state is State.FAILED


async def test_a_database_that_does_not_answer_is_found(variables: dict[str, str]) -> None:
    found = await checks(variables | {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/tongguan"})
    assert found["database"].state is State.FAILED
    assert "secret" not in found["database"].found


async def test_an_owner_with_another_password_is_told_so(variables: dict[str, str]) -> None:
    url = with_role(variables["DATABASE_URL"], "tongguan_owner", "another")
    assert "must belong to this database" in (await checks(variables | {"DATABASE_URL": url}))["database"].advice


async def test_a_faulty_setting_is_found(variables: dict[str, str]) -> None:
    found = await checks(variables | {"PORT": "x"})
    assert found["settings"].state is State.FAILED
    assert "database" not in found


async def test_settings_for_trying_out_are_noted(variables: dict[str, str]) -> None:
    check = (await checks(variables | {"TONGGUAN_TEST_CLOCK": "1"}))["settings"]
    assert check.state is State.NOTE
    assert "TONGGUAN_TEST_CLOCK" in check.found


async def test_before_the_first_start_nothing_is_made_by_looking(tmp_path: Path) -> None:
    home = tmp_path / "var"
    found = await checks({"TONGGUAN_HOME": str(home)})
    assert found["database"].state is State.NOTE
    assert not home.exists()
