"""The working set of one unit of work: the rows it loaded, changed in memory until they are stored."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.domain.lifecycle import Act, Status
from app.repositories.heads import Head, PaymentHead, WaybillHead, new_head
from app.services.clearance.prepared import Prepared
from app.services.filings import DocumentKind
from app.services.registry import Snapshot

# A number that so many declarations name is a placeholder. The latest are kept, and what they share is unknown.
MOST_USERS = 100


class Working:
    """Heads, waybills and payments of a unit, and which of them changed.

    A row that is changed gets a `sequence` one higher, once in a unit: that is what the store compares.
    """

    def __init__(self, registry: Snapshot, now: datetime, month: date, deadline_hours: int) -> None:
        self.registry = registry
        self.now = now
        self.month = month
        self.deadline_hours = deadline_hours
        self.heads: dict[UUID, Head] = {}
        self.waybills: dict[UUID, WaybillHead] = {}
        self.payments: dict[UUID, PaymentHead] = {}
        self.changed_heads: dict[UUID, Head] = {}
        self.changed_waybills: dict[UUID, WaybillHead] = {}
        self.changed_payments: dict[UUID, PaymentHead] = {}

    def head_of(self, prepared: Prepared) -> Head | None:
        """The declaration that a submission is about; None for a waybill alone. Made when nothing is known of it."""
        key = prepared.declaration_id
        if key is None:
            return None
        head = self.heads.get(key)
        if head is None:
            document = next(d for kind, d in prepared.documents.items() if kind is not DocumentKind.WAYBILL)
            head = new_head(key, "I", document.platform_code, document.order_no, self.now)  # type: ignore[union-attr]
            self.heads[key] = head
        return head

    def waybill(self, key: UUID) -> WaybillHead:
        """The waybill's row; made when nothing is known of it."""
        return self.waybills.setdefault(key, WaybillHead(key, users=[]))

    def payment(self, key: UUID) -> PaymentHead:
        """The payment transaction's row; made when nothing is known of it."""
        return self.payments.setdefault(key, PaymentHead(key, users=[]))

    def change_head(self, head: Head, at: datetime) -> None:
        """Note that a head will be stored."""
        if head.declaration_id not in self.changed_heads:
            self.changed_heads[head.declaration_id] = head
            head.sequence += 1
        head.updated_at = at

    def change_waybill(self, row: WaybillHead) -> None:
        """Note that a waybill's row will be stored."""
        if row.waybill_id not in self.changed_waybills:
            self.changed_waybills[row.waybill_id] = row
            row.sequence += 1

    def change_payment(self, row: PaymentHead) -> None:
        """Note that a payment's row will be stored."""
        if row.payment_id not in self.changed_payments:
            self.changed_payments[row.payment_id] = row
            row.sequence += 1

    def missing(self, head: Head) -> tuple[DocumentKind, ...]:
        """The documents that a declaration still waits for."""
        return missing_documents(head, self.waybills)

    def ready(self, head: Head) -> bool:
        """Whether a declaration is to be assessed now: declared, not assessed in this version, nothing missing."""
        return head.state in (Status.WAITING, Status.HELD) and head.outcome is None and not self.missing(head)


def missing_documents(head: Head, waybills: Mapping[UUID, WaybillHead]) -> tuple[DocumentKind, ...]:
    """The documents that a declaration still waits for, given the waybills it may name; a draft waits for nothing."""
    if head.state is Status.STAGED:
        return ()
    bound = waybills.get(head.waybill_id) if head.waybill_id else None
    here = (head.order_filing, head.payment_filing, bound.filing if bound else None, head.declaration_filing)
    if None not in here:
        return ()
    return tuple(kind for kind, filing in zip(DocumentKind, here, strict=True) if filing is None)


def join(row: WaybillHead | PaymentHead, declaration_id: UUID) -> bool:
    """Put a declaration among those that name a waybill or a payment; False when it is there already."""
    if declaration_id in row.users:
        return False
    row.users = [*row.users[1 - MOST_USERS :], declaration_id]
    return True


class Moved(msgspec.Struct, gc=False):
    """One change of state made in memory, before it is a row."""

    head: Head
    act: Act
    from_status: int
    to_status: int
    at: datetime
