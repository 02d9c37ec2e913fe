"""Mandates on record: leave of one party to another to file its documents, stated from a day on, or ended."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from app.errors import Malformed, NotFound
from app.repositories import registers
from app.repositories.registers import Mandate
from app.services.clerk import Clerk, checked_days, demand_known
from app.services.filings import DocumentKind

# In which roles a party files a document (app.services.authority says whose a document is).
FILED_BY: Final = {
    DocumentKind.ORDER: frozenset({"platform", "merchant"}),
    DocumentKind.PAYMENT: frozenset({"payment"}),
    DocumentKind.WAYBILL: frozenset({"logistics"}),
    DocumentKind.DECLARATION: frozenset({"declarant", "merchant"}),
}
_DAY: Final = timedelta(days=1)


class MandateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the register shall say from `first_day` (today by default) on: a mandate up to `last_day`, or none."""

    grantor_code: str
    holder_code: str
    kinds: tuple[DocumentKind, ...]
    first_day: date | None = None
    last_day: date | None = None
    revoked: bool = False


async def state_mandate(clerk: Clerk, request: MandateRequest) -> date:
    """Record or end a mandate; answers from which day. Earlier days stay as they were."""
    begins = request.first_day or clerk.today
    await _check(clerk, request, begins)
    on_record = [
        mandate
        for mandate in await registers.mandates(clerk.connection)
        if (mandate.grantor_code, mandate.holder_code) == (request.grantor_code, request.holder_code)
        and mandate.document_kind in request.kinds
    ]
    changed = ended(on_record, begins)
    if request.revoked and not changed:
        raise NotFound(
            f"{request.grantor_code} has given {request.holder_code} no mandate for its {_words(request)} "
            f"on {begins} or later; `tongguan parties show {request.grantor_code}` lists them."
        )
    if not request.revoked:
        changed += [
            Mandate(request.grantor_code, request.holder_code, kind, begins, request.last_day) for kind in request.kinds
        ]
    for mandate in changed:
        await registers.grant_mandate(clerk.connection, mandate, clerk.at, clerk.actor)
    _note(clerk, request, begins)
    return begins


def ended(mandates: Sequence[Mandate], day: date) -> list[Mandate]:
    """The mandates that reach a day or later, cut off the day before; one that begins later is left with no day."""
    return [
        msgspec.structs.replace(mandate, last_day=max(mandate.first_day, day) - _DAY)
        for mandate in mandates
        if mandate.last_day is None or mandate.last_day >= max(day, mandate.first_day)
    ]


def _note(clerk: Clerk, request: MandateRequest, begins: date) -> None:
    clerk.note(
        "mandate.revoke" if request.revoked else "mandate.grant",
        grantor=request.grantor_code,
        holder=request.holder_code,
        documents=[kind.word for kind in request.kinds],
        first_day=begins,
        last_day=request.last_day,
    )


def _words(request: MandateRequest) -> str:
    return " or ".join(kind.word for kind in request.kinds)


async def _check(clerk: Clerk, request: MandateRequest, begins: date) -> None:
    checked_days(begins, request.last_day)
    for code in (request.grantor_code, request.holder_code):
        await demand_known(clerk, code)
    if request.grantor_code == request.holder_code:
        raise Malformed("A party needs no mandate for its own documents: name another holder.")
    if request.revoked:
        return
    grants = await _roles(clerk, request.grantor_code)
    if not any(grants & FILED_BY[kind] for kind in request.kinds):
        documents = _words(request)
        raise Malformed(
            f"{request.grantor_code} ({', '.join(sorted(grants))}) files no {documents}: it has no mandate to give."
        )
    if await _roles(clerk, request.holder_code) == {"officer"}:
        raise Malformed(f"{request.holder_code} is an officer and files nothing: name a party as holder.")


async def _roles(clerk: Clerk, code: str) -> set[str]:
    return {registration.role for registration in await registers.roles_of(clerk.connection, code)}
