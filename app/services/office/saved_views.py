"""Saved views: a queue and its filters under a name, an officer's own or shared with a district.

A view shows nobody more: whoever opens it sees the cases of the own districts.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from app.domain.duties import Permission, demand
from app.domain.identity import mentions_identity_number
from app.errors import Conflict, Malformed, NotFound, Problem
from app.repositories import queue_views as stored
from app.repositories.queue_views import ViewRow
from app.services.audit import Act, record_acts
from app.services.clearance.receipts import actor_of
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.queues import QueueFilter, demand_district

MOST_VIEWS: Final = 50
LONGEST_NAME: Final = 60
_PURPOSE: Final = b"queue view"


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A view as its officer sees it."""

    view_id: UUID
    name: str
    filter: QueueFilter
    owner: str
    district: str | None
    mine: bool


class _Content(msgspec.Struct, frozen=True):
    name: str
    filter: QueueFilter


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Content).decode


class SavedViews:
    """Saving, listing and removing views."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    async def save(self, caller: Caller, name: str, wanted: QueueFilter, district: str | None = None) -> UUID:
        """Keep a filter under a name; `district` shares it with the officers there."""
        demand(caller.duties, Permission.VIEW_CASES)
        name = name.strip()
        _demand_sense(name, wanted)
        if district is not None:
            demand_district(caller, district)
        now, view_id = datetime.now(UTC), uuid4()
        content = self._backing.means.envelope.seal_alone(_encode(_Content(name, wanted)), _PURPOSE)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            if await stored.count_of(connection, caller.party_code) >= MOST_VIEWS:
                raise Conflict(
                    f"You have {MOST_VIEWS} views already; remove one first.",
                    zh=f"您已保存 {MOST_VIEWS} 个视图，请先删除一个。",
                )
            await stored.add(connection, ViewRow(view_id, caller.party_code, district, content, now, None))
            act = Act("queue_view.save", {"view": str(view_id), "district": district})
            await record_acts(connection, [act], actor_of(caller), now)
        return view_id

    async def listed(self, caller: Caller) -> list[SavedView]:
        """One's own views and those shared with one's districts."""
        demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            rows = await stored.of_officer(connection, caller.party_code, caller.districts)
        return self.shown(rows, caller)

    def shown(self, rows: Iterable[ViewRow], caller: Caller) -> list[SavedView]:
        """Views that were read, unsealed."""
        return [self._shown(row, caller) for row in rows]

    async def remove(self, caller: Caller, view_id: UUID) -> None:
        """Remove a view of one's own."""
        demand(caller.duties, Permission.VIEW_CASES)
        now = datetime.now(UTC)
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            if not await stored.remove(connection, view_id, caller.party_code, now):
                raise NotFound(
                    "You have no such view; only its owner removes one.", zh="您没有这个视图，只有创建人可以删除。"
                )
            await record_acts(connection, [Act("queue_view.remove", {"view": str(view_id)})], actor_of(caller), now)

    def _shown(self, row: ViewRow, caller: Caller) -> SavedView:
        content = _decode(self._backing.means.envelope.unseal_alone(row.content, _PURPOSE))
        return SavedView(
            view_id=row.view_id,
            name=content.name,
            filter=content.filter,
            owner=row.owner,
            district=row.district,
            mine=row.owner == caller.party_code,
        )


def _demand_sense(name: str, wanted: QueueFilter) -> None:
    problems = []
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(
            Problem(
                "/name", "invalid_name", f"应为 1 至 {LONGEST_NAME} 个字符", f"must be 1 to {LONGEST_NAME} characters"
            )
        )
    if mentions_identity_number(f"{name} {wanted.words or ''}"):
        problems.append(Problem("/name", "identity_number", "不得含身份证号码", "must not hold an identity number"))
    if problems:
        raise Malformed("The view cannot be saved like this.", zh="视图信息有误。", problems=tuple(problems))
