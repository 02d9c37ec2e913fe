"""Workers that hang or lose their lane are replaced; those that are merely slow are left alone."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from app.services.demo_keys import read_demo_keys
from app.supervisor.heartbeat import LANE_LOST_EXIT, Ear, Voice
from chaos.filings import Filings
from chaos.ledger import Ledger
from chaos.senders import LOST, Senders
from tests.embedded.conftest import MakeService
from tests.embedded.service import REPOSITORY, Service, until


class Clock:
    """Goes as it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pipe(clock: Clock) -> tuple[Ear, Voice]:
    reading, writing = os.pipe()
    return Ear(reading, clock), Voice(writing)


def looked(ear: Ear, clock: Clock, *, times: int, every_seconds: float) -> float:
    """What counts as silence after so many looks."""
    for _ in range(times):
        clock.now += every_seconds
        ear.listen()
    return ear.silent_seconds


def test_a_worker_is_ready_once_it_says_so(pipe: tuple[Ear, Voice]) -> None:
    ear, voice = pipe
    voice.beat()
    ear.listen()
    assert not ear.ready, "it lives, but takes no work yet"
    voice.ready()
    ear.listen()
    assert ear.ready


def test_silence_adds_up_and_ends_with_a_beat(pipe: tuple[Ear, Voice], clock: Clock) -> None:
    ear, voice = pipe
    assert looked(ear, clock, times=10, every_seconds=0.25) == pytest.approx(2.5)
    voice.beat()
    ear.listen()
    assert ear.silent_seconds == 0


def test_time_in_which_the_supervisor_itself_did_not_look_is_no_silence(pipe: tuple[Ear, Voice], clock: Clock) -> None:
    ear, _ = pipe
    assert looked(ear, clock, times=1, every_seconds=3600) <= 0.5


def test_a_worker_whose_supervisor_does_not_listen_is_not_held_up(pipe: tuple[Ear, Voice]) -> None:
    ear, voice = pipe
    for _ in range(100_000):
        voice.beat()
    ear.listen()
    assert ear.silent_seconds == 0


def test_a_worker_whose_supervisor_is_gone_or_that_has_none_is_not_held_up(pipe: tuple[Ear, Voice]) -> None:
    ear, voice = pipe
    ear.close()
    voice.beat()
    voice.beat()
    Voice.from_variable("").beat()


@pytest.mark.slow
@pytest.mark.chaos
def test_a_hung_worker_is_replaced_and_a_lost_lane_ends_its_writer(
    short_folder: Path, make_service: MakeService
) -> None:
    service = make_service(short_folder / "var", WORKERS="1", WORKER_SILENCE_SECONDS="3")
    service.start()

    (hung,) = service.worker_pids()
    os.kill(hung, signal.SIGSTOP)
    until(lambda: _replaced(service, hung), "another worker in place of the hung one")
    key = read_demo_keys(service.home / "demo-keys.env")["PLATFORM_KEY"]
    filings = Filings(3)
    senders = Senders(service.port, key, filings, Ledger(), random.Random(3))

    def filed_and_replaced(former: int) -> bool:
        """A lost lane is noticed by whoever writes: so something is filed."""
        with suppress(*LOST):
            senders.post(filings.take().requests[0])
        return _replaced(service, former)

    (old,) = service.worker_pids()
    successor = _second_worker(old)
    try:
        until(lambda: filed_and_replaced(old), "another worker in place of the one that lost its lane")
        until(lambda: filed_and_replaced(old) and successor.poll() is not None, "the end of the second writer")
        assert successor.returncode == LANE_LOST_EXIT
    finally:
        successor.kill()
        successor.wait()

    said = service.stop()[1]
    assert "worker hangs and is killed" in said
    assert "worker ended because it lost its lane" in said


def _replaced(service: Service, former: int) -> bool:
    """Whether another worker answers."""
    now = service.worker_pids()
    return bool(now) and former not in now and service.answers()


def _second_worker(pid: int) -> subprocess.Popen[bytes]:
    """A worker that takes the lanes of another one: same instance, same number."""
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    environment = dict(entry.split("=", 1) for entry in entries if "=" in entry)
    environment.pop("TONGGUAN_READY_FD")
    return subprocess.Popen([sys.executable, "-m", "app.worker"], env=environment, cwd=REPOSITORY)
