"""The services as the routers see them: what a request may ask for, and which errors it may meet.

All methods raise the errors of `app.errors` (NotFound, Forbidden, Conflict, Unavailable). The implementation is
wired in `app.main` as `app.state.services`.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.decision import Assessment
from app.rules.explanation import RuleTrace
from app.rules.replay import ReplayResult
from app.services.filings import (
    Caller,
    DeclarationFilter,
    DeclarationView,
    FeedEntry,
    OfficerAction,
    Page,
    Submission,
    SubmissionAnswer,
)
from app.services.idempotency_contract import IdempotencyStore


class Doorkeeper(Protocol):
    """What every process has that answers requests: the intake's workers, and the office's."""

    @property
    def idempotency(self) -> IdempotencyStore:
        """The store of idempotency keys."""

    async def ready(self) -> tuple[str, ...]:
        """What keeps this process from taking work (``database``, ``lane`` …); empty when it is ready."""

    async def authenticate(self, key: str) -> Caller:
        """The caller of an API key; Unauthenticated for an unknown or revoked one."""


class Room(Protocol):
    """How many lone filings may be under way."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def held_by(self, party: str) -> AbstractContextManager[None]:
        """The same of a sender that is known: no party takes the room of all."""


class Services(Doorkeeper, Protocol):
    """Everything a router may call."""

    @property
    def admission(self) -> Room:
        """Entered for a lone filing before its body is read; Unavailable where it would have to wait too long."""

    def demand_room(self) -> None:
        """Unavailable when no list of filings is taken now: asked before a body is read."""

    async def file(self, submissions: list[Submission]) -> list[SubmissionAnswer | Exception]:
        """File, assess and commit; one result each, in order. An error of ours takes the place of its answer only."""

    async def declaration(self, caller: Caller, declaration_id: UUID) -> DeclarationView:
        """One declaration; NotFound where it does not exist or is not the caller's to see."""

    async def declarations(self, caller: Caller, narrowed: DeclarationFilter, cursor: str | None, limit: int) -> Page:
        """The caller's declarations (an officer's: of the assigned districts), newest first."""

    async def explanation(self, caller: Caller, declaration_id: UUID) -> "Explanation":
        """The full trace of the latest assessment by replay."""

    async def cancel(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> DeclarationView:
        """Withdraw a declaration; Conflict when its state does not allow it."""

    async def decide(
        self, caller: Caller, declaration_id: UUID, action: OfficerAction, reason: str, at: datetime
    ) -> DeclarationView:
        """An officer's decision on a held parcel; of concurrent officers one wins, the other meets Conflict."""

    async def receipts(self, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:
        """The receipts addressed to the caller after a cursor (None: from the beginning)."""


class Explanation(Protocol):
    """A decision shown rule by rule: the assessment on record, and what this build's rules say of the same parcel."""

    @property
    def view(self) -> DeclarationView:
        """The declaration."""

    @property
    def assessment(self) -> Assessment:
        """The assessment on record."""

    @property
    def traces(self) -> tuple[RuleTrace, ...]:
        """Every rule in force on the acceptance day, those that passed too."""

    @property
    def replay(self) -> ReplayResult:
        """Whether the traces are those of the decision on record, else what differs."""
