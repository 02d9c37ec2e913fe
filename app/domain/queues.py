"""The officers' queues."""

import enum

from app.domain.lifecycle import Act, Status


class Queue(enum.IntEnum):
    """Where a case waits. Stored as the number; a number is never given twice."""

    CLOSED = 0  # no longer an officer's
    REVIEW = 1  # 人工审核: held (300)
    INSPECTION = 2  # 查验: to be inspected (500)
    SUSPENDED = 3  # 挂起: suspended (600)
    OVERDUE = 4  # 单证逾期: documents did not come before their deadline
    AMENDED = 5  # 改单复核: amended again after an officer asked for it
    AWAITING = 6  # 待补单证: an officer asked for documents, the deadline has not passed

    @property
    def word(self) -> str:
        """The word of addresses and JSON: ``review``."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Queue":
        """The inverse of `word`; ValueError for another word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not a queue") from None


def queue_of(status: Status, act: Act, *, watched: bool = False) -> Queue:
    """The queue that an act leads to; `watched`: an officer asked for an amendment, and none decided on it since."""
    match status:
        case Status.HELD if act is Act.REQUEST_DOCUMENTS:
            return Queue.AWAITING
        case Status.HELD if act in (Act.HOLD, Act.OVERDUE):
            return Queue.OVERDUE
        case Status.HELD | Status.INSPECTION if watched:
            return Queue.AMENDED
        case Status.HELD | Status.CONCLUDED:
            return Queue.REVIEW
        case Status.INSPECTION:
            return Queue.INSPECTION
        case Status.SUSPENDED:
            return Queue.SUSPENDED
        case _:
            return Queue.CLOSED
