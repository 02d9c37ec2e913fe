"""What can be computed of a submission before the transaction: names, stamps, keys and sealed bytes.

Pure work of the processor, no waiting: it happens outside the locks (architecture, "The hot path").
"""

import hashlib
from uuid import UUID

import msgspec

from app.domain.dossier import Declaration, Payment, Waybill
from app.domain.identifiers import declaration_id, document_id, payment_id, waybill_id
from app.security.envelope import DataKey, Envelope, owner_of
from app.security.packing import CEB_DOCUMENT, JSON_DOCUMENT
from app.services.filings import KIND_OF, Document, DocumentKind, Door, Submission

DOCUMENT_PURPOSE = b"document"
_DICTIONARIES = {Door.JSON: JSON_DOCUMENT, Door.CEB: CEB_DOCUMENT}
_TIME_DIGITS = 14
_DIGEST_DIGITS = 16
_encode = msgspec.msgpack.Encoder(decimal_format="string").encode


class Prepared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A submission with everything that follows from it alone.

    `subject_id` is the declaration, or the waybill when nothing but a waybill was filed; `filing_id` names exactly
    this content for this subject. `stamps` decide which of two messages of one document is the newer.
    """

    submission: Submission
    documents: dict[DocumentKind, Document]
    stamps: dict[DocumentKind, str]
    declaration_id: UUID | None
    waybill_ids: tuple[UUID, ...]  # of a filed waybill, and of the one that a filed declaration names
    subject_id: UUID
    filing_id: UUID
    key: DataKey
    sealed: bytes

    @property
    def payment_ids(self) -> tuple[UUID, ...]:
        """The transaction of a filed payment."""
        payment = self.documents.get(DocumentKind.PAYMENT)
        return (payment_id_of(payment),) if isinstance(payment, Payment) else ()

    @property
    def conflict_keys(self) -> tuple[UUID, ...]:
        """Two submissions that share one of these are handled one after the other."""
        own = (self.declaration_id,) if self.declaration_id else ()
        return own + self.waybill_ids


def prepare(submission: Submission, envelope: Envelope) -> Prepared:
    """Name, stamp, encrypt. Takes no lock and reads nothing."""
    filed = {KIND_OF[type(document)]: document for document in submission.documents}
    documents = dict(sorted(filed.items()))
    stamps: dict[DocumentKind, str] = {}
    identities: list[bytes] = []
    own_id: UUID | None = None
    named: list[UUID] = []
    for kind, document in documents.items():
        digest = _digest(document)
        stamps[kind] = document.stamp + digest.hex()[:_DIGEST_DIGITS]
        identities.append(_identity(document, digest, undated=kind in submission.undated))
        if isinstance(document, Waybill | Declaration):
            named.append(waybill_id(document.logistics_code, document.waybill_no))
        if own_id is None and not isinstance(document, Waybill):
            own_id = declaration_id("I", document.platform_code, document.order_no)
    waybills = tuple(dict.fromkeys(named))
    subject = own_id or waybills[0]
    filing = document_id(subject, b"".join(identities))
    key = envelope.new_key(owner_of(subject, filing))
    return Prepared(
        submission=submission,
        documents=documents,
        stamps=stamps,
        declaration_id=own_id,
        waybill_ids=waybills,
        subject_id=subject,
        filing_id=filing,
        key=key,
        sealed=envelope.seal(key, submission.content, DOCUMENT_PURPOSE, _DICTIONARIES[submission.door]),
    )


def newer(stamp: str, stored: str) -> bool:
    """Whether a message is newer than the stored one: by (filed at, message id)."""
    return stamp[:-_DIGEST_DIGITS] > stored[:-_DIGEST_DIGITS]


def no_older(stamp: str, stored: str) -> bool:
    """Whether a message has a time no earlier than the stored one: enough where the time is that of its receipt."""
    return stamp[:_TIME_DIGITS] >= stored[:_TIME_DIGITS]


def same_message(stamp: str, stored: str) -> bool:
    """Whether two messages claim the same time and id, whatever they say."""
    return stamp[:-_DIGEST_DIGITS] == stored[:-_DIGEST_DIGITS]


def same_content(stamp: str, stored: str) -> bool:
    """Whether two messages with one id say the same; what time they give does not count."""
    return stamp[-_DIGEST_DIGITS:] == stored[-_DIGEST_DIGITS:]


def payment_id_of(payment: Payment) -> UUID:
    """The transaction that a payment document is about."""
    return payment_id(payment.payment_company_code, payment.payment_transaction_no)


def declared_waybill_id(declaration: Declaration) -> UUID:
    """The waybill that a declaration names."""
    return waybill_id(declaration.logistics_code, declaration.waybill_no)


def _digest(document: Document) -> bytes:
    """Of what a document says, without its time: the stamp has that, and it may be one that we gave."""
    return hashlib.sha256(_encode(msgspec.structs.replace(document, filed_at=""))).digest()


def _identity(document: Document, digest: bytes, *, undated: bool) -> bytes:
    """What names this very filing of a document: what it says, and the time that came with it."""
    return digest if undated else digest + document.filed_at.encode()
