"""The canonical bytes of a table: what is hashed, stored, exported and loaded again.

UTF-8, comma separated, line feeds, the columns of the specification in their order, rows sorted: equal tables have
equal bytes, however their file was written.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from app.rules.tables.cells import Cells, Fault
from app.rules.tables.entries import Entry
from app.rules.tables.specifications import Reading, Specification


def to_bytes(specification: Specification, rows: Iterable[Mapping[str, str]]) -> bytes:
    """The canonical bytes of rows as they were read (`Cells.canonical`)."""
    lines = sorted(tuple(row.get(column, "") for column in specification.columns) for row in rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(specification.columns)
    writer.writerows(lines)
    return text.getvalue().encode()


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of canonical bytes as texts by column."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def entries_of(specification: Specification, content: bytes) -> tuple[Entry, ...]:
    """The typed rows of canonical bytes; ValueError names the first fault (only damage can cause one)."""
    reading = Reading()
    entries = []
    for number, row in enumerate(rows_of(content), start=2):
        cells = Cells(number, row)
        entries.append(specification.read(cells, reading))
        if cells.faults:
            raise ValueError(_damage(specification, cells.faults[0]))
    return tuple(entries)


def _damage(specification: Specification, fault: Fault) -> str:
    return f"the stored table {specification.name} is damaged: row {fault.row}, {fault.column} {fault.problem}"
