"""Loading a case: everything that its page shows, in five round trips however much that is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.domain.canonical import decode_assessment
from app.domain.comparison import Side
from app.domain.decision import Assessment
from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.lifecycle import Status
from app.domain.period import shanghai_day
from app.repositories import case_files as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import AttachmentRow, CaseRow, DayOfHistory, DayOfPrices, EntryRow, Moved, OpenProposal
from app.repositories.evidence import (
    AssessmentRow,
    DocumentRow,
    StoredKey,
    assessments_wanted,
    documents_wanted,
    keys_from,
    keys_wanted,
)
from app.repositories.heads import Head, WaybillHead, heads_from, heads_wanted, waybills_from, waybills_wanted
from app.repositories.together import Statement, together
from app.rules.parameter_groups import Parameters
from app.security.blind_index import item_index
from app.security.envelope import owner_of
from app.services.case_sealing import Seals
from app.services.clearance.assessing import StoredAssessment
from app.services.clearance.prepared import DOCUMENT_PURPOSE
from app.services.clearance.storing import ASSESSMENT_PURPOSE
from app.services.clearance.unit import Means
from app.services.filings import Caller, Document, Door
from app.services.reading import visible
from app.services.registry import Snapshot

_Kind = TypeVar("_Kind", Order, Payment, Waybill, Declaration)
_MOST_ARTICLES = 10  # whose prices are shown: a chart each
_decoder = msgspec.msgpack.Decoder(StoredAssessment)


class LoadedCase(msgspec.Struct, kw_only=True):
    """What is known of one declaration, unsealed."""

    head: Head
    case: CaseRow | None
    entries: list[EntryRow]
    attachments: list[AttachmentRow]
    moves: list[Moved]
    proposed: list[OpenProposal]
    seals: Seals
    registry: Snapshot
    parameters: Parameters
    first_day: date
    last_day: date
    waybill: WaybillHead | None
    documents: Side
    erased: bool
    assessment: Assessment | None
    balance: tuple[int, int] | None
    histories: Mapping[int, list[DayOfHistory]]
    prices: Mapping[int, list[DayOfPrices]]


async def load_case(connection: Connection, means: Means, caller: Caller, declaration_id: UUID) -> LoadedCase:
    """Everything about one declaration; NotFound where the caller may not see it."""
    registry = await means.registry.refresh(connection)
    heads, case, entries, attachments, moves, keys, proposed = await together(
        connection,
        [
            heads_wanted([declaration_id]),
            stored.case_wanted(declaration_id),
            stored.entries_wanted(declaration_id),
            stored.attachments_wanted(declaration_id),
            stored.transitions_wanted(declaration_id),
            stored.keys_of_wanted(declaration_id),
            stored.open_proposals_wanted(declaration_id),
        ],
    )
    head = visible(heads_from(heads).get(declaration_id), caller)
    own = [StoredKey(*row) for row in keys]
    loaded = _Loading(connection, means, head, [Moved(*row) for row in moves], own)
    last_day = head.accepted_on or shanghai_day(datetime.now(UTC))
    parameters = registry.book.on(last_day).parameters
    first_day = last_day - timedelta(days=parameters.risk.window_days - 1)
    waybill, assessment, balance, histories = await loaded.second(first_day, last_day)
    prices = await loaded.third(waybill)
    return LoadedCase(
        head=head,
        case=CaseRow(*case[0]) if case else None,
        entries=stored.entries_from(entries),
        attachments=stored.attachments_from(attachments),
        moves=loaded.moves,
        proposed=[OpenProposal(*row) for row in proposed],
        seals=Seals(means.envelope, own),
        registry=registry,
        parameters=parameters,
        first_day=first_day,
        last_day=last_day,
        waybill=waybill,
        documents=loaded.side(waybill),
        erased=head.declaration_filing is not None and head.declaration_filing not in loaded.documents,
        assessment=assessment if head.decided is not None else None,
        balance=balance,
        histories=histories,
        prices=prices,
    )


class _Loading:
    """The second and the following trips: what depends on what the first has found."""

    def __init__(
        self, connection: Connection, means: Means, head: Head, moves: list[Moved], keys: list[StoredKey]
    ) -> None:
        self._connection = connection
        self._means = means
        self._head = head
        self._keys = {(key.subject_id, key.filing_id): key for key in keys}
        self.moves = moves
        self.documents: dict[UUID, tuple[Document, ...]] = {}

    async def second(
        self, first_day: date, last_day: date
    ) -> tuple[WaybillHead | None, Assessment | None, tuple[int, int] | None, dict[int, list[DayOfHistory]]]:
        """Own documents, the waybill's row, the latest assessment, the year's limit, the histories."""
        head = self._head
        filings = {head.order_filing, head.payment_filing, head.declaration_filing}
        own = [key for (_, filing), key in self._keys.items() if filing in filings]
        documents, waybills, assessments, balance, histories = await together(
            self._connection,
            [
                documents_wanted(own),
                waybills_wanted([head.waybill_id] if head.waybill_id else []),
                self._assessment_wanted(),
                stored.balance_wanted(head.buyer_index, last_day.year),
                stored.histories_wanted(
                    (head.buyer_index, head.telephone_index, head.address_index), first_day, last_day
                ),
            ],
        )
        self._open(documents)
        waybill = waybills_from(waybills).get(head.waybill_id) if head.waybill_id else None
        assessment = self._assessment(AssessmentRow(*assessments[0])) if assessments else None
        spent = (balance[0][0], balance[0][1]) if balance else None
        return waybill, assessment, spent, stored.histories_from(histories)

    async def third(self, waybill: WaybillHead | None) -> dict[int, list[DayOfPrices]]:
        """The prices of the articles, and the waybill where another filing brought it."""
        elsewhere = self._elsewhere(waybill)
        keys, prices = await together(
            self._connection, [keys_wanted([elsewhere] if elsewhere else []), self._prices_wanted()]
        )
        if keys:
            found = keys_from(keys)
            self._keys |= found
            (documents,) = await together(self._connection, [documents_wanted(list(found.values()))])
            self._open(documents)
        return stored.price_histories_from(prices)

    def side(self, waybill: WaybillHead | None) -> Side:
        """The documents that are there."""
        head = self._head
        carried = waybill.filing if waybill else None
        return Side(
            order=self._one(head.order_filing, Order),
            payment=self._one(head.payment_filing, Payment),
            waybill=self._one(carried, Waybill),
            declaration=self._one(head.declaration_filing, Declaration),
        )

    def _elsewhere(self, waybill: WaybillHead | None) -> tuple[UUID, UUID] | None:
        if waybill is None or waybill.filing is None or waybill.filing_subject is None:
            return None
        return None if waybill.filing in self.documents else (waybill.filing_subject, waybill.filing)

    def _assessment_wanted(self) -> Statement | None:
        latest = next((moved for moved in reversed(self.moves) if moved.revision is not None), None)
        if latest is None or latest.revision is None:
            return None
        return assessments_wanted([(latest.month, latest.at, self._head.declaration_id, latest.revision)])

    def _assessment(self, row: AssessmentRow) -> Assessment | None:
        place = (row.declaration_id, row.declaration_filing)
        key = self._keys.get(place)
        if key is None:
            return None
        opened = self._means.envelope.unwrap(key.master, key.wrapped, owner_of(*place))
        sealed = _decoder.decode(self._means.envelope.unseal(opened, row.sealed, ASSESSMENT_PURPOSE))
        return decode_assessment(sealed.with_book(row.book.hex()).assessment)

    def _prices_wanted(self) -> Statement | None:
        declaration = self._one(self._head.declaration_filing, Declaration)
        if declaration is None or self._head.state is Status.STAGED:
            return None
        items = [item for item in declaration.items if item.item_no][:_MOST_ARTICLES]
        platform = declaration.platform_code
        return stored.price_histories_wanted(
            [(item.line_no, item_index(platform, item.item_no)) for item in items if item.item_no]
        )

    def _open(self, rows: list[Any]) -> None:
        for row in (DocumentRow(*each) for each in rows):
            place = (row.subject_id, row.filing_id)
            key = self._keys[place]
            opened = self._means.envelope.unwrap(key.master, key.wrapped, owner_of(*place))
            content = self._means.envelope.unseal(opened, row.sealed, DOCUMENT_PURPOSE)
            self.documents[row.filing_id] = self._means.readers[Door(row.door)](content, row.filed_at)

    def _one(self, filing: UUID | None, kind: type[_Kind]) -> _Kind | None:
        found = self.documents.get(filing, ()) if filing else ()
        return next((document for document in found if isinstance(document, kind)), None)
