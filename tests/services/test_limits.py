"""The annual limit at its edges: the last cent, the last second of a year in Shanghai, and what is given back later."""

from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import msgspec
import pytest

from app.domain.dossier import Declaration, Documents
from app.domain.lifecycle import Status
from app.domain.money import HUNDRED_THOUSAND
from app.domain.period import SHANGHAI
from app.services.filings import OfficerAction, SubmissionAnswer
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import DECLARANT, OFFICER, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants

LAST_INSTANT = datetime(2023, 12, 31, 23, 59, 59, 999_999, SHANGHAI)
FIRST_INSTANT = datetime(2023, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
FREIGHT_CNY = 15


def dated(documents: Documents) -> Documents:
    """The parcel, filed on the last day of 2023."""
    parts = {
        name: msgspec.structs.replace(getattr(documents, name), filed_at="20231231120000")
        for name in ("order", "payment", "waybill", "declaration")
    }
    return msgspec.structs.replace(documents, **parts)


def worth(number: int, value_cny: str) -> Documents:
    """A parcel of one buyer whose dutiable value is so much."""
    price_cny = (Decimal(value_cny) - FREIGHT_CNY) / 2
    return dated(parcel(number, buyer=builders.IDENTITY, price_cny=str(price_cny)))


def over_the_limit(answer: SubmissionAnswer) -> bool:
    """Whether the decision names the annual limit."""
    assert answer.declaration is not None
    assert answer.declaration.assessment is not None
    return "LIM-02" in [finding.rule_id for finding in answer.declaration.assessment.findings]


async def balances(connection: asyncpg.Connection) -> dict[int, Decimal]:
    """What the one buyer has used, by year."""
    rows = await connection.fetch("SELECT year, used FROM limit_balances")
    return {row[0]: Decimal(row[1]) / HUNDRED_THOUSAND for row in rows}


async def test_a_year_is_filled_to_the_cent_and_ends_at_midnight_in_shanghai(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    full = [worth(number, "5000.00") for number in range(1, 6)] + [worth(6, "1000.00")]
    answers = await filed(services, *[dossier(each, at=LAST_INSTANT) for each in full])
    assert not any(over_the_limit(answer) for answer in answers)
    (one_cent_more,) = await filed(services, dossier(worth(7, "15.02"), at=LAST_INSTANT))
    assert over_the_limit(one_cent_more)
    (next_year,) = await filed(services, dossier(worth(8, "15.02"), at=FIRST_INSTANT))
    assert not over_the_limit(next_year)
    assert await balances(service_connection) == {2023: Decimal(26_000), 2024: Decimal("15.02")}
    await demand_invariants(service_connection)


@pytest.mark.parametrize("how", ["cancel", "refuse"])
async def test_what_one_year_reserved_is_given_back_to_that_year_and_taken_of_the_next_when_declared_anew(
    services: ClearanceServices, service_connection: asyncpg.Connection, how: str
) -> None:
    documents = worth(1, "135.00")
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    held = msgspec.structs.replace(documents, waybill=heavy)
    (answer,) = await filed(services, dossier(held, at=LAST_INSTANT))
    assert answer.declaration is not None
    key = answer.declaration.declaration_id
    assert await balances(service_connection) == {2023: Decimal(135)}
    if how == "cancel":
        await services.cancel(DECLARANT, key, "x", FIRST_INSTANT)
    else:
        await services.decide(OFFICER, key, OfficerAction.REFUSE, "x", FIRST_INSTANT)
    assert await balances(service_connection) == {2023: Decimal(0)}
    again: Declaration = later(documents.declaration, 60)
    (anew,) = await filed(services, submission(again, at=FIRST_INSTANT))
    assert anew.declaration is not None
    assert (anew.declaration.status, anew.declaration.version) == (Status.HELD, 2)
    assert await balances(service_connection) == {2023: Decimal(0), 2024: Decimal(135)}
    await services.decide(OFFICER, key, OfficerAction.RELEASE, "x", FIRST_INSTANT)
    assert await balances(service_connection) == {2023: Decimal(0), 2024: Decimal(135)}
    await demand_invariants(service_connection)


async def test_a_version_that_takes_less_takes_only_that(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    """Cancelled at 135, declared anew at 55: the year keeps 55, and the ledger tells both."""
    documents = worth(1, "135.00")
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy), at=LAST_INSTANT))
    assert answer.declaration is not None
    await services.cancel(DECLARANT, answer.declaration.declaration_id, "x", LAST_INSTANT)
    smaller = worth(1, "55.00")
    newer = (later(smaller.order, 60), later(smaller.payment, 60), later(smaller.declaration, 60))
    for document in newer:
        await filed(services, submission(document, at=LAST_INSTANT))
    assert await balances(service_connection) == {2023: Decimal(55)}
    entries = await service_connection.fetch("SELECT version, entry FROM limit_ledger ORDER BY at, version, entry")
    assert [tuple(row) for row in entries] == [(1, 1), (1, 3), (2, 1)]
    await demand_invariants(service_connection)
