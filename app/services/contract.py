"""The services as the routers see them: what a request may ask for, and which errors it may meet.

All methods raise the errors of `app.errors` (NotFound, Forbidden, Conflict, Unavailable). The implementation is
wired in `app.main` as `app.state.services`.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.facts import Facts
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


class Services(Protocol):
    """Everything a router may call."""

    async def authenticate(self, key: str) -> Caller:
        """The caller of an API key; Unauthenticated for an unknown or revoked one."""

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
    """An assessment shown rule by rule."""

    facts: Facts
