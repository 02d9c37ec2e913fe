"""Queues as officers see them: a page, how many there are, and what a page may be narrowed to.

An officer always sees the assigned districts and nothing else, whatever is asked for.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from app.domain.duties import Permission, demand
from app.domain.lifecycle import Status
from app.domain.money import from_units, to_stored_units
from app.domain.queues import Queue
from app.errors import Forbidden
from app.repositories import queues as stored
from app.repositories.bulk import Connection
from app.repositories.queues import COUNTED, CaseLine, CasePlace, ListedCase, Narrowing, Snoozed
from app.repositories.together import together
from app.security.tags import Tags
from app.services.cursors import decode_cursor, encode_cursor
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.officer_checks import spelled
from app.services.office.snoozes import hidden_from, hidden_wanted
from app.services.reading import in_district

ME: Final = "me"
NOBODY: Final = "nobody"
OPEN_QUEUES: Final[tuple[Queue, ...]] = tuple(queue for queue in Queue if queue is not Queue.CLOSED)
_REGION: Final = 2


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a page of cases is narrowed to; absent fields do not narrow. Saved views keep exactly this."""

    queue: Queue = Queue.REVIEW
    district: str | None = None  # four digits, or the two of a region
    platform_code: str | None = None
    trade_mode: str | None = None
    rule: str | None = None
    hs_code: str | None = None  # 2, 4, 6, 8 or 10 digits
    value_from_cny: Decimal | None = None
    value_to_cny: Decimal | None = None
    older_minutes: int | None = None
    younger_minutes: int | None = None
    assignee: str | None = None  # me, nobody, or an officer's code
    escalated: bool = False
    words: str | None = None
    snoozed: bool = False  # show those too

    @property
    def narrows(self) -> bool:
        """Whether anything is narrowed besides queue and districts."""
        return msgspec.structs.replace(self, queue=Queue.REVIEW, snoozed=False) != QueueFilter()


class CaseItem(msgspec.Struct, frozen=True, kw_only=True):
    """One case of a page."""

    line: CaseLine
    order_no: str
    waybill_no: str | None
    status: Status
    value_cny: Decimal
    due_minutes: int  # below zero: overdue
    mine: bool

    @property
    def declaration_id(self) -> UUID:
        """Whose case this is."""
        return self.line.declaration_id

    @property
    def queue(self) -> Queue:
        """Where it waits."""
        return Queue(self.line.queue)

    @property
    def escalated(self) -> bool:
        """Whether it waited longer than it should."""
        return self.line.escalated_at is not None


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, most urgent first; `total` is the narrowed count, at most one more than `COUNTED`; None: see counts."""

    cases: tuple[CaseItem, ...]
    next_cursor: str | None
    total: int | None
    snoozes: int  # how many snoozes hide cases here


class QueueCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open cases of an officer's districts."""

    by_queue: dict[Queue, int]
    by_district: dict[str, dict[Queue, int]]


class Known(NamedTuple):
    """What pages of queues begin with: kept counts and snoozes of an officer's districts, at an instant."""

    tallies: list[tuple[str, int, int]]
    snoozed: Snoozed
    at: datetime


class Queues:
    """Reading queues."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._tags = Tags(backing.keyring.blind_index_key)

    async def page(self, caller: Caller, wanted: QueueFilter, cursor: str | None, limit: int) -> CasePage:
        """A page of the caller's districts."""
        demand_queue(caller, wanted)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection:
            tallies, hidden = await together(
                connection, [stored.tallies_wanted(caller.districts), hidden_wanted(caller, now)]
            )
            known = Known(stored.tallies_from(tallies), hidden_from(hidden), now)
            return await self.read(connection, caller, wanted, (cursor, limit), known)

    async def read(
        self,
        connection: Connection,
        caller: Caller,
        wanted: QueueFilter,
        place: tuple[str | None, int],
        known: Known,
    ) -> CasePage:
        """A page behind a place and of a length, by what was read of the caller's districts."""
        (cursor, limit), (tallies, snoozed, now) = place, known
        after = decode_cursor(cursor, CasePlace) if cursor else None
        districts = own_districts(tallies, caller, wanted.queue, wanted.district)
        narrowed = self._narrowing(caller, wanted, None if wanted.snoozed or not snoozed.tags else snoozed, now)
        found = await stored.page(connection, wanted.queue, districts, narrowed, after, limit + 1)
        total = None
        if wanted.narrows and after is None:
            total = await stored.count(connection, wanted.queue, districts, narrowed)
        last = found[limit - 1].line if len(found) > limit else None
        return CasePage(
            cases=tuple(items_from(found[:limit], caller, now)),
            next_cursor=encode_cursor(CasePlace(last.due_at, last.declaration_id)) if last else None,
            total=total,
            snoozes=len(snoozed.tags),
        )

    async def item(self, caller: Caller, line: CaseLine) -> CaseItem:
        """One case with the numbers of its declaration."""
        async with borrowed(self._backing.pool) as connection:
            (numbers,) = await together(connection, [stored.numbers_wanted([line.declaration_id])])
        return items_from(stored.listed([line], numbers), caller, datetime.now(UTC))[0]

    async def counts(self, caller: Caller) -> QueueCounts:
        """Open cases by queue and district, as they are kept: nothing is counted."""
        demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            return counts_from(await stored.tallies(connection, caller.districts))

    def _narrowing(self, caller: Caller, wanted: QueueFilter, hidden: Snoozed | None, now: datetime) -> Narrowing:
        return Narrowing(
            tags=self._tags_of(wanted),
            value_from=None if wanted.value_from_cny is None else to_stored_units(wanted.value_from_cny),
            value_to=None if wanted.value_to_cny is None else to_stored_units(wanted.value_to_cny),
            opened_before=None if wanted.older_minutes is None else now - timedelta(minutes=wanted.older_minutes),
            opened_after=None if wanted.younger_minutes is None else now - timedelta(minutes=wanted.younger_minutes),
            assignee=_assignee(caller, wanted),
            nobody=wanted.assignee == NOBODY,
            escalated_by=now if wanted.escalated else None,
            hidden=hidden,
        )

    def _tags_of(self, wanted: QueueFilter) -> tuple[int, ...]:
        tags, found = self._tags, []
        if wanted.platform_code:
            found.append(tags.platform(wanted.platform_code))
        if wanted.trade_mode:
            found.append(tags.trade_mode(wanted.trade_mode))
        if wanted.rule:
            found.append(tags.rule(wanted.rule))
        if wanted.hs_code:
            found.append(tags.code(wanted.hs_code))
        if wanted.words:
            found += tags.wanted(wanted.words)
        return tuple(found)


def _assignee(caller: Caller, wanted: QueueFilter) -> str | None:
    if wanted.assignee == ME:
        return caller.party_code
    return spelled(wanted.assignee) if wanted.assignee and wanted.assignee != NOBODY else None


def own_districts(
    tallies: Iterable[tuple[str, int, int]], caller: Caller, queue: Queue, district: str | None = None
) -> dict[str, int] | None:
    """The whole codes of an officer's districts that have open cases, with how many of the queue; None for all.

    `tallies` are the kept counts of the officer's districts. `district` narrows them.
    """
    if district is None and "*" in caller.districts:
        return None
    found: dict[str, int] = {}
    for code, number, count in tallies:
        if district in (None, code, code[:_REGION]):
            found[code] = found.get(code, 0) + (count if number == queue else 0)
    return found


def demand_queue(caller: Caller, wanted: QueueFilter) -> None:
    """Forbidden for who may see no cases, or none of the district that is asked for."""
    demand(caller.duties, Permission.VIEW_CASES)
    if wanted.district is not None:
        demand_district(caller, wanted.district)


def demand_district(caller: Caller, district: str) -> None:
    """Forbidden unless an office, or a region, is one of the officer's."""
    if not in_district(caller, district) and not (len(district) == _REGION and district in caller.districts):
        raise Forbidden(
            f"The district {district} is not one of yours; choose one of {', '.join(caller.districts)}.",
            zh=f"关区 {district} 不在您的管辖范围内，可选：{'、'.join(caller.districts)}。",
        )


def items_from(cases: Iterable[ListedCase], caller: Caller, now: datetime) -> list[CaseItem]:
    """Cases as an officer sees them at an instant."""
    return [
        CaseItem(
            line=case.line,
            order_no=case.order_no or "",
            waybill_no=case.waybill_no,
            status=Status.HELD if case.status is None else Status(case.status),
            value_cny=from_units(case.line.value),
            due_minutes=int((case.line.due_at - now).total_seconds() // 60),
            mine=case.line.assignee == caller.party_code,
        )
        for case in cases
    ]


def counts_from(rows: list[tuple[str, int, int]]) -> QueueCounts:
    """Counts from kept tallies."""
    by_queue = dict.fromkeys(OPEN_QUEUES, 0)
    by_district: dict[str, dict[Queue, int]] = {}
    for district, number, open_cases in rows:
        queue = Queue(number)
        by_queue[queue] += open_cases
        by_district.setdefault(district, dict.fromkeys(OPEN_QUEUES, 0))[queue] = open_cases
    return QueueCounts(by_queue=by_queue, by_district=by_district)


__all__ = ["COUNTED", "ME", "NOBODY", "CaseItem", "CasePage", "QueueCounts", "QueueFilter", "Queues"]
