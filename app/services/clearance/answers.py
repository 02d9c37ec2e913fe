"""Answering: what each submission came to, after its unit was stored and before it is acknowledged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.domain.decision import Assessment
from app.domain.dossier import Waybill
from app.domain.lifecycle import Status
from app.domain.return_codes import Refusal, return_code
from app.repositories.bulk import Connection
from app.repositories.evidence import StoredKey
from app.repositories.heads import Head
from app.services.clearance.assessing import Assessed
from app.services.clearance.case import Case
from app.services.clearance.judge import STAGED, Verdict, is_draft
from app.services.clearance.receipts import STORED, texts_of
from app.services.clearance.stored import Filing, Library
from app.services.clearance.views import Reader, load_assessments, view
from app.services.clearance.working import Working
from app.services.filings import DeclarationView, Document, DocumentAnswer, DocumentKind, SubmissionAnswer

Answered = SubmissionAnswer | Exception


async def answer(
    connection: Connection,
    working: Working,
    library: Library,
    cases: Sequence[Case],
    assessed: Mapping[UUID, Assessed],
    known: Mapping[Filing, StoredKey],
) -> list[Answered]:
    """One answer for each submission. What was decided before is read again: two statements, only when needed."""
    heads = {head.declaration_id: head for case in cases if (head := _declared(case, working))}
    earlier = [head for key, head in heads.items() if head.decided is not None and key not in assessed]
    assessments = await load_assessments(connection, library.envelope, earlier)
    assessments |= {key: each.assessment for key, each in assessed.items()}
    # A repeated filing gets its first receipt again.
    times = {filing: key.received_at for filing, key in known.items()}
    return [case.refusal or _answer(case, working, assessments, times) for case in cases]


def _answer(
    case: Case, working: Working, assessments: Mapping[UUID, Assessment], times: Mapping[Filing, datetime]
) -> SubmissionAnswer:
    prepared = case.prepared
    head = _declared(case, working)
    reader = Reader(prepared.submission.caller, working.registry)
    seen = view(head, working.missing(head), assessments.get(head.declaration_id), reader) if head else None
    filed_at = times.get((prepared.subject_id, prepared.filing_id), prepared.submission.at)
    documents = tuple(_document_answer(verdict, case, seen, filed_at) for verdict in case.verdicts)
    return SubmissionAnswer(documents=documents, declaration=seen)


def _document_answer(verdict: Verdict, case: Case, seen: DeclarationView | None, filed_at: datetime) -> DocumentAnswer:
    document = case.prepared.documents[verdict.kind]
    if verdict.refusal is not None:
        code = return_code(type(document), verdict.refusal)
        about = _about(document, verdict.refusal)
        return _answered(verdict, code.code, code.zh(about), code.en(about), filed_at)
    if verdict.kind is DocumentKind.DECLARATION and seen is not None and not is_draft(document):
        texts = texts_of(seen, document)
        return _answered(verdict, seen.status.return_status, texts.zh, texts.en, seen.updated_at)
    status = Status.STAGED.return_status if document.filing_status == STAGED else STORED
    texts = texts_of(None, document)
    return _answered(verdict, status, texts.zh, texts.en, filed_at)


def _about(document: Document, refusal: Refusal) -> str:
    """What the official text names: the field that cannot be acted upon (judging looks at no other), else the order."""
    if refusal is Refusal.BAD_PARAMETER:
        return "appTime"
    return "" if isinstance(document, Waybill) else document.order_no


def _answered(verdict: Verdict, status: str, zh: str, en: str, at: datetime) -> DocumentAnswer:
    return DocumentAnswer(kind=verdict.kind, state=verdict.state, return_status=status, text_zh=zh, text_en=en, at=at)


def _declared(case: Case, working: Working) -> Head | None:
    """The declaration of a submission, once one was filed. A lone waybill shows none: it may serve many."""
    key = case.prepared.declaration_id
    head = working.heads.get(key) if key else None
    return head if head and head.state is not Status.COLLECTING else None
