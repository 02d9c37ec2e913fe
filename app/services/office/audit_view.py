"""The audit for auditors: links newest first, one link with what it attests, a declaration's whole record.

Nothing here is personal: links lie in the clear and hold no person's words; of sealed evidence only outlines are told.
Who did what is inside of a link, so it cannot be asked of an index: a search reads backwards, at most `_READ_AT_MOST`
links for one page, and says where it goes on.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from app.domain.canonical import decode_assessment
from app.domain.duties import Permission, demand
from app.domain.period import day_begins, shanghai_day
from app.errors import NotFound
from app.repositories import audit_links
from app.repositories.audit_links import BEGINNING
from app.repositories.bulk import Connection, month_of
from app.repositories.evidence import EventRow, latest_assessments
from app.repositories.heads import load_heads
from app.security.signing import Signer
from app.services.audit import Act, record_acts
from app.services.auditing.evidence import with_evidence
from app.services.auditing.heads import signed_line, take_heads
from app.services.auditing.reading import one_moment
from app.services.auditing.records import payload_of
from app.services.clearance.chain import GENESIS, EventPayload, chained
from app.services.clearance.receipts import person_of
from app.services.clearance.views import unseal_assessments
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.reading import visible

_READ_AT_MOST: Final = 1000  # of 5,000 a page took 140 ms
_AT_A_TIME: Final = 64
_LINKS_OF_ONE: Final = 2000
# The month, and of each lane the place before which to go on. Of one declaration: how many links were given out, as if
# by lane 0, which there is none of.
Cursor = tuple[date, dict[int, int]]


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What links are narrowed to."""

    actor: str | None = None
    act: str | None = None  # or how it begins: "table." finds everything about tables
    lane: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    declaration_id: UUID | None = None

    def holds(self, row: EventRow, payload: EventPayload | None) -> bool:
        """Whether a link is among them; one that cannot be read is never hidden by what it would say."""
        if self.declaration_id is not None and row.declaration_id != self.declaration_id:
            return False
        day = shanghai_day(row.at)
        if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
            return False
        if payload is None:
            return True
        if self.actor and self.actor not in (payload.actor, person_of(payload.actor)):
            return False
        return not self.act or payload.act == self.act or (self.act.endswith(".") and payload.act.startswith(self.act))


class LinkItem(msgspec.Struct, frozen=True, kw_only=True):
    """One link as it is listed."""

    lane: int
    position: int
    at: datetime
    act: str  # empty where the link cannot be read
    actor: str
    declaration_id: UUID | None
    receipts: int
    attested: bool
    note: str


class LinkPage(msgspec.Struct, frozen=True):
    """A page of links; `cursor` where there may be more. `read`: how many were looked at."""

    links: tuple[LinkItem, ...]
    cursor: Cursor | None
    read: int


class LinkDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One link with what it attests and whether it fits."""

    item: LinkItem
    lane_name: str
    month: date
    chain: str
    fits_chain: bool
    receipts: tuple[tuple[str, str, str], ...]  # to whom, return status, kind of document
    attested_digest: str | None
    found_digest: str | None
    missing: tuple[str, ...]

    @property
    def fits_evidence(self) -> bool:
        """Whether the evidence is what the link says of it."""
        return not self.missing and self.attested_digest == self.found_digest


class AuditView:
    """Everything an auditor looks up."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._pool = backing.pool

    async def lanes(self, caller: Caller) -> dict[int, str]:
        """Every lane with its name."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        async with borrowed(self._pool) as connection:
            return await audit_links.lane_names(connection)

    async def page(self, caller: Caller, wanted: AuditFilter, cursor: Cursor | None, limit: int) -> LinkPage:
        """A page of links, newest first."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        async with borrowed(self._pool) as connection:
            if wanted.declaration_id is not None:
                return await _of_declaration(connection, wanted, wanted.declaration_id, cursor)
            return await _searched(connection, wanted, cursor, limit)

    async def link(self, caller: Caller, lane: int, position: int) -> LinkDetail:
        """One link; NotFound where there is none."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        async with borrowed(self._pool) as connection:
            row = await audit_links.link_at(connection, lane, position)
            if row is None:
                raise NotFound("There is no such link.", zh="没有该记录。")
            before = await audit_links.link_at(connection, lane, position - 1) if position > 1 else None
            (found,) = await with_evidence(connection, [row])
            names = await audit_links.lane_names(connection)
        payload = payload_of(row)
        previous = before.chain if before else GENESIS
        attested = payload.attested if payload else None
        return LinkDetail(
            item=item_of(row, payload),
            lane_name=names.get(lane, ""),
            month=row.month,
            chain=row.chain.hex(),
            fits_chain=(before is not None or position == 1) and chained(previous, row) == row.chain,
            receipts=tuple(_receipts(payload)),
            attested_digest=attested.digest.hex() if attested else None,
            found_digest=found.digest.hex() if found.digest else None,
            missing=found.missing,
        )

    async def record(self, caller: Caller, declaration_id: UUID, at: datetime) -> dict[str, Any]:
        """Everything on record of a declaration but what people said: states, filings, decisions, links. Audited."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        async with borrowed(self._pool) as connection:
            head = visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
            rows = await latest_assessments(connection, [declaration_id])
            opened = await unseal_assessments(connection, self._backing.means.envelope, list(rows.values()))
            ledger = (
                await audit_links.ledger_of(connection, head.buyer_index, declaration_id) if head.buyer_index else []
            )
            found = {
                "declaration_id": declaration_id,
                "order_no": head.order_no,
                "status": head.state.word,
                "version": head.version,
                "customs_code": head.customs_code,
                "filings": await audit_links.filings_of(connection, declaration_id),
                "transitions": await audit_links.transitions_of(connection, declaration_id),
                "decisions": [_decision(row.revision, stored.assessment) for row, stored in opened],
                "ledger": ledger,
                "links": await _all_of_declaration(connection, declaration_id),
            }
            await _note(connection, caller, Act("audit.record", {"declaration": str(declaration_id)}), at)
        return found

    async def export(self, caller: Caller, wanted: AuditFilter, at: datetime) -> AsyncIterator[list[LinkItem]]:
        """All links of a filter, a page at a time, newest first. Audited."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        asked = {name: str(value) for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
        async with borrowed(self._pool) as connection:
            await _note(connection, caller, Act("audit.export", dict(asked)), at)
        cursor: Cursor | None = None
        while True:
            page = await self.page(caller, wanted, cursor, _READ_AT_MOST)
            yield list(page.links)
            if page.cursor is None:
                return
            cursor = page.cursor

    async def heads(self, caller: Caller) -> str:
        """The signed heads of all lanes, one line of JSON."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        signer = Signer(self._backing.keyring.signing_key)
        async with borrowed(self._pool) as connection, one_moment(connection):
            found = await take_heads(connection, self._backing.settings.service.instance, datetime.now(UTC))
        return signed_line(found, signer)


async def _of_declaration(
    connection: Connection, wanted: AuditFilter, declaration_id: UUID, cursor: Cursor | None
) -> LinkPage:
    """The links of one declaration, newest first; few have more than fit on a page."""
    since = await audit_links.first_month_of(connection, declaration_id)
    if since is None:
        return LinkPage((), None, 0)
    behind = cursor[1].get(0, 0) if cursor else 0
    rows = await audit_links.links_of(connection, declaration_id, since, behind, _LINKS_OF_ONE + 1)
    shown = rows[:_LINKS_OF_ONE]
    items = [item_of(row, payload) for row, payload in _decoded(shown) if wanted.holds(row, payload)]
    following = (since, {0: behind + len(shown)}) if len(rows) > len(shown) else None
    return LinkPage(tuple(items), following, len(shown))


async def _all_of_declaration(connection: Connection, declaration_id: UUID) -> list[LinkItem]:
    links: list[LinkItem] = []
    cursor: Cursor | None = None
    while True:
        page = await _of_declaration(connection, AuditFilter(declaration_id=declaration_id), declaration_id, cursor)
        links += page.links
        cursor = page.cursor
        if cursor is None:
            return links


async def _note(connection: asyncpg.Connection, caller: Caller, act: Act, at: datetime) -> None:
    """On a connection that is at hand: who waited for a second one while holding one could wait for ever."""
    async with connection.transaction():
        await record_acts(connection, [act], caller.party_code, at)


async def _searched(connection: Connection, wanted: AuditFilter, cursor: Cursor | None, limit: int) -> LinkPage:
    """Read backwards, merging the lanes by time, until the page is full or enough was read."""
    names = await audit_links.lane_names(connection)
    lanes = [wanted.lane] if wanted.lane is not None else sorted(names)
    month, places = cursor or (await _first_month(connection, wanted), {})
    found: list[LinkItem] = []
    read = 0
    # A day begins in Shanghai while the month of the partitions, which is UTC's, may be the one before.
    earliest = month_of(day_begins(wanted.first_day)) if wanted.first_day else date.min
    while month is not None and month >= earliest:
        places = {lane: places.get(lane, BEGINNING) for lane in lanes}
        rows = await audit_links.links_before(connection, month, places, _AT_A_TIME)
        merged = _merged(rows)
        for row, payload in await asyncio.to_thread(_decoded, merged):
            places[row.lane] = row.position
            read += 1
            if wanted.holds(row, payload):
                found.append(item_of(row, payload))
            if len(found) == limit or read >= _READ_AT_MOST:
                return LinkPage(tuple(found), (month, places), read)
        if not merged:
            month, places = await audit_links.newest_month(connection, month), {}
    return LinkPage(tuple(found), None, read)


def _merged(rows: dict[int, list[EventRow]]) -> list[EventRow]:
    """The links of several lanes, newest first, up to where a lane may have more that was not read."""
    merged = heapq.merge(*rows.values(), key=lambda row: (-row.at.timestamp(), row.lane))
    left = {lane: len(found) for lane, found in rows.items()}
    taken: list[EventRow] = []
    for row in merged:
        taken.append(row)
        left[row.lane] -= 1
        if not left[row.lane] and len(rows[row.lane]) == _AT_A_TIME:
            break
    return taken


async def _first_month(connection: Connection, wanted: AuditFilter) -> date | None:
    newest = await audit_links.newest_month(connection, None)
    if newest is None or wanted.last_day is None:
        return newest
    until = month_of(datetime(wanted.last_day.year, wanted.last_day.month, wanted.last_day.day, tzinfo=UTC))
    if until >= newest:
        return newest
    following = date(until.year + until.month // 12, until.month % 12 + 1, 1)
    return await audit_links.newest_month(connection, following)


def item_of(row: EventRow, payload: EventPayload | None) -> LinkItem:
    """A link as it is listed."""
    return LinkItem(
        lane=row.lane,
        position=row.position,
        at=row.at,
        act=payload.act if payload else "",
        actor=payload.actor if payload else "",
        declaration_id=row.declaration_id,
        receipts=sum(len(each.receipts()) for each in payload.receipts) if payload else 0,
        attested=payload is not None and payload.attested is not None,
        note=payload.note if payload else "",
    )


def _decoded(rows: Sequence[EventRow]) -> list[tuple[EventRow, EventPayload | None]]:
    return [(row, payload_of(row)) for row in rows]


def _receipts(payload: EventPayload | None) -> list[tuple[str, str, str]]:
    if payload is None:
        return []
    return [
        (", ".join(party for party in each.to if "\0" not in party), receipt.return_status, type(receipt).__name__)
        for each in payload.receipts
        for receipt in each.receipts()
    ]


def _decision(revision: int, stored: bytes) -> dict[str, Any]:
    """A decision in outline: rules and outcomes, not the values that they read."""
    assessment = decode_assessment(stored)
    return {
        "revision": revision,
        "outcome": assessment.outcome.word,
        "accepted_on": assessment.accepted_on,
        "book": assessment.book,
        "findings": [
            {"rule_id": each.rule_id, "kind": each.kind, "outcome": each.outcome.word, "law": each.law}
            for each in assessment.findings
        ],
    }
