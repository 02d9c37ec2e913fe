"""The supervisor with a named database, commands beside it, and requests in flight while it stops."""

import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from app.embedded.leftover import is_alive, live_postmaster
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing.discrepancies import Discrepancies
from app.services.auditing.known_heads import KnownHeads
from app.settings import Settings
from app.supervisor.access import open_database
from app.supervisor.backoff import Backoff
from tests.conftest import FreshDatabase
from tests.embedded.conftest import MakeService
from tests.embedded.service import Service, until


@pytest.mark.slow
def test_workers_of_a_named_database_never_see_the_owner_s_address(
    short_folder: Path, database: FreshDatabase, make_service: MakeService
) -> None:
    KeyRing.create(short_folder / "ring.json")
    service = make_service(
        short_folder / "var",
        DATABASE_URL=database.owner_url,
        SERVICE_DATABASE_URL=database.service_url,
        KEYRING=str(short_folder / "ring.json"),
    )
    service.start()

    (worker,) = service.worker_pids()
    environment = Path(f"/proc/{worker}/environ").read_bytes().decode()
    assert database.service_url in environment
    assert database.owner_url not in environment
    assert not (service.home / "postgres").exists()
    assert "PostgreSQL of DATABASE_URL" in service.said
    assert service.stop()[0] == 0


@pytest.mark.slow
async def test_a_command_uses_the_running_service_s_database(service: Service) -> None:
    server = service.postmaster_pid()
    async with open_database(Settings.from_environment({"TONGGUAN_HOME": str(service.home)})) as access:
        connection = await asyncpg.connect(access.urls.service)
        await connection.close()
    assert service.postmaster_pid() == server
    assert is_alive(server), "a command does not stop the service's server"


@pytest.mark.slow
def test_a_running_service_exports_the_heads_of_its_lanes(service: Service) -> None:
    keyring = KeyRing.load(service.home / "keyring.json")
    known = KnownHeads([Signer(keyring.signing_key).public_key], found := Discrepancies())
    folder = service.home.parent / "heads"
    until(lambda: any(file.read_bytes().endswith(b"\n") for file in folder.glob("heads-*.jsonl")), "exported heads")
    known.load(folder)
    assert found.kept == []
    assert len(list(known.lanes())) >= 2 * 2, "two workers with a lane and a desk each, and the start's own"


@pytest.mark.slow
async def test_only_the_two_roles_may_connect_and_only_by_password(short_folder: Path) -> None:
    settings = Settings.from_environment({"TONGGUAN_HOME": str(short_folder / "var")})
    async with open_database(settings) as access:
        started = live_postmaster(short_folder / "var" / "postgres")
        assert started is not None
        host = str(started.socket_folder)
        for user, password in (("postgres", "x"), ("root", "x"), ("tongguan_owner", "x"), ("tongguan_service", "")):
            with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
                await asyncpg.connect(host=host, user=user, password=password, database="tongguan")
        rules = (short_folder / "var" / "postgres" / "pg_hba.conf").read_text()
        assert "trust" not in rules
        connection = await asyncpg.connect(access.urls.owner)
        powerful = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolsuper")
        assert await connection.fetchval("SHOW listen_addresses") == ""
        assert await connection.fetchval("SHOW data_checksums") == "on"
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        await connection.close()
    assert not is_alive(started.pid), "a command that starts the server itself leaves none behind"
    assert [row["rolname"] for row in powerful] == ["postgres"], "which no line of pg_hba.conf lets in"


@pytest.mark.slow
def test_a_worker_that_cannot_start_stops_the_start_with_its_reason(
    short_folder: Path, make_service: MakeService
) -> None:
    sabotage = "import os, sys\nif 'TONGGUAN_READY_FD' in os.environ: sys.exit('broken on purpose')\n"
    (short_folder / "sitecustomize.py").write_text(sabotage)
    service = make_service(short_folder / "var")
    service.python_path.insert(0, short_folder)
    service.spawn()
    code, said = service.end()
    assert code == 1
    assert "broken on purpose" in said
    assert "ended while starting; its reason stands above" in said
    assert live_postmaster(service.home / "postgres") is None, "what had been started is stopped again"


def test_an_address_of_another_machine_is_refused(short_folder: Path, make_service: MakeService) -> None:
    service = make_service(short_folder / "var", HOST="192.0.2.1")
    service.spawn()
    code, said = service.end()
    assert code == 1
    assert "Cannot listen on 192.0.2.1" in said
    assert "HOST must be an address of this machine" in said


def test_pauses_grow_to_five_seconds_and_are_forgotten_after_a_calm_while() -> None:
    backoff = Backoff()
    now = 0.0
    pauses = [backoff.next_pause_seconds(now) for _ in range(8)]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert backoff.next_pause_seconds(now + 31) == 0.1


def test_a_process_that_is_gone_is_not_alive() -> None:
    with subprocess.Popen(["true"]) as child:
        until(lambda: not is_alive(child.pid), "its end, although nobody has reaped it yet")
        assert child.returncode is None
    assert is_alive(os.getpid())
