"""Printing figures: columns of text, and what the machine is, so that figures of two machines are not compared."""

import os
import platform
from collections.abc import Iterable, Sequence

import msgspec

Cell = str | int | float


class MachineClass(msgspec.Struct, frozen=True):
    """What the figures were measured on."""

    processors: int
    architecture: str
    memory_gib: float
    python: str
    load_before: float


def this_machine() -> MachineClass:
    """The machine of this run; a load well above 0 means that somebody else was measured too."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    return MachineClass(
        processors=len(os.sched_getaffinity(0)),
        architecture=platform.machine(),
        memory_gib=round(memory, 1),
        python=platform.python_version(),
        load_before=round(os.getloadavg()[0], 2),
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Lines of right-aligned columns, the first one left-aligned."""
    cells = [list(heads), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in cells
    ]


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
