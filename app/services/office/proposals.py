"""Proposals: what one officer proposes and another one of the district carries out, or turns down.

A proposal holds for its declarations as they stood: whatever moved meanwhile is not done. The database refuses the
transition of a severe act, or of many at once, that names no proposal of another person (`models.evidence`).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from app.domain.duties import Permission
from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.domain.period import shanghai_day
from app.errors import Conflict, Forbidden, Malformed, NotFound, TongguanError
from app.repositories.bulk import Connection
from app.repositories.case_files import keys_of_wanted
from app.repositories.evidence import StoredKey
from app.repositories.heads import Head, load_heads
from app.repositories.officers import standing_of
from app.repositories.proposals import (
    AnswerRow,
    OpenProposal,
    ProposalRow,
    answers_added,
    load_answers,
    load_open,
    load_proposal,
    proposals_added,
)
from app.repositories.together import together
from app.rules.officers_work import officers_work
from app.security.envelope import DataKey, Envelope
from app.services import audit
from app.services.case_sealing import Seals
from app.services.clearance.receipts import actor_of
from app.services.cursors import decode_cursor, encode_cursor
from app.services.database_errors import borrowed
from app.services.desk import Approved, Decided, Decision, Desk
from app.services.desk.desk import MOST_AT_ONCE
from app.services.desk.judging import demand_decision, judge_proposed, permission_for
from app.services.desk.sealing import keys_of, sealed_reason
from app.services.filings import Caller
from app.services.office.answers import ANSWERED, Answered, NewProposal, Proposal, Proposed, Verdict
from app.services.office.proposers import demand_standing
from app.services.office.rights import demand_right
from app.services.reading import in_district, visible

_ACT_OF: Final = {number: act for act, number in ACT_NUMBERS.items()}
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
_UNKNOWN: Final = "There is no such proposal, or it is not of your districts."


class Proposals:
    """Proposing, listing, answering."""

    def __init__(self, pool: asyncpg.Pool, envelope: Envelope, desk: Desk) -> None:
        self._pool = pool
        self._envelope = envelope
        self._desk = desk

    async def propose(self, caller: Caller, ids: Sequence[UUID], decision: Decision, at: datetime) -> NewProposal:
        """Propose a decision on those declarations for which it is possible now; the others are answered why not."""
        demand_decision(decision)
        demand_right(caller, permission_for(decision.act))
        wanted = tuple(dict.fromkeys(ids))
        if not 0 < len(wanted) <= MOST_AT_ONCE:
            raise Malformed(f"Between 1 and {MOST_AT_ONCE} declarations.", zh=f"请选择 1 至 {MOST_AT_ONCE} 票清单。")
        async with borrowed(self._pool) as connection, connection.transaction():
            heads = await load_heads(connection, wanted)
            keys = await keys_of(connection, self._envelope, heads.values())
            rows, results = self._judged(caller, wanted, decision, at, heads, keys)
            if rows:
                await together(connection, [proposals_added(rows)])
                facts: dict[str, audit.Fact] = {
                    "proposal": str(rows[0].proposal_id),
                    "act": decision.act,
                    "declarations": len(rows),
                }
                await audit.record_acts(connection, [audit.Act("proposal.made", facts)], actor_of(caller), at)
        if not rows and len(results) == 1 and results[0].refusal:
            raise results[0].refusal
        return NewProposal(rows[0].proposal_id if rows else None, tuple(results))

    async def page(
        self, caller: Caller, cursor: str | None, limit: int, at: datetime
    ) -> tuple[list[Proposed], str | None]:
        """Open proposals of the caller's districts, newest first, and where the next page begins."""
        demand_right(caller, Permission.VIEW_CASES)
        place = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else _LAST
        async with borrowed(self._pool) as connection:
            found = await load_open(connection, caller.districts, at, place, limit + 1)
        following = found[limit - 1] if len(found) > limit else None
        lines = [_line(each) for each in found[:limit]]
        return lines, encode_cursor((following.lapses_at, following.proposal_id)) if following else None

    async def read(self, caller: Caller, proposal_id: UUID, at: datetime) -> Proposal:
        """One proposal with its reason and what became of it; NotFound where none of it is the caller's to see."""
        demand_right(caller, Permission.VIEW_CASES)
        async with borrowed(self._pool) as connection:
            rows, answers, heads, reason = await self._load(connection, caller, proposal_id)
        first, answer = rows[0], next(iter(answers.values()), None)
        return Proposal(
            proposal_id=proposal_id,
            act=_ACT_OF[first.act],
            status=Status(first.to_status),
            proposed_by=first.proposed_by,
            proposed_at=first.proposed_at,
            reason=reason,
            size=first.size,
            declaration_ids=tuple(row.declaration_id for row in rows if in_district(caller, row.district)),
            moved=frozenset(row.declaration_id for row in rows if _moved(row, heads)),
            verdict=Verdict(answer.verdict) if answer else None,
            answered_by=answer.answered_by if answer else None,
            lapsed=answer is None and first.lapses_at < at,
        )

    async def answer(self, caller: Caller, proposal_id: UUID, verdict: Verdict, note: str, at: datetime) -> Answered:
        """Approve (and carry out), reject, or withdraw one's own."""
        async with borrowed(self._pool) as connection:
            rows, answers, heads, reason = await self._load(connection, caller, proposal_id)
            keys = await keys_of(connection, self._envelope, heads.values())
            standing = await standing_of(connection, rows[0].proposed_by)
        _demand_eyes(caller, rows, verdict)
        answered = [
            _answer(row, caller, verdict, at, sealed_reason(self._envelope, keys, heads[row.declaration_id], note))
            for row in rows
        ]
        if answers:
            return await self._again(caller, rows, answers, verdict, at, reason)
        if rows[0].lapses_at < at:
            raise Conflict("The proposal lapsed; make a new one.", zh="该建议已失效，请重新提出。")
        if verdict is Verdict.APPROVED:
            demand_standing(standing, permission_for(_ACT_OF[rows[0].act]))
            return await self._approved(caller, rows, answered, at, reason)
        try:
            async with borrowed(self._pool) as connection, connection.transaction():
                await together(connection, [answers_added(answered)])
                act = audit.Act(f"proposal.{ANSWERED[verdict]}", {"proposal": str(proposal_id)})
                await audit.record_acts(connection, [act], actor_of(caller), at)
        except asyncpg.UniqueViolationError:
            raise _answered_before() from None
        return Answered(verdict, ())

    async def _approved(
        self, caller: Caller, rows: Sequence[ProposalRow], answered: Sequence[AnswerRow], at: datetime, reason: str
    ) -> Answered:
        beside = [answers_added(answered)] if answered else []
        decision = Decision(act=_ACT_OF[rows[0].act], reason=reason, status=Status(rows[0].to_status))
        after = {row.declaration_id: (row.version, row.after_number) for row in rows}
        approved = Approved(rows[0].proposal_id, rows[0].proposed_by, after)
        results = await self._desk.act(caller, list(after), decision, at, approved=approved, beside=beside)
        if not any(result.done for result in results) and results[0].refusal:
            raise results[0].refusal
        return Answered(Verdict.APPROVED, tuple(results))

    async def _again(
        self,
        caller: Caller,
        rows: Sequence[ProposalRow],
        answers: Mapping[UUID, AnswerRow],
        verdict: Verdict,
        at: datetime,
        reason: str,
    ) -> Answered:
        """The same answer of the same officer once more: its outcome, if it was not told."""
        first = next(iter(answers.values()))
        if (first.answered_by, first.verdict) != (caller.party_code, verdict):
            raise _answered_before()
        if verdict is not Verdict.APPROVED:
            return Answered(verdict, ())
        return await self._approved(caller, rows, (), at, reason)

    def _judged(
        self,
        caller: Caller,
        ids: Sequence[UUID],
        decision: Decision,
        at: datetime,
        heads: Mapping[UUID, Head],
        keys: Mapping[UUID, DataKey],
    ) -> tuple[list[ProposalRow], list[Decided]]:
        judge, proposal_id = judge_proposed(caller, decision, at), uuid4()
        rows: list[ProposalRow] = []
        results: list[Decided] = []
        for key in ids:
            head = heads.get(key)
            try:
                status = judge(visible(head, caller)).status
                sealed = sealed_reason(self._envelope, keys, heads[key], decision.reason)
                rows.append(_row(heads[key], proposal_id, caller, decision, status, sealed or b"", at))
                results.append(Decided(declaration_id=key, status=heads[key].state))
            except TongguanError as refusal:
                results.append(Decided(declaration_id=key, status=None, refusal=refusal))
        for row in rows:
            row.size = len(rows)
        return rows, results

    async def _load(
        self, connection: Connection, caller: Caller, proposal_id: UUID
    ) -> tuple[list[ProposalRow], dict[UUID, AnswerRow], dict[UUID, Head], str]:
        rows = await load_proposal(connection, proposal_id)
        if not any(in_district(caller, row.district) for row in rows):
            raise NotFound(_UNKNOWN, zh="没有该建议，或不属于您的关区。")
        heads = await load_heads(connection, [row.declaration_id for row in rows])
        return rows, await load_answers(connection, rows), heads, await self._reason(connection, rows)

    async def _reason(self, connection: Connection, rows: Sequence[ProposalRow]) -> str:
        """The reason, which all rows share: of the first whose declaration was not erased.

        It is sealed under the filing that stood then; the declaration may have been filed anew since.
        """
        for row in rows:
            (keys,) = await together(connection, [keys_of_wanted(row.declaration_id)])
            reason = Seals(self._envelope, [StoredKey(*key) for key in keys]).reason(row.reason)
            if reason:
                return reason
        return ""


def _demand_eyes(caller: Caller, rows: Sequence[ProposalRow], verdict: Verdict) -> None:
    first = rows[0]
    if verdict is Verdict.WITHDRAWN:
        if first.proposed_by != caller.party_code:
            raise Forbidden("Only who proposed it withdraws it.", zh="只有提出人可以撤回建议。")
        return
    demand_right(caller, Permission.CORRECT if _ACT_OF[first.act] is Act.CORRECT else Permission.APPROVE)
    if first.proposed_by == caller.party_code:
        raise Forbidden("Another officer than the proposer decides on it.", zh="提出人不能批准或驳回自己的建议。")
    if not all(in_district(caller, row.district) for row in rows):
        raise Forbidden("Not all of its declarations are of your districts.", zh="部分清单不属于您的关区。")


def _row(
    head: Head, proposal_id: UUID, caller: Caller, decision: Decision, status: Status, reason: bytes, at: datetime
) -> ProposalRow:
    return ProposalRow(
        head.declaration_id,
        proposal_id,
        caller.party_code,
        at,
        at + timedelta(days=officers_work(shanghai_day(at)).proposal_days),
        head.customs_code or "",
        ACT_NUMBERS[decision.act],
        status,
        1,
        head.version,
        head.transitions,
        reason,
        actor_of(caller),
    )


def _answer(row: ProposalRow, caller: Caller, verdict: Verdict, at: datetime, note: bytes | None) -> AnswerRow:
    return AnswerRow(
        row.declaration_id,
        row.proposal_id,
        row.proposed_by,
        row.lapses_at,
        row.act,
        row.to_status,
        row.version,
        caller.party_code,
        at,
        verdict,
        row.proposal_id if verdict is Verdict.APPROVED else None,
        note,
    )


def _line(found: OpenProposal) -> Proposed:
    return Proposed(
        proposal_id=found.proposal_id,
        act=_ACT_OF[found.act],
        status=Status(found.to_status),
        proposed_by=found.proposed_by,
        proposed_at=found.proposed_at,
        size=found.size,
        declaration_ids=tuple(found.declaration_ids),
    )


def _moved(row: ProposalRow, heads: Mapping[UUID, Head]) -> bool:
    head = heads.get(row.declaration_id)
    return head is None or (head.version, head.transitions) != (row.version, row.after_number)


def _answered_before() -> Conflict:
    return Conflict("The proposal was answered already.", zh="该建议已经处理。")
