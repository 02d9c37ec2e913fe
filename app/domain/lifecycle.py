"""The states of a declaration and the allowed changes between them, as one table.

Waiting is a state, not a decision: a dossier is assessed when all four documents are there. Numbers in comments are
the official return statuses (cbec: returnStatus, XSD annotations and [SPEC22]).
"""

import enum

from app.domain.decision import Outcome


class Status(enum.IntEnum):
    """The state of a declaration. Stored as the number; shown as `word`."""

    COLLECTING = 0  # documents came, the declaration did not; shown to nobody as a declaration
    STAGED = 1  # 1 暂存: stored, takes no part
    WAITING = 2  # 2 申报中: declared, a document is missing
    HELD = 300  # 人工审核
    INSPECTION = 500  # 查验
    RELEASED = 800  # 放行
    REFUSED = 100  # 退单
    CANCELLED = 900  # withdrawn by the declarant; no official number of its own
    CONCLUDED = 399  # 审结
    DETAINED_CUSTOMS = 501  # 扣留移送通关
    DETAINED_ANTI_SMUGGLING = 502  # 扣留移送缉私
    DETAINED_LEGAL = 503  # 扣留移送法规
    DETAINED_OTHER = 599  # 其它扣留
    SUSPENDED = 600  # 挂起
    RETURNED = 700  # 退运
    CLOSED = 899  # 结关

    @property
    def word(self) -> str:
        """The word used in JSON: ``held``, ``detained_customs``."""
        return _WORDS[self]

    @property
    def chinese(self) -> str:
        """The word in Chinese sentences: ``人工审核``."""
        return _CHINESE[self]

    @classmethod
    def from_word(cls, word: str) -> "Status":
        """The inverse of `word`; ValueError for another word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not a status") from None

    @property
    def return_status(self) -> str:
        """The official return status; a cancelled declaration is reported as refused (退单)."""
        return _RETURN_STATUS[self]


_RETURN_STATUS = {status: "100" if status is Status.CANCELLED else str(status.value) for status in Status}
_WORDS = {status: status.name.lower() for status in Status}
_CHINESE = {
    Status.COLLECTING: "待申报",
    Status.STAGED: "暂存",
    Status.WAITING: "申报中",
    Status.HELD: "人工审核",
    Status.INSPECTION: "查验",
    Status.RELEASED: "放行",
    Status.REFUSED: "退单",
    Status.CANCELLED: "已撤销",
    Status.CONCLUDED: "审结",
    Status.DETAINED_CUSTOMS: "扣留移送通关",
    Status.DETAINED_ANTI_SMUGGLING: "扣留移送缉私",
    Status.DETAINED_LEGAL: "扣留移送法规",
    Status.DETAINED_OTHER: "其它扣留",
    Status.SUSPENDED: "挂起",
    Status.RETURNED: "退运",
    Status.CLOSED: "结关",
}


class Act(enum.StrEnum):
    """What moves a declaration."""

    DECLARE = "declare"  # first stored as declared, or a new version after a refusal
    ASSESS = "assess"
    CANCEL = "cancel"  # by the declarant
    RELEASE = "release"  # the others by an officer, or by the deadline
    REFUSE = "refuse"
    INSPECT = "inspect"
    HOLD = "hold"  # a waiting dossier that passed its deadline goes to an officer
    CONFORM = "conform"  # the inspection found what was declared
    AMEND = "amend"  # refused for now: the declarant is to file it anew, and an officer will look at that
    RELEASE_DESPITE = "release_despite"  # the inspection found something else, and it is released all the same
    SUSPEND = "suspend"
    RESUME = "resume"
    RETURN = "return"  # abroad
    DETAIN = "detain"
    CONCLUDE = "conclude"  # the papers are done with, the parcel is not released yet
    CLOSE = "close"
    CORRECT = "correct"  # a mistaken release is taken back
    REQUEST_DOCUMENTS = "request_documents"
    DOCUMENTS_ARRIVED = "documents_arrived"
    OVERDUE = "overdue"  # the documents that were asked for did not come in time
    LIFT_DETENTION = "lift_detention"  # what was detained comes back from those it was handed to


# As they are stored; a number is never given twice.
ACT_NUMBERS = {
    Act.DECLARE: 1,
    Act.ASSESS: 2,
    Act.CANCEL: 3,
    Act.RELEASE: 4,
    Act.REFUSE: 5,
    Act.INSPECT: 6,
    Act.HOLD: 7,
    Act.CONFORM: 8,
    Act.AMEND: 9,
    Act.RELEASE_DESPITE: 10,
    Act.SUSPEND: 11,
    Act.RESUME: 12,
    Act.RETURN: 13,
    Act.DETAIN: 14,
    Act.CONCLUDE: 15,
    Act.CLOSE: 16,
    Act.CORRECT: 17,
    Act.REQUEST_DOCUMENTS: 18,
    Act.DOCUMENTS_ARRIVED: 19,
    Act.OVERDUE: 20,
    Act.LIFT_DETENTION: 21,
}
# Two officers are needed, into custody and out of it; the database holds the same list (`models.evidence`).
SEVERE = frozenset({Act.RELEASE_DESPITE, Act.RETURN, Act.DETAIN, Act.LIFT_DETENTION, Act.CORRECT})
DETAINED = frozenset(
    {Status.DETAINED_CUSTOMS, Status.DETAINED_ANTI_SMUGGLING, Status.DETAINED_LEGAL, Status.DETAINED_OTHER}
)

STATUS_OF_OUTCOME = {
    Outcome.RELEASED: Status.RELEASED,
    Outcome.HELD: Status.HELD,
    Outcome.INSPECTION: Status.INSPECTION,
    Outcome.REFUSED: Status.REFUSED,
}

_UNDER_REVIEW = (Status.HELD, Status.CONCLUDED)
_WITH_OFFICER = (*_UNDER_REVIEW, Status.INSPECTION)
_STOPPED = (*_WITH_OFFICER, Status.SUSPENDED)
_TAKEN_UP = frozenset({Status.HELD, Status.INSPECTION})
TRANSITIONS: dict[tuple[Status, Act], frozenset[Status]] = {
    (Status.COLLECTING, Act.DECLARE): frozenset({Status.WAITING}),
    (Status.STAGED, Act.DECLARE): frozenset({Status.WAITING}),
    (Status.REFUSED, Act.DECLARE): frozenset({Status.WAITING}),
    (Status.CANCELLED, Act.DECLARE): frozenset({Status.WAITING}),
    (Status.WAITING, Act.ASSESS): frozenset(STATUS_OF_OUTCOME.values()),
    # An officer took a dossier whose papers never came; when they do come, it is assessed all the same.
    (Status.HELD, Act.ASSESS): frozenset(STATUS_OF_OUTCOME.values()),
    (Status.WAITING, Act.HOLD): frozenset({Status.HELD}),
    (Status.STAGED, Act.CANCEL): frozenset({Status.CANCELLED}),
    (Status.WAITING, Act.CANCEL): frozenset({Status.CANCELLED}),
    (Status.HELD, Act.CANCEL): frozenset({Status.CANCELLED}),
    **{(status, Act.RELEASE): frozenset({Status.RELEASED}) for status in _UNDER_REVIEW},
    **{(status, Act.INSPECT): frozenset({Status.INSPECTION}) for status in _UNDER_REVIEW},
    (Status.HELD, Act.CONCLUDE): frozenset({Status.CONCLUDED}),
    (Status.INSPECTION, Act.CONFORM): frozenset({Status.RELEASED}),
    (Status.INSPECTION, Act.RELEASE_DESPITE): frozenset({Status.RELEASED}),
    **{(status, Act.REFUSE): frozenset({Status.REFUSED}) for status in _STOPPED},
    **{(status, Act.AMEND): frozenset({Status.REFUSED}) for status in _STOPPED},
    **{(status, Act.SUSPEND): frozenset({Status.SUSPENDED}) for status in _WITH_OFFICER},
    # An inspection that has no result goes on: laid aside and taken up again, it would be released without one.
    (Status.SUSPENDED, Act.RESUME): _TAKEN_UP,
    **{(status, Act.LIFT_DETENTION): _TAKEN_UP for status in sorted(DETAINED)},
    **{(status, Act.DETAIN): DETAINED for status in _STOPPED},
    **{(status, Act.RETURN): frozenset({Status.RETURNED}) for status in (*_STOPPED, *sorted(DETAINED))},
    (Status.RELEASED, Act.CORRECT): frozenset({Status.HELD}),
    (Status.RELEASED, Act.CLOSE): frozenset({Status.CLOSED}),
    # These leave it held and move its case from one queue to another.
    (Status.HELD, Act.REQUEST_DOCUMENTS): frozenset({Status.HELD}),
    (Status.HELD, Act.DOCUMENTS_ARRIVED): frozenset({Status.HELD}),
    (Status.HELD, Act.OVERDUE): frozenset({Status.HELD}),
}

# A newer message of a document wins while the declaration is neither held nor released (architecture, "Corrections").
OPEN_FOR_CORRECTION = frozenset({Status.COLLECTING, Status.STAGED, Status.WAITING, Status.REFUSED, Status.CANCELLED})


def allowed(status: Status, act: Act) -> frozenset[Status]:
    """The states that `act` may lead to from `status`; empty where it is not allowed."""
    return TRANSITIONS.get((status, act), frozenset())
