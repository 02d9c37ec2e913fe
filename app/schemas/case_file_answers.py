"""How the page of a case becomes an answer in one language."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from app.domain.comparison import Line
from app.domain.period import SHANGHAI
from app.languages import Language
from app.repositories.case_files import EntryRow
from app.schemas.answer_shapes import Answer, RequestedPapersAnswer
from app.schemas.answers import declaration_answer, findings_for
from app.schemas.case_file_shapes import (
    AttachmentAnswer,
    AttachmentsAnswer,
    CaseFileAnswer,
    CaseStateAnswer,
    CellAnswer,
    HistoryAnswer,
    ItemLinesAnswer,
    LimitAnswer,
    LineAnswer,
    MeasuredAnswer,
    MomentAnswer,
    NoteAnswer,
    PricesAnswer,
    SiteReportAnswer,
    TimelineAnswer,
)
from app.schemas.visibility import sight_of
from app.services.filings import Caller
from app.services.office.case_file.shapes import (
    Attachment,
    CaseHead,
    CasePage,
    DocumentRequest,
    Moment,
    SiteReport,
)

AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


def case_answer(page: CasePage, caller: Caller, language: Language) -> CaseFileAnswer:
    """The whole page."""
    sight = msgspec.structs.replace(sight_of(caller, page.view), clear=page.clear)
    findings = page.view.assessment.findings if page.view.assessment else ()
    declaration = declaration_answer(page.view, caller, language)
    zh = language is Language.ZH
    return CaseFileAnswer(
        declaration=msgspec.structs.replace(declaration, findings=findings_for(findings, sight, language)),
        case=_case(page.case) if page.case else None,
        rule_titles={rule_id: title.zh if zh else title.en for rule_id, title in page.titles.items()},
        absent_documents=page.comparison.absent,
        lines=tuple(_line(line, language) for line in page.comparison.lines),
        items=tuple(
            ItemLinesAnswer(
                line_no=item.line_no,
                missing_in=item.missing_in,
                differs=item.differs,
                lines=tuple(_line(line, language) for line in item.lines),
            )
            for item in page.comparison.items
        ),
        limit=_the_same(page.limit, LimitAnswer) if page.limit else None,
        histories=tuple(_the_same(each, HistoryAnswer) for each in page.histories),
        prices=tuple(_the_same(each, PricesAnswer) for each in page.prices),
        timeline=tuple(_moment(each) for each in page.timeline),
        attachments=tuple(attachment_answer(each) for each in page.attachments),
        document_requests=tuple(request_answer(each) for each in page.requests),
        reports=tuple(report_answer(each) for each in page.reports),
        acts=tuple(act.value for act in page.acts),
        clear=page.clear,
        erased=page.erased,
    )


def timeline_answer(page: CasePage) -> TimelineAnswer:
    """The timeline alone."""
    return TimelineAnswer(moments=tuple(_moment(each) for each in page.timeline))


def attachments_answer(attachments: tuple[Attachment, ...]) -> AttachmentsAnswer:
    """A list of attachments."""
    return AttachmentsAnswer(attachments=tuple(attachment_answer(each) for each in attachments))


def attachment_answer(each: Attachment) -> AttachmentAnswer:
    """One attachment, without its content."""
    return AttachmentAnswer(
        attachment_id=str(each.attachment_id),
        at=_local(each.at),
        kind=each.kind.word,
        actor=each.actor,
        request_id=None if each.request_id is None else str(each.request_id),
        media_type=each.media_type,
        size=each.size,
        sha256=each.sha256,
        name=each.name,
    )


def request_answer(each: DocumentRequest) -> RequestedPapersAnswer:
    """What was asked for."""
    return RequestedPapersAnswer(
        request_id=str(each.request_id),
        at=_local(each.at),
        until=_local(each.until),
        kinds=tuple(kind.word for kind in each.kinds),
        missing=tuple(kind.word for kind in each.missing),
        text=each.text,
    )


def report_answer(each: SiteReport) -> SiteReportAnswer:
    """A site's report."""
    report = each.report
    return SiteReportAnswer(
        report_id=str(each.report_id),
        at=_local(each.at),
        actor=each.actor,
        kind=report.kind,
        report_no=report.report_no,
        verdict=report.verdict,
        taken_at=_local(report.taken_at),
        measured=tuple(MeasuredAnswer(name=name, value=value) for name, value in report.measured.items()),
        text=report.text,
        image=None if report.image is None else str(report.image),
    )


def note_answer(entry: EntryRow) -> NoteAnswer:
    """What was kept."""
    return NoteAnswer(entry_id=str(entry.entry_id), at=_local(entry.at))


def _case(case: CaseHead) -> CaseStateAnswer:
    values: dict[str, Any] = {name: getattr(case, name) for name in CaseStateAnswer.__struct_fields__}
    times = {name: _local(value) for name, value in values.items() if isinstance(value, datetime)}
    return CaseStateAnswer(**values | times | {"queue": case.queue.word})


def _line(line: Line, language: Language) -> LineAnswer:
    return LineAnswer(
        name=line.name,
        label=line.zh if language is Language.ZH else line.en,
        differs=line.differs,
        cells=tuple(_the_same(cell, CellAnswer) for cell in line.cells),
    )


def _moment(moment: Moment) -> MomentAnswer:
    return MomentAnswer(
        at=_local(moment.at),
        what=moment.what,
        actor=moment.actor,
        version=moment.version,
        act=moment.act,
        from_status=None if moment.from_status is None else moment.from_status.word,
        to_status=None if moment.to_status is None else moment.to_status.word,
        text=moment.text,
        about=None if moment.about is None else str(moment.about),
    )


def _the_same(value: object, shape: type[AnyAnswer]) -> AnyAnswer:
    """A value as it is, in its shape outside: what a shape does not name is not told."""
    return msgspec.convert(value, shape, from_attributes=True)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI)
