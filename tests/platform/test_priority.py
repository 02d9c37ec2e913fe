"""Standing behind: what the kernel was told of a process."""

import asyncio
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.priority import LONGEST_SLICE_NANOSECONDS, _lengthen_slice, step_behind

_KERNEL = tuple(int(number) for number in re.findall(r"\d+", platform.release())[:2])


@pytest.fixture
def other() -> Iterator[int]:
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as process:
        yield process.pid
        process.communicate(b"\n")


def test_the_slice_of_who_stands_behind_is_the_longest(other: int) -> None:
    told = Path(f"/proc/{other}/sched")
    if _KERNEL < (6, 12) or not told.exists():
        pytest.skip("this kernel gives all the same slice, or does not tell")
    _lengthen_slice(other, 5)
    found = re.search(r"^se\.slice +: +(\d+)$", told.read_text(), re.MULTILINE)
    assert found is not None
    assert int(found[1]) == LONGEST_SLICE_NANOSECONDS


async def test_nothing_is_lowered_where_it_was_not_asked_for(other: int) -> None:
    await step_behind(0, other)
    assert os.getpriority(os.PRIO_PROCESS, other) == os.getpriority(os.PRIO_PROCESS, 0)
    assert os.sched_getscheduler(other) == os.SCHED_OTHER


async def test_a_process_and_its_group_are_lowered_and_not_below_the_lowest(other: int) -> None:
    for _ in range(2):
        await step_behind(15, other)
    assert os.getpriority(os.PRIO_PROCESS, other) == 19
    assert os.sched_getscheduler(other) == os.SCHED_BATCH
    group = Path(f"/proc/{other}/autogroup")
    if group.exists() and Path("/proc/sys/kernel/sched_autogroup_enabled").read_text().strip() == "1":
        assert group.read_text().strip().endswith("nice 15")


def test_who_is_gone_is_told() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    with pytest.raises(ProcessLookupError):
        asyncio.run(step_behind(10, gone.pid))
