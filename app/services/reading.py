"""Reading declarations: one, a page of them, and who may see which.

A party sees the declarations it has a part in; an officer those of the assigned customs districts.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from app.domain.duties import Permission, demand
from app.domain.lifecycle import Status
from app.errors import NotFound
from app.repositories.heads import Head, load_heads
from app.repositories.search import Narrowed, Place, search
from app.security.envelope import Envelope
from app.services.asked_papers import asked_papers
from app.services.clearance.views import Reader, load_views
from app.services.cursors import decode_cursor, encode_cursor
from app.services.database_errors import borrowed
from app.services.filings import Caller, DeclarationFilter, DeclarationView, Page
from app.services.registry import Registry

_REGION = 2  # digits that all offices of one regional customs begin with
_UNKNOWN = "there is no such declaration, or it is not yours to see"


async def read_declaration(
    pool: asyncpg.Pool, envelope: Envelope, registry: Registry, caller: Caller, declaration_id: UUID
) -> DeclarationView:
    """One declaration; NotFound alike where it does not exist and where the caller may not see it."""
    demand_reader(caller)
    async with borrowed(pool) as connection:
        head = visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
        reader = Reader(caller, await registry.refresh(connection))
        (view,) = await load_views(connection, envelope, [head], reader)
        return msgspec.structs.replace(view, asked=await asked_papers(connection, envelope, head))


async def read_page(
    pool: asyncpg.Pool,
    envelope: Envelope,
    registry: Registry,
    caller: Caller,
    narrowed: DeclarationFilter,
    cursor: str | None,
    limit: int,
) -> Page:
    """The caller's declarations, newest first."""
    demand_reader(caller)
    after = decode_cursor(cursor, Place) if cursor else None
    async with borrowed(pool) as connection:
        heads = await search(connection, caller.party_code, districts_of(caller), _narrowed(narrowed), after, limit + 1)
        reader = Reader(caller, await registry.refresh(connection))
        views = await load_views(connection, envelope, heads[:limit], reader)
    return Page(declarations=tuple(views), next_cursor=_next(heads, limit))


def demand_reader(caller: Caller) -> None:
    """Forbidden for an officer whose roles see no cases: an administrator may have districts all the same."""
    if caller.is_officer:
        demand(caller.duties, Permission.VIEW_CASES)


def visible(head: Head | None, caller: Caller) -> Head:
    """The head, if the caller may see it; NotFound otherwise."""
    if head is None or head.state is Status.COLLECTING or not may_see(caller, head):
        raise NotFound(_UNKNOWN)
    return head


def may_see(caller: Caller, head: Head) -> bool:
    """Whether a declaration is the caller's to see."""
    if caller.is_officer:
        return in_district(caller, head.customs_code)
    return caller.party_code in (
        head.platform_code,
        head.merchant_code,
        head.declarant_code,
        head.logistics_code,
        head.payment_company_code,
    )


def in_district(caller: Caller, customs_code: str | None) -> bool:
    """Whether a customs office lies in an officer's districts."""
    return any(
        assigned in ("*", customs_code) or (len(assigned) == _REGION and (customs_code or "").startswith(assigned))
        for assigned in caller.districts
    )


def districts_of(caller: Caller) -> tuple[str, ...] | None:
    """An officer's districts; None for a party."""
    return caller.districts if caller.is_officer else None


_EQUALS = ("order_no", "waybill_no", "platform_code", "customs_code", "trade_mode", "status", "outcome")


def _narrowed(wanted: DeclarationFilter) -> Narrowed:
    equals = {name: value for name in _EQUALS if (value := getattr(wanted, name)) is not None}
    return Narrowed(equals, wanted.accepted_from, wanted.accepted_to)


def _next(heads: Sequence[Head], limit: int) -> str | None:
    if len(heads) <= limit:
        return None
    last = heads[limit - 1]
    return encode_cursor(Place(last.received_at, last.declaration_id))
