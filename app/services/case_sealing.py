"""What is kept in a case file is sealed under the key of the declaration's filing: shredding that key takes it too."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from app.domain.case_entries import SHAPES, EntryKind, Said
from app.errors import Conflict, Unavailable
from app.repositories.bulk import Connection
from app.repositories.case_files import EntryRow
from app.repositories.evidence import StoredKey, load_keys
from app.repositories.heads import Head
from app.security.envelope import DataKey, Envelope, owner_of

ENTRY_PURPOSE: Final = b"case entry"
NAME_PURPOSE: Final = b"attachment name"
BODY_PURPOSE: Final = b"attachment"
REASON_PURPOSE: Final = b"reason"  # of transitions, as the desk seals them
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


class Seals:
    """The keys of one declaration's filings, opened when they are needed."""

    def __init__(self, envelope: Envelope, stored: Iterable[StoredKey]) -> None:
        self._envelope = envelope
        self._stored = {key.filing_id: key for key in stored}
        self._opened: dict[UUID, DataKey] = {}

    def key(self, filing: UUID) -> DataKey | None:
        """The key of a filing; None where it was shredded."""
        opened = self._opened.get(filing)
        if opened is None and (stored := self._stored.get(filing)):
            owner = owner_of(stored.subject_id, stored.filing_id)
            opened = self._opened[filing] = self._envelope.unwrap(stored.master, stored.wrapped, owner)
        return opened

    def opened(self, filing: UUID, sealed: bytes, purpose: bytes) -> bytes | None:
        """What was sealed under a filing's key; None where that was shredded."""
        key = self.key(filing)
        return None if key is None else self._envelope.unseal(key, sealed, purpose)

    def said(self, row: EntryRow) -> Said | None:
        """What an entry says; None where its key was shredded."""
        plain = self.opened(row.filing, row.sealed, ENTRY_PURPOSE)
        return None if plain is None else msgspec.json.decode(plain, type=SHAPES[EntryKind(row.kind)])

    def reason(self, sealed: bytes | None) -> str | None:
        """The reason of a change of state: it names no filing, so the keys are tried, the newest first."""
        for filing in self._stored if sealed else ():
            try:
                plain = self.opened(filing, sealed or b"", REASON_PURPOSE)
            except Unavailable:
                continue
            return None if plain is None else plain.decode()
        return None


class Seal(msgspec.Struct, frozen=True):
    """The key under which something new is sealed, and of which filing it is."""

    envelope: Envelope
    key: DataKey
    filing: UUID

    def said(self, what: Said) -> bytes:
        """An entry, sealed."""
        return self.envelope.seal(self.key, _encode(what), ENTRY_PURPOSE)

    def closed(self, plain: bytes, purpose: bytes) -> bytes:
        """Anything else, sealed."""
        return self.envelope.seal(self.key, plain, purpose)


async def seal_of(connection: Connection, envelope: Envelope, head: Head) -> Seal:
    """The seal of a declaration; Conflict where its key was shredded."""
    filing = head.declaration_filing
    place = (head.declaration_id, filing) if filing else None
    stored = (await load_keys(connection, [place])).get(place) if place else None
    if filing is None or stored is None:
        raise Conflict(
            "What was filed has been erased; nothing can be put to its case any more.",
            zh="该清单数据已按规定销毁，不能再补充材料。",
        )
    key = envelope.unwrap(stored.master, stored.wrapped, owner_of(head.declaration_id, filing))
    return Seal(envelope, key, filing)
