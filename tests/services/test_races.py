"""Two units of work at the same time: whoever commits second has seen the first, or starts again."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec
import pytest

from app.domain.decision import Outcome
from app.domain.dossier import Documents
from app.domain.lifecycle import Status
from app.repositories.heads import load_heads
from app.repositories.stamps import unpacked_stamp
from app.services.clearance import unit
from app.services.filings import DocumentState, Submission, SubmissionAnswer
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import PLATFORM, Opened, filed, submission
from tests.services.parcels import later, parcel, priced
from tests.services.record import decisions, demand_invariants


@asynccontextmanager
async def overtaken(monkeypatch: pytest.MonkeyPatch, work: Any) -> AsyncIterator[asyncio.Task[Any]]:
    """Start `work`; its unit has read what it changes, and decides and writes only after the block."""
    loaded, go_on = asyncio.Event(), asyncio.Event()
    assess = unit._assessed

    async def held_up(*arguments: Any) -> Any:
        loaded.set()
        await go_on.wait()
        return await assess(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(unit, "_assessed", held_up)
        task = asyncio.create_task(work)
        await loaded.wait()
    try:
        yield task
    finally:
        go_on.set()
        await task


async def refused(services: ClearanceServices, documents: Documents) -> None:
    """A parcel that was refused because its order named another buyer; the order is right by now."""
    order = msgspec.structs.replace(documents.order, buyer_name="另一个人")
    await filed(services, *[submission(each) for each in (order, documents.payment, documents.waybill)])
    await filed(services, submission(documents.declaration))
    await filed(services, submission(later(order, 60, buyer_name=documents.order.buyer_name)))


async def test_a_new_version_is_not_decided_on_a_waybill_that_was_corrected_meanwhile(
    open_services: Opened, monkeypatch: pytest.MonkeyPatch, service_connection: asyncpg.Connection
) -> None:
    one, other = await open_services(), await open_services()
    documents = parcel(1)
    await refused(one, documents)
    heavier = later(documents.waybill, 60, gross_weight_kg=Decimal("9.9"))
    async with overtaken(monkeypatch, filed(one, submission(later(documents.declaration, 60)))) as declared:
        await filed(other, submission(heavier))
    (answer,) = declared.result()
    assert answer.declaration is not None
    assert answer.declaration.status is Status.HELD
    await demand_invariants(service_connection)


async def test_two_orders_that_share_a_payment_do_not_pass_each_with_the_other_s_former_amount(
    open_services: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await open_services(), await open_services()
    # 45 + 65 and 55 + 55 are what was paid; 55 + 65 is not.
    first, second = paid_together(1, price_cny="20"), paid_together(2, price_cny="25")
    for documents in (first, second):
        await filed(one, *[submission(each) for each in (documents.order, documents.payment)])
        await filed(one, submission(documents.declaration))
    more = [corrected(first, price_cny="25"), corrected(second, price_cny="30")]
    async with overtaken(monkeypatch, filed(one, more[0])):
        await filed(other, more[1])
    outcomes = [assessment.outcome for _, assessment in await decisions(one)]
    assert Outcome.RELEASED in outcomes
    assert outcomes != [Outcome.RELEASED, Outcome.RELEASED]


def paid_together(number: int, *, price_cny: str) -> Documents:
    """One of two orders that one payment of 110 CNY was made for: two goods, 15 freight, 10 discount."""
    documents = parcel(number, buyer=builders.IDENTITY, price_cny=price_cny)
    order = msgspec.structs.replace(documents.order, payment_transaction_no="TOGETHER")
    payment = msgspec.structs.replace(documents.payment, amount_cny=Decimal(110), payment_transaction_no="TOGETHER")
    return msgspec.structs.replace(documents, order=order, payment=payment)


def corrected(documents: Documents, *, price_cny: str) -> Submission:
    """A newer order and declaration with another price, and the waybill."""
    newer = priced(documents, Decimal(price_cny), 2)
    return submission(later(newer.order), documents.waybill, later(newer.declaration), caller=PLATFORM)


@pytest.mark.parametrize("kind", ["order", "payment", "waybill", "declaration"])
async def test_of_corrections_that_race_the_newest_stands_and_no_older_one_replaces_it(
    open_services: Opened, service_connection: asyncpg.Connection, kind: str
) -> None:
    workers = [await open_services(), await open_services()]
    documents = parcel(1)
    await filed(workers[0], submission(documents.declaration))
    messages = [later(getattr(documents, kind), seconds, note=str(seconds)) for seconds in range(1, 41)]
    random.Random(7).shuffle(messages)
    answers = await asyncio.gather(*(workers[n % 2].file([submission(each)]) for n, each in enumerate(messages)))
    told = Counter(answer.documents[0].state for (answer,) in answers if isinstance(answer, SubmissionAnswer))
    assert told.total() == len(messages)
    newest = max(each.stamp for each in messages)
    if kind == "waybill":
        rows = await service_connection.fetch("SELECT stamp FROM waybills")
        stamps = [stamp for row in rows if (stamp := unpacked_stamp(row[0]))]
    else:
        key = await service_connection.fetchval("SELECT declaration_id FROM declarations")
        stamps = [getattr((await load_heads(service_connection, [key]))[key], f"{kind}_stamp")]
    assert [stamp.startswith(newest) for stamp in stamps] == [True]
    stored = await service_connection.fetchval("SELECT count(*) FROM documents")
    assert stored == told[DocumentState.STORED] + 1
    await demand_invariants(service_connection)
