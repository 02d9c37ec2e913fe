"""Acts on a declaration that is there: an officer's decision, the declarant's withdrawal, the passed deadline.

Each is one transaction with its own transition, ledger entry and event. The head is written only if nobody changed it
meanwhile: of two officers one wins, the other is told.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec

from app.ceb import texts
from app.domain.decision import Outcome
from app.domain.lifecycle import Act, Status, allowed
from app.domain.period import shanghai_day
from app.domain.queues import queue_of
from app.errors import Conflict, Forbidden, Unavailable
from app.repositories import evidence, limits
from app.repositories.bulk import Connection, month_of
from app.repositories.cases import cases_placed
from app.repositories.heads import Head, load_heads
from app.repositories.limits import Entry, LedgerRow
from app.repositories.together import Statement
from app.rules.kernel import Text
from app.security.envelope import owner_of
from app.services.authority import may_withdraw
from app.services.clearance.attesting import Written, attest
from app.services.clearance.chain import EventPayload, NewEvent, deliveries, link
from app.services.clearance.placing import leave, place
from app.services.clearance.receipts import actor_of, declaration_receipt
from app.services.clearance.storing import transition_row, write
from app.services.clearance.unit import Means
from app.services.clearance.views import Reader, load_views
from app.services.clearance.working import Moved, Working
from app.services.clearance.writer import RETRIED, LaneLost, Writer
from app.services.database_errors import CONNECTION_LOST, OVERBURDENED, Unanswered
from app.services.filings import Caller, DeclarationView, OfficerAction
from app.services.reading import visible

REASON_PURPOSE = b"reason"
_ACTS = {
    OfficerAction.RELEASE: (Act.RELEASE, Status.RELEASED, Outcome.RELEASED),
    OfficerAction.REFUSE: (Act.REFUSE, Status.REFUSED, Outcome.REFUSED),
    OfficerAction.INSPECT: (Act.INSPECT, Status.INSPECTION, Outcome.INSPECTION),
}


class Change(msgspec.Struct, frozen=True):
    """An act that was judged lawful: what it does and what the parties are told."""

    act: Act
    status: Status
    text: Text
    reason: str


class Desk:
    """Where single acts are done, one after the other, in a lane of their own."""

    def __init__(self, writer: Writer, means: Means) -> None:
        self._writer = writer
        self._means = means
        self._turn = asyncio.Lock()

    @property
    def lane_lost(self) -> bool:
        """Whether another process took the lane over: then nothing is done here any more."""
        return self._writer.lost

    async def start(self) -> None:
        """Take the lane."""
        await self._writer.take()

    async def decide(
        self, caller: Caller, declaration_id: UUID, action: OfficerAction, reason: str, at: datetime
    ) -> DeclarationView:
        """An officer releases, refuses or inspects a held parcel."""
        if not caller.is_officer:
            raise Forbidden("Only a customs officer decides on a held parcel.", zh="只有海关关员可以处理待审清单。")
        asked, status, outcome = _ACTS[action]

        def judged(head: Head) -> Change:
            visible(head, caller)
            # Who releases what was inspected says that it conforms.
            inspected = asked is Act.RELEASE and head.state is Status.INSPECTION
            act = Act.CONFORM if inspected else asked
            if status not in allowed(head.state, act):
                raise _wrong_state(head.state, action)
            if action is not OfficerAction.REFUSE and head.outcome is None:
                # Inspected, it would wait for ever: late documents are assessed only while it is held.
                raise Conflict(
                    "Documents are missing, so nothing was assessed; it cannot be released or inspected, only refused.",
                    zh="单证不齐，尚未审核：不能放行或查验，只能退单。",
                )
            return Change(act, status, texts.by_officer(outcome, reason), reason)

        return await self._change(caller, declaration_id, judged, at)

    async def cancel(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> DeclarationView:
        """The declarant withdraws."""

        def judged(head: Head) -> Change:
            visible(head, caller)
            if not may_withdraw(caller, head, self._means.registry.current, shanghai_day(at)):
                raise Forbidden(
                    "Only the declarant, or the holder of its mandate, withdraws a declaration.",
                    zh="只有申报企业或其受托企业可以撤销清单。",
                )
            if Status.CANCELLED not in allowed(head.state, Act.CANCEL):
                raise Conflict(
                    f"The status of the declaration is {head.state.word}; it can no longer be withdrawn.",
                    zh=f"清单当前状态为“{head.state.chinese}”，不能再撤销。",
                )
            return Change(Act.CANCEL, Status.CANCELLED, texts.CANCELLED, reason)

        return await self._change(caller, declaration_id, judged, at)

    async def hold_overdue(self, limit: int = 100) -> int:
        """Send waiting declarations past their deadline to an officer; answers how many."""
        now = datetime.now(UTC)
        async with self._turn, self._writer.connection() as connection:
            overdue = await connection.fetch(
                "SELECT declaration_id FROM declarations WHERE deadline_at < $1 AND status = $2 "
                "ORDER BY deadline_at LIMIT $3",
                now,
                Status.WAITING.value,
                limit,
            )
        for (declaration_id,) in overdue:
            await self._hold(declaration_id, now)
        return len(overdue)

    async def _hold(self, declaration_id: UUID, now: datetime) -> None:
        system = Caller(key_id="deadline", party_code="-", role="officer", name="deadline", districts=("*",))

        def judged(head: Head) -> Change:
            if head.state is not Status.WAITING or head.deadline_at is None or head.deadline_at >= now:
                raise Conflict("it was decided meanwhile, or declared anew")
            return Change(Act.HOLD, Status.HELD, texts.past_deadline(), "")

        try:
            await self._change(system, declaration_id, judged, now)
        except Conflict:
            return  # somebody was faster: nothing is left to do

    async def _change(
        self, caller: Caller, declaration_id: UUID, judged: Callable[[Head], Change], at: datetime
    ) -> DeclarationView:
        """Judge, store, commit; once more when the head was changed meanwhile (then the judgement may differ)."""
        for _ in range(5):
            try:
                async with self._turn, self._writer.connection() as connection:
                    return await self._changed(connection, caller, declaration_id, judged, at)
            except RETRIED:
                continue
            except (*CONNECTION_LOST, *OVERBURDENED) as lost:
                raise Unanswered from lost
            except LaneLost:
                raise Unavailable("this worker lost its lane; send the same again") from None
        raise Conflict(
            "The declaration is being changed by others; read it again before you decide.",
            zh="清单正被他人修改，请重新查看后再处理。",
        )

    async def _changed(
        self,
        connection: asyncpg.Connection,
        caller: Caller,
        declaration_id: UUID,
        judged: Callable[[Head], Change],
        at: datetime,
    ) -> DeclarationView:
        registry = await self._means.registry.refresh(connection)
        now = datetime.now(UTC)
        async with self._writer.transaction(connection) as lane:
            working = Working(registry, now, month_of(now), self._means.deadline_hours)
            working.heads = await load_heads(connection, [declaration_id])
            head = visible(working.heads.get(declaration_id), caller)
            change = judged(head)
            moved = Moved(head, change.act, head.status, change.status, at)
            working.change_head(head, at)
            head.status, head.deadline_at = change.status, None
            ledger = _ledger_row(head, change.status, at)
            row = transition_row(moved, actor_of(caller), working, await self._sealed(connection, head, change.reason))
            payload = EventPayload(
                change.act,
                actor_of(caller),
                (declaration_receipt(head, head.state.return_status, change.text, at),),
                attest(Written(transitions=[row], entry=ledger), declaration_id),
            )
            event = link(lane, NewEvent(payload, at, declaration_id, head.sequence, head.clock), working.month)
            head.clock = event.clock
            rows = [
                evidence.transitions_added([row]),
                *_limit_written(ledger),
                *evidence.events_added([event], deliveries([(event, payload)])),
                *self._case_moved(head, change.act, at, lane.lane),
            ]
            await write(connection, lane, working, rows)
            reader = Reader(caller, registry)
            return (await load_views(connection, self._means.envelope, [head], reader))[0]

    def _case_moved(self, head: Head, act: Act, at: datetime, lane: int) -> list[Statement | None]:
        """What becomes of the declaration's case."""
        head.watched = head.watched and act in (Act.HOLD, Act.CANCEL)
        if queue_of(head.state, act, watched=head.watched):
            return cases_placed([place(head, act, at, self._means.tags)], [], lane)
        return cases_placed([], [leave(head, at)] if head.queue else [], lane)

    async def _sealed(self, connection: Connection, head: Head, reason: str) -> bytes | None:
        """The reason under the key of the declaration's filing; officers' words may name people."""
        if not reason or head.declaration_filing is None:
            return None
        filing = (head.declaration_id, head.declaration_filing)
        stored = (await evidence.load_keys(connection, [filing])).get(filing)
        if stored is None:
            raise Conflict(
                "What was filed has been erased; nothing can be decided on it any more.",
                zh="该清单数据已按规定销毁，不能再处理。",
            )
        key = self._means.envelope.unwrap(stored.master, stored.wrapped, owner_of(*filing))
        return self._means.envelope.seal(key, reason.encode(), REASON_PURPOSE)


def _wrong_state(state: Status, action: OfficerAction) -> Conflict:
    """What an officer is told whose decision comes too late, or does not fit."""
    act, status, _ = _ACTS[action]
    takes = [each for each in Status if status in allowed(each, act)]
    return Conflict(
        f"The status of the declaration is {state.word}; an officer may {action} only where it is "
        f"{' or '.join(each.word for each in takes)}.",
        zh=f"清单当前状态为“{state.chinese}”，"
        f"只有“{'”或“'.join(each.chinese for each in takes)}”状态的清单可以{status.chinese}。",
    )


def _ledger_row(head: Head, status: Status, at: datetime) -> LedgerRow | None:
    """Release confirms what the parcel reserved; refusal and withdrawal give it back once."""
    if not head.reserved_value or head.buyer_index is None or head.accepted_on is None:
        return None
    match status:
        case Status.RELEASED:
            entry = Entry.CONFIRM
        case Status.REFUSED | Status.CANCELLED:
            entry = Entry.GIVE_BACK
        case _:
            return None
    year = head.accepted_on.year
    return LedgerRow(head.buyer_index, year, head.declaration_id, head.version, entry, head.reserved_value, at)


def _limit_written(row: LedgerRow | None) -> tuple[Statement | None, ...]:
    if row is None:
        return ()
    moved = (0, row.amount) if row.entry == Entry.CONFIRM else (-row.amount, 0)
    return limits.ledger_added([row]), limits.balances_moved({(row.buyer_index, row.year): moved})
