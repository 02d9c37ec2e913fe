"""The office's process: behind the workers, started again when it dies, and never in the intake's way."""

import os
import re
import signal
import stat
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.embedded.service import Service, until

pytestmark = pytest.mark.slow


def office_pid(service: Service) -> int | None:
    """The process number of the office."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(service.process.pid)], capture_output=True, text=True, check=True
    )
    found = re.search(r"^\s*(\d+) .*app\.office_worker", listed.stdout, re.MULTILINE)
    return int(found[1]) if found else None


def status_of(service: Service, address: str) -> int:
    """What an address answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{service.port}{address}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def stands_behind(pid: int, other: int) -> bool:
    """Whether a process is 10 lower than another, and so is the group that the kernel made of its session."""
    lower = os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, other)
    assert lower in (0, 10)
    group = Path(f"/proc/{pid}/autogroup")
    if group.exists() and Path("/proc/sys/kernel/sched_autogroup_enabled").read_text().strip() == "1":
        assert group.read_text().strip().endswith(f"nice {lower}"), "nice counts only within the session's group"
    behind = lower == 10
    assert (os.sched_getscheduler(pid) == os.SCHED_BATCH) is behind
    return behind


def test_officers_are_answered_by_a_process_of_their_own_which_may_die(service: Service) -> None:
    assert status_of(service, "/v1/stats") == 401, "ready means that the office is, too"
    first = office_pid(service)
    assert first is not None
    assert stands_behind(first, service.process.pid)
    socket = next((service.home / "run" / "office").iterdir())
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    os.kill(first, signal.SIGKILL)
    until(lambda: status_of(service, "/v1/stats") == 503, "an answer that it is away")
    assert service.answers(), "the intake does not care"
    until(lambda: status_of(service, "/v1/stats") == 401, "another office")
    assert office_pid(service) != first


def test_the_server_s_back_ends_of_the_office_stand_behind_those_of_the_intake(service: Service) -> None:
    assert status_of(service, "/v1/stats") == 401
    until(lambda: standing_of_back_ends(service) == {False, True}, "back ends of both kinds")


def standing_of_back_ends(service: Service) -> set[bool]:
    """Which kinds of server processes there are; none while one is just stepping behind."""
    postmaster = service.postmaster_pid()
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True, check=True)
    found = set()
    with suppress(AssertionError):
        for pid in map(int, listed.stdout.split()):
            with suppress(ProcessLookupError, FileNotFoundError):  # it ended meanwhile
                found.add(stands_behind(pid, postmaster))
        return found
    return set()
