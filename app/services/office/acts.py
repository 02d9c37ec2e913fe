"""Officers' acts as pages and addresses ask for them: what is possible, what would be done, doing it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.domain.duties import Permission
from app.domain.lifecycle import Act, Status, allowed
from app.errors import Malformed
from app.repositories.bulk import Connection
from app.repositories.heads import Head, load_heads
from app.services.clearance.views import Reader, load_views
from app.services.database_errors import borrowed
from app.services.desk import Decided, Decision
from app.services.desk.acting import Order, judged, lately
from app.services.desk.desk import MOST_AT_ONCE
from app.services.desk.judging import (
    demand_decision,
    judge_proposed,
    needs_second,
    permission_for,
    possible_acts,
)
from app.services.filings import Caller, DeclarationView
from app.services.office.backing import Backing
from app.services.office.rights import demand_right, has_right
from app.services.reading import may_see, visible


class Possible(msgspec.Struct, frozen=True):
    """One act that an officer may do or propose now, and the states that it may lead to."""

    act: Act
    statuses: tuple[Status, ...]
    needs_second: bool


class Standing(msgspec.Struct, frozen=True):
    """A declaration as it stands, and what may be done with it."""

    view: DeclarationView
    possible: tuple[Possible, ...]


class Preview(msgspec.Struct, frozen=True):
    """What a decision would do, declaration by declaration; nothing was done."""

    results: tuple[Decided, ...]
    needs_second: bool
    possible_need_second: bool  # if only those are asked for that it is possible for

    @property
    def possible(self) -> tuple[UUID, ...]:
        """For which it could be done."""
        return tuple(each.declaration_id for each in self.results if each.done)


class Numbers(msgspec.Struct, frozen=True):
    """What people call a parcel by."""

    order_no: str
    waybill_no: str | None
    declaration_no: str | None
    status: Status

    @property
    def others(self) -> tuple[str, ...]:
        """The numbers besides the order's."""
        return tuple(number for number in (self.waybill_no, self.declaration_no) if number)


class Acts:
    """What officers do with declarations."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    async def standing(self, caller: Caller, declaration_id: UUID, at: datetime) -> Standing:
        """One declaration, and the acts that this officer may do or propose now."""
        demand_right(caller, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            head = visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
            view = await self._view(connection, caller, head)
        acts = [act for act in possible_acts(head) if has_right(caller, permission_for(act))]
        return Standing(
            view,
            tuple(Possible(act, tuple(sorted(allowed(head.state, act))), needs_second(act, 1, at)) for act in acts),
        )

    async def preview(self, caller: Caller, ids: Sequence[UUID], decision: Decision, at: datetime) -> Preview:
        """What a decision on these declarations would do, and why not; changes nothing."""
        demand_decision(decision)
        demand_right(caller, permission_for(decision.act))
        wanted = _wanted(ids)
        judge = judge_proposed(caller, decision, at)
        order = Order(caller=caller, ids=wanted, judge=judge, at=at, acts=(decision.act,))
        async with borrowed(self._backing.pool) as connection:
            heads = await load_heads(connection, wanted)
            before = await lately(connection, caller, (decision.act,), at) if len(wanted) > 1 else 0
        _, refusals = judged(order, heads)
        results = tuple(
            Decided(declaration_id=key, status=_known(caller, heads.get(key)), refusal=refusals.get(key))
            for key in wanted
        )
        possible = sum(each.done for each in results)
        counted = possible + before if possible else 0
        return Preview(
            results,
            needs_second(decision.act, max(len(wanted), counted), at),
            needs_second(decision.act, counted if possible > 1 else possible, at),
        )

    async def numbers(self, caller: Caller, ids: Collection[UUID]) -> dict[UUID, Numbers]:
        """The numbers of those of these parcels that the caller may see; none for who sees no cases."""
        if not has_right(caller, Permission.VIEW_CASES):
            return {}
        async with borrowed(self._backing.pool) as connection:
            heads = await load_heads(connection, ids)
        return {
            key: Numbers(head.order_no, head.waybill_no, head.declaration_no, head.state)
            for key, head in heads.items()
            if may_see(caller, head)
        }

    async def decide(
        self, caller: Caller, ids: Sequence[UUID], decision: Decision, at: datetime
    ) -> tuple[Decided, ...]:
        """Do it, in one transaction; each declaration is answered."""
        return tuple(await self._backing.desk.act(caller, _wanted(ids), decision, at))

    async def decide_one(
        self, caller: Caller, declaration_id: UUID, decision: Decision, at: datetime
    ) -> DeclarationView:
        """Do it to one declaration; raises why not."""
        return await self._backing.desk.act_on_one(caller, declaration_id, decision, at)

    async def _view(self, connection: Connection, caller: Caller, head: Head) -> DeclarationView:
        means = self._backing.means
        return (await load_views(connection, means.envelope, [head], Reader(caller, means.registry.current)))[0]


def _wanted(ids: Sequence[UUID]) -> tuple[UUID, ...]:
    wanted = tuple(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Malformed(f"Between 1 and {MOST_AT_ONCE} declarations.", zh=f"请选择 1 至 {MOST_AT_ONCE} 票清单。")
    return wanted


def _known(caller: Caller, head: Head | None) -> Status | None:
    return head.state if head and may_see(caller, head) else None
