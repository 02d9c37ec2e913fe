"""Who works on which case: claim, give back, hand to somebody, the next one, and what is done by itself.

Every change is conditional on what it changes and audited in the same transaction. Chores may run in several
processes at once: one lock lets one of them work, and the others have nothing to do.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from app.domain.duties import Permission, demand, may
from app.domain.period import shanghai_day
from app.domain.queues import Queue
from app.errors import Conflict, NotFound
from app.repositories import case_work as work
from app.repositories import duty
from app.repositories.bulk import Connection
from app.repositories.duty import DutyRow
from app.repositories.queues import CaseLine, Snoozed, lines_of, tallies
from app.rules.officers_work import officers_work
from app.services.audit import Act, Fact, record_acts
from app.services.chores import begun, each_in_turn
from app.services.clearance.receipts import actor_of
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.officer_checks import spelled
from app.services.office.snoozes import hidden_in
from app.services.reading import in_district

# What an officer can do something about, the queue of documents that are awaited is not.
WORKED: Final = (Queue.AMENDED, Queue.OVERDUE, Queue.REVIEW, Queue.INSPECTION, Queue.SUSPENDED)
DUTY_MINUTES: Final = 30  # who was not seen for longer is given nothing
MOST_GIVEN: Final = 200  # weight that automatic assignment gives an officer: about twenty small cases
_CANDIDATES: Final = 32
_ATTEMPTS: Final = 20
_PAUSE_SECONDS: Final = 0.01
_MOST_MINE: Final = 200
_SEEN_EVERY: Final = timedelta(minutes=1)
_CHORES_EVERY_SECONDS: Final = 15
_MOST_BATCHES: Final = 20
_CHORES: Final = "SELECT pg_try_advisory_xact_lock(7404)"
_BY_ITSELF: Final = "system:assignment"

Chore = Callable[[Connection, datetime], Awaitable[list[str]]]


class Assignment:
    """Claims and everything that follows from them."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._seen: dict[str, datetime] = {}

    async def claim(self, caller: Caller, declaration_id: UUID) -> None:
        """Take a case that nobody has; Conflict where somebody has it."""
        demand(caller.duties, Permission.WORK_CASES)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            line = await _own_case(connection, caller, declaration_id)
            if line.assignee == caller.party_code:
                return
            if not await work.take(connection, declaration_id, caller.party_code, now):
                raise _taken(line.assignee)
            await _audited(connection, caller, "case.claim", {"declaration": str(declaration_id)}, now)

    async def give_back(self, caller: Caller, declaration_id: UUID) -> None:
        """Release one's case to the queue; a supervisor that of anybody."""
        demand(caller.duties, Permission.WORK_CASES)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            line = await _own_case(connection, caller, declaration_id)
            if line.assignee is None:
                return
            if line.assignee != caller.party_code:
                demand(caller.duties, Permission.HAND_OVER)
            if not await work.hand(connection, declaration_id, line.assignee, None, now):
                raise _changed()
            facts = {"declaration": str(declaration_id), "from": line.assignee}
            await _audited(connection, caller, "case.release_claim", facts, now)

    async def assign(self, caller: Caller, declaration_id: UUID, officer: str) -> None:
        """A supervisor gives a case to an officer of its district, whoever had it."""
        demand(caller.duties, Permission.HAND_OVER)
        now, officer = datetime.now(UTC), spelled(officer)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            line = await _own_case(connection, caller, declaration_id)
            await demand_worker(connection, officer, [line.district])
            if line.assignee == officer:
                return
            if not await work.hand(connection, declaration_id, line.assignee, officer, now):
                raise _changed()
            facts = {"declaration": str(declaration_id), "from": line.assignee, "to": officer}
            await _audited(connection, caller, "case.assign", facts, now)

    async def next_case(self, caller: Caller, after: UUID | None = None, queue: Queue | None = None) -> CaseLine | None:
        """The most urgent case one has, behind `after` where that is given; else one that nobody had, claimed now.

        None where there is nothing to do. Two officers never get the same: a row is given only
        while nobody has it, and who comes second takes the next.
        """
        demand(caller.duties, Permission.WORK_CASES)
        now = datetime.now(UTC)
        queues = (queue,) if queue else WORKED
        async with borrowed(self._backing.pool) as connection:
            mine = await work.mine(connection, caller.party_code, _MOST_MINE, queues)
            own = [line for line in mine if in_district(caller, line.district)]
            if (line := _behind(own, after)) is not None:
                return line
            hidden = await hidden_in(connection, caller, now)
            districts = await _districts(connection, caller)
            async with connection.transaction():
                return await self._claimed(connection, caller, districts, queues, hidden, now)

    async def _claimed(
        self, connection: Connection, caller: Caller, districts: list[str], queues: Sequence[Queue], hidden: Snoozed,
        now: datetime,
    ) -> CaseLine | None:  # fmt: skip
        """The first free case. What others are taking is seen as free until they are done: hence the attempts."""
        for attempt in range(1, _ATTEMPTS + 1):
            candidates = await work.free(connection, districts, queues, hidden, _CANDIDATES * attempt)
            if not candidates:
                return None
            ids = [line.declaration_id for line in candidates]
            line = await work.take_first(connection, ids, caller.party_code, now)
            if line is not None:
                await _audited(connection, caller, "case.claim", {"declaration": str(line.declaration_id)}, now)
                return line
            await asyncio.sleep(_PAUSE_SECONDS * attempt)
        raise Conflict(
            "Many officers take cases at this moment; ask for the next one again.", zh="当前领取人数较多，请重试。"
        )

    async def hand_over(self, caller: Caller, officer: str, to: str | None) -> int:
        """Everything an officer has in the supervisor's districts goes to another one, or to the queue."""
        demand(caller.duties, Permission.HAND_OVER)
        now, officer, to = datetime.now(UTC), spelled(officer), spelled(to) if to else None
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            if to is not None:
                mine = await work.mine(connection, officer, 2**31, tuple(Queue))
                await demand_worker(
                    connection, to, {line.district for line in mine if in_district(caller, line.district)}
                )
            moved = await work.hand_all(connection, officer, to, caller.districts, now)
            facts = {"from": officer, "to": to, "cases": moved}
            await _audited(connection, caller, "case.hand_over", facts, now)
        return moved

    async def seen(self, caller: Caller) -> None:
        """An officer is at work; remembered, so that it costs a statement a minute."""
        now = datetime.now(UTC)
        last = self._seen.get(caller.party_code)
        if last is not None and now - last < _SEEN_EVERY:
            return
        async with borrowed(self._backing.pool) as connection:
            await duty.seen(connection, _row_of(caller, now))
        self._seen[caller.party_code] = now

    async def switch(self, caller: Caller, *, takes: bool) -> None:
        """I take cases, or I do not."""
        demand(caller.duties, Permission.WORK_CASES)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            await duty.seen(connection, _row_of(caller, now))
            await duty.switch(connection, caller.party_code, takes=takes)
            await _audited(connection, caller, "officer.duty", {"takes": int(takes)}, now)

    async def colleagues(self, caller: Caller) -> list[DutyRow]:
        """Officers of the caller's districts who were seen, by code."""
        demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            return colleagues_of(caller, await duty.known(connection))

    def doing_chores(self) -> asyncio.Task[None]:
        """For ever, each some seconds after the one before."""
        return begun("assignment", self.do_chores, _CHORES_EVERY_SECONDS, at_once=False)

    async def do_chores(self) -> dict[str, int]:
        """Escalate what is late, take back what lies silent, give out what is free; how many of each.

        In small transactions: whoever files or decides on one of these cases waits for a hundred others at most.
        """
        works = {
            "case.escalated": self._escalated,
            "case.released_after_silence": self._freed,
            "case.assigned": self._given,
        }
        return await each_in_turn({name: partial(self._batches, name, chore) for name, chore in works.items()})

    async def _batches(self, name: str, chore: Chore) -> int:
        """A chore until there is nothing to do, or another process is at it; how many cases it changed."""
        done = 0
        for _ in range(_MOST_BATCHES):
            found = await self._batch(name, chore)
            done += len(found or ())
            if found is None or len(found) < work.AT_A_TIME:
                break
        return done

    async def _batch(self, name: str, chore: Chore) -> list[str] | None:
        """One transaction of a chore, as `chore` answers it; None where another process is at it."""
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            if not await connection.fetchval(_CHORES):
                return None
            found = await chore(connection, now)
            if found:
                await record_acts(connection, [Act(name, dict(sorted(Counter(found).items())))], _BY_ITSELF, now)
        return found

    async def _escalated(self, connection: Connection, now: datetime) -> list[str]:
        return await work.escalate(connection, WORKED, now)

    async def _freed(self, connection: Connection, now: datetime) -> list[str]:
        silence = timedelta(minutes=officers_work(shanghai_day(now)).silence_minutes)
        return await work.free_silent(connection, now - silence, Queue.AWAITING, now)

    async def _given(self, connection: Connection, now: datetime) -> list[str]:
        """Free cases to the officers on duty, most urgent first, each to whoever has least; answers to whom."""
        there = await duty.on_duty(connection, now - timedelta(minutes=DUTY_MINUTES))
        if not there:
            return []
        everywhere = Caller(
            key_id="-", party_code="-", role="officer", name="-",
            districts=tuple({district for row in there for district in row.districts}),
        )  # fmt: skip
        burdens = await work.burdens(connection, [row.officer for row in there])
        districts = await _districts(connection, everywhere)
        hidden = await hidden_in(connection, everywhere, now)
        lines = await work.free(connection, districts, WORKED, hidden, MOST_GIVEN)
        shares = _shared_out(lines, there, burdens)[: work.AT_A_TIME]
        given = await work.take_many(connection, shares, now)
        return [officer for _, officer in given]


def _shared_out(lines: Sequence[CaseLine], there: Sequence[DutyRow], burdens: dict[str, int]) -> list[tuple[UUID, str]]:
    """Each case to the least burdened officer of its district who has room."""
    heap = [(burdens[row.officer], row.officer, row) for row in there]
    heapq.heapify(heap)
    given = []
    for line in lines:
        passed = []
        while heap:
            burden, officer, row = heapq.heappop(heap)
            passed.append((burden, officer, row))
            if burden + line.weight > MOST_GIVEN:
                break  # whoever follows has more
            if _works_in(row, line.district):
                given.append((line.declaration_id, officer))
                passed[-1] = (burden + line.weight, officer, row)
                break
        for each in passed:
            heapq.heappush(heap, each)
    return given


def _works_in(row: DutyRow, district: str) -> bool:
    return row.works and any(each in ("*", district, district[:2]) for each in row.districts)


def colleagues_of(caller: Caller, known: Iterable[DutyRow]) -> list[DutyRow]:
    """Of all officers those who have a district with the caller."""
    return [row for row in known if _share(caller.districts, row.districts)]


def _share(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two officers have a district together."""
    if "*" in one or "*" in other:
        return True
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def _row_of(caller: Caller, now: datetime) -> DutyRow:
    works = may(caller.duties, Permission.WORK_CASES)
    return DutyRow(
        officer=caller.party_code,
        name=caller.name,
        districts=list(caller.districts),
        works=works,
        takes=False,
        seen_at=now,
    )


def _behind(lines: Sequence[CaseLine], after: UUID | None) -> CaseLine | None:
    """The first of them; the one behind `after` where that is among them."""
    ids = [line.declaration_id for line in lines]
    place = ids.index(after) + 1 if after in ids else 0
    return lines[place] if place < len(lines) else None


async def _districts(connection: Connection, caller: Caller) -> list[str]:
    """The whole codes of an officer's districts: free cases are looked for district by district."""
    return sorted({code for code, _, _ in await tallies(connection, caller.districts)})


async def _own_case(connection: Connection, caller: Caller, declaration_id: UUID) -> CaseLine:
    line = (await lines_of(connection, [declaration_id])).get(declaration_id)
    if line is None or not in_district(caller, line.district):
        raise NotFound("There is no such case in your districts.", zh="您的关区内没有这个案件。")
    if line.queue == Queue.CLOSED:
        raise Conflict("The case is closed; nobody works on it any more.", zh="案件已办结，无需再领取。")
    return line


async def demand_worker(connection: Connection, officer: str, districts: Sequence[str] | set[str]) -> None:
    """NotFound unless this is an officer who works on cases of these districts."""
    row = await duty.one(connection, officer)
    if row is None or not all(_works_in(row, district) for district in districts):
        raise NotFound(
            f"{officer} is no officer who works on cases of this district; choose one who has signed in here.",
            zh=f"{officer} 不是本关区的办案关员，请选择曾登录本系统的本关区关员。",
        )


async def _audited(connection: Connection, caller: Caller, name: str, facts: Mapping[str, Fact], at: datetime) -> None:
    await record_acts(connection, [Act(name, dict(facts))], actor_of(caller), at)


def _taken(assignee: str | None) -> Conflict:
    return Conflict(
        f"{assignee or 'Somebody'} has this case; take another one, or ask a supervisor.",
        zh=f"案件已由 {assignee or '他人'} 领取，请处理其他案件或联系科长。",
    )


def _changed() -> Conflict:
    return Conflict(
        "Somebody else changed who has this case; look at it again.", zh="案件的承办人刚被他人更改，请刷新后再试。"
    )
