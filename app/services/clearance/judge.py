"""What becomes of each filed document: stored, unchanged, or not stored and why.

Judging looks at stamps and states only, changes nothing, and comes before anything is applied: a submission of which
one document is turned away is not stored at all.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from app.domain.lifecycle import OPEN_FOR_CORRECTION, Act, Status, allowed
from app.domain.months import last_day_of_period
from app.domain.period import compact, shanghai_day
from app.domain.return_codes import Refusal
from app.repositories.heads import Head
from app.services.clearance.prepared import Prepared, newer, no_older, same_content, same_message
from app.services.clearance.working import Working
from app.services.filings import Document, DocumentKind, DocumentState

# A sender's clock may be this far ahead of ours (architecture, "Corrections").
MOST_AHEAD = timedelta(minutes=10)

STAGED = "1"
DELETE = "3"


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What is to become of one document; `refusal` where it is not stored."""

    kind: DocumentKind
    state: DocumentState
    refusal: Refusal | None = None


class Standing(msgspec.Struct, frozen=True, gc=False):
    """The message that stands for a document now: its stamp, None where there is none.

    A draft and a declared message are not compared with each other: a draft takes no part. A deletion stands too.
    """

    stamp: str | None = None
    draft: bool = False
    deleted: bool = False


_NOTHING = Standing()
_STORED = DocumentState.STORED
_UNCHANGED = DocumentState.UNCHANGED


def is_draft(document: Document) -> bool:
    """Whether a document is only staged; the deletion of a draft does what it says."""
    return document.filing_status == STAGED and document.filing_type != DELETE


def judge(prepared: Prepared, working: Working, *, known: bool) -> tuple[Verdict, ...]:
    """A verdict for each document, in the order of the kinds. `known`: exactly this filing was stored before."""
    return tuple(
        _judged(kind, document, prepared, working, known=known) for kind, document in sorted(prepared.documents.items())
    )


def _judged(kind: DocumentKind, document: Document, prepared: Prepared, working: Working, *, known: bool) -> Verdict:
    stands, stamp = _standing(kind, prepared, working), prepared.stamps[kind]
    if known and not (stands.deleted and document.filing_type != DELETE):
        return Verdict(kind, _UNCHANGED)
    if stands.stamp is not None and same_content(stamp, stands.stamp):
        return Verdict(kind, _UNCHANGED)
    refusal = Refusal.OLDER if known else _refusal(kind, document, stands, prepared, working)
    return Verdict(kind, DocumentState.REJECTED, refusal) if refusal else Verdict(kind, _STORED)


def _refusal(
    kind: DocumentKind, document: Document, stands: Standing, prepared: Prepared, working: Working
) -> Refusal | None:
    if not _can_be(document.filed_at, prepared.submission.at, working):
        return Refusal.BAD_PARAMETER
    if stands.stamp is None:
        return Refusal.NOT_FOUND if document.filing_type == DELETE else None
    draft = document.filing_status == STAGED
    if draft != stands.draft:
        return None
    if refusal := _superseded(prepared.stamps[kind], stands.stamp, undated=kind in prepared.submission.undated):
        return refusal
    return None if draft else _wrong_state(kind, document, prepared, working)


def _superseded(stamp: str, stands: str, *, undated: bool) -> Refusal | None:
    """Of two messages the newer stands; of those without a time of their own, the one that came later.

    Their ids are made from what they say and would decide by chance within a second.
    """
    if undated:
        return None if no_older(stamp, stands) else Refusal.OLDER
    if same_message(stamp, stands):
        return Refusal.DUPLICATE
    return None if newer(stamp, stands) else Refusal.OLDER


def _wrong_state(kind: DocumentKind, document: Document, prepared: Prepared, working: Working) -> Refusal | None:
    concerned = _concerned(kind, prepared, working)
    if any(head.state not in OPEN_FOR_CORRECTION for head in concerned):
        return _closed(kind, document)
    withdraws = kind is DocumentKind.DECLARATION and document.filing_type == DELETE
    if withdraws and any(Status.CANCELLED not in allowed(head.state, Act.CANCEL) for head in concerned):
        return Refusal.WRONG_STATE
    return None


def _closed(kind: DocumentKind, document: Document) -> Refusal:
    """A declaration that is filed as new once more is a duplicate; anything else meets the wrong state."""
    as_new = kind is DocumentKind.DECLARATION and document.filing_type == "1"
    return Refusal.DUPLICATE if as_new else Refusal.WRONG_STATE


def _standing(kind: DocumentKind, prepared: Prepared, working: Working) -> Standing:
    """What a document is compared with."""
    if kind is DocumentKind.WAYBILL:
        row = working.waybills.get(prepared.waybill_ids[0])
        return Standing(row.stamp, deleted=row.stamp is not None and row.filing is None) if row else _NOTHING
    head = working.heads.get(prepared.declaration_id) if prepared.declaration_id else None
    if head is None:
        return _NOTHING
    match kind:
        case DocumentKind.ORDER:
            return Standing(head.order_stamp, deleted=head.order_stamp is not None and head.order_filing is None)
        case DocumentKind.PAYMENT:
            return Standing(head.payment_stamp, deleted=head.payment_stamp is not None and head.payment_filing is None)
        case _:
            return Standing(head.declaration_stamp, draft=head.state is Status.STAGED)


def _concerned(kind: DocumentKind, prepared: Prepared, working: Working) -> list[Head]:
    """The declarations that a correction of this document would touch."""
    if kind is not DocumentKind.WAYBILL:
        head = working.heads.get(prepared.declaration_id) if prepared.declaration_id else None
        return [head] if head else []
    row = working.waybills.get(prepared.waybill_ids[0])
    users = (working.heads.get(user) for user in row.users) if row else ()
    today = shanghai_day(prepared.submission.at)
    months = working.registry.book.on(today).parameters.reuse.waybill_months
    return [
        head
        for head in users
        if head and head.waybill_id == prepared.waybill_ids[0] and _stands(head) and not _is_past(head, today, months)
    ]


def _stands(head: Head) -> bool:
    return head.state is not Status.COLLECTING


def _is_past(head: Head, today: date, months: int | None) -> bool:
    """Whether a use is so long ago that its waybill number may be given to another parcel (REU-01)."""
    return head.accepted_on is not None and months is not None and today > last_day_of_period(head.accepted_on, months)


def _can_be(filed_at: str, at: datetime, working: Working) -> bool:
    """Whether a message can have been made at the time that it gives: since this trade began, and not ahead of us."""
    earliest = working.registry.book.on(shanghai_day(at)).parameters.times.earliest_day
    return _earliest_allowed(earliest) <= filed_at <= _latest_allowed(at)


@lru_cache(maxsize=64)
def _earliest_allowed(day: date) -> str:
    return f"{day:%Y%m%d}"


@lru_cache(maxsize=64)  # asked for every document of a submission
def _latest_allowed(at: datetime) -> str:
    return compact(at + MOST_AHEAD)
