"""What a start loads: tables once, demo parties and keys where they are wanted, and nothing the second time."""

import asyncio
import shlex
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from app.database_url import DatabaseUrls, with_role
from app.errors import CannotStart, KeyRingRefused
from app.repositories import reference, registers
from app.rules.tables.specifications import SPECIFICATIONS
from app.security.api_keys import hash_of
from app.security.keyring import KeyRing
from app.services import demo_parties
from app.services.authority import may_file
from app.services.books import load_book
from app.services.clerk import changing_registers
from app.services.demo_keys import read_demo_keys
from app.services.filings import Caller, DocumentKind
from app.services.record_mandates import MandateRequest, state_mandate
from app.services.register_keys import revoke_key
from app.services.register_parties import PartyEdit, edit, suspend
from app.services.registry import Snapshot
from app.services.starter import load_starter
from app.settings import Settings
from app.supervisor.preparation import prepare_database
from tests import builders
from tests.cli.test_audit import chain
from tests.conftest import FreshDatabase
from tests.keys import store_a_key

Start = Callable[..., Awaitable[Settings]]
TABLES = ("parties", "party_roles", "party_standings", "mandates", "api_keys", "reference_versions", "events")


@pytest.fixture
def start(database: FreshDatabase, keyring: KeyRing, tmp_path: Path) -> Start:
    """What a start does to a database that is at head; by default as with the embedded one."""

    async def started(**variables: str) -> Settings:
        settings = Settings.from_environment({"TONGGUAN_HOME": str(tmp_path), **variables})
        await load_starter(DatabaseUrls(database.owner_url, database.service_url), settings, keyring)
        return settings

    return started


async def snapshot(connection: asyncpg.Connection) -> Snapshot:
    return Snapshot(
        await registers.epoch(connection),
        await load_book(connection, None),
        await registers.party_roles(connection),
        await registers.party_periods(connection),
        await registers.mandates(connection),
    )


async def state(connection: asyncpg.Connection) -> list[object]:
    counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]
    return [await registers.epoch(connection), await connection.fetchval("SELECT sum(epoch) FROM lanes"), *counts]


async def test_the_first_start_loads_tables_parties_and_keys(start: Start, connection: asyncpg.Connection) -> None:
    settings = await start()
    versions = await reference.current_versions(connection)
    assert {version.table_name for version in versions} == set(SPECIFICATIONS)
    keys = read_demo_keys(settings.demo_keys_path)
    assert list(keys) == [
        "PLATFORM_KEY", "MERCHANT_KEY", "PAYMENT_KEY", "LOGISTICS_KEY", "DECLARANT_KEY", "WAREHOUSE_KEY", "OFFICER_KEY",
    ]  # fmt: skip
    for party in demo_parties.PARTIES:
        stored = await registers.find_key(connection, hash_of(keys[party.variable]))
        assert stored is not None
        assert (stored.party_code, stored.role, stored.districts) == (party.code, party.role, party.districts)


async def test_the_first_start_is_audited(start: Start, connection: asyncpg.Connection) -> None:
    await start()
    acts = await chain(connection)
    assert {act.actor for act in acts} == {"start"}
    assert acts[0].act == "reference.starter"
    assert [act.act for act in acts].count("key.create") == 7


async def test_a_second_start_does_nothing(start: Start, connection: asyncpg.Connection) -> None:
    settings = await start()
    before, content = await state(connection), settings.demo_keys_path.read_bytes()
    written_at = settings.demo_keys_path.stat().st_mtime_ns
    await start()
    assert await state(connection) == before
    assert settings.demo_keys_path.read_bytes() == content
    assert settings.demo_keys_path.stat().st_mtime_ns == written_at


async def test_the_file_of_keys_is_private_and_a_shell_can_source_it(start: Start) -> None:
    file = (await start()).demo_keys_path
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [other.name for other in file.parent.iterdir()] == [file.name], "no draft is left beside it"
    script = f'. {shlex.quote(str(file))} && printf %s "$OFFICER_KEY"'
    shell = await asyncio.create_subprocess_exec("sh", "-c", script, stdout=asyncio.subprocess.PIPE)
    said = (await shell.communicate())[0].decode()
    assert said == read_demo_keys(file)["OFFICER_KEY"]
    assert said.startswith("tg_")


async def test_a_lost_file_is_made_anew_with_new_keys(start: Start, connection: asyncpg.Connection) -> None:
    file = (await start()).demo_keys_path
    old = read_demo_keys(file)
    file.unlink()
    await start()
    new = read_demo_keys(file)
    assert set(new) == set(old)
    assert not set(new.values()) & set(old.values())
    assert len(await registers.known_hashes(connection, [hash_of(key) for key in new.values()])) == 7


async def test_keys_of_another_database_are_replaced_one_by_one(start: Start) -> None:
    file = (await start()).demo_keys_path
    good = read_demo_keys(file)
    file.write_text("\n".join(f"{name}={key}" for name, key in (good | {"OFFICER_KEY": "tg_elsewhere"}).items()))
    await start()
    repaired = read_demo_keys(file)
    assert repaired.pop("OFFICER_KEY") not in {"tg_elsewhere", good.pop("OFFICER_KEY")}
    assert repaired == good
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_what_an_operator_changed_stays_changed(start: Start, connection: asyncpg.Connection) -> None:
    settings = await start()
    officer = await registers.find_key(connection, hash_of(read_demo_keys(settings.demo_keys_path)["OFFICER_KEY"]))
    assert officer is not None
    no_mandate = MandateRequest(
        grantor_code=builders.DECLARANT,
        holder_code=builders.PLATFORM,
        kinds=(DocumentKind.DECLARATION,),
        first_day=date(2024, 6, 18),
        revoked=True,
    )
    async with changing_registers(connection, "test", datetime.now(UTC)) as clerk:
        await suspend(clerk, builders.PLATFORM, "x", date(2024, 6, 18))
        await edit(clerk, builders.MERCHANT, PartyEdit(credit_class="discredited", first_day=date(2024, 6, 18)))
        await state_mandate(clerk, no_mandate)
        await revoke_key(clerk, officer.key_id)
    before = await state(connection)
    await start()
    assert await state(connection) == before
    settings.demo_keys_path.unlink()
    await start()
    now, day = await snapshot(connection), date(2024, 6, 18)
    assert now.standing("platform", builders.PLATFORM, day).suspended
    assert now.standing("merchant", builders.MERCHANT, day).credit_class == "discredited"
    assert not now.mandated(builders.DECLARANT, builders.PLATFORM, DocumentKind.DECLARATION, day)


async def test_a_database_of_somebodys_own_gets_demo_parties_only_when_asked(
    start: Start, connection: asyncpg.Connection
) -> None:
    named = {"DATABASE_URL": "postgresql://owner@db/tongguan"}
    settings = await start(**named)
    assert await connection.fetchval("SELECT count(*) FROM parties") == 0
    assert not settings.demo_keys_path.exists()
    assert len(await reference.current_versions(connection)) == len(SPECIFICATIONS)
    await start(**named, TONGGUAN_DEMO="1")
    assert await connection.fetchval("SELECT count(*) FROM parties") == 7
    assert settings.demo_keys_path.exists()


async def test_demo_parties_can_be_done_without(start: Start, connection: asyncpg.Connection) -> None:
    await start(TONGGUAN_DEMO="0")
    assert await connection.fetchval("SELECT count(*) FROM parties") == 0


async def test_demo_parties_are_those_of_the_recorded_parcels_from_the_first_day_of_the_law(
    start: Start, connection: asyncpg.Connection
) -> None:
    await start()
    now = await snapshot(connection)
    for day in (date(2016, 4, 8), builders.ACCEPTED_ON):
        for party in builders.parties():
            assert now.standing(party.role, party.code, day) == party


async def test_the_demo_platform_may_file_all_four_documents(start: Start, connection: asyncpg.Connection) -> None:
    await start()
    now = await snapshot(connection)
    filed = builders.documents()
    platform = Caller(key_id="k", party_code=builders.PLATFORM, role="platform", name="x")
    merchant = Caller(key_id="k", party_code=builders.MERCHANT, role="merchant", name="x")
    documents = (filed.order, filed.payment, filed.waybill, filed.declaration)
    assert [may_file(platform, document, now, date(2016, 4, 8)) for document in documents] == [True] * 4
    assert [may_file(merchant, document, now, date(2016, 4, 8)) for document in documents] == [True] + [False] * 3


async def test_a_place_that_cannot_be_written_is_named(start: Start, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"demo keys .* \(.*directory.*\)"):
        await start(TONGGUAN_HOME=str(tmp_path / "missing"))


async def test_a_start_with_another_key_ring_than_the_stored_data_s_is_refused(
    start: Start, database: FreshDatabase, keyring: KeyRing
) -> None:
    await store_a_key(database.owner_url, keyring)
    settings = await start()
    with pytest.raises(KeyRingRefused, match="not the one of this database"):
        await load_starter(DatabaseUrls(database.owner_url, database.service_url), settings, KeyRing.generate())


async def test_a_service_role_that_cannot_log_in_is_one_sentence_and_what_to_do(
    database: FreshDatabase, keyring: KeyRing, tmp_path: Path
) -> None:
    urls = DatabaseUrls(database.owner_url, with_role(database.service_url, "tongguan_service", "another"))
    settings = Settings.from_environment({"TONGGUAN_HOME": str(tmp_path)})
    with pytest.raises(CannotStart, match=r"cannot log in: .* `service_password`"):
        await prepare_database(settings, keyring, urls)
