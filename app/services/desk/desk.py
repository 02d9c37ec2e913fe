"""Acts on declarations that are there: officers' decisions, the declarant's withdrawal, passed deadlines.

Each is one transaction with its own transitions, ledger entries and events, in a lane of the desk's own. A head is
written only if nobody changed it meanwhile: of two officers one wins, the other is told.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from app.ceb import texts
from app.domain.lifecycle import Act, Status, allowed
from app.domain.period import shanghai_day
from app.domain.queues import Queue
from app.errors import Conflict, Forbidden, Unavailable
from app.repositories.heads import Head
from app.repositories.together import Statement
from app.services.authority import may_withdraw
from app.services.clearance.unit import Means
from app.services.clearance.writer import RETRIED, LaneLost, Writer
from app.services.database_errors import CONNECTION_LOST, OVERBURDENED, Unanswered
from app.services.desk.acting import DEADLINE, Order, carried_out
from app.services.desk.change import Approved, Change, Decided, Decision
from app.services.desk.judging import arrived, judge_for
from app.services.filings import Caller, DeclarationView, OfficerAction

log = logging.getLogger(__name__)
MOST_AT_ONCE = 100
_ATTEMPTS = 5
_ACTS = {
    OfficerAction.RELEASE: Act.RELEASE,
    OfficerAction.REFUSE: Act.REFUSE,
    OfficerAction.INSPECT: Act.INSPECT,
}
_ALIKE = {OfficerAction.RELEASE: (Act.CONFORM,)}
Result = TypeVar("Result")


class Desk:
    """Where acts are done, one transaction after the other, in a lane of their own."""

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

    async def act(
        self,
        caller: Caller,
        ids: Sequence[UUID],
        decision: Decision,
        at: datetime,
        *,
        approved: Approved | None = None,
        beside: Sequence[Statement] = (),
    ) -> list[Decided]:
        """An officer's decision on up to a hundred declarations, one transaction; each is answered, in order.

        `beside` is stored in the same transaction where anything is done. SecondOfficerNeeded for what one officer may
        not do alone, Forbidden where the roles do not allow it: both before anything is looked at.
        """
        wanted = tuple(dict.fromkeys(ids))
        judge = judge_for(caller, decision, len(wanted), at, approved)
        if len(wanted) > MOST_AT_ONCE:
            raise Conflict(f"At most {MOST_AT_ONCE} at once.", zh=f"一次最多处理 {MOST_AT_ONCE} 票。")
        order = Order(
            caller=caller,
            ids=wanted,
            judge=judge,
            at=at,
            acts=(decision.act,),
            approved=approved,
            beside=tuple(beside),
        )
        return await self._in_turn(lambda connection: self._decided(connection, order))

    async def act_on_one(
        self,
        caller: Caller,
        declaration_id: UUID,
        decision: Decision,
        at: datetime,
        *,
        beside: Sequence[Statement] = (),
    ) -> DeclarationView:
        """As `act` on one declaration; raises why not."""
        judge = judge_for(caller, decision, 1, at)
        return await self._one(caller, declaration_id, (decision.act,), judge, at, beside)

    async def decide(
        self, caller: Caller, declaration_id: UUID, action: OfficerAction, reason: str, at: datetime
    ) -> DeclarationView:
        """An officer releases, refuses or inspects; who releases what was inspected says that it conforms."""
        if not caller.is_officer:
            raise Forbidden("Only a customs officer decides on a held parcel.", zh="只有海关关员可以处理待审清单。")
        plain = judge_for(caller, Decision(act=_ACTS[action], reason=reason), 1, at)
        conforms = judge_for(caller, Decision(act=Act.CONFORM, reason=reason), 1, at)

        def judge(head: Head) -> Change:
            inspected = action is OfficerAction.RELEASE and head.state is Status.INSPECTION
            return conforms(head) if inspected else plain(head)

        return await self._one(caller, declaration_id, (_ACTS[action], *_ALIKE.get(action, ())), judge, at)

    async def request_documents(
        self,
        caller: Caller,
        declaration_id: UUID,
        what: str,
        due_at: datetime | None,
        at: datetime,
        *,
        beside: Sequence[Statement] = (),
    ) -> DeclarationView:
        """Ask the parties for papers until `due_at`: it stays held, its case awaits them."""
        decision = Decision(act=Act.REQUEST_DOCUMENTS, reason=what, due_at=due_at)
        return await self.act_on_one(caller, declaration_id, decision, at, beside=beside)

    async def documents_arrived(
        self, caller: Caller, declaration_id: UUID, at: datetime, *, beside: Sequence[Statement] = ()
    ) -> DeclarationView:
        """The papers came, from a party or through an officer: the case goes back to review."""
        return await self._one(caller, declaration_id, (Act.DOCUMENTS_ARRIVED,), arrived, at, beside)

    async def cancel(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> DeclarationView:
        """The declarant withdraws."""

        def judge(head: Head) -> Change:
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

        return await self._one(caller, declaration_id, (Act.CANCEL,), judge, at)

    async def hold_overdue(self, limit: int = 100) -> int:
        """Send waiting declarations past their deadline to an officer; answers how many."""
        now = datetime.now(UTC)
        overdue = await self._ids(
            "SELECT declaration_id FROM declarations WHERE deadline_at < $1 AND status = $2 "
            "ORDER BY deadline_at LIMIT $3",
            now,
            Status.WAITING.value,
            limit,
        )

        def judge(head: Head) -> Change:
            if head.state is not Status.WAITING or head.deadline_at is None or head.deadline_at >= now:
                raise Conflict("it was decided meanwhile, or declared anew")
            return Change(Act.HOLD, Status.HELD, texts.past_deadline(), "")

        return await self._moved_each(overdue, Act.HOLD, judge, now)

    async def documents_overdue(self, limit: int = MOST_AT_ONCE) -> int:
        """Move cases whose papers did not come in time to the queue of those; answers how many."""
        now = datetime.now(UTC)
        late = await self._late(now, limit)

        def judge(head: Head) -> Change:
            # The number too: papers may have been asked for once more, until a later day.
            if head.queue != Queue.AWAITING or late[head.declaration_id] != head.transitions:
                raise Conflict("the papers came meanwhile, or it was decided")
            return Change(Act.OVERDUE, Status.HELD, texts.past_deadline(), "")

        return await self._moved_each(late, Act.OVERDUE, judge, now)

    async def _late(self, now: datetime, limit: int) -> dict[UUID, int]:
        """Cases whose papers did not come, with the number of the latest transition of each."""
        query = (
            "SELECT declaration_id, transitions FROM cases JOIN declarations USING (declaration_id) "
            "WHERE queue = $1 AND queue > 0 AND due_at < $2 ORDER BY due_at LIMIT $3"
        )
        async with self._turn, self._writer.connection() as connection:
            rows = await connection.fetch(query, Queue.AWAITING.value, now, limit)
        return {row[0]: row[1] for row in rows}

    async def _moved_each(self, ids: Iterable[UUID], act: Act, judge: Callable[[Head], Change], now: datetime) -> int:
        """Each in a transaction of its own, so that one that fails for ever starves none behind it; how many moved."""
        moved = failed = 0
        for declaration_id in ids:
            order = Order(caller=DEADLINE, ids=(declaration_id,), judge=judge, at=now, acts=(act,))
            try:
                # Where somebody was faster, nothing is left to do: that stands in the answer.
                (decided,) = await self._in_turn(partial(self._decided, order=order))
                moved += decided.done
            except Unavailable:  # the database or the lane: the others would fare alike
                raise
            except Exception:
                failed += 1
                if failed == 1:  # a hundred that fail alike, every few seconds, would bury all else that is logged
                    log.exception("an overdue declaration was not moved", extra={"declaration": str(declaration_id)})
        if failed > 1:
            log.error("overdue declarations were not moved", extra={"count": failed})
        return moved

    async def _one(
        self,
        caller: Caller,
        declaration_id: UUID,
        acts: tuple[Act, ...],
        judge: Callable[[Head], Change],
        at: datetime,
        beside: Sequence[Statement] = (),
    ) -> DeclarationView:
        ids, stored = (declaration_id,), tuple(beside)
        order = Order(caller=caller, ids=ids, judge=judge, at=at, acts=acts, beside=stored, viewed=True)
        return await self._in_turn(lambda connection: self._viewed(connection, order))

    async def _decided(self, connection: asyncpg.Connection, order: Order) -> list[Decided]:
        return (await carried_out(connection, self._writer, self._means, order))[0]

    async def _viewed(self, connection: asyncpg.Connection, order: Order) -> DeclarationView:
        (decided,), views = await carried_out(connection, self._writer, self._means, order)
        if decided.refusal is not None:
            raise decided.refusal
        return views[0]

    async def _ids(self, query: str, *values: object) -> list[UUID]:
        async with self._turn, self._writer.connection() as connection:
            return [row[0] for row in await connection.fetch(query, *values)]

    async def _in_turn(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """Do it, and once more when a head was changed meanwhile (then the judgement may differ)."""
        for _ in range(_ATTEMPTS):
            try:
                async with self._turn, self._writer.connection() as connection:
                    return await work(connection)
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
