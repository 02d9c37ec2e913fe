"""A declaration as it stands: its head, what it waits for, and its latest assessment unsealed."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.domain.canonical import decode_assessment
from app.domain.decision import Assessment
from app.domain.period import shanghai_day
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow, latest_assessments, load_keys
from app.repositories.heads import Head, load_waybills
from app.security.envelope import Envelope, owner_of
from app.services.authority import mandated_documents
from app.services.clearance.assessing import StoredAssessment
from app.services.clearance.storing import ASSESSMENT_PURPOSE
from app.services.clearance.working import missing_documents
from app.services.filings import Caller, DeclarationView, DocumentKind
from app.services.registry import Snapshot

_decoder = msgspec.msgpack.Decoder(StoredAssessment)


class Reader(msgspec.Struct, frozen=True):
    """Who reads, with the registers that say which mandates count today."""

    caller: Caller
    registry: Snapshot

    def mandated(self, head: Head) -> frozenset[str]:
        """The documents that are the reader's own by mandate."""
        return mandated_documents(self.caller, head, self.registry, shanghai_day(datetime.now(UTC)))


def view(
    head: Head, missing: Collection[DocumentKind], assessment: Assessment | None, reader: Reader
) -> DeclarationView:
    """The view of one declaration; an assessment of an earlier version is not shown for a later one."""
    return DeclarationView(
        declaration_id=head.declaration_id,
        direction=head.direction,
        version=head.version,
        status=head.state,
        outcome=head.decided,
        platform_code=head.platform_code,
        order_no=head.order_no,
        merchant_code=head.merchant_code,
        declarant_code=head.declarant_code,
        logistics_code=head.logistics_code,
        payment_company_code=head.payment_company_code,
        waybill_no=head.waybill_no,
        customs_code=head.customs_code,
        trade_mode=head.trade_mode,
        internal_no=head.internal_no,
        pre_no=head.pre_no,
        declaration_no=head.declaration_no,
        accepted_at=head.accepted_at,
        received_at=head.received_at,
        updated_at=head.updated_at,
        missing_documents=tuple(kind.word for kind in missing),
        assessment=assessment if head.decided is not None else None,
        mandated=reader.mandated(head),
    )


async def load_views(
    connection: Connection, envelope: Envelope, heads: Collection[Head], reader: Reader
) -> list[DeclarationView]:
    """Views of stored declarations, in their order: three statements for any number of them."""
    found = await load_assessments(connection, envelope, [head for head in heads if head.decided is not None])
    waybills = await load_waybills(connection, [head.waybill_id for head in heads if head.waybill_id])
    return [view(head, missing_documents(head, waybills), found.get(head.declaration_id), reader) for head in heads]


async def load_assessments(
    connection: Connection, envelope: Envelope, heads: Collection[Head]
) -> dict[UUID, Assessment]:
    """The latest assessment of each of these declarations, unsealed."""
    if not heads:
        return {}
    rows = await latest_assessments(connection, [head.declaration_id for head in heads])
    stored = await unseal_assessments(connection, envelope, list(rows.values()))
    return {row.declaration_id: decode_assessment(opened.assessment) for row, opened in stored}


async def unseal_assessments(
    connection: Connection, envelope: Envelope, rows: Collection[AssessmentRow]
) -> list[tuple[AssessmentRow, StoredAssessment]]:
    """Sealed assessments in the clear, with their facts; those whose keys were shredded are left out."""
    filings = {(row.declaration_id, row.declaration_filing) for row in rows}
    keys = await load_keys(connection, filings)
    opened = []
    for row in rows:
        filing = (row.declaration_id, row.declaration_filing)
        if (stored := keys.get(filing)) is None:
            continue
        key = envelope.unwrap(stored.master, stored.wrapped, owner_of(*filing))
        sealed = _decoder.decode(envelope.unseal(key, row.sealed, ASSESSMENT_PURPOSE))
        opened.append((row, sealed.with_book(row.book.hex())))
    return opened
