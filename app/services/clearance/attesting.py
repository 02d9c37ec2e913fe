"""Attesting: what a link of the chain says of the evidence that was written with it.

A link names the rows and carries one SHA-256 over all their columns, sealed ones as ciphertext: a changed or missing
row is found by anyone who walks the lane, and shredding a key leaves the chain whole.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from app.repositories.case_files import AttachmentRow, EntryRow
from app.repositories.evidence import AssessmentRow, DocumentRow, TransitionRow
from app.repositories.limits import LedgerRow

Row = DocumentRow | AssessmentRow | TransitionRow | LedgerRow | EntryRow | AttachmentRow
_TABLES: dict[type, str] = {
    DocumentRow: "documents",
    AssessmentRow: "assessments",
    TransitionRow: "transitions",
    LedgerRow: "limit_ledger",
    EntryRow: "case_entries",
    AttachmentRow: "attachments",
}
_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode


class Attested(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The rows that a link answers for, and their digest. New fields go to the end with a default.

    The declaration and the month are the link's own. `filing` is the id of a filed document, behind the id of its
    subject where that is not the declaration; `message` names a whole signed message; `ledger` is (buyer, year,
    version, entry); `case_file` holds the ids of an entry and of an attachment, empty where there is none. None or
    empty: the link wrote no such row.
    """

    digest: bytes
    filing: bytes = b""
    message: bytes = b""
    revision: int | None = None
    transitions: tuple[int, ...] = ()
    ledger: tuple[bytes, int, int, int] | None = None
    case_file: tuple[bytes, bytes] | None = None


class Written(msgspec.Struct, gc=False):
    """The evidence that one event wrote."""

    document: DocumentRow | None = None
    message: UUID | None = None
    assessment: AssessmentRow | None = None
    transitions: list[TransitionRow] = []
    entry: LedgerRow | None = None
    said: EntryRow | None = None
    attachment: AttachmentRow | None = None


def attest(written: Written, declaration_id: UUID | None) -> Attested | None:
    """What the link of an event says of its evidence; None when it wrote none."""
    document, entry = written.document, written.entry
    filed = (document, written.assessment, *written.transitions, entry, written.said, written.attachment)
    rows: list[Row] = [row for row in filed if row is not None]
    if not rows:
        return None
    filing = b""
    if document:
        subject = b"" if document.subject_id == declaration_id else document.subject_id.bytes
        filing = subject + document.filing_id.bytes
    return Attested(
        digest_of(rows),
        filing,
        written.message.bytes if written.message else b"",
        written.assessment.revision if written.assessment else None,
        tuple(row.number for row in written.transitions),
        (entry.buyer_index.bytes, entry.year, entry.version, entry.entry) if entry else None,
        _case_file(written),
    )


def _case_file(written: Written) -> tuple[bytes, bytes] | None:
    said, attachment = written.said, written.attachment
    if said is None and attachment is None:
        return None
    return said.entry_id.bytes if said else b"", attachment.attachment_id.bytes if attachment else b""


def digest_of(rows: Iterable[Row]) -> bytes:
    """SHA-256 over rows of evidence, in the order of `Written` (the signed message is named, not hashed)."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_encode((_TABLES[type(row)], *_values(row))))
    return digest.digest()


def _values(row: Row) -> tuple[Any, ...]:
    """The columns in their order; nulls at the end do not count, so that a column added later changes no old digest."""
    values = msgspec.structs.astuple(row)
    while values[-1] is None:
        values = values[:-1]
    return values
