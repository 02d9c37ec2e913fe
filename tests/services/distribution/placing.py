"""Where `deploy/citus.sql` puts each table."""

import re

import msgspec

from tests.conftest import REPOSITORY

FILE = REPOSITORY / "deploy" / "citus.sql"


class Placing(msgspec.Struct, frozen=True):
    """Tables by the column they are distributed by, the groups that lie together, and the tables copied everywhere."""

    column: dict[str, str]
    group: dict[str, str]
    everywhere: frozenset[str]


def placing() -> Placing:
    """Read the file."""
    text = FILE.read_text(encoding="utf-8")
    everywhere = re.findall(r"^SELECT create_reference_table\('(\w+)'\);$", text, re.MULTILINE)
    distributed = re.findall(
        r"^SELECT create_distributed_table\('(\w+)', '(\w+)', colocate_with => '(\w+)'\);$", text, re.MULTILINE
    )
    assert len(re.findall(r"^SELECT create_", text, re.MULTILINE)) == len(everywhere) + len(distributed)
    assert len({*everywhere, *(table for table, *_ in distributed)}) == len(everywhere) + len(distributed)
    return Placing(
        column={table: column for table, column, _ in distributed},
        group={table: table if beside == "none" else beside for table, _, beside in distributed},
        everywhere=frozenset(everywhere),
    )
