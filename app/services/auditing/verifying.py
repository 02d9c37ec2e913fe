"""Verifying: the record as it lies in the database, or in an export, against itself and against exported heads."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from app.repositories.bulk import Connection
from app.security.envelope import Envelope
from app.services.auditing.checking import Check
from app.services.auditing.discrepancies import Discrepancies
from app.services.auditing.exporting import read_export, records_of
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.reading import Start
from app.services.auditing.records import Progress, untold

_TOLD_EVERY = 1000


async def verify_database(
    connection: Connection,
    known: KnownHeads,
    found: Discrepancies,
    *,
    kept_from: date | None = None,
    starts: Mapping[int, Start] | None = None,
    envelope: Envelope | None = None,
    progress: Progress = untold,
) -> Check:
    """Walk every lane as it is now, from its beginning or from `starts`; the findings are in `found`.

    Needs a transaction that sees one moment.
    """
    check = Check(found, known, kept_from)
    async for page in records_of(connection, starts or {}, envelope):
        for record in page:
            check.take(record)
        progress(check.links)
    check.finish()
    return check


def verify_export(
    path: Path,
    known: KnownHeads,
    found: Discrepancies,
    *,
    kept_from: date | None = None,
    progress: Progress = untold,
) -> Check:
    """Walk every lane of an export, or of a folder of exports that continue each other."""
    check = Check(found, known, kept_from)
    for number, record in enumerate(read_export(path, found)):
        check.take(record)
        if number % _TOLD_EVERY == 0:
            progress(check.links)
    check.finish()
    return check
