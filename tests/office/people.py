"""Officers of the tests, and parcels that need them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.domain.duties import Duty
from app.domain.lifecycle import Act, Status
from app.security.keyring import KeyRing
from app.services.desk import Decision
from app.services.filings import Caller
from app.services.office.acts import Acts
from app.services.office.answers import Answered, Verdict
from app.services.office.backing import Backing
from app.services.office.proposals import Proposals
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.services.conftest import AT, dossier, filed
from tests.services.parcels import parcel


def officer(code: str, *duties: Duty, districts: tuple[str, ...] = ("22",)) -> Caller:
    """An officer of Shanghai, unless said otherwise."""
    return Caller(
        key_id=f"key_{code}", party_code=code, role="officer", name=code, districts=districts, duties=tuple(duties)
    )


EXAMINER = officer("EXAMINER", Duty.EXAMINER)
SUPERVISOR = officer("SUPERVISOR", Duty.SUPERVISOR)
OTHER_SUPERVISOR = officer("SUPERVISOR2", Duty.SUPERVISOR)
ANALYST = officer("ANALYST", Duty.ANALYST)
ELSEWHERE = officer("ELSEWHERE", Duty.SUPERVISOR, districts=("5100",))


async def held(services: ClearanceServices, number: int = 1) -> UUID:
    """A parcel that waits for an officer: its waybill says another weight."""
    (key,) = await all_held(services, [number])
    return key


async def all_held(services: ClearanceServices, numbers: list[int]) -> list[UUID]:
    """Parcels that wait for an officer."""
    heavy = [
        msgspec.structs.replace(
            documents, waybill=msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
        )
        for documents in map(parcel, numbers)
    ]
    keys = []
    for answer in await filed(services, *map(dossier, heavy)):
        assert answer.declaration is not None
        assert answer.declaration.status is Status.HELD
        keys.append(answer.declaration.declaration_id)
    return keys


def proposals_of(services: ClearanceServices) -> Proposals:
    """The service of proposals over a worker's desk."""
    return Proposals(services._side, services._means.envelope, services._desk)


def acts_of(services: ClearanceServices, keyring: KeyRing) -> Acts:
    """The service of acts over a worker's desk."""
    settings = Settings.from_environment({})
    return Acts(Backing(services._side, services._means, keyring, settings, services._desk))


async def carry_out(services: ClearanceServices, key: UUID, act: Act, status: Status | None = None) -> Answered:
    """Propose, and let another officer approve."""
    proposals = proposals_of(services)
    made = await proposals.propose(SUPERVISOR, [key], Decision(act=act, reason="查获", status=status), AT)
    assert made.proposal_id
    return await proposals.answer(OTHER_SUPERVISOR, made.proposal_id, Verdict.APPROVED, "同意", AT)


async def case_of(connection: asyncpg.Connection, key: UUID) -> dict[str, Any]:
    """The row of a case."""
    return dict(await connection.fetchrow("SELECT * FROM cases WHERE declaration_id = $1", key))


async def tallied(connection: asyncpg.Connection) -> dict[tuple[int, str], int]:
    """What the tallies say is open, which has to be what is open."""
    told = await connection.fetch(
        "SELECT queue, district, sum(open)::int FROM case_tallies GROUP BY 1, 2 HAVING sum(open) <> 0"
    )
    counted = await connection.fetch("SELECT queue, district, count(*)::int FROM cases WHERE queue > 0 GROUP BY 1, 2")
    assert {tuple(row) for row in told} == {tuple(row) for row in counted}
    return {(row[0], row[1]): row[2] for row in told}
