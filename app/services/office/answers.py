"""What the services of proposals answer with."""

import enum
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.domain.lifecycle import Act, Status
from app.services.desk import Decided


class Verdict(enum.IntEnum):
    """How a proposal was answered; stored as the number."""

    APPROVED = 1
    REJECTED = 2
    WITHDRAWN = 3


ANSWERED: Final = {each: each.name.lower() for each in Verdict}


class NewProposal(msgspec.Struct, frozen=True):
    """A proposal that was made (None where nothing could be proposed), and each declaration's answer."""

    proposal_id: UUID | None
    results: tuple[Decided, ...]


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of open proposals."""

    proposal_id: UUID
    act: Act
    status: Status
    proposed_by: str
    proposed_at: datetime
    size: int
    declaration_ids: tuple[UUID, ...]


class Proposal(Proposed, frozen=True, kw_only=True):
    """One proposal. `moved`: declarations that changed since, for which it does not hold any more."""

    reason: str
    moved: frozenset[UUID]
    verdict: Verdict | None
    answered_by: str | None
    lapsed: bool


class Answered(msgspec.Struct, frozen=True):
    """An answered proposal; for an approved one, what became of each declaration."""

    verdict: Verdict
    results: tuple[Decided, ...]
