"""What is asked of the desk, what was judged lawful, and what became of it: one value for each declaration."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.domain.lifecycle import Act, Status
from app.errors import Conflict, TongguanError
from app.rules.kernel import Text


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer decides, for one declaration or many. `status` where an act may lead to several (detain)."""

    act: Act
    reason: str
    status: Status | None = None
    due_at: datetime | None = None  # of documents that are asked for


class Approved(msgspec.Struct, frozen=True):
    """The proposal that a second officer carries out, and where each of its declarations stood when it was made."""

    proposal_id: UUID
    proposed_by: str
    after: dict[UUID, tuple[int, int]]  # version and number of the latest transition


class Change(msgspec.Struct, frozen=True):
    """An act that was judged lawful: what it does and what the parties are told."""

    act: Act
    status: Status
    text: Text
    reason: str
    due_at: datetime | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one declaration: done (now or, by the same officer, before), or why not."""

    declaration_id: UUID
    status: Status | None  # as it is now; None where the caller may not know
    refusal: TongguanError | None = None

    @property
    def done(self) -> bool:
        """Whether what was asked for holds."""
        return self.refusal is None


class SecondOfficerNeeded(Conflict):
    """One officer alone may not do this: it is to be proposed, and another one approves."""

    code = "second_officer_needed"

    def __init__(self) -> None:
        super().__init__(
            "This needs a second officer: propose it, and another officer of the district approves.",
            zh="此操作须由第二名关员复核：请先提出建议，由本关区另一名关员批准。",
        )


class ManySmallRequests(SecondOfficerNeeded):
    """With what the officer decided on of late in the same way, this is more than one officer decides alone."""

    def __init__(self, most: int, minutes: int) -> None:
        Conflict.__init__(
            self,
            f"With what you decided on in the same way within {minutes} minutes these are more than {most}: propose "
            f"them, and another officer of the district approves.",
            zh=f"连同您 {minutes} 分钟内所作的相同批量处理，已超过 {most} 票：请先提出建议，由本关区另一名关员批准。",
        )


class ProposalStale(Conflict):
    """A declaration moved on since something was proposed for it."""

    code = "proposal_stale"

    def __init__(self) -> None:
        super().__init__(
            "The declaration changed since this was proposed; reject or withdraw the proposal and look again.",
            zh="清单在提出建议后已发生变化：请驳回或撤回该建议，重新查看后处理。",
        )
