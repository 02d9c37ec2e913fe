"""Looking up what links attest: the rows that they name, as they are now. Eight statements for any number of links."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table

from app.models.case_files import attachments, case_entries
from app.models.evidence import assessments, documents, limit_ledger, transitions
from app.repositories import auditing as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import AttachmentRow, EntryRow
from app.repositories.evidence import AssessmentRow, DocumentRow, EventRow, TransitionRow
from app.repositories.limits import LedgerRow
from app.services.auditing.records import Link, parties_of, payload_of
from app.services.clearance.attesting import Attested, Row, digest_of

Key = tuple[Any, ...]
_SHAPES: dict[Table, type[Row]] = {
    documents: DocumentRow,
    assessments: AssessmentRow,
    transitions: TransitionRow,
    limit_ledger: LedgerRow,
    case_entries: EntryRow,
    attachments: AttachmentRow,
}
_SMALLEST_TOO_LARGE = 2**15  # of a smallint
_UUID_BYTES = 16


class Named(msgspec.Struct, gc=False):
    """What one link names: rows in the order of its digest, a whole message, and the parties it is for."""

    rows: list[tuple[Table, Key]] = []
    message: Key | None = None
    parties: list[str] = []
    unclear: bool = False


async def with_evidence(connection: Connection, page: Sequence[EventRow]) -> list[Link]:
    """Each link of a page of one lane with what is there of its evidence."""
    named = [_named(row) for row in page]
    found: dict[tuple[Table, Key], Row] = {}
    for table, shape in _SHAPES.items():
        wanted = [key for each in named for of_table, key in each.rows if of_table is table]
        keys = [column.name for column in table.primary_key.columns]
        for values in await stored.rows_of(connection, table, wanted):
            row = shape(*values)
            found[table, tuple(getattr(row, name) for name in keys)] = row
    messages = await stored.messages_present(connection, [each.message for each in named if each.message])
    wanted_parties = [(party, row.month) for row, each in zip(page, named, strict=True) for party in each.parties]
    listed = await stored.delivered(connection, page[0].lane, page[0].position, page[-1].position, wanted_parties)
    return [_link(row, each, found, messages, listed) for row, each in zip(page, named, strict=True)]


def _link(
    row: EventRow, named: Named, found: dict[tuple[Table, Key], Row], messages: set[Key], listed: set[Key]
) -> Link:
    there = [found.get(each) for each in named.rows]
    missing = [
        f"{table.name} {_spelt(key)}" for (table, key), one in zip(named.rows, there, strict=True) if one is None
    ]
    if named.message and named.message not in messages:
        missing.append(f"signed_messages {_spelt(named.message)}")
    if named.unclear:
        missing.append("what the link names cannot be read")
    digest = digest_of(one for one in there if one) if there and not missing else None
    addressed = tuple(party for party in named.parties if (party, row.month, row.position) in listed)
    return Link(row, digest, tuple(missing), addressed)


def _named(row: EventRow) -> Named:
    payload = payload_of(row)
    if payload is None:
        return Named()
    named = Named(parties=[party for party in parties_of(payload) if "\0" not in party])
    if payload.attested:
        try:
            named.rows = list(_rows_named(row, payload.attested))
            named.message = (row.month, UUID(bytes=payload.attested.message)) if payload.attested.message else None
        except ValueError:
            named.rows, named.unclear = [], True
    return named


def _rows_named(row: EventRow, attested: Attested) -> Iterator[tuple[Table, Key]]:
    """The primary keys behind an attestation; ValueError where they cannot be any."""
    month, own = row.month, row.declaration_id
    if attested.filing:
        subject = UUID(bytes=attested.filing[:-_UUID_BYTES]) if len(attested.filing) > _UUID_BYTES else own
        yield documents, (month, row.at, subject, UUID(bytes=attested.filing[-_UUID_BYTES:]))
    if attested.revision is not None:
        yield assessments, (month, row.at, own, _small(attested.revision))
    for number in attested.transitions:
        yield transitions, (own, _small(number))
    if attested.ledger:
        buyer, year, version, entry = attested.ledger
        yield limit_ledger, (UUID(bytes=buyer), _small(year), own, _small(version), _small(entry))
    said, attachment = attested.case_file or (b"", b"")
    if said:
        yield case_entries, (own, UUID(bytes=said))
    if attachment:
        yield attachments, (own, UUID(bytes=attachment))


def _small(number: int) -> int:
    if not 0 <= number < _SMALLEST_TOO_LARGE:
        raise ValueError(f"{number} is no smallint")
    return number


def _spelt(key: Key) -> str:
    return "/".join(map(str, key))
