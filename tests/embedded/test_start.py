"""Starting, stopping and starting again: in difficult folders, as root and as a normal user."""

import os
import shutil
import stat
from pathlib import Path

import asyncpg
import pytest

from app.embedded.account import Account
from app.embedded.binaries import Binaries, find_binaries
from app.embedded.configuration import Tuning
from app.embedded.leftover import is_alive, live_postmaster
from app.embedded.server import EmbeddedServer, socket_urls
from app.security.keyring import KeyRing
from tests.embedded.conftest import MakeService
from tests.embedded.service import Service

pytestmark = pytest.mark.slow


async def ask(home: Path, statement: str) -> object:
    """Run one statement as the owner of the embedded database of a running service."""
    found = live_postmaster(home / "postgres")
    assert found is not None
    assert found.socket_folder is not None
    connection = await asyncpg.connect(socket_urls(found.socket_folder, KeyRing.load(home / "keyring.json")).owner)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def modes(folder: Path) -> dict[Path, tuple[int, int]]:
    """Owner and mode of a folder and everything above it."""
    states = {above: above.stat() for above in (folder, *folder.parents)}
    return {above: (state.st_uid, stat.S_IMODE(state.st_mode)) for above, state in states.items()}


async def test_it_starts_stops_and_starts_again(
    difficult_home: Path, account: Account, make_service: MakeService
) -> None:
    before = modes(difficult_home.parent)
    service = make_service(difficult_home, account)
    service.start()
    await ask(difficult_home, "CREATE TABLE kept AS SELECT 7 AS number")
    first = service.postmaster_pid()
    assert service.stop()[0] == 0
    assert not is_alive(first)

    service.start()
    assert await ask(difficult_home, "SELECT number FROM kept") == 7
    assert service.stop()[0] == 0

    assert modes(difficult_home.parent) == before, "a permission outside TONGGUAN_HOME was changed"
    secret = (difficult_home / "keyring.json").stat()
    assert stat.S_IMODE(secret.st_mode) == 0o600
    assert secret.st_uid == (os.geteuid() if account.uid is None else account.uid)


def test_a_port_in_use_is_said_before_anything_is_started(short_folder: Path, make_service: MakeService) -> None:
    import socket

    service = make_service(short_folder / "var")
    with socket.socket() as other:
        other.bind(("127.0.0.1", service.port))
        other.listen()
        service.spawn()
        code, said = service.end()
    assert code == 1
    assert f"port {service.port}" in said
    assert f"PORT={service.port + 1} make run" in said
    assert not (short_folder / "var").exists()


def test_a_second_service_does_not_share_the_port_or_the_folder(
    short_folder: Path, service: Service, make_service: MakeService
) -> None:
    same_port = make_service(short_folder / "other")
    same_port.port = service.port
    same_folder = make_service(service.home)
    for second in (same_port, same_folder):
        second.spawn()
    assert "Cannot listen on 127.0.0.1" in same_port.end()[1]
    assert f"is in use by tongguan serve (process {service.process.pid})" in same_folder.end()[1]
    assert service.answers()


def test_a_lost_key_ring_is_never_replaced(short_folder: Path, make_service: MakeService) -> None:
    (short_folder / "var" / "postgres").mkdir(parents=True)
    service = make_service(short_folder / "var")
    service.spawn()
    code, said = service.end()
    assert code == 1
    assert "Restore the file from your backup" in said


def test_a_named_database_without_key_ring_is_refused(short_folder: Path, make_service: MakeService) -> None:
    service = make_service(short_folder / "var", DATABASE_URL="postgresql://somebody@127.0.0.1:1/tongguan")
    service.spawn()
    code, said = service.end()
    assert code == 1
    assert "tongguan secrets create" in said
    assert "TONGGUAN_KEYRING" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its server to another user")
def test_root_may_keep_everything_in_folders_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = find_binaries()
    closed = tmp_path / "closed"  # programs may not be started from a folder in memory
    closed.mkdir(0o700)
    wheel = installed.folder.parent.parent
    for folder in (wheel, wheel.with_name(wheel.name + ".libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    binaries = Binaries(closed / wheel.name / "pginstall" / "bin", installed.major)
    monkeypatch.setattr("app.embedded.server.find_binaries", lambda: binaries)

    server = EmbeddedServer(closed / "var", KeyRing.generate(), Tuning(durable=False, shared_buffers_mib=128))
    server.start()
    assert server.process is not None
    held = Path(f"/proc/{server.process.pid}/status").read_text()
    server.stop()

    assert "CapEff:\t0000000000000004" in held, "CAP_DAC_READ_SEARCH and nothing else"
    assert "Uid:\t0" not in held
