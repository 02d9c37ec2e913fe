"""Assembling the page of a case from what `loading` found: pure; personal values masked unless a reason was given."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from app.domain.case_entries import Asked, EntryKind, Note, Opened, PaperKind, Reported
from app.domain.comparison import Comparison, ItemLines, Line, Tolerances, compare
from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.domain.masking import masked, shown
from app.domain.money import from_units
from app.domain.queues import Queue
from app.repositories.case_files import AttachmentRow, CaseRow, DayOfHistory, DayOfPrices, EntryRow, Moved
from app.services.asked_papers import requests_in
from app.services.case_sealing import NAME_PURPOSE
from app.services.clearance.views import Reader, view
from app.services.clearance.working import missing_documents
from app.services.desk.judging import possible_acts
from app.services.filings import Caller
from app.services.office.case_file.loading import LoadedCase
from app.services.office.case_file.shapes import (
    AnnualLimit,
    Attachment,
    CaseHead,
    CasePage,
    DocumentRequest,
    History,
    HistoryDay,
    Moment,
    PriceDay,
    Prices,
    Proposed,
    SiteReport,
)

_ACTS = {number: act.value for act, number in ACT_NUMBERS.items()}
_HISTORIES = {1: "buyer", 2: "telephone", 3: "address"}


def page_of(loaded: LoadedCase, caller: Caller, *, clear: bool) -> CasePage:
    """The page for one reader."""
    head, parameters = loaded.head, loaded.parameters
    waybills = {loaded.waybill.waybill_id: loaded.waybill} if loaded.waybill else {}
    tolerances = Tolerances(
        amount_cny=parameters.triple_check.amount_tolerance_cny,
        gross_weight_percent=parameters.declaration.gross_weight_tolerance_percent,
    )
    comparison = compare(loaded.documents, tolerances)
    findings = loaded.assessment.findings if loaded.assessment else ()
    rules = {finding.rule_id: loaded.registry.book.rule(finding.rule_id) for finding in findings}
    return CasePage(
        view=view(head, missing_documents(head, waybills), loaded.assessment, Reader(caller, loaded.registry)),
        sequence=head.sequence,
        case=_case(loaded.case) if loaded.case else None,
        comparison=comparison if clear else _masked(comparison),
        titles={rule_id: rule.title for rule_id, rule in rules.items() if rule},
        limit=_limit(loaded),
        histories=_histories(loaded),
        prices=tuple(_prices(line_no, days) for line_no, days in sorted(loaded.prices.items())),
        timeline=timeline_of(loaded),
        attachments=attachments_of(loaded),
        requests=requests_of(loaded),
        reports=tuple(_reports(loaded)),
        proposed=tuple(_proposed(loaded)),
        acts=possible_acts(head),
        clear=clear,
        erased=loaded.erased,
    )


def timeline_of(loaded: LoadedCase) -> tuple[Moment, ...]:
    """What happened, oldest first."""
    moments = [_moved(loaded, each) for each in loaded.moves]
    moments += [_entered(loaded, number) for number in range(len(loaded.entries))]
    moments += [
        Moment(
            at=row.at, what="attached", actor=row.actor, version=row.version,
            act=PaperKind(row.kind).word, about=row.attachment_id,
        )
        for row in loaded.attachments
    ]  # fmt: skip
    return tuple(sorted(moments, key=lambda moment: moment.at))


def attachments_of(loaded: LoadedCase) -> tuple[Attachment, ...]:
    """The attachments, oldest first."""
    return tuple(attachment_of(row, _name(loaded, row)) for row in loaded.attachments)


def attachment_of(row: AttachmentRow, name: str | None) -> Attachment:
    """One attachment under its name."""
    return Attachment(
        attachment_id=row.attachment_id,
        at=row.at,
        kind=PaperKind(row.kind),
        actor=row.actor,
        request_id=row.request_id,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256.hex(),
        name=name,
    )


def requests_of(loaded: LoadedCase) -> tuple[DocumentRequest, ...]:
    """What officers asked for, and what of it has not come."""
    moved_at = {moved.at for moved in loaded.moves if moved.act == ACT_NUMBERS[Act.REQUEST_DOCUMENTS]}
    found = requests_in(loaded.entries, loaded.attachments, moved_at, loaded.seals)
    return tuple(request_of(each.row, each.said, each.came) for each in found)


def request_of(row: EntryRow, said: Asked, came: frozenset[PaperKind]) -> DocumentRequest:
    """One request, with what of it has come."""
    kinds = tuple(PaperKind.from_word(word) for word in said.kinds)
    return DocumentRequest(
        request_id=row.entry_id,
        at=row.at,
        actor=row.actor,
        version=row.version,
        kinds=kinds,
        missing=tuple(kind for kind in kinds if kind not in came),
        until=said.until,
        text=said.text,
    )


def _case(row: CaseRow) -> CaseHead:
    return CaseHead(
        queue=Queue(row.queue),
        district=row.district,
        opened_at=row.opened_at,
        queued_at=row.queued_at,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        closed_at=row.closed_at,
        assignee=row.assignee,
        weight=row.weight,
    )


def _limit(loaded: LoadedCase) -> AnnualLimit | None:
    if loaded.head.buyer_index is None:
        return None
    used, confirmed = loaded.balance or (0, 0)
    return AnnualLimit(
        year=loaded.last_day.year,
        limit_cny=loaded.parameters.limits.annual_cny,
        used_cny=from_units(used),
        confirmed_cny=from_units(confirmed),
        reserved_cny=from_units(used - confirmed),
    )


def _histories(loaded: LoadedCase) -> tuple[History, ...]:
    return tuple(
        History(
            of=word,
            first_day=loaded.first_day,
            last_day=loaded.last_day,
            days=tuple(_history_day(day) for day in loaded.histories.get(which, ())),
        )
        for which, word in _HISTORIES.items()
    )


def _history_day(day: DayOfHistory) -> HistoryDay:
    return HistoryDay(
        day=day.day,
        declarations=day.declarations,
        value_cny=from_units(day.value),
        fallen=day.fallen,
        seen=day.seen,
        buyers=day.buyers,
    )


def _prices(line_no: int, days: list[DayOfPrices]) -> Prices:
    return Prices(
        line_no=line_no,
        days=tuple(
            PriceDay(
                day=day.day,
                count=day.count,
                lowest_cny=from_units(day.lowest),
                median_cny=from_units(day.median),
                highest_cny=from_units(day.highest),
            )
            for day in days
        ),
    )


def _moved(loaded: LoadedCase, moved: Moved) -> Moment:
    return Moment(
        at=moved.at,
        what="moved",
        actor=moved.actor,
        version=moved.version,
        act=_ACTS.get(moved.act, str(moved.act)),
        from_status=Status(moved.from_status),
        to_status=Status(moved.to_status),
        text=loaded.seals.reason(moved.reason),
        proposed_by=moved.proposed_by,
    )


def _proposed(loaded: LoadedCase) -> Iterator[Proposed]:
    """What can still be approved: the declaration stands as it did, and the proposal is not too old."""
    now = datetime.now(UTC)
    for each in loaded.proposed:
        unmoved = (each.version, each.after_number) == (loaded.head.version, loaded.head.transitions)
        if unmoved and each.lapses_at >= now:
            yield Proposed(
                proposal_id=each.proposal_id,
                at=each.proposed_at,
                proposed_by=each.proposed_by,
                act=Act(_ACTS[each.act]),
            )


def _entered(loaded: LoadedCase, number: int) -> Moment:
    row = loaded.entries[number]
    said, text, about, act = loaded.seals.said(row), None, row.entry_id, None
    match said:
        case Note() | Asked():
            text = said.text
        case Reported():
            text, act = said.text or None, said.kind
        case Opened():
            about = said.attachment_id
    return Moment(
        at=row.at, what=EntryKind(row.kind).word, actor=row.actor, version=row.version, act=act, text=text, about=about
    )


def _reports(loaded: LoadedCase) -> Iterator[SiteReport]:
    for row in loaded.entries:
        if row.kind == EntryKind.REPORTED and isinstance(said := loaded.seals.said(row), Reported):
            yield SiteReport(report_id=row.entry_id, at=row.at, actor=row.actor, report=said)


def _name(loaded: LoadedCase, row: AttachmentRow) -> str | None:
    plain = loaded.seals.opened(row.filing, row.name, NAME_PURPOSE)
    return None if plain is None else plain.decode()


def _masked(comparison: Comparison) -> Comparison:
    """Personal values and free notes by their ends only; what differs stays marked."""
    replace = msgspec.structs.replace
    return replace(
        comparison,
        lines=tuple(_masked_line(line) for line in comparison.lines),
        items=tuple(replace(item, lines=_masked_item(item)) for item in comparison.items),
    )


def _masked_item(item: ItemLines) -> tuple[Line, ...]:
    return tuple(_masked_line(line) for line in item.lines)


def _masked_line(line: Line) -> Line:
    hide = masked if line.name == "note" else None
    cells = (
        cell
        if cell.value is None
        else msgspec.structs.replace(cell, value=(hide(cell.value) if hide else shown(cell.path, cell.value)))
        for cell in line.cells
    )
    return msgspec.structs.replace(line, cells=tuple(cells))
