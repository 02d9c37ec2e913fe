"""Loading the tables that we ship into a database that has none, so that a first start can decide something."""

from datetime import datetime

from app.repositories import reference
from app.repositories.bulk import Connection
from app.rules.tables.canonical import rows_of
from app.rules.tables.specifications import SPECIFICATIONS
from app.rules.tables.starter import starter_contents
from app.services.reference_rows import Draft
from app.services.reference_tables import Provenance, import_draft

STARTER = "starter"  # who brought them, in the list of versions


async def load_starter(connection: Connection, at: datetime) -> tuple[str, ...]:
    """Load each starter table that has no version yet, marked as not official; the names of those loaded.

    Runs in the caller's transaction. A table that anybody imported, or rolled back, is left as it is.
    """
    present = {version.table_name for version in await reference.current_versions(connection)}
    loaded = []
    for name, content in starter_contents().items():
        if name not in present:
            draft = Draft(SPECIFICATIONS[name], tuple(rows_of(content)))
            await import_draft(connection, draft, Provenance(by=STARTER, at=at, official=False))
            loaded.append(name)
    return tuple(loaded)
