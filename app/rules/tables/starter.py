"""The starter tables that we ship (``law/tables/*.csv``, already canonical): facts enough to try every rule.

They are marked as such: the official tables are imported by whoever runs the service (docs/reference-data.md).
"""

from functools import cache
from pathlib import Path
from typing import Final

from app.rules.tables.dated import Tables
from app.rules.tables.specifications import SPECIFICATIONS

FOLDER: Final = Path(__file__).parents[1] / "law" / "tables"


@cache
def starter_contents() -> dict[str, bytes]:
    """The canonical bytes of every starter table by name."""
    return {name: (FOLDER / f"{name}.csv").read_bytes() for name in SPECIFICATIONS}


@cache
def starter_tables() -> Tables:
    """The starter tables, loaded."""
    return Tables.load(starter_contents())
