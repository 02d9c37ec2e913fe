"""Reading filed documents again: from the unit of work's own submissions, or unsealed from the database."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

import msgspec

from app.domain.dossier import Declaration, Documents, Order, Payment, Waybill
from app.errors import Unavailable
from app.repositories.bulk import Connection
from app.repositories.evidence import DocumentRow, StoredKey, load_documents, load_keys
from app.repositories.heads import Head, WaybillHead
from app.security.envelope import DataKey, Envelope, owner_of
from app.services.clearance.prepared import DOCUMENT_PURPOSE
from app.services.filings import Document, Door

# (content, the time we gave) -> the documents in it; one reader a door.
Reader = Callable[[bytes, str], tuple[Document, ...]]
Filing = tuple[UUID, UUID]
Kind = TypeVar("Kind", Order, Payment, Waybill, Declaration)


class References(msgspec.Struct, frozen=True, gc=False):
    """Where the four documents of one complete declaration lie, each as (subject, filing)."""

    order: Filing
    payment: Filing
    waybill: Filing
    declaration: Filing

    def all(self) -> tuple[Filing, ...]:
        """The four references, with repeats where one filing holds several documents."""
        return self.order, self.payment, self.waybill, self.declaration


def references(head: Head, waybill: WaybillHead) -> References:
    """The references of a complete declaration; AssertionError when one is missing."""
    own = head.declaration_id
    return References(
        (own, _present(head.order_filing)),
        (own, _present(head.payment_filing)),
        (_present(waybill.filing_subject), _present(waybill.filing)),
        (own, _present(head.declaration_filing)),
    )


def _present(filing: UUID | None) -> UUID:
    if filing is None:
        raise AssertionError("a declaration was called complete that is not")
    return filing


class Library:
    """The documents at hand: those of the unit, and those that were fetched."""

    def __init__(self, envelope: Envelope, readers: Mapping[Door, Reader]) -> None:
        self.envelope = envelope
        self._readers = readers
        self._documents: dict[Filing, tuple[Document, ...]] = {}
        self._keys: dict[Filing, DataKey] = {}

    def add(self, filing: Filing, documents: Iterable[Document], key: DataKey) -> None:
        """Put documents that are at hand already beside the fetched ones."""
        self._documents[filing] = tuple(documents)
        self._keys[filing] = key

    async def fetch(self, connection: Connection, wanted: Collection[Filing]) -> None:
        """Load and unseal what is not at hand: two statements, however much that is."""
        absent = [filing for filing in dict.fromkeys(wanted) if filing not in self._documents]
        keys = await load_keys(connection, absent)
        rows = await load_documents(connection, keys.values())
        for row in rows:
            self._open(row, keys[row.subject_id, row.filing_id])
        lost = [filing for filing in absent if filing not in self._documents]
        if lost:
            raise Unavailable(f"{len(lost)} filed documents cannot be read: their keys or bodies are gone")

    def key(self, filing: Filing) -> DataKey:
        """The data key of a filing at hand."""
        return self._keys[filing]

    def dossier(self, where: References) -> Documents:
        """The four documents of a complete declaration."""
        return Documents(
            order=self._one(where.order, Order),
            payment=self._one(where.payment, Payment),
            waybill=self._one(where.waybill, Waybill),
            declaration=self._one(where.declaration, Declaration),
        )

    def declaration(self, filing: Filing) -> Declaration:
        """The declaration of a filing at hand."""
        return self._one(filing, Declaration)

    def _one(self, filing: Filing, kind: type[Kind]) -> Kind:
        for document in self._documents[filing]:
            if isinstance(document, kind):
                return document
        raise Unavailable(f"a stored filing holds no {kind.__name__.lower()} although its declaration says so")

    def _open(self, row: DocumentRow, stored: StoredKey) -> None:
        filing = (row.subject_id, row.filing_id)
        key = self.envelope.unwrap(stored.master, stored.wrapped, owner_of(*filing))
        content = self.envelope.unseal(key, row.sealed, DOCUMENT_PURPOSE)
        self.add(filing, self._readers[Door(row.door)](content, row.filed_at), key)
