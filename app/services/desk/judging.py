"""Judging: whether an officer may do an act on a declaration as it stands, and what it then comes to.

Pure: looks at the head and the caller, changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.ceb import texts
from app.domain.decision import Outcome
from app.domain.duties import Permission
from app.domain.lifecycle import SEVERE, Act, Status, allowed
from app.domain.period import shanghai_day
from app.domain.queues import Queue
from app.errors import Conflict, Malformed
from app.repositories.heads import Head
from app.rules.kernel import Text
from app.rules.officers_work import officers_work
from app.services.desk.change import Approved, Change, Decision, ProposalStale, SecondOfficerNeeded
from app.services.filings import Caller
from app.services.office.rights import demand_right
from app.services.reading import visible

Judge = Callable[[Head], Change]

# What an officer may ask for; the others follow from documents, deadlines and the declarant.
OFFICERS_ACTS: Final = (
    Act.RELEASE,
    Act.INSPECT,
    Act.CONFORM,
    Act.REQUEST_DOCUMENTS,
    Act.AMEND,
    Act.REFUSE,
    Act.SUSPEND,
    Act.RESUME,
    Act.CONCLUDE,
    Act.CLOSE,
    Act.RELEASE_DESPITE,
    Act.RETURN,
    Act.DETAIN,
    Act.LIFT_DETENTION,
    Act.CORRECT,
)
# These need no assessment: a dossier whose papers never came can be refused, and its papers asked for once more.
_WITHOUT_ASSESSMENT: Final = frozenset({Act.REFUSE, Act.AMEND, Act.REQUEST_DOCUMENTS})
# Where it goes on follows from what was laid aside.
_TAKES_UP: Final = frozenset({Act.RESUME, Act.LIFT_DETENTION})
_TOLD_WHY: Final = frozenset({Act.REFUSE, Act.AMEND})
LONGEST_WAIT: Final = timedelta(days=90)  # for documents that an officer asks for
_AWAITED: Final = (Queue.AWAITING, Queue.OVERDUE)


def permission_for(act: Act) -> Permission:
    """What an officer must be allowed who does or proposes an act."""
    return Permission.CORRECT if act is Act.CORRECT else Permission.WORK_CASES


def needs_second(act: Act, size: int, at: datetime) -> bool:
    """Whether one officer alone may not do this to so many declarations."""
    return act in SEVERE or size > officers_work(shanghai_day(at)).bulk_alone


def demand_decision(decision: Decision) -> None:
    """Malformed where a decision is none that an officer may take."""
    if decision.act not in OFFICERS_ACTS:
        raise Malformed(f"An officer cannot {decision.act}.", zh="关员不能执行此操作。")
    if not decision.reason.strip():
        raise Malformed("Give a reason.", zh="请填写理由。")
    if decision.act is Act.DETAIN and decision.status is None:
        raise Malformed("Say to whom the detained goods are handed over.", zh="请选择扣留移送的部门。")


def judge_for(caller: Caller, decision: Decision, size: int, at: datetime, approved: Approved | None = None) -> Judge:
    """The judge of one decision on so many declarations; raises at once what holds for all of them."""
    demand_decision(decision)
    if approved is None:
        demand_right(caller, permission_for(decision.act))
        if needs_second(decision.act, size, at):
            raise SecondOfficerNeeded
    return judge_proposed(caller, decision, at, approved)


def judge_proposed(caller: Caller, decision: Decision, at: datetime, approved: Approved | None = None) -> Judge:
    """As `judge_for`, for what is only proposed, or was."""

    def judged(head: Head) -> Change:
        visible(head, caller)
        if approved and approved.after.get(head.declaration_id) != (head.version, head.transitions):
            raise ProposalStale
        status = _status_after(head, decision)
        if head.outcome is None and decision.act not in _WITHOUT_ASSESSMENT:
            # Inspected, it would wait for ever: late documents are assessed only while it is held.
            raise Conflict(
                "Documents are missing, so nothing was assessed; it cannot be released or inspected, only refused.",
                zh="单证不齐，尚未审核：不能放行或查验，只能退单。",
            )
        due_at = _due_at(decision, at)
        return Change(decision.act, status, _text(decision, status, due_at), decision.reason, due_at)

    return judged


def arrived(head: Head) -> Change:
    """The papers that an officer asked for are there."""
    if Status.HELD not in allowed(head.state, Act.DOCUMENTS_ARRIVED) or head.queue not in _AWAITED:
        raise Conflict("No documents are awaited for this declaration.", zh="该清单没有待补充的单证。")
    return Change(Act.DOCUMENTS_ARRIVED, Status.HELD, texts.of_status(Status.HELD), "")


def possible_acts(head: Head) -> tuple[Act, ...]:
    """What officers may do with a declaration as it stands, whoever they are."""
    return tuple(
        act
        for act in OFFICERS_ACTS
        if allowed(head.state, act) and (head.outcome is not None or act in _WITHOUT_ASSESSMENT)
    )


def _status_after(head: Head, decision: Decision) -> Status:
    ways = allowed(head.state, decision.act)
    if not ways:
        raise wrong_state(head.state, decision.act)
    if decision.act in _TAKES_UP:
        return Status.INSPECTION if head.uninspected else Status.HELD
    if decision.status is not None:
        if decision.status not in ways:
            raise wrong_state(head.state, decision.act)
        return decision.status
    (status,) = ways
    return status


def _due_at(decision: Decision, at: datetime) -> datetime | None:
    if decision.act is not Act.REQUEST_DOCUMENTS:
        return None
    minutes = officers_work(shanghai_day(at)).minutes(Queue.AWAITING)
    due_at = decision.due_at or at + timedelta(minutes=minutes)
    if due_at <= at:
        raise Malformed("The deadline for the documents has passed already.", zh="补充单证的期限已过。")
    if due_at > at + LONGEST_WAIT:  # the case would lie in no queue that anybody works on
        days = LONGEST_WAIT.days
        raise Malformed(f"The deadline is to be within {days} days.", zh=f"补充单证的期限应在 {days} 天之内。")
    return due_at


def _text(decision: Decision, status: Status, due_at: datetime | None) -> Text:
    if decision.act in _TOLD_WHY:
        return texts.by_officer(Outcome.REFUSED, decision.reason)
    if due_at is not None:
        return texts.documents_wanted(decision.reason, due_at)
    return texts.of_status(status)


def wrong_state(state: Status, act: Act) -> Conflict:
    """What an officer is told whose decision comes too late, or does not fit."""
    takes = [each for each in Status if allowed(each, act)]
    leads = "、".join(dict.fromkeys(after.chinese for each in takes for after in sorted(allowed(each, act))))
    return Conflict(
        f"The status of the declaration is {state.word}; an officer may {act.replace('_', ' ')} only where it is "
        f"{' or '.join(each.word for each in takes)}.",
        zh=f"清单当前状态为“{state.chinese}”，"
        f"只有“{'”或“'.join(each.chinese for each in takes)}”状态的清单可以{leads}。",
    )
