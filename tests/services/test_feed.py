"""The feed: each party gets what is addressed to it, once, in order, however units of work and pages are cut."""

import pytest

from app.domain.dossier import Order, Payment, Waybill
from app.services.filings import Caller, FeedEntry
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import DECLARANT, LOGISTICS, PAYMENT, PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import parcel

MERCHANT = Caller(key_id="key_merchant", party_code=builders.MERCHANT, role="merchant", name="merchant")


async def stepwise(services: ClearanceServices, caller: Caller, limit: int) -> list[FeedEntry]:
    """Everything addressed to a party, in pages of so many receipts."""
    entries: list[FeedEntry] = []
    while page := await services.receipts(caller, entries[-1].cursor if entries else None, limit):
        assert len(page) <= limit
        entries += page
    return entries


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
async def test_parties_share_a_unit_of_work_and_each_gets_its_own_receipts_in_order(
    services: ClearanceServices, limit: int
) -> None:
    mixed = [document for n in range(0, 9, 3) for document in _one_each(n)]
    await filed(services, *[submission(document) for document in mixed])
    await filed(
        services, submission(parcel(20).payment), submission(parcel(21).waybill), submission(parcel(22).payment)
    )
    for caller, message, numbers in (
        (PAYMENT, "CEB412", [f"PAY{n:010d}" for n in (1, 4, 7, 20, 22)]),
        (LOGISTICS, "CEB512", [f"WB{n:010d}" for n in (2, 5, 8, 21)]),
        (MERCHANT, "CEB312", [f"ORDER{n:08d}" for n in (0, 3, 6)]),
    ):
        entries = await stepwise(services, caller, limit)
        assert {entry.message for entry in entries} == {message}
        told = [next(number for number in numbers if number in entry.xml) for entry in entries]
        assert told == [number for number in numbers for _ in range(2)]  # 2 and 120 of each


async def test_two_workers_feed_one_party_and_no_receipt_is_lost_or_told_twice(open_services: Opened) -> None:
    first, second = await open_services(), await open_services()
    for n in range(0, 40, 4):
        worker = first if n % 8 else second
        await filed(worker, *[dossier(parcel(n + step)) for step in range(4)])
    whole = await stepwise(first, DECLARANT, 500)
    assert len(whole) == len({entry.xml for entry in whole}) == 40 * 3
    assert [entry.xml for entry in await stepwise(second, DECLARANT, 5)] == [entry.xml for entry in whole]
    assert await first.receipts(PLATFORM, (await stepwise(first, PLATFORM, 50))[-1].cursor, 10) == []


def _one_each(n: int) -> tuple[Order, Payment, Waybill]:
    return parcel(n).order, parcel(n + 1).payment, parcel(n + 2).waybill
