"""Queues: the officer's districts alone, every filter, pages by keyset, counts that are kept."""

from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.queues import Queue
from app.errors import Forbidden, Malformed
from app.repositories import queues as stored
from app.security.keyring import KeyRing
from app.services.office.queues import CasePage, QueueFilter
from app.services.service import ClearanceServices
from tests.office.queue_ground import AUDITOR, ELSEWHERE, EXAMINER, PLATFORM, SUPERVISOR, Cases, Desks, desks
from tests.services.conftest import PLATFORM as A_PARTY
from tests.statements import noted


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


def keys(page: CasePage) -> list[UUID]:
    return [case.declaration_id for case in page.cases]


async def shown(office: Desks, caller=EXAMINER, **wanted: object) -> list[UUID]:  # type: ignore[no-untyped-def]
    return keys(await office.queues.page(caller, QueueFilter(**wanted), None, 50))  # type: ignore[arg-type]


async def test_a_queue_is_shown_most_urgent_first_with_its_numbers(office: Desks, cases: Cases) -> None:
    late = await cases.add(1, due_at=cases.now - timedelta(minutes=5), escalated_at=cases.now)
    soon = await cases.add(2, value=12_345_000)
    page = await office.queues.page(EXAMINER, QueueFilter(), None, 50)
    assert keys(page) == [late, soon]
    first, second = page.cases
    assert (first.order_no, first.waybill_no, first.escalated, first.due_minutes < 0) == (
        "ORDER00000001", "WB0000000001", True, True,
    )  # fmt: skip
    assert (second.value_cny, second.escalated, second.mine, page.next_cursor, page.total) == (
        Decimal("123.45"), False, False, None, None,
    )  # fmt: skip


async def test_officers_see_their_districts_and_no_others(office: Desks, cases: Cases) -> None:
    here, near, far = await cases.add(1), await cases.add(2, district="2203"), await cases.add(3, district="5100")
    assert await shown(office) == [here]
    assert await shown(office, SUPERVISOR) == [here, near]
    assert await shown(office, ELSEWHERE) == [far]
    assert await shown(office, AUDITOR) == [here, near, far]
    assert await shown(office, AUDITOR, district="2203") == [near]
    assert await shown(office, SUPERVISOR, district="2203") == [near]
    with pytest.raises(Forbidden, match="5100 is not one of yours"):
        await shown(office, SUPERVISOR, district="5100")
    with pytest.raises(Forbidden):
        await shown(office, EXAMINER, district="22")


async def test_who_may_not_look_at_cases_is_told_so(office: Desks) -> None:
    for caller in (msgspec.structs.replace(EXAMINER, duties=("administrator",)), A_PARTY):
        with pytest.raises(Forbidden):
            await office.queues.page(caller, QueueFilter(), None, 50)
        with pytest.raises(Forbidden):
            await office.queues.counts(caller)


CASES: Final[dict[str, dict[str, object]]] = {
    "platform": {"platform_code": "3101960P09"},
    "mode": {"trade_mode": "1210"},
    "risk": {"rules": ["WGT-01", "RSK-01"]},
    "wine": {"hs_code": "2204210000"},
    "milk": {"words": "Baby MILK 婴儿配方奶粉"},
    "dear": {"value": 50_000_000},
    "cheap": {"value": 9_000_000},
    "mine": {"assignee": "EXAMINER1"},
    "other": {"assignee": "EXAMINER2"},
    "all": {"rules": ["RSK-01"], "hs_code": "2204210000", "assignee": "EXAMINER1"},
    "plain": {},
    "also plain": {},
}
FILTERS: Final[tuple[tuple[dict[str, object], set[str]], ...]] = (
    ({"platform_code": "3101960P09"}, {"platform"}),
    ({"trade_mode": "1210"}, {"mode"}),
    ({"rule": "RSK-01"}, {"risk", "all"}),
    ({"hs_code": "22"}, {"wine", "all"}),
    ({"hs_code": "22042100"}, {"wine", "all"}),
    ({"hs_code": "2204210000"}, {"wine", "all"}),
    ({"words": "婴儿 Milk"}, {"milk"}),
    ({"value_from_cny": Decimal(500), "value_to_cny": Decimal(500)}, {"dear"}),
    ({"value_from_cny": Decimal("100.01")}, {"dear"}),
    ({"value_to_cny": Decimal("99.99")}, {"cheap"}),
    ({"assignee": "me"}, {"mine", "all"}),
    ({"assignee": "EXAMINER2"}, {"other"}),
    ({"rule": "RSK-01", "hs_code": "2204", "assignee": "me"}, {"all"}),
    ({"rule": "RSK-01", "trade_mode": "1210"}, set()),
)


async def test_each_filter_finds_what_fits_on_both_ways(
    office: Desks, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {await cases.add(number, **given): name for number, (name, given) in enumerate(CASES.items())}
    for looked_through in ((500, 3000), (1, 3000), (1,)):
        monkeypatch.setattr(stored, "_LOOKED_THROUGH", looked_through)
        for wanted, fitting in FILTERS:
            page = await office.queues.page(EXAMINER, QueueFilter(**wanted), None, 50)  # type: ignore[arg-type]
            assert ({names[key] for key in keys(page)}, page.total) == (fitting, len(fitting)), wanted


async def test_age_nobody_and_escalation_narrow(office: Desks, cases: Cases) -> None:
    old = await cases.add(1, opened_at=cases.now - timedelta(days=3), assignee="EXAMINER2")
    late = await cases.add(2, due_at=cases.now - timedelta(minutes=1), escalated_at=cases.now)
    assert await shown(office, older_minutes=1440) == [old]
    assert await shown(office, younger_minutes=1440) == [late]
    assert await shown(office, assignee="nobody") == [late]
    assert await shown(office, escalated=True) == [late]


@pytest.mark.parametrize("looked_through", [(500, 3000), (4, 3000), (4, 8), (1,)])
async def test_pages_hold_every_case_once_in_order(
    office: Desks, cases: Cases, monkeypatch: pytest.MonkeyPatch, looked_through: tuple[int, ...]
) -> None:
    monkeypatch.setattr(stored, "_LOOKED_THROUGH", looked_through)
    same = cases.now + timedelta(hours=1)
    for number in range(1, 31):
        mode = "1210" if number % 3 == 0 else "9610"
        due = same if number > 20 else cases.now + timedelta(minutes=number)
        await cases.add(number, trade_mode=mode, due_at=due, district="2203" if number % 2 else "2244")
    for wanted, most in (
        (QueueFilter(), 30),
        (QueueFilter(trade_mode="1210"), 10),
        (QueueFilter(trade_mode="9610"), 20),
    ):
        whole = [case.line for case in (await office.queues.page(SUPERVISOR, wanted, None, 50)).cases]
        assert [(line.due_at, line.declaration_id) for line in whole] == sorted(
            (line.due_at, line.declaration_id) for line in whole
        )
        found: list[UUID] = []
        cursor = None
        while True:
            page = await office.queues.page(SUPERVISOR, wanted, cursor, 4)
            found += keys(page)
            if (cursor := page.next_cursor) is None:
                break
        assert found == [line.declaration_id for line in whole]
        assert len(set(found)) == most


async def test_a_common_filter_reads_few_cases_and_a_rare_one_more(
    office: Desks, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_LOOKED_THROUGH", (7, 3000))
    for number in range(10):
        await cases.add(number, trade_mode="1210" if number == 9 else "9610")
    sent = noted(monkeypatch)
    for mode, walks in (("9610", 1), ("1210", 2)):
        sent.clear()
        page = await office.queues.page(AUDITOR, QueueFilter(trade_mode=mode), None, 5 if mode == "9610" else 1)
        assert {case.line.trade_mode for case in page.cases} == {mode}
        assert len([text for text in sent if "looked" in text]) == walks


async def test_a_forged_cursor_is_refused(office: Desks) -> None:
    with pytest.raises(Malformed):
        await office.queues.page(EXAMINER, QueueFilter(), "x", 50)


async def test_counts_are_those_that_are_kept_of_the_districts(office: Desks, cases: Cases) -> None:
    await cases.add(1)
    await cases.add(2, queue=Queue.INSPECTION)
    await cases.add(3, district="5100")
    counts = await office.queues.counts(EXAMINER)
    assert (counts.by_queue[Queue.REVIEW], counts.by_queue[Queue.INSPECTION], counts.by_queue[Queue.OVERDUE]) == (
        1,
        1,
        0,
    )
    assert set(counts.by_district) == {"2244"}
    assert (await office.queues.counts(AUDITOR)).by_queue[Queue.REVIEW] == 2


async def test_a_narrowed_count_ends_above_a_thousand(
    office: Desks, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "COUNTED", 2)
    for number in range(1, 6):
        await cases.add(number)
    page = await office.queues.page(EXAMINER, QueueFilter(platform_code=PLATFORM), None, 2)
    assert page.total == 3
    assert (await office.queues.page(EXAMINER, QueueFilter(platform_code=PLATFORM), page.next_cursor, 2)).total is None


async def test_a_closed_case_is_in_no_queue(office: Desks, cases: Cases) -> None:
    await cases.add(1, queue=Queue.CLOSED)
    assert [await shown(office, queue=queue) for queue in Queue if queue] == [[]] * 6
