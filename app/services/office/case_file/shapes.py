"""The page of a case as values: what a decision needs, before it has a language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from app.domain.case_entries import EntryKind, PaperKind, Reported
from app.domain.comparison import Comparison
from app.domain.lifecycle import Act, Status
from app.domain.queues import Queue
from app.rules.kernel import Text
from app.services.filings import DeclarationView


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a page."""


class CaseHead(Value, frozen=True, kw_only=True):
    """Where the case stands among the officers' queues."""

    queue: Queue
    district: str
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    weight: int


class AnnualLimit(Value, frozen=True, kw_only=True):
    """The buyer's limit of the year of acceptance; `limit_cny` is None where the day has no such law."""

    year: int
    limit_cny: Decimal | None
    used_cny: Decimal
    confirmed_cny: Decimal
    reserved_cny: Decimal


class HistoryDay(Value, frozen=True, kw_only=True):
    """One day of a history."""

    day: date
    declarations: int
    value_cny: Decimal
    fallen: int  # refused or withdrawn
    seen: int  # not released by itself
    buyers: int


class History(Value, frozen=True, kw_only=True):
    """Declarations of one buyer, telephone or address within the window, by day; days without any are left out."""

    of: str
    first_day: date
    last_day: date
    days: tuple[HistoryDay, ...]

    @property
    def declarations(self) -> int:
        """How many there are together."""
        return sum(day.declarations for day in self.days)


class PriceDay(Value, frozen=True, kw_only=True):
    """The prices of an article on one day."""

    day: date
    count: int
    lowest_cny: Decimal
    median_cny: Decimal
    highest_cny: Decimal


class Prices(Value, frozen=True, kw_only=True):
    """The latest prices of the article of a line."""

    line_no: int
    days: tuple[PriceDay, ...]


class Attachment(Value, frozen=True, kw_only=True):
    """A paper that was put to the case; `name` is None where it was erased."""

    attachment_id: UUID
    at: datetime
    kind: PaperKind
    actor: str
    request_id: UUID | None
    media_type: str
    size: int
    sha256: str
    name: str | None


class DocumentRequest(Value, frozen=True, kw_only=True):
    """Documents that were asked for; `missing` are those that have not come."""

    request_id: UUID
    at: datetime
    actor: str
    version: int
    kinds: tuple[PaperKind, ...]
    missing: tuple[PaperKind, ...]
    until: datetime
    text: str


class SiteReport(Value, frozen=True, kw_only=True):
    """What a site's equipment or inspection found."""

    report_id: UUID
    at: datetime
    actor: str
    report: Reported


class Moment(Value, frozen=True, kw_only=True):
    """One line of the timeline: a change of state, or something that was put to the case."""

    at: datetime
    what: str  # moved, note, unmasked, asked, reported, opened, attached
    actor: str | None  # None: the sender of a document
    version: int
    act: str | None = None
    from_status: Status | None = None
    to_status: Status | None = None
    text: str | None = None
    about: UUID | None = None
    proposed_by: str | None = None  # where two officers decided


class Proposed(Value, frozen=True, kw_only=True):
    """An act that waits for a second officer."""

    proposal_id: UUID
    at: datetime
    proposed_by: str
    act: Act


class CasePage(Value, frozen=True, kw_only=True):
    """Everything. `clear`: personal values stand as they are; `erased`: what was filed has been shredded."""

    view: DeclarationView
    sequence: int
    case: CaseHead | None
    comparison: Comparison
    titles: Mapping[str, Text]  # of the findings' rules
    limit: AnnualLimit | None
    histories: tuple[History, ...]
    prices: tuple[Prices, ...]
    timeline: tuple[Moment, ...]
    attachments: tuple[Attachment, ...]
    requests: tuple[DocumentRequest, ...]
    reports: tuple[SiteReport, ...]
    proposed: tuple[Proposed, ...]
    acts: tuple[Act, ...]  # that officers may do now, whoever they are
    clear: bool
    erased: bool

    @property
    def notes(self) -> tuple[Moment, ...]:
        """The officers' notes, newest first."""
        return tuple(moment for moment in reversed(self.timeline) if moment.what == EntryKind.NOTE.word)
