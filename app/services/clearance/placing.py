"""Placing cases: which declarations of a unit come to the officers, move or leave, and what their cases say.

Called after everything was decided in memory and before it is written: the head keeps the queue of its case, so both
move together or not at all. A parcel that is released or refused at once has no case, and costs a comparison here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.dossier import Declaration
from app.domain.lifecycle import Act, Status
from app.domain.period import shanghai_day
from app.domain.queues import Queue, queue_of
from app.repositories.cases import CaseRow, Left, Placed, cases_placed
from app.repositories.heads import Head
from app.repositories.together import Statement
from app.rules.officers_work import officers_work
from app.security.blind_index import item_index
from app.security.tags import Tags
from app.services.clearance.assessing import Assessed

_WITH_OFFICER = (Status.HELD, Status.INSPECTION)


def cases_of_unit(
    heads: Iterable[Head], assessed: Mapping[UUID, Assessed], tags: Tags, lane: int
) -> list[Statement | None]:
    """What a unit of the intake does to cases: what it assessed comes to the officers, what they lost is closed."""
    placed, left = [], []
    for head in heads:
        if head.state in _WITH_OFFICER:
            if (seen := assessed.get(head.declaration_id)) is not None:
                placed.append(_assessed(head, seen, tags))
        elif head.queue:
            left.append(leave(head, head.updated_at))
    return cases_placed(placed, left, lane)


def place(head: Head, act: Act, at: datetime, tags: Tags, due_at: datetime | None = None) -> Placed:
    """The case of a declaration that an officer, or a deadline, moved; what it said of the parcel stays.

    Where there was no case before, the row says what the head alone knows.
    """
    rules: list[str] = []
    row = _row(head, queue_of(head.state, act, watched=head.watched), at, 1, rules, _tags_of_head(head, tags))
    if due_at is not None:
        row.due_at = due_at
    # What a former version was held for is not what this one is held for.
    return _placed(head, row, described=act is Act.HOLD)


def leave(head: Head, at: datetime) -> Left:
    """The end of an open case."""
    left = Left(head.declaration_id, head.customs_code or "", head.queue, at)
    head.queue = Queue.CLOSED
    return left


def _assessed(head: Head, seen: Assessed, tags: Tags) -> Placed:
    declaration = seen.candidate.documents.declaration
    rules = list(dict.fromkeys(finding.rule_id for finding in seen.assessment.findings))
    found = dict.fromkeys([*_tags_of_head(head, tags), *map(tags.rule, rules), *_tags_of_goods(declaration, tags)])
    queue = queue_of(head.state, Act.ASSESS, watched=head.watched)
    row = _row(head, queue, head.updated_at, len(declaration.items), rules, list(found))
    return _placed(head, row, described=True)


def _placed(head: Head, row: CaseRow, *, described: bool) -> Placed:
    placed = Placed(row, head.queue, described)
    head.queue = row.queue
    return placed


def _row(head: Head, queue: Queue, at: datetime, items: int, rules: list[str], tags: list[int]) -> CaseRow:
    work = officers_work(shanghai_day(at))
    return CaseRow(
        declaration_id=head.declaration_id,
        queue=queue,
        district=head.customs_code or "",
        opened_at=at,
        queued_at=at,
        due_at=at + timedelta(minutes=work.minutes(queue)),
        escalated_at=None,
        closed_at=None,
        assignee=None,
        assigned_at=None,
        touched_at=at,
        version=head.version,
        weight=work.weight(items),
        value=head.dutiable_value or 0,
        platform_code=head.platform_code,
        trade_mode=head.trade_mode or "",
        rules=rules,
        tags=tags,
        noted=[],
    )


def _tags_of_head(head: Head, tags: Tags) -> list[int]:
    found = [tags.platform(head.platform_code)]
    if head.trade_mode:
        found.append(tags.trade_mode(head.trade_mode))
    if head.buyer_index:
        found.append(tags.buyer(head.buyer_index))
    if head.telephone_index is not None:
        found.append(tags.telephone(head.telephone_index))
    if head.address_index is not None:
        found.append(tags.address(head.address_index))
    return found


def _tags_of_goods(declaration: Declaration, tags: Tags) -> list[int]:
    found: list[int] = []
    for item in declaration.items:
        found += tags.code_heads(item.hs_code)
        found += tags.words(f"{item.goods_name} {item.item_name or ''}")
        if item.item_no:
            found.append(tags.item(item_index(declaration.platform_code, item.item_no)))
    return found
