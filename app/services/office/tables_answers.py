"""Answering a draft: a second person approves or rejects it, its own proposer may withdraw it.

An approval is one transaction: the table becomes the version in force exactly as the command line's import does, the
answer is stored, all of it is audited. The database refuses what this service would have refused.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from app.domain.duties import Permission, demand
from app.errors import Conflict, Forbidden
from app.models.table_drafts import APPROVED, REJECTED, WITHDRAWN
from app.repositories import table_drafts
from app.repositories.table_drafts import AnswerRow
from app.rules.rulebook import RuleBook
from app.services.audit import Act, Fact, record_acts
from app.services.books import load_book
from app.services.clerk import Clerk, changing_registers, checked_reason
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.proposers import demand_proposer
from app.services.office.tables import Tables, demand_open, is_of
from app.services.office.tables_law import content_of
from app.services.office.tables_parties import parties_difference, registers_digest
from app.services.office.tables_reading import draft_of, parties_of
from app.services.office.tables_views import DraftView, Made, Rehearsal
from app.services.party_import import import_parties
from app.services.reference_import import PARTIES, go_back, note_version
from app.services.reference_tables import Provenance, import_draft, version_before


class TableAnswers:
    """Approving, rejecting and withdrawing drafts."""

    def __init__(self, backing: Backing, tables: Tables) -> None:
        self._backing = backing
        self._pool = backing.pool
        self._tables = tables

    async def approve(self, caller: Caller, draft_id: UUID, note: str, at: datetime) -> DraftView:
        """The draft counts from now on; Forbidden for its proposer, Conflict without a rehearsal that passed."""
        demand(caller.duties, Permission.APPROVE_TABLES)
        draft = await self._tables.draft(caller, draft_id)
        demand_open(draft)
        _demand_other(caller, draft)
        rehearsal = None if draft.is_step_back else _passed(draft)
        try:
            async with (
                borrowed(self._pool) as connection,
                changing_registers(connection, caller.party_code, at) as clerk,
            ):
                await demand_proposer(connection, draft.row.proposed_by, Permission.EDIT_TABLES)
                await self._demand_same_law(connection, draft, rehearsal)
                made = await self._made(clerk, draft)
                await table_drafts.add_answer(connection, _answer(caller, draft, APPROVED, note, at, rehearsal, made))
                clerk.acts.append(Act("table.approve", _facts(draft, rehearsal)))
        except asyncpg.UniqueViolationError:
            raise _answered() from None
        return await self._tables.draft(caller, draft_id)

    async def reject(self, caller: Caller, draft_id: UUID, note: str, at: datetime) -> DraftView:
        """A second person says no, with a reason."""
        demand(caller.duties, Permission.APPROVE_TABLES)
        draft = await self._tables.draft(caller, draft_id)
        _demand_other(caller, draft)
        return await self._turn_down(caller, draft, REJECTED, checked_reason(note), at)

    async def withdraw(self, caller: Caller, draft_id: UUID, note: str, at: datetime) -> DraftView:
        """The proposer takes a draft back."""
        demand(caller.duties, Permission.EDIT_TABLES)
        draft = await self._tables.draft(caller, draft_id)
        if draft.row.proposed_by != caller.party_code:
            raise Forbidden(
                "Only who proposed a draft withdraws it; reject it with a reason instead.",
                zh="只有提出人可以撤回草稿；其他人请驳回并说明理由。",
            )
        return await self._turn_down(caller, draft, WITHDRAWN, note.strip(), at)

    async def _turn_down(self, caller: Caller, draft: DraftView, verdict: int, note: str, at: datetime) -> DraftView:
        demand_open(draft)
        act = "table.reject" if verdict == REJECTED else "table.withdraw"
        try:
            async with borrowed(self._pool) as connection, connection.transaction():
                await table_drafts.add_answer(connection, _answer(caller, draft, verdict, note, at, None, ()))
                await record_acts(connection, [Act(act, _facts(draft, None))], caller.party_code, at)
        except asyncpg.UniqueViolationError:
            raise _answered() from None
        return await self._tables.draft(caller, draft.draft_id)

    async def _demand_same_law(
        self, connection: asyncpg.Connection, draft: DraftView, rehearsal: Rehearsal | None
    ) -> None:
        """The rehearsal must have been of what is in force now: the registers are locked here, so it stays so."""
        if rehearsal is None:
            return
        current: RuleBook = self._backing.means.registry.current.book
        book = await load_book(connection, current)
        registers = await registers_digest(connection) if draft.row.subject == PARTIES else None
        if not is_of(rehearsal, book.hash, registers):
            raise _outdated()

    async def _made(self, clerk: Clerk, draft: DraftView) -> tuple[Made, ...]:
        """Store what the draft says, as the import does."""
        row = draft.row
        if row.subject == PARTIES:
            parties = parties_of(await content_of(clerk.connection, row.draft_id, PARTIES))
            changed = await parties_difference(clerk.connection, parties, clerk.at)
            await import_parties(clerk, parties)
            return (Made(PARTIES, None, None, len(changed.rows)),)
        if draft.is_step_back:
            return (await self._stepped_back(clerk, draft),)
        provenance = Provenance(by=row.proposed_by, at=clerk.at, official=True, complete=row.complete)
        made = []
        for part in draft.parts:
            content = await content_of(clerk.connection, row.draft_id, part.table_name)
            before = await _current_version(clerk.connection, part.table_name)
            imported = await import_draft(
                clerk.connection, draft_of(part.table_name, content), provenance, keep_earlier=row.keep_earlier
            )
            if imported.changed:
                note_version(clerk, "reference.import", imported.version)
            made.append(Made(part.table_name, before, imported.version.version, imported.version.row_count))
        return tuple(made)

    async def _stepped_back(self, clerk: Clerk, draft: DraftView) -> Made:
        (part,) = draft.parts
        before = await _current_version(clerk.connection, part.table_name)
        if (await version_before(clerk.connection, part.table_name)).version != part.to_version:
            raise Conflict(
                "Another version is in force since this was proposed: propose the step back again.",
                zh="提出之后生效版本已变更，请重新提出退回。",
            )
        version = await go_back(clerk, part.table_name)
        return Made(part.table_name, before, version.version, version.row_count)


async def _current_version(connection: asyncpg.Connection, table: str) -> int | None:
    version: int | None = await connection.fetchval(
        "SELECT version FROM reference_current WHERE table_name = $1", table
    )
    return version


def _demand_other(caller: Caller, draft: DraftView) -> None:
    if draft.row.proposed_by == caller.party_code:
        raise Forbidden(
            "A draft is approved or rejected by somebody else than its proposer: ask a colleague.",
            zh="提出人不得审批自己的草稿，请由他人审批。",
        )


def _passed(draft: DraftView) -> Rehearsal:
    """The newest rehearsal, if it passed and is of what is in force."""
    newest = draft.newest
    if newest is None:
        raise Conflict("The draft was not rehearsed yet: rehearse it first.", zh="草稿尚未试算，请先试算。")
    if newest.state != "passed":
        share = newest.share_percent
        told = "it says too little" if share is None else f"it would stop {share} % of what is released now"
        told_zh = "样本不足" if share is None else f"将使现在放行的 {share} % 不再放行"
        raise Conflict(
            f"The newest rehearsal did not pass: {told}. "
            f"Correct the file and upload it again, or rehearse on other days.",
            zh=f"最近一次试算未通过：{told_zh}。请更正文件后重新上传，或改用其他日期试算。",
        )
    if draft.outdated:
        raise _outdated()
    return newest


def _outdated() -> Conflict:
    return Conflict(
        "The rehearsal is of another rule book than the one in force now: rehearse again.",
        zh="试算所依据的规则版本已变更，请重新试算。",
    )


def _answered() -> Conflict:
    return Conflict("Somebody else has answered this draft meanwhile.", zh="该草稿已由他人处理。")


def _facts(draft: DraftView, rehearsal: Rehearsal | None) -> dict[str, Fact]:
    return {
        "draft": str(draft.draft_id),
        "subject": draft.row.subject,
        "proposed_by": draft.row.proposed_by,
        "rehearsal": str(rehearsal.request.rehearsal_id) if rehearsal else None,
    }


def _answer(
    caller: Caller,
    draft: DraftView,
    verdict: int,
    note: str,
    at: datetime,
    rehearsal: Rehearsal | None,
    made: Sequence[Made],
) -> AnswerRow:
    return AnswerRow(
        draft_id=draft.draft_id,
        proposed_by=draft.row.proposed_by,
        answered_by=caller.party_code,
        answered_at=at,
        verdict=verdict,
        kind=draft.row.kind,
        rehearsal_id=rehearsal.request.rehearsal_id if rehearsal else None,
        rehearsal_passed=True if rehearsal else None,
        note=checked_reason(note) if note.strip() else "",
        made=msgspec.json.encode(made),
    )
