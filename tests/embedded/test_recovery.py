"""Whatever is killed, the service comes back with everything that was stored."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from app.embedded.account import server_account
from app.embedded.binaries import find_binaries
from app.embedded.cluster import clean_environment, launcher
from app.embedded.configuration import Tuning
from app.embedded.leftover import is_alive, live_postmaster
from app.embedded.server import EmbeddedServer
from app.errors import DatabaseRefused
from app.security.keyring import KeyRing
from tests.embedded.service import Service, until
from tests.embedded.test_start import ask

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


async def store(service: Service) -> int:
    """Store something that must survive; returns how much there is now."""
    await ask(service.home, "CREATE TABLE IF NOT EXISTS kept (number int)")
    await ask(service.home, "INSERT INTO kept VALUES (1)")
    return await count(service)


async def count(service: Service) -> int:
    found = await ask(service.home, "SELECT count(*) FROM kept")
    assert isinstance(found, int)
    return found


async def test_a_killed_database_comes_back_by_itself(service: Service) -> None:
    stored = await store(service)
    workers, killed = service.worker_pids(), service.postmaster_pid()

    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        found = live_postmaster(service.home / "postgres")
        return found is not None and found.pid != killed and found.ready

    until(is_back, "another PostgreSQL")
    until(service.answers, "a ready service")
    assert await count(service) == stored
    assert service.worker_pids() == workers, "the workers need not be started again"


async def test_a_killed_worker_is_replaced(service: Service) -> None:
    killed, other = service.worker_pids()

    os.kill(killed, signal.SIGKILL)

    until(lambda: len(service.worker_pids()) == 2 and killed not in service.worker_pids(), "another worker")
    assert other in service.worker_pids()
    until(service.answers, "a ready service")


async def test_a_killed_supervisor_takes_its_children_along_and_loses_nothing(service: Service) -> None:
    stored = await store(service)
    children = [service.postmaster_pid(), *service.worker_pids()]

    service.process.kill()
    service.end()
    service.start()  # at once, while the old children may still be leaving

    assert await count(service) == stored
    assert not any(is_alive(pid) for pid in children)


async def test_everything_killed_at_once_loses_nothing(service: Service) -> None:
    stored = await store(service)

    for pid in (service.postmaster_pid(), *service.worker_pids(), service.process.pid):
        os.kill(pid, signal.SIGKILL)
    service.end()
    service.start()

    assert await count(service) == stored


@pytest.fixture
def server(short_folder: Path) -> EmbeddedServer:
    """A server that nobody has started yet."""
    short_folder.chmod(0o711)
    return EmbeddedServer(short_folder / "var", KeyRing.generate(), Tuning(durable=False, shared_buffers_mib=128))


def test_a_left_over_server_is_taken_over(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    data, binaries = server.layout.data, find_binaries()
    orphan = subprocess.Popen(
        [*launcher(server_account(data, [data])), binaries.program("postgres"), "-D", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=clean_environment(),
        start_new_session=True,
    )
    until(lambda: live_postmaster(data) is not None, "an orphan")

    server.start()

    assert orphan.wait(30) == 0, "the orphan was asked politely"
    found = live_postmaster(data)
    assert found is not None
    assert found.pid != orphan.pid
    server.stop()


def test_what_is_left_of_a_server_whose_postmaster_was_killed_does_not_stop_the_start(server: EmbeddedServer) -> None:
    server.start()
    postmaster = server.process
    assert postmaster is not None
    listed = ["ps", "-o", "pid=,args=", "--ppid", str(postmaster.pid)]
    children = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()
    (writer,) = [int(line.split()[0]) for line in children if "walwriter" in line]
    os.kill(writer, signal.SIGSTOP)  # as if it waited for a lock whose holder is gone: it does not notice
    postmaster.kill()
    postmaster.wait()

    server.start()

    assert not is_alive(writer)
    server.stop()


def test_a_number_that_now_belongs_to_a_stranger_does_not_stop_the_start(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    data = server.layout.data
    stranger = subprocess.Popen([*launcher(server_account(data, [data])), "/bin/sleep", "60"])
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n5432\n{server.socket_folder}\n\n1 1\nready   \n")
    (server.socket_folder / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
    try:
        server.start()
        assert stranger.poll() is None, "a stranger was stopped"
    finally:
        stranger.kill()
        stranger.wait()
        server.stop()


def test_the_reason_of_an_end_is_not_hidden_by_what_connections_were_told(server: EmbeddedServer) -> None:
    server.layout.start_log.parent.mkdir(parents=True)
    told = "FATAL:  the database system is starting up\n" * 9
    server.layout.start_log.write_text(f'PANIC:  could not write to file "x": No space left on device\n{told}')
    assert server.last_words() == 'PANIC:  could not write to file "x": No space left on device'


def test_a_folder_of_another_major_version_is_left_alone(server: EmbeddedServer) -> None:
    server.layout.data.mkdir(parents=True)
    (server.layout.data / "PG_VERSION").write_text("17\n")
    if os.geteuid() == 0:
        os.chown(server.layout.data, 65534, 65534)
    with pytest.raises(DatabaseRefused, match=r"made by PostgreSQL 17, the installed package is 18.*pg_dump"):
        server.start()


def test_a_socket_folder_that_others_may_enter_is_refused(server: EmbeddedServer) -> None:
    server.layout.near_socket.mkdir(parents=True)
    server.layout.near_socket.chmod(0o777)
    with pytest.raises(DatabaseRefused, match="mode 0700"):
        server.prepare()


def test_an_interrupted_first_start_leaves_nothing_half(server: EmbeddedServer) -> None:
    draft = server.layout.data.with_name("postgres.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    server.start()
    server.stop()
    assert not draft.exists()
