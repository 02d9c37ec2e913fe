"""Which receipts a submission causes, and to whom they go.

A declaration's receipts go to declarant, platform and merchant; those of the other documents to their own party and
to whoever filed them. The feed carries 2, 120 and the decision; an answer shows the latest of them.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from app.ceb import texts
from app.ceb.receipts import NO_PRE_NO, InventoryReturn, nameless_receipt_for
from app.domain.decision import Assessment
from app.domain.dossier import Declaration
from app.domain.lifecycle import Act, Status
from app.domain.period import compact_milliseconds
from app.repositories.heads import Head
from app.rules.kernel import Text
from app.services.authority import owners_of
from app.services.clearance.assessing import Assessed
from app.services.clearance.case import Case
from app.services.clearance.chain import Addressed, EventPayload, NewEvent
from app.services.clearance.judge import STAGED, is_draft
from app.services.clearance.working import Working
from app.services.filings import Caller, DeclarationView, Document, DocumentKind, DocumentState

DECLARED = "2"
STORED = "120"
Step = tuple[str, str]  # return status and text


def events_of(case: Case, assessed: Mapping[UUID, Assessed], working: Working) -> list[NewEvent]:
    """The events of one stored submission: one for each declaration it touched, or one for a lone waybill."""
    applied = case.applied
    if applied is None:
        return []
    documents = _document_receipts(case)
    events = [
        _event(case, head, documents if position == 0 else (), _decided_by(case, head, assessed), working)
        for position, head in enumerate(applied.touched)
    ]
    return events or [NewEvent(_payload(case, documents), case.prepared.submission.at)]


def texts_of(seen: DeclarationView | None, document: Document) -> Text:
    """The text of the latest state of a document: of a declaration its own, of any other that it is stored."""
    if seen is not None:
        return _state_text(seen.status, seen.missing_documents, seen.assessment, seen)
    return texts.STAGED if document.filing_status == STAGED else texts.STORED


def declaration_receipt(head: Head, status: str, text: Text, at: datetime) -> Addressed:
    """A CEB622 to the parties of a declaration."""
    time = compact_milliseconds(at)
    pre_no = head.pre_no or NO_PRE_NO
    receipt = InventoryReturn(
        "",  # a stored receipt is named when it is read
        head.customs_code,
        head.platform_code,
        head.merchant_code,
        head.declarant_code,
        head.internal_no or pre_no,
        pre_no,
        head.declaration_no,
        status,
        time,
        texts.cut(text.zh),
    )
    return Addressed(parties_of(head), receipt)


def parties_of(head: Head) -> tuple[str, ...]:
    """Who hears of a declaration: declarant, platform, merchant."""
    named = (head.declarant_code, head.platform_code, head.merchant_code)
    return tuple(dict.fromkeys(code for code in named if code))


def actor_of(caller: Caller) -> str:
    """Who acted, as evidence names it."""
    return f"{caller.role}:{caller.party_code}:{caller.key_id}"


def person_of(actor: str) -> str:
    """The code of who acted, out of role, code and key; what is no such text (a command line's user) is one itself."""
    parts = actor.split(":")
    return parts[1] if len(parts) > 1 else actor


def _decided_by(case: Case, head: Head, assessed: Mapping[UUID, Assessed]) -> Assessed | None:
    """The decision, if this submission caused it: another one of the unit may have touched the parcel too."""
    moved = case.applied.moved if case.applied else ()
    caused = any(each.act is Act.ASSESS and each.head is head for each in moved)
    return assessed[head.declaration_id] if caused else None


def _event(
    case: Case, head: Head, documents: tuple[Addressed, ...], assessed: Assessed | None, working: Working
) -> NewEvent:
    receipts = documents + _declaration_receipts(case, head, assessed, working)
    return NewEvent(
        _payload(case, receipts), case.prepared.submission.at, head.declaration_id, head.next_event(), head.clock
    )


def _payload(case: Case, receipts: tuple[Addressed, ...]) -> EventPayload:
    return EventPayload("file", actor_of(case.prepared.submission.caller), receipts)


def _document_receipts(case: Case) -> tuple[Addressed, ...]:
    """Of orders, payments and waybills that were stored: 2 and 120, or 1 for a draft."""
    submission = case.prepared.submission
    found: list[Addressed] = []
    for verdict in case.verdicts:
        document = case.prepared.documents[verdict.kind]
        if verdict.state is not DocumentState.STORED or verdict.kind is DocumentKind.DECLARATION:
            continue
        to = tuple(dict.fromkeys((*(code for _, code in owners_of(document)), submission.caller.party_code)))
        first, *then = _document_steps(document)
        receipt = nameless_receipt_for(document, return_status=first[0], return_info=first[1], at=submission.at)
        found.append(Addressed(to, receipt, tuple(then)))
    return tuple(found)


def _document_steps(document: Document) -> tuple[Step, ...]:
    if document.filing_status == STAGED:
        return ((Status.STAGED.return_status, texts.STAGED.zh),)
    return (DECLARED, texts.declared(document.message_id).zh), (STORED, texts.STORED.zh)


def _declaration_receipts(case: Case, head: Head, assessed: Assessed | None, working: Working) -> tuple[Addressed, ...]:
    at = case.prepared.submission.at
    declaration = case.prepared.documents.get(DocumentKind.DECLARATION)
    filed = isinstance(declaration, Declaration) and any(
        verdict.kind is DocumentKind.DECLARATION and verdict.state is DocumentState.STORED for verdict in case.verdicts
    )
    steps: list[tuple[str, Text]] = []
    if filed and declaration:
        steps.append(_filed_step(head, declaration, case, working))
    if assessed:
        assessment = assessed.assessment
        steps += (STORED, texts.STORED), (head.state.return_status, _decided_text(head.state, assessment))
    if not steps:
        return ()
    (status, first), *then = steps
    receipt = declaration_receipt(head, status, first, at)
    following = tuple([(code, texts.cut(text.zh)) for code, text in then])
    return (msgspec.structs.replace(receipt, then=following) if following else receipt,)


def _decided_text(status: Status, assessment: Assessment) -> Text:
    """What an assessment says; of the state, where an officer wanted to see what would have been released."""
    if status.return_status == assessment.outcome.return_status:
        return texts.decided(assessment.outcome, assessment.findings)
    return texts.of_status(status)


def _filed_step(head: Head, declaration: Document, case: Case, working: Working) -> tuple[str, Text]:
    if is_draft(declaration):
        return Status.STAGED.return_status, texts.STAGED
    if case.applied and any(moved.act is Act.CANCEL and moved.head is head for moved in case.applied.moved):
        return Status.CANCELLED.return_status, texts.CANCELLED
    missing = [kind.word for kind in working.missing(head)]
    return DECLARED, _waiting(head, missing) if missing else texts.declared(declaration.message_id)


def _waiting(head: Head | DeclarationView, missing: list[str]) -> Text:
    return texts.waiting(head.platform_code, head.merchant_code or "", head.order_no, missing)


def _state_text(status: Status, missing: tuple[str, ...], assessment: Assessment | None, seen: DeclarationView) -> Text:
    match status:
        case Status.STAGED:
            return texts.STAGED
        case Status.CANCELLED:
            return texts.CANCELLED
        case Status.WAITING:
            return _waiting(seen, list(missing))
        case Status.HELD if assessment is None:
            return texts.past_deadline()
        case _ if assessment is not None:
            return _decided_text(status, assessment)
        case _:
            return texts.of_status(status)
