"""The shapes of what officers are answered about queues and cases."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import Meta

from app.domain.lifecycle import Status
from app.domain.queues import Queue
from app.repositories.case_search import Found
from app.schemas.answer_shapes import Answer
from app.schemas.cases import query_of
from app.services.office.hand_over import HandOverSummary, QueueSummary
from app.services.office.queues import COUNTED, CaseItem, CasePage, QueueCounts
from app.services.office.saved_views import SavedView
from app.services.office.search import SearchResult
from app.services.office.snoozes import Snooze


class CaseAnswer(Answer, frozen=True, kw_only=True):
    """One open case; the declaration itself is at its link."""

    declaration_id: str
    queue: Annotated[str, Meta(description="review, inspection, suspended, overdue, amended or awaiting")]
    status: str
    district: str
    order_no: str
    waybill_no: str | None
    platform_code: str
    trade_mode: str
    value_cny: Decimal
    rules: Annotated[tuple[str, ...], Meta(description="Ids of the findings, most severe first")]
    weight: Annotated[int, Meta(description="Workload")]
    opened_at: datetime
    queued_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    assignee: str | None
    links: dict[str, str]


class CasePageAnswer(Answer, frozen=True, kw_only=True):
    """One page of a queue, most urgent first; `next_cursor` is null on the last one."""

    cases: tuple[CaseAnswer, ...]
    next_cursor: str | None
    total: Annotated[
        int | None, Meta(description=f"Of a narrowed queue's first page; more than {COUNTED} is {COUNTED + 1}")
    ]
    snoozes: Annotated[int, Meta(description="Snoozes that hide cases in these districts")]


class CountsAnswer(Answer, frozen=True, kw_only=True):
    """Open cases by queue, and by district and queue."""

    queues: dict[str, int]
    districts: dict[str, dict[str, int]]


class NextAnswer(Answer, frozen=True, kw_only=True):
    """The next case; null where nothing is left to do."""

    case: CaseAnswer | None


class FoundAnswer(Answer, frozen=True, kw_only=True):
    """One declaration that was found; `queue` is null where it has no open case."""

    declaration_id: str
    order_no: str
    waybill_no: str | None
    platform_code: str
    district: str | None
    trade_mode: str | None
    status: str
    received_at: datetime
    queue: str | None
    assignee: str | None


class SearchAnswer(Answer, frozen=True, kw_only=True):
    """What was found, newest first, and what the text was taken for; `more`: there are others."""

    meaning: Annotated[
        str | None,
        Meta(description="id, declaration_no, person, telephone, order_no, waybill_no, words; null: nothing found"),
    ]
    tried: tuple[str, ...]
    declarations: tuple[FoundAnswer, ...]
    more: bool


class DoneAnswer(Answer, frozen=True, kw_only=True):
    """It is done."""

    done: bool = True


class MadeAnswer(Answer, frozen=True, kw_only=True):
    """It is stored, under this id."""

    id: str


class MovedAnswer(Answer, frozen=True, kw_only=True):
    """How many cases changed hands."""

    cases: int


class ViewAnswer(Answer, frozen=True, kw_only=True):
    """A saved view; `filter` is the query of GET /v1/cases."""

    view_id: str
    name: str
    filter: str
    owner: str
    district: str | None
    mine: bool


class ViewsAnswer(Answer, frozen=True, kw_only=True):
    """One's own views and those shared with one's districts."""

    views: tuple[ViewAnswer, ...]


class SnoozeAnswer(Answer, frozen=True, kw_only=True):
    """A snooze that counts now."""

    snooze_id: str
    district: str
    kind: str
    declaration_id: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    reason: str


class SnoozesAnswer(Answer, frozen=True, kw_only=True):
    """What hides cases in one's districts now."""

    snoozes: tuple[SnoozeAnswer, ...]


class QueueSummaryAnswer(Answer, frozen=True, kw_only=True):
    """One queue; `rules` are those of the most urgent cases."""

    queue: str
    open: int
    escalated: Annotated[int, Meta(description=f"More than {COUNTED} is {COUNTED + 1}; so is unassigned")]
    unassigned: int
    oldest: CaseAnswer | None
    rules: dict[str, int]


class HandOverAnswer(Answer, frozen=True, kw_only=True):
    """What one shift leaves to the next."""

    at: datetime
    officer: str
    counts: CountsAnswer
    queues: tuple[QueueSummaryAnswer, ...]
    mine: tuple[CaseAnswer, ...]
    noted_at: Annotated[dict[str, datetime], Meta(description="When the last note was written, by declaration")]
    mine_by_rule: dict[str, int]


def case_answer(item: CaseItem) -> CaseAnswer:
    """One case."""
    line, key = item.line, str(item.declaration_id)
    return CaseAnswer(
        declaration_id=key,
        queue=item.queue.word,
        status=item.status.word,
        district=line.district,
        order_no=item.order_no,
        waybill_no=item.waybill_no,
        platform_code=line.platform_code,
        trade_mode=line.trade_mode,
        value_cny=item.value_cny,
        rules=tuple(line.rules),
        weight=line.weight,
        opened_at=line.opened_at,
        queued_at=line.queued_at,
        due_at=line.due_at,
        escalated_at=line.escalated_at,
        assignee=line.assignee,
        links={"declaration": f"/v1/declarations/{key}", "console": f"/console/cases/{key}"},
    )


def case_page_answer(page: CasePage) -> CasePageAnswer:
    """A page."""
    return CasePageAnswer(
        cases=tuple(map(case_answer, page.cases)),
        next_cursor=page.next_cursor,
        total=page.total,
        snoozes=page.snoozes,
    )


def counts_answer(counts: QueueCounts) -> CountsAnswer:
    """Counts."""
    return CountsAnswer(
        queues=_by_word(counts.by_queue),
        districts={district: _by_word(queues) for district, queues in counts.by_district.items()},
    )


def search_answer(result: SearchResult) -> SearchAnswer:
    """What was found."""
    return SearchAnswer(
        meaning=result.meaning and result.meaning.value,
        tried=tuple(each.value for each in result.tried),
        declarations=tuple(map(_found, result.found)),
        more=result.more,
    )


def view_answer(view: SavedView) -> ViewAnswer:
    """A saved view."""
    return ViewAnswer(
        view_id=str(view.view_id), name=view.name, filter=query_of(view.filter), owner=view.owner,
        district=view.district, mine=view.mine,
    )  # fmt: skip


def snooze_answer(snooze: Snooze) -> SnoozeAnswer:
    """A snooze."""
    return SnoozeAnswer(
        snooze_id=str(snooze.snooze_id), district=snooze.district, kind=snooze.kind.word,
        declaration_id=str(snooze.declaration_id), made_by=snooze.made_by, made_at=snooze.made_at,
        ends_at=snooze.ends_at, reason=snooze.reason,
    )  # fmt: skip


def hand_over_answer(summary: HandOverSummary) -> HandOverAnswer:
    """A summary."""
    return HandOverAnswer(
        at=summary.at,
        officer=summary.officer,
        counts=counts_answer(summary.counts),
        queues=tuple(map(_summed, summary.queues)),
        mine=tuple(map(case_answer, summary.mine)),
        noted_at={str(key): at for key, at in summary.noted_at.items()},
        mine_by_rule=dict(summary.mine_by_rule),
    )


def _summed(queue: QueueSummary) -> QueueSummaryAnswer:
    return QueueSummaryAnswer(
        queue=queue.queue.word, open=queue.open, escalated=queue.escalated, unassigned=queue.unassigned,
        oldest=case_answer(queue.oldest) if queue.oldest else None, rules=dict(queue.rules),
    )  # fmt: skip


def _found(found: Found) -> FoundAnswer:
    return FoundAnswer(
        declaration_id=str(found.declaration_id), order_no=found.order_no, waybill_no=found.waybill_no,
        platform_code=found.platform_code, district=found.district, trade_mode=found.trade_mode,
        status=Status(found.status).word, received_at=found.received_at,
        queue=Queue(found.queue).word if found.queue else None, assignee=found.assignee,
    )  # fmt: skip


def _by_word(queues: dict[Queue, int]) -> dict[str, int]:
    return {queue.word: count for queue, count in queues.items()}


_ID: Final = "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
_AT: Final = "2024-06-18T10:00:00+08:00"
CASE_EXAMPLE: Final[dict[str, Any]] = {
    "declaration_id": _ID, "queue": "review", "status": "held", "district": "2244", "order_no": "PF20240618000001",
    "waybill_no": "SF2406180000011", "platform_code": "3101960P01", "trade_mode": "9610", "value_cny": "128.78",
    "rules": ["WGT-01"], "weight": 10, "opened_at": _AT, "queued_at": _AT, "due_at": "2024-06-18T11:00:00+08:00",
    "escalated_at": None, "assignee": "OFFICER1",
    "links": {"declaration": f"/v1/declarations/{_ID}", "console": f"/console/cases/{_ID}"},
}  # fmt: skip
PAGE_EXAMPLE: Final = {"cases": [CASE_EXAMPLE], "next_cursor": None, "total": 1, "snoozes": 0}
_QUEUES: Final = {"review": 12, "inspection": 3, "suspended": 0, "overdue": 1, "amended": 0, "awaiting": 4}
COUNTS_EXAMPLE: Final = {"queues": _QUEUES, "districts": {"2244": _QUEUES}}
SEARCH_EXAMPLE: Final = {
    "meaning": "order_no", "tried": ["order_no", "waybill_no", "words"], "more": False,
    "declarations": [{
        "declaration_id": _ID, "order_no": "PF20240618000001", "waybill_no": "SF2406180000011",
        "platform_code": "3101960P01", "district": "2244", "trade_mode": "9610", "status": "held",
        "received_at": _AT, "queue": "review", "assignee": None,
    }],
}  # fmt: skip
VIEW_EXAMPLE: Final = {
    "view_id": _ID, "name": "高价奶粉", "filter": "queue=review&value_from_cny=1000", "owner": "OFFICER1",
    "district": "2244", "mine": True,
}  # fmt: skip
SNOOZE_EXAMPLE: Final = {
    "snooze_id": _ID, "district": "2244", "kind": "buyer", "declaration_id": _ID, "made_by": "OFFICER1",
    "made_at": _AT, "ends_at": "2024-06-21T10:00:00+08:00", "reason": "待企业说明",
}  # fmt: skip
HAND_OVER_EXAMPLE: Final = {
    "at": _AT, "officer": "OFFICER1", "counts": COUNTS_EXAMPLE, "mine": [CASE_EXAMPLE],
    "noted_at": {_ID: _AT}, "mine_by_rule": {"WGT-01": 1},
    "queues": [{
        "queue": "review", "open": 12, "escalated": 2, "unassigned": 9, "oldest": CASE_EXAMPLE,
        "rules": {"WGT-01": 7, "RSK-02": 5},
    }],
}  # fmt: skip
