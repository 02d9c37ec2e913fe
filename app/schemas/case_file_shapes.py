"""The shapes of what the addresses of cases answer. Personal values are masked unless `clear`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from app.schemas.answer_shapes import Answer, DeclarationAnswer, RequestedPapersAnswer


class CaseStateAnswer(Answer, frozen=True, kw_only=True):
    """Where the case stands among the officers' queues."""

    queue: Annotated[str, Meta(description="review, inspection, suspended, overdue, amended, awaiting or closed")]
    district: str
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    weight: int


class CellAnswer(Answer, frozen=True, kw_only=True):
    """One field of one document."""

    document: Annotated[str, Meta(description="order, payment, waybill or declaration")]
    field: str
    wire: Annotated[str, Meta(description="The official element name")]
    value: str | None
    differs: bool


class LineAnswer(Answer, frozen=True, kw_only=True):
    """One field across the documents."""

    name: str
    label: str
    differs: bool
    cells: tuple[CellAnswer, ...]


class ItemLinesAnswer(Answer, frozen=True, kw_only=True):
    """One goods item of order and declaration."""

    line_no: int
    missing_in: str | None
    differs: bool
    lines: tuple[LineAnswer, ...]


class LimitAnswer(Answer, frozen=True, kw_only=True):
    """The buyer's annual limit."""

    year: int
    limit_cny: Decimal | None
    used_cny: Decimal
    confirmed_cny: Decimal
    reserved_cny: Decimal


class HistoryDayAnswer(Answer, frozen=True, kw_only=True):
    """One day of a history."""

    day: date
    declarations: int
    value_cny: Decimal
    fallen: Annotated[int, Meta(description="Refused or withdrawn")]
    seen: Annotated[int, Meta(description="Not released by themselves")]
    buyers: int


class HistoryAnswer(Answer, frozen=True, kw_only=True):
    """The declarations of one buyer, telephone or address, by day."""

    of: Annotated[str, Meta(description="buyer, telephone or address")]
    first_day: date
    last_day: date
    days: tuple[HistoryDayAnswer, ...]


class PriceDayAnswer(Answer, frozen=True, kw_only=True):
    """The prices of an article on one day."""

    day: date
    count: int
    lowest_cny: Decimal
    median_cny: Decimal
    highest_cny: Decimal


class PricesAnswer(Answer, frozen=True, kw_only=True):
    """The latest prices of the article of a line."""

    line_no: int
    days: tuple[PriceDayAnswer, ...]


class MomentAnswer(Answer, frozen=True, kw_only=True):
    """One line of the timeline."""

    at: datetime
    what: Annotated[str, Meta(description="moved, note, unmasked, asked, reported, opened or attached")]
    actor: Annotated[str | None, Meta(description="Role, party and key; null: the sender of a document")]
    version: int
    act: str | None
    from_status: str | None
    to_status: str | None
    text: str | None
    about: str | None


class TimelineAnswer(Answer, frozen=True, kw_only=True):
    """What happened, oldest first."""

    moments: tuple[MomentAnswer, ...]


class AttachmentAnswer(Answer, frozen=True, kw_only=True):
    """A paper that was put to a declaration."""

    attachment_id: str
    at: datetime
    kind: str
    actor: str
    request_id: str | None
    media_type: str
    size: int
    sha256: str
    name: str | None


class AttachmentsAnswer(Answer, frozen=True, kw_only=True):
    """The attachments: all of them for an officer, for a party those that it sent."""

    attachments: tuple[AttachmentAnswer, ...]


class MeasuredAnswer(Answer, frozen=True, kw_only=True):
    """One measured value."""

    name: str
    value: Decimal


class SiteReportAnswer(Answer, frozen=True, kw_only=True):
    """What a site's equipment or inspection found."""

    report_id: str
    at: datetime
    actor: str
    kind: str
    report_no: str
    verdict: str
    taken_at: datetime
    measured: tuple[MeasuredAnswer, ...]
    text: str
    image: str | None


class NoteAnswer(Answer, frozen=True, kw_only=True):
    """What was kept."""

    entry_id: str
    at: datetime


class CaseFileAnswer(Answer, frozen=True, kw_only=True):
    """What a decision needs."""

    declaration: DeclarationAnswer
    case: CaseStateAnswer | None
    rule_titles: dict[str, str]
    absent_documents: tuple[str, ...]
    lines: tuple[LineAnswer, ...]
    items: tuple[ItemLinesAnswer, ...]
    limit: LimitAnswer | None
    histories: tuple[HistoryAnswer, ...]
    prices: tuple[PricesAnswer, ...]
    timeline: tuple[MomentAnswer, ...]
    attachments: tuple[AttachmentAnswer, ...]
    document_requests: tuple[RequestedPapersAnswer, ...]
    reports: tuple[SiteReportAnswer, ...]
    acts: Annotated[tuple[str, ...], Meta(description="What officers may do with it as it stands")]
    clear: bool
    erased: bool
