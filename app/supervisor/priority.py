"""Working behind others: a process whose work may wait takes the processor only where nobody else wants it.

Linux groups the processes of a session (sched_autogroup), and a nice value then only counts within its own group: a
process that was started in a session of its own has to lower the group. Measured: without that a nice value of 10 gave
the office the same share of the processor as the intake.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

AUTOGROUP: Final = Path("/proc/self/autogroup")


def step_behind(niceness: int) -> None:
    """Lower this process, and the group of its session where there is one, by so much; 0 leaves everything."""
    if not niceness:
        return
    os.nice(niceness)
    # Absent where the kernel does not group sessions; refused where somebody set it a moment ago. Then nice is all.
    with contextlib.suppress(OSError):
        AUTOGROUP.write_text(str(niceness), encoding="ascii")
