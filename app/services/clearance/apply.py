"""Applying judged documents to the working set: who holds which document now, and which state follows.

Only documents that were judged `stored` come here. The changes are in memory; the unit of work stores them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.lifecycle import Act, Status, allowed
from app.domain.money import to_stored_units
from app.domain.period import shanghai_day
from app.repositories.heads import Head
from app.services.clearance.judge import DELETE, STAGED
from app.services.clearance.numbers import Numbers
from app.services.clearance.prepared import Prepared, declared_waybill_id, payment_id_of
from app.services.clearance.working import Moved, Working, join
from app.services.filings import DocumentKind


class Applied:
    """What one submission did to the working set."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.touched: list[Head] = []
        self.moved: list[Moved] = []
        self.numbers: list[tuple[str, UUID]] = []

    def touch(self, head: Head, working: Working) -> None:
        """Note that a declaration is concerned by this submission."""
        working.change_head(head, self.at)
        if head not in self.touched:
            self.touched.append(head)


def apply(prepared: Prepared, kinds: tuple[DocumentKind, ...], working: Working, numbers: Numbers) -> Applied:
    """Put the documents of these kinds in their places. The waybill goes last: it looks at who names it."""
    applied = Applied(prepared.submission.at)
    for kind in sorted(kinds, key=lambda kind: (kind is DocumentKind.WAYBILL, kind)):
        document = prepared.documents[kind]
        match document:
            case Order() | Payment():
                _apply_order_or_payment(kind, document, prepared, working, applied)
            case Declaration():
                _apply_declaration(document, prepared, working, numbers, applied)
            case Waybill():
                _apply_waybill(document, prepared, working, applied)
    return applied


def _apply_order_or_payment(
    kind: DocumentKind, document: Order | Payment, prepared: Prepared, working: Working, applied: Applied
) -> None:
    head = working.head_of(prepared)
    if head is None or document.filing_status == STAGED:
        return
    applied.touch(head, working)
    filing = None if document.filing_type == DELETE else prepared.filing_id
    if isinstance(document, Order):
        head.order_filing, head.order_stamp = filing, prepared.stamps[kind]
        head.order_paid = to_stored_units(document.actual_paid_cny) if filing else None
        head.merchant_code = document.merchant_code
    else:
        head.payment_filing, head.payment_stamp = filing, prepared.stamps[kind]
        head.payment_company_code = document.payment_company_code
        _use_payment(document, head, working)


def _use_payment(payment: Payment, head: Head, working: Working) -> None:
    head.payment_id = payment_id_of(payment)
    row = working.payment(head.payment_id)
    if join(row, head.declaration_id):
        working.change_payment(row)


def _apply_waybill(waybill: Waybill, prepared: Prepared, working: Working, applied: Applied) -> None:
    if waybill.filing_status == STAGED:
        return
    row = working.waybill(prepared.waybill_ids[0])
    deleted = waybill.filing_type == DELETE
    row.filing_subject, row.filing = (None, None) if deleted else (prepared.subject_id, prepared.filing_id)
    row.stamp = prepared.stamps[DocumentKind.WAYBILL]
    working.change_waybill(row)
    for user in row.users:
        head = working.heads.get(user)
        if head and head.waybill_id == row.waybill_id and head.state in (Status.WAITING, Status.HELD):
            applied.touch(head, working)


def _apply_declaration(
    declaration: Declaration, prepared: Prepared, working: Working, numbers: Numbers, applied: Applied
) -> None:
    head = working.head_of(prepared)
    if head is None:
        return
    if declaration.filing_status == STAGED and head.state not in (Status.COLLECTING, Status.STAGED):
        return  # a draft beside a declared one takes no part
    applied.touch(head, working)
    at = prepared.submission.at
    if declaration.filing_type == DELETE:
        _withdraw(head, at, prepared, applied)
        return
    _describe(head, declaration)
    head.declaration_filing, head.declaration_stamp = prepared.filing_id, prepared.stamps[DocumentKind.DECLARATION]
    if declaration.filing_status == STAGED:
        head.status = Status.STAGED
        _allot_pre_no(head, at, numbers, applied)
        return
    if head.state is not Status.WAITING:
        _declare(head, declaration, at, working, numbers, applied)
    elif not (head.declaration_no or "").startswith(declaration.customs_code):
        _number(head, declaration, at, numbers, applied)  # it went to another district, which gives its own number
    _bind_waybill(head, declaration, working)


def _withdraw(head: Head, at: datetime, prepared: Prepared, applied: Applied) -> None:
    head.declaration_stamp = prepared.stamps[DocumentKind.DECLARATION]
    if Status.CANCELLED in allowed(head.state, Act.CANCEL):
        move(head, Act.CANCEL, Status.CANCELLED, at, applied)


def _describe(head: Head, declaration: Declaration) -> None:
    if head.order_filing is None:
        # Once the order is here its own word counts: a declarant must not show it to a merchant of its choice.
        head.merchant_code = declaration.merchant_code
    head.declarant_code = declaration.declarant_code
    head.logistics_code = declaration.logistics_code
    head.waybill_no = declaration.waybill_no
    head.customs_code = declaration.customs_code
    head.trade_mode = declaration.trade_mode
    head.internal_no = declaration.internal_no


def _declare(
    head: Head, declaration: Declaration, at: datetime, working: Working, numbers: Numbers, applied: Applied
) -> None:
    """A new version begins: its acceptance day is today's, whatever comes later (architecture, "The rule book")."""
    head.version += 1
    head.accepted_at, head.accepted_on = at, shanghai_day(at)
    head.deadline_at = working.now + timedelta(hours=working.deadline_hours)
    head.outcome = head.dutiable_value = head.reserved_value = None
    _allot_pre_no(head, at, numbers, applied)
    _number(head, declaration, at, numbers, applied)
    move(head, Act.DECLARE, Status.WAITING, at, applied)


def _number(head: Head, declaration: Declaration, at: datetime, numbers: Numbers, applied: Applied) -> None:
    head.declaration_no = numbers.declaration_no(declaration.customs_code, shanghai_day(at))
    applied.numbers.append((head.declaration_no, head.declaration_id))


def _allot_pre_no(head: Head, at: datetime, numbers: Numbers, applied: Applied) -> None:
    if head.pre_no is None:
        head.pre_no = numbers.pre_no(shanghai_day(at))
        applied.numbers.append((head.pre_no, head.declaration_id))


def _bind_waybill(head: Head, declaration: Declaration, working: Working) -> None:
    """The waybill's row is written each time: a correction of it, or another user, meanwhile is then noticed."""
    head.waybill_id = declared_waybill_id(declaration)
    row = working.waybill(head.waybill_id)
    join(row, head.declaration_id)
    working.change_waybill(row)


def move(head: Head, act: Act, status: Status, at: datetime, applied: Applied) -> None:
    """Change the state by the table of transitions; a change that it does not know is a defect of ours."""
    if status not in allowed(head.state, act):
        raise AssertionError(f"{act} may not lead from {head.state.word} to {status.word}")
    applied.moved.append(Moved(head, act, head.status, status, at))
    head.status = status
    if status is not Status.WAITING:
        head.deadline_at = None
