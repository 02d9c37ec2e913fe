"""Officers' decisions, withdrawals and deadlines: state, limit and receipts move together, once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.domain.lifecycle import Status
from app.errors import Conflict, Forbidden, NotFound
from app.repositories.limits import disagreements
from app.services.filings import OfficerAction
from app.services.service import ClearanceServices
from tests.services.conftest import AT, DECLARANT, LOGISTICS, OFFICER, PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import later, parcel

COLLEAGUE = msgspec.structs.replace(OFFICER, party_code="OFFICER2", key_id="key_colleague")


async def held(services: ClearanceServices, number: int = 1) -> UUID:
    """A parcel that waits for an officer: its waybill says another weight."""
    documents = parcel(number)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy)))
    assert answer.declaration is not None
    assert answer.declaration.status is Status.HELD
    return answer.declaration.declaration_id


async def used(connection: asyncpg.Connection) -> tuple[int, int]:
    """The one balance: used and confirmed."""
    row = await connection.fetchrow("SELECT used, confirmed FROM limit_balances")
    return row[0], row[1]


async def test_a_held_parcel_reserves_and_its_release_confirms(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    assert await used(service_connection) == (13_500_000, 0)
    view = await services.decide(OFFICER, key, OfficerAction.RELEASE, "称重复核一致", AT)
    assert view.status is Status.RELEASED
    assert await used(service_connection) == (13_500_000, 13_500_000)
    assert await disagreements(service_connection) == []


@pytest.mark.parametrize("how", ["refuse", "inspect then refuse", "cancel"])
async def test_refusal_and_withdrawal_give_back_once(
    services: ClearanceServices, service_connection: asyncpg.Connection, how: str
) -> None:
    key = await held(services)
    if how == "inspect then refuse":
        view = await services.decide(OFFICER, key, OfficerAction.INSPECT, "开箱", AT)
        assert view.status is Status.INSPECTION
    if how == "cancel":
        await services.cancel(DECLARANT, key, "买家退单", AT)
        with pytest.raises(Conflict):
            await services.cancel(DECLARANT, key, "again", AT)
    else:
        await services.decide(OFFICER, key, OfficerAction.REFUSE, "货证不符", AT)
        repeated = await services.decide(OFFICER, key, OfficerAction.REFUSE, "货证不符", AT)
        assert repeated.status is Status.REFUSED
        with pytest.raises(Conflict):
            await services.decide(COLLEAGUE, key, OfficerAction.REFUSE, "again", AT)
    assert await used(service_connection) == (0, 0)
    assert await disagreements(service_connection) == []


async def test_an_officer_sees_and_decides_only_the_assigned_districts(services: ClearanceServices) -> None:
    key = await held(services)
    elsewhere = msgspec.structs.replace(OFFICER, districts=("5100",))
    with pytest.raises(NotFound):
        await services.declaration(elsewhere, key)
    with pytest.raises(NotFound):
        await services.decide(elsewhere, key, OfficerAction.RELEASE, "x", AT)


async def test_parties_do_not_decide_and_strangers_do_not_withdraw(services: ClearanceServices) -> None:
    key = await held(services)
    with pytest.raises(Forbidden):
        await services.decide(PLATFORM, key, OfficerAction.RELEASE, "x", AT)
    carrier = msgspec.structs.replace(LOGISTICS, party_code=DECLARANT.party_code)  # the same party in another role
    for stranger in (LOGISTICS, carrier, OFFICER):
        with pytest.raises(Forbidden):
            await services.cancel(stranger, key, "x", AT)


async def test_a_released_parcel_is_not_withdrawn(services: ClearanceServices) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    with pytest.raises(Conflict):
        await services.cancel(DECLARANT, answer.declaration.declaration_id, "x", AT)


async def test_a_dossier_past_its_deadline_goes_to_an_officer_and_late_documents_are_assessed(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.payment))
    await filed(services, submission(documents.order))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    assert await services._desk.hold_overdue() == 1
    key = await owner_connection.fetchval("SELECT declaration_id FROM declarations")
    view = await services.declaration(OFFICER, key)
    assert (view.status, view.missing_documents) == (Status.HELD, ("waybill",))
    for action in (OfficerAction.RELEASE, OfficerAction.INSPECT):
        with pytest.raises(Conflict, match="only refused"):
            await services.decide(OFFICER, key, action, "x", AT)
    await filed(services, submission(documents.waybill))
    assert (await services.declaration(OFFICER, key)).status is Status.RELEASED


async def test_an_overdue_dossier_that_cannot_be_held_starves_none_behind_it(
    services: ClearanceServices, owner_connection: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2):
        await filed(services, submission(parcel(number).declaration))
    keys = [row[0] for row in await owner_connection.fetch(
        "UPDATE declarations SET deadline_at = now() - interval '1 second' RETURNING declaration_id"
    )]  # fmt: skip
    first = f"declaration_id = '{keys[0]}'"
    await owner_connection.execute(f"UPDATE declarations SET deadline_at = now() - interval '1 hour' WHERE {first}")
    await owner_connection.execute(f"ALTER TABLE declarations ADD CHECK (NOT ({first} AND status = 300))")
    assert await services._desk.hold_overdue() == 1
    assert (await services.declaration(OFFICER, keys[1])).status is Status.HELD
    told = [record.__dict__["declaration"] for record in caplog.records if "not moved" in record.message]
    assert told == [str(keys[0])]


async def test_many_that_cannot_be_held_are_told_in_two_lines(
    services: ClearanceServices, owner_connection: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2, 3):
        await filed(services, submission(parcel(number).declaration))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    await owner_connection.execute("ALTER TABLE declarations ADD CHECK (status <> 300)")
    assert await services._desk.hold_overdue() == 0
    told = [record for record in caplog.records if "not moved" in record.message]
    assert [bool(record.exc_info) for record in told] == [True, False]
    assert told[1].__dict__["count"] == 3


async def test_an_overdue_dossier_whose_key_does_not_open_is_held_as_any_other(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    for number in (1, 2):
        await filed(services, submission(parcel(number).declaration))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    await owner_connection.execute(
        "UPDATE data_keys SET wrapped = decode(repeat('00', 60), 'hex') "
        "WHERE subject_id = (SELECT declaration_id FROM declarations LIMIT 1)"
    )
    assert await services._desk.hold_overdue() == 2
    assert await owner_connection.fetchval("SELECT count(*) FROM declarations WHERE status = 300") == 2


async def test_what_is_swept_behind_something_that_fails_is_swept(
    services: ClearanceServices, owner_connection: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await owner_connection.execute("REVOKE SELECT ON declarations FROM tongguan_service")
    await owner_connection.execute(
        "INSERT INTO idempotency_keys VALUES ('P', 'old', '', 1, 1, now() - interval '9 years')"
    )
    await services._sweep()
    assert await owner_connection.fetchval("SELECT count(*) FROM idempotency_keys") == 0
    told = [record.__dict__["chore"] for record in caplog.records if record.message == "a chore failed"]
    assert told == ["held", "papers_overdue"]


async def test_papers_that_come_when_the_secret_of_the_day_may_be_public_release_nothing(
    open_services: Opened, owner_connection: asyncpg.Connection
) -> None:
    services = await open_services(TONGGUAN_INSPECTION_RATE="0.000001")
    documents = parcel(1)
    await filed(services, submission(documents.declaration), submission(documents.payment))
    await filed(services, submission(documents.order))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    assert await services._desk.hold_overdue() == 1
    await filed(services, submission(documents.waybill, at=AT + timedelta(days=5)))
    key = await owner_connection.fetchval("SELECT declaration_id FROM declarations")
    view = await services.declaration(OFFICER, key)
    assert view.status is Status.HELD
    assert view.assessment
    assert [each.rule_id for each in view.assessment.findings] == ["RSK-06"]


async def test_after_a_withdrawal_the_order_may_be_declared_again(services: ClearanceServices) -> None:
    key = await held(services)
    await services.cancel(DECLARANT, key, "x", AT)
    again = later(parcel(1).declaration, 60)
    await filed(services, submission(later(parcel(1).waybill, 60)))
    (answer,) = await filed(services, submission(again))
    assert answer.declaration is not None
    assert (answer.declaration.status, answer.declaration.version) == (Status.RELEASED, 2)


async def test_receipts_of_a_declaration_go_to_declarant_and_platform_in_order(services: ClearanceServices) -> None:
    key = await held(services)
    await services.decide(OFFICER, key, OfficerAction.RELEASE, "复核一致", AT)
    for caller in (DECLARANT, PLATFORM):
        entries = [entry for entry in await services.receipts(caller, None, 500) if entry.message == "CEB622"]
        statuses = [entry.xml.split("<returnStatus>")[1].split("<")[0] for entry in entries]
        assert statuses == ["2", "120", "300", "800"]


async def test_the_feed_is_re_readable_and_a_cursor_goes_on_where_it_stood(services: ClearanceServices) -> None:
    await filed(services, *[dossier(parcel(n)) for n in range(5)])
    whole = await services.receipts(PLATFORM, None, 500)
    stepwise, cursor = [], None
    while page := await services.receipts(PLATFORM, cursor, 2):
        stepwise += page
        cursor = page[-1].cursor
    assert [entry.xml for entry in stepwise] == [entry.xml for entry in whole]


async def test_an_officer_whose_decision_comes_second_is_told_the_status_and_what_it_would_have_to_be(
    services: ClearanceServices,
) -> None:
    key = await held(services)
    await services.decide(OFFICER, key, OfficerAction.INSPECT, "开箱", AT)
    with pytest.raises(Conflict) as told:
        await services.decide(COLLEAGUE, key, OfficerAction.INSPECT, "开箱", AT)
    assert str(told.value).endswith("is inspection; an officer may inspect only where it is held or concluded.")
    assert told.value.zh == "清单当前状态为“查验”，只有“人工审核”或“审结”状态的清单可以查验。"


async def test_a_deadline_that_passed_before_the_declaration_was_made_anew_holds_nothing(
    services: ClearanceServices, owner_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaration = parcel(1).declaration
    await filed(services, submission(declaration))
    await owner_connection.execute("UPDATE declarations SET deadline_at = now() - interval '1 second'")
    in_turn = services._desk._in_turn

    async def declared_anew_first(work: Callable[[asyncpg.Connection], Awaitable[object]]) -> object:
        await filed(services, submission(later(declaration, 60, filing_type="3")))
        await filed(services, submission(later(declaration, 120)))
        return await in_turn(work)

    monkeypatch.setattr(services._desk, "_in_turn", declared_anew_first)
    await services._desk.hold_overdue()
    key = await owner_connection.fetchval("SELECT declaration_id FROM declarations")
    assert (await services.declaration(OFFICER, key)).status is Status.WAITING
