"""What a decision may not depend on: which document came last, and what else was on its way at the same time."""

from decimal import Decimal

import asyncpg
import msgspec
import pytest

from app.domain.decision import Outcome
from app.domain.dossier import Documents
from app.services.service import ClearanceServices
from tests.services.conftest import DECLARANT, filed, submission
from tests.services.parcels import parcel
from tests.services.record import decisions, demand_invariants, statuses, whole_feed

PAID_TOGETHER = Decimal("250.00")
DOCUMENTS = ("order", "payment", "waybill", "declaration")


def sharing_a_payment() -> tuple[Documents, Documents]:
    """Two orders of 125.00 CNY that were paid for with one transaction of 250.00 CNY."""
    one, two = parcel(1), parcel(2, buyer=parcel(1).order.buyer_id_number)
    payment = msgspec.structs.replace(one.payment, amount_cny=PAID_TOGETHER)
    transaction = payment.payment_transaction_no
    return (
        msgspec.structs.replace(one, payment=payment),
        msgspec.structs.replace(
            two,
            payment=msgspec.structs.replace(two.payment, amount_cny=PAID_TOGETHER, payment_transaction_no=transaction),
            order=msgspec.structs.replace(two.order, payment_transaction_no=transaction),
        ),
    )


@pytest.mark.parametrize("last", DOCUMENTS)
async def test_a_shared_payment_is_seen_whichever_document_comes_last(services: ClearanceServices, last: str) -> None:
    one, two = sharing_a_payment()
    await filed(services, submission(two.order), submission(two.payment))
    for name in (*(each for each in DOCUMENTS if each != last), last):
        await filed(services, submission(getattr(one, name)))
    ((facts, assessment),) = await decisions(services)
    assert facts.payment_shared_with is not None
    assert [each.order_no for each in facts.payment_shared_with] == [two.order.order_no]
    assert assessment.outcome is Outcome.RELEASED


async def test_two_events_of_one_declaration_in_one_unit_have_numbers_of_their_own(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration))
    await filed(services, submission(documents.payment), submission(documents.waybill))  # both touch it
    events = await service_connection.fetch("SELECT sequence, at FROM events ORDER BY clock")
    assert [each["sequence"] for each in events] == [1, 2, 3]


async def test_documents_that_complete_a_parcel_together_cause_one_decision_and_one_receipt_of_it(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.payment))
    await filed(services, submission(documents.waybill), submission(documents.order))
    assert statuses(await whole_feed(services, DECLARANT)) == ["2", "120", "800"]
    await demand_invariants(service_connection)
