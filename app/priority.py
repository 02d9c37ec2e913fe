"""Working behind others: a process whose work may wait takes the processor only where nobody else wants it.

A nice value alone does not do that on Linux, for two reasons that were measured (docs/performance.md):

- The kernel groups the processes of a session (sched_autogroup), and nice then only counts within its own group. The
  office has a session of its own, and so has each back end of PostgreSQL: their groups have to be lowered as well.
- Since 6.6 (EEVDF) a process that was given the processor keeps it for its slice, however low it is, and whoever wakes
  up waits: 4 ms, several times in each unit of work. Since 6.12 whoever has a shorter slice need not wait, so the slice
  of those that stand behind is made the longest (sched_setattr(2)).

SCHED_IDLE would step back further, and is not used: in a container whose processors are full for long its share is 3 of
1,000, and an office that starves is taken for one that hangs.
"""

import asyncio
import ctypes
import os
import platform
import struct
import sys
from pathlib import Path
from typing import Final

OWN: Final = 0
LONGEST_SLICE_NANOSECONDS: Final = 100_000_000
_LOWEST: Final = 19
# Who is no administrator may lower one group of the machine every 100 ms.
_TRIES: Final = 10
_AGAIN_SECONDS: Final = 0.11
# struct sched_attr: size, policy, flags, nice, priority, runtime (the slice), deadline, period.
_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
# Neither Python nor older C libraries have a function for it; numbers of the system call by machine.
_SCHED_SETATTR: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274}


async def step_behind(niceness: int, pid: int = OWN) -> None:
    """Lower a process by so much, and to so much the group of its session where there is one; 0 leaves everything.

    PermissionError or ProcessLookupError where the process is not ours, or no more.
    """
    if not niceness:
        return
    place = Path("/proc", str(pid) if pid else "self")
    lowered = min(os.getpriority(os.PRIO_PROCESS, pid) + niceness, _LOWEST)
    for thread in _threads(place) or [pid]:
        os.setpriority(os.PRIO_PROCESS, thread, lowered)
        _lengthen_slice(thread, lowered)
    group = place / "autogroup"
    for _ in range(_TRIES):
        if _lowered(group, niceness):
            return
        await asyncio.sleep(_AGAIN_SECONDS)


def _threads(place: Path) -> list[int]:
    """The threads of a process: priorities are theirs, and what they start later has the same. None but on Linux."""
    return [int(each.name) for each in (place / "task").glob("*")]


def _lengthen_slice(pid: int, niceness: int) -> None:
    """Let whoever wakes up have the processor at once. Where the kernel knows no slices, the rest has to do."""
    number = _SCHED_SETATTR.get(platform.machine())
    if number is None or sys.platform != "linux":
        return
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_BATCH, 0, niceness, 0, LONGEST_SLICE_NANOSECONDS, 0, 0)
    ctypes.CDLL(None).syscall(number, pid, ctypes.c_char_p(attributes), 0)


def _lowered(group: Path, niceness: int) -> bool:
    try:
        group.write_text(str(niceness), encoding="ascii")
    except BlockingIOError:
        return False
    except FileNotFoundError:
        pass  # the kernel does not group sessions
    return True
