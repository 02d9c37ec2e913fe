"""The papers that an officer asked the parties of a held parcel for: what of them has come.

A request counts once the desk has moved the case for it, at the same instant: an entry without that is of a request
that was refused, or that was interrupted.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.domain.case_entries import Asked, EntryKind, PaperKind
from app.domain.lifecycle import Status
from app.repositories import case_files as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import AttachmentRow, EntryRow
from app.repositories.evidence import StoredKey
from app.repositories.heads import Head
from app.repositories.together import together
from app.security.envelope import Envelope
from app.services.case_sealing import Seals
from app.services.filings import AskedPapers


class Request(msgspec.Struct, frozen=True):
    """An entry that asked, and what it said."""

    row: EntryRow
    said: Asked
    came: frozenset[PaperKind]

    @property
    def missing(self) -> tuple[str, ...]:
        """What has not come."""
        return tuple(word for word in self.said.kinds if PaperKind.from_word(word) not in self.came)


def requests_in(
    entries: Sequence[EntryRow], attachments: Sequence[AttachmentRow], moved_at: Collection[datetime], seals: Seals
) -> list[Request]:
    """The requests that count, oldest first."""
    found = []
    for row in entries:
        if row.kind != EntryKind.ASKED or row.at not in moved_at:
            continue
        if isinstance(said := seals.said(row), Asked):
            came = frozenset(PaperKind(each.kind) for each in attachments if each.request_id == row.entry_id)
            found.append(Request(row, said, came))
    return found


async def asked_papers(connection: Connection, envelope: Envelope, head: Head) -> tuple[AskedPapers, ...]:
    """What is asked for of this version of a held declaration; one statement, none for others."""
    if head.state is not Status.HELD:
        return ()
    found = await load_requests(connection, envelope, head.declaration_id)
    return tuple(
        AskedPapers(
            request_id=each.row.entry_id,
            at=each.row.at,
            until=each.said.until,
            kinds=each.said.kinds,
            missing=each.missing,
            text=each.said.text,
        )
        for each in found
        if each.row.version == head.version
    )


async def load_requests(connection: Connection, envelope: Envelope, declaration_id: UUID) -> list[Request]:
    """The requests of a declaration."""
    entries, attachments, moves, keys = await together(
        connection,
        [
            stored.entries_wanted(declaration_id, EntryKind.ASKED),
            stored.attachments_wanted(declaration_id),
            stored.requests_moved_wanted(declaration_id),
            stored.keys_of_wanted(declaration_id),
        ],
    )
    seals = Seals(envelope, [StoredKey(*row) for row in keys])
    moved_at = {row[0] for row in moves}
    return requests_in(stored.entries_from(entries), stored.attachments_from(attachments), moved_at, seals)
