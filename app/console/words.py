"""What states, queues and roles are called on pages; English here, Chinese in the catalogue."""

import enum
from typing import Final

from app.console.language import N_
from app.domain.duties import Duty
from app.domain.queues import Queue

_STATUS: Final[dict[str, str]] = {
    "collecting": N_("Collecting"),
    "staged": N_("Staged"),
    "waiting": N_("Waiting for documents"),
    "held": N_("Held (review)"),
    "inspection": N_("Inspection"),
    "released": N_("Released"),
    "refused": N_("Refused"),
    "cancelled": N_("Withdrawn by the declarant"),
    "concluded": N_("Concluded"),
    "detained_customs": N_("Detained (customs)"),
    "detained_anti_smuggling": N_("Detained (anti-smuggling)"),
    "detained_legal": N_("Detained (legal)"),
    "detained_other": N_("Detained (other)"),
    "suspended": N_("Suspended"),
    "returned": N_("Returned abroad"),
    "closed": N_("Closed"),
}
_QUEUE: Final[dict[Queue, str]] = {
    Queue.CLOSED: N_("Case closed"),
    Queue.REVIEW: N_("Review"),
    Queue.INSPECTION: N_("Inspection"),
    Queue.SUSPENDED: N_("Suspended"),
    Queue.OVERDUE: N_("Documents overdue"),
    Queue.AMENDED: N_("Amended again"),
    Queue.AWAITING: N_("Awaiting documents"),
}
_DUTY: Final[dict[Duty, str]] = {
    Duty.EXAMINER: N_("Examiner"),
    Duty.SUPERVISOR: N_("Supervisor"),
    Duty.ANALYST: N_("Analyst"),
    Duty.AUDITOR: N_("Auditor"),
    Duty.ADMINISTRATOR: N_("Administrator"),
}
# States of officers, risk profiles, tables and proposals.
_OTHERS: Final = {
    "invited": N_("Invited"),
    "active": N_("Active"),
    "locked": N_("Locked"),
    "draft": N_("Draft"),
    "rehearsed": N_("Rehearsed"),
    "shadow": N_("Shadow"),
    "proposed": N_("Proposed"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Taken back"),
    "in_force": N_("In force"),
    "retired": N_("Retired"),
    "conforms": N_("Conforms"),
    "refuse": N_("Refuse"),
    "amend": N_("Amend"),
}
# The colour of a badge says how a thing stands: good, bad, wait, calm; anything else is plain.
_TONES: Final = {
    "released": "good",
    "active": "good",
    "approved": "good",
    "in_force": "good",
    "conforms": "good",
    "refused": "bad",
    "detained_customs": "bad",
    "detained_anti_smuggling": "bad",
    "detained_legal": "bad",
    "detained_other": "bad",
    "returned": "bad",
    "overdue": "bad",
    "rejected": "bad",
    "locked": "bad",
    "held": "wait",
    "review": "wait",
    "inspection": "wait",
    "suspended": "wait",
    "amended": "wait",
    "awaiting": "calm",
    "waiting": "calm",
    "shadow": "calm",
    "draft": "calm",
    "invited": "calm",
}


def word_of(value: object) -> str:
    """What to call a state, queue or role, in English; other values are called by their own word."""
    if isinstance(value, Queue):
        return _QUEUE[value]
    if isinstance(value, Duty):
        return _DUTY[value]
    plain = _plain(value)
    return _STATUS.get(plain) or _BY_WORD.get(plain) or plain.replace("_", " ").capitalize()


def tone_of(value: object) -> str:
    """The tone of its badge."""
    return _TONES.get(_plain(value), "plain")


def _plain(value: object) -> str:
    if isinstance(value, enum.IntEnum):
        return value.name.lower()
    return str(value)


_BY_WORD: Final = (
    _OTHERS | {str(duty): text for duty, text in _DUTY.items()} | {queue.word: text for queue, text in _QUEUE.items()}
)
