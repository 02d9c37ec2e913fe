"""Cases are placed, moved and closed with their declarations, counted by lane, and found by tags."""

from datetime import timedelta
from decimal import Decimal

import asyncpg
import msgspec
import pytest

from app.domain.lifecycle import Act, Status
from app.domain.queues import Queue
from app.rules.officers_work import officers_work
from app.security.keyring import KeyRing
from app.security.tags import Tags
from app.services.filings import OfficerAction
from app.services.service import ClearanceServices
from tests import builders
from tests.office.people import all_held, carry_out, case_of, held, tallied
from tests.services.conftest import AT, DECLARANT, OFFICER, PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import later, parcel
from tests.statements import noted


async def test_a_parcel_that_is_released_or_refused_at_once_has_no_case(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    other = msgspec.structs.replace(parcel(2).payment, amount_cny=Decimal("1.00"))
    released, refused = await filed(
        services, dossier(parcel(1)), dossier(msgspec.structs.replace(parcel(2), payment=other))
    )
    assert released.declaration
    assert released.declaration.status is Status.RELEASED
    assert refused.declaration
    assert refused.declaration.status is Status.REFUSED
    assert await service_connection.fetchval("SELECT count(*) FROM cases") == 0
    assert await tallied(service_connection) == {}


async def test_a_held_parcel_is_described_so_that_it_can_be_found(
    services: ClearanceServices, service_connection: asyncpg.Connection, keyring: KeyRing
) -> None:
    key = await held(services)
    case = await case_of(service_connection, key)
    declaration, tags = parcel(1).declaration, Tags(keyring.blind_index_key)
    assert (case["queue"], case["district"], case["version"]) == (Queue.REVIEW, declaration.customs_code, 1)
    assert case["rules"] == ["WGT-02"]
    wanted = [
        tags.rule("WGT-02"),
        tags.platform(builders.PLATFORM),
        tags.trade_mode(declaration.trade_mode),
        *tags.code_heads(declaration.items[0].hs_code),
        *tags.wanted(declaration.items[0].goods_name[:2]),
    ]
    assert set(wanted) <= set(case["tags"])
    work = officers_work(AT.date())
    assert case["weight"] == work.weight(len(declaration.items))
    assert case["due_at"] - case["queued_at"] == timedelta(minutes=work.review_minutes)
    assert await tallied(service_connection) == {(Queue.REVIEW, declaration.customs_code): 1}


async def test_a_case_moves_and_closes_with_what_officers_do(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    before = await case_of(service_connection, key)
    await services.decide(OFFICER, key, OfficerAction.INSPECT, "开箱", AT)
    inspected = await case_of(service_connection, key)
    assert (inspected["queue"], inspected["rules"]) == (Queue.INSPECTION, before["rules"])
    assert inspected["opened_at"] == before["opened_at"]
    await services.decide(OFFICER, key, OfficerAction.RELEASE, "货证相符", AT)
    closed = await case_of(service_connection, key)
    assert (closed["queue"], closed["closed_at"]) == (Queue.CLOSED, AT)
    assert await tallied(service_connection) == {}


async def test_a_withdrawal_closes_the_case(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await services.cancel(DECLARANT, key, "买家退单", AT)
    assert (await case_of(service_connection, key))["queue"] == Queue.CLOSED
    assert await tallied(service_connection) == {}


async def test_late_documents_take_an_overdue_case_to_review_or_close_it(
    services: ClearanceServices, service_connection: asyncpg.Connection, owner_connection: asyncpg.Connection
) -> None:
    heavy = msgspec.structs.replace(parcel(2).waybill, gross_weight_kg=Decimal("9.9"))
    for number in (1, 2):
        documents = parcel(number)
        await filed(services, submission(documents.declaration), submission(documents.payment))
        await filed(services, submission(documents.order))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    await services._desk.hold_overdue()
    district = parcel(1).declaration.customs_code
    assert await tallied(service_connection) == {(Queue.OVERDUE, district): 2}
    await filed(services, submission(parcel(1).waybill), submission(heavy))
    assert await tallied(service_connection) == {(Queue.REVIEW, district): 1}


async def test_a_new_version_keeps_nothing_of_the_former_assignee(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await service_connection.execute("UPDATE cases SET assignee = 'OFFICER1', assigned_at = now(), noted = '{7}'")
    await services.decide(OFFICER, key, OfficerAction.REFUSE, "货证不符", AT)
    heavier = later(parcel(1).waybill, 60, gross_weight_kg=Decimal("9.8"))
    await filed(services, submission(heavier))
    (answer,) = await filed(services, submission(later(parcel(1).declaration, 60)))
    assert answer.declaration
    assert (answer.declaration.status, answer.declaration.version) == (Status.HELD, 2)
    case = await case_of(service_connection, key)
    assert (case["queue"], case["version"], case["assignee"], case["closed_at"]) == (Queue.REVIEW, 2, None, None)
    assert 7 in case["tags"], "words of notes stay"


async def test_a_case_of_a_later_version_says_nothing_of_the_former(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await services.decide(OFFICER, key, OfficerAction.REFUSE, "货证不符", AT)
    whole = parcel(1, price_cny="80.00")
    anew = (later(whole.order), later(whole.payment), later(whole.waybill), later(whole.declaration))
    (answer,) = await filed(services, submission(*anew, caller=PLATFORM))
    assert answer.declaration
    assert (answer.declaration.status, answer.declaration.version) == (Status.RELEASED, 2)
    await carry_out(services, key, Act.CORRECT)
    case = await case_of(service_connection, key)
    value = await service_connection.fetchval("SELECT dutiable_value FROM declarations")
    assert (case["version"], case["rules"], case["value"]) == (2, [], value)


async def test_held_parcels_cost_no_statement_more(open_services: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_UNIT_SIZE="100")
    await filed(services, dossier(parcel(1000)))  # number blocks are reserved now and then, not in every unit
    sent = noted(monkeypatch)
    counts = []
    for numbers in ([1], list(range(100, 140))):
        sent.clear()
        await all_held(services, numbers)
        counts.append(len(sent))
    assert counts == [5, 5]  # begin, load, facts, store, commit: as where nothing is held


def test_words_are_found_by_two_characters_and_by_latin_words(keyring: KeyRing) -> None:
    tags = Tags(keyring.blind_index_key)
    there = set(tags.words("德国Aptamil 奶粉，3段"))
    for wanted in ("奶粉", "aptamil", "APTAMIL 奶粉", "粉", "3"):
        assert set(tags.wanted(wanted)) <= there, wanted
    for absent in ("奶酪", "apta", "国奶"):
        assert not set(tags.wanted(absent)) <= there, absent
