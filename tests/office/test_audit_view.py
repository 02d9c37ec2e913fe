"""The audit for auditors: links in pages without gaps, narrowed, one by one, and the whole record verified."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from app.domain.period import day_begins, shanghai_day
from app.errors import Conflict, Forbidden, NotFound
from app.security.keyring import KeyRing
from app.services.audit import Act, record_acts
from app.services.office.audit_view import AuditFilter, AuditView, Cursor
from app.services.office.audit_view_checking import Verifier
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.office.officers import ANALYST, AUDITOR, SUPERVISOR, an_officer
from tests.office.tabling import tabling_on
from tests.services.conftest import dossier, filed
from tests.services.parcels import parcel

EVERYTHING = AuditFilter()


@pytest.fixture
async def offices(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[tuple[AuditView, Verifier]]:
    async with tabling_on(registered.service_url, keyring) as opened:
        backing = msgspec.structs.replace(opened.backing, service_url=registered.service_url)
        yield AuditView(backing), Verifier(backing)


@pytest.fixture
async def view(offices: tuple[AuditView, Verifier]) -> AuditView:
    return offices[0]


@pytest.fixture
async def verifier(offices: tuple[AuditView, Verifier]) -> Verifier:
    return offices[1]


async def acted(connection: asyncpg.Connection, number: int, at: datetime, actor: str = "OFFICER1") -> None:
    async with connection.transaction():
        acts = [Act(f"{'table' if each % 2 else 'officer'}.act{each}", {"n": each}) for each in range(number)]
        await record_acts(connection, acts, actor, at)


async def test_pages_go_over_lanes_and_months_without_gaps(
    view: AuditView, services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    await filed(services, *(dossier(parcel(number)) for number in range(1, 8)))
    now = datetime.now(UTC)
    for months in (2, 1, 0):
        await acted(service_connection, 70, now - timedelta(days=31 * months))
    seen, cursor = [], None
    while True:
        page = await view.page(AUDITOR, EVERYTHING, cursor, 13)
        seen += [(each.lane, each.position) for each in page.links]
        cursor = page.cursor
        if cursor is None:
            break
    total = await service_connection.fetchval("SELECT count(*) FROM events")
    assert len(seen) == len(set(seen)) == total == 217
    first = (await view.page(AUDITOR, EVERYTHING, None, 50)).links
    assert [each.at for each in first] == sorted((each.at for each in first), reverse=True)


async def test_links_are_narrowed_by_who_what_when_and_where(
    view: AuditView, services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    now = datetime.now(UTC)
    await acted(service_connection, 4, now - timedelta(days=40), "OFFICER2")
    await acted(service_connection, 4, now)

    async def found(**wanted: object) -> set[str]:
        page = await view.page(AUDITOR, AuditFilter(**wanted), None, 50)  # type: ignore[arg-type]
        return {f"{each.act} {each.actor}" for each in page.links}

    assert len(await found(actor="OFFICER2")) == 4
    assert await found(act="table.", actor="OFFICER1") == {"table.act1 OFFICER1", "table.act3 OFFICER1"}
    assert await found(act="table.act1", actor="OFFICER2") == {"table.act1 OFFICER2"}
    day = (now - timedelta(days=40)).date()
    assert len(await found(first_day=day - timedelta(days=1), last_day=day + timedelta(days=1))) == 4
    assert await found(last_day=date(2000, 1, 1)) == set()
    assert answer.declaration
    page = await view.page(AUDITOR, AuditFilter(declaration_id=answer.declaration.declaration_id), None, 50)
    (link,) = page.links
    assert link.attested
    assert link.receipts > 0
    assert len((await view.page(AUDITOR, AuditFilter(lane=link.lane), None, 50)).links) == 1


async def test_the_links_of_a_declaration_are_found_without_reading_whole_months(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    await service_connection.execute("SET enable_seqscan = off")
    plan = await service_connection.fetch(
        "EXPLAIN SELECT position FROM events WHERE declaration_id = $1",
        answer.declaration.declaration_id,
    )
    assert "declaration_id_idx" in "".join(row[0] for row in plan)


async def test_the_first_hours_of_a_month_are_of_its_first_day(
    view: AuditView, service_connection: asyncpg.Connection
) -> None:
    first_day = shanghai_day(datetime.now(UTC)).replace(day=1)
    await acted(service_connection, 1, day_begins(first_day) + timedelta(minutes=30))
    page = await view.page(AUDITOR, AuditFilter(first_day=first_day, last_day=first_day), None, 50)
    assert [each.act for each in page.links] == ["officer.act0"]


async def test_a_link_shows_what_it_attests_and_what_was_changed(
    view: AuditView, services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    wanted = AuditFilter(declaration_id=answer.declaration.declaration_id)
    (item,) = (await view.page(AUDITOR, wanted, None, 50)).links
    link = await view.link(AUDITOR, item.lane, item.position)
    assert link.fits_chain
    assert link.fits_evidence
    assert link.receipts
    await owner_connection.execute("UPDATE transitions SET to_status = 100")
    assert not (await view.link(AUDITOR, item.lane, item.position)).fits_evidence
    await owner_connection.execute("UPDATE events SET at = at + interval '1 second'")
    assert not (await view.link(AUDITOR, item.lane, item.position)).fits_chain
    with pytest.raises(NotFound):
        await view.link(AUDITOR, item.lane, 10_000)


async def test_the_record_of_a_declaration_holds_nothing_personal_and_is_audited(
    view: AuditView, services: ClearanceServices
) -> None:
    documents = parcel(1)
    (answer,) = await filed(services, dossier(documents))
    assert answer.declaration
    key = answer.declaration.declaration_id
    told = msgspec.json.encode(await view.record(AUDITOR, key, datetime.now(UTC))).decode()
    assert '"filings"' in told
    assert '"released"' in told
    buyer = documents.declaration
    for personal in (buyer.buyer_name, buyer.buyer_id_number, buyer.buyer_telephone, buyer.consignee_address):
        assert personal not in told
    assert {each.act for each in (await view.page(AUDITOR, AuditFilter(act="audit."), None, 9)).links} == {
        "audit.record"
    }
    with pytest.raises(NotFound):
        await view.record(an_officer("far", "auditor", districts=("51",)), key, datetime.now(UTC))


async def test_of_a_declaration_with_more_links_than_a_page_holds_none_is_left_out(
    view: AuditView, services: ClearanceServices, owner_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    key = answer.declaration.declaration_id
    await owner_connection.execute(
        "INSERT INTO events SELECT month, lane, position + n, clock + n, declaration_id, sequence, at, payload, chain "
        "FROM events, generate_series(1, 6) AS n WHERE declaration_id = $1 AND position = 1",
        key,
    )
    total = await owner_connection.fetchval("SELECT count(*) FROM events WHERE declaration_id = $1", key)
    monkeypatch.setattr("app.services.office.audit_view._LINKS_OF_ONE", 3)
    seen: list[int] = []
    cursor: Cursor | None = None
    while not seen or cursor:
        page = await view.page(AUDITOR, AuditFilter(declaration_id=key), cursor, 50)
        seen += [each.position for each in page.links]
        cursor = page.cursor
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == total > 6
    assert len((await view.record(AUDITOR, key, datetime.now(UTC)))["links"]) == total


async def test_the_record_of_a_declaration_takes_one_connection(
    offices: tuple[AuditView, Verifier], services: ClearanceServices, registered: FreshDatabase
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    async with asyncpg.create_pool(registered.service_url, min_size=1, max_size=1) as pool:
        view = AuditView(msgspec.structs.replace(offices[0]._backing, pool=pool))
        assert await view.record(AUDITOR, answer.declaration.declaration_id, datetime.now(UTC))


async def test_the_whole_record_is_verified_behind_and_the_result_is_kept(
    view: AuditView, verifier: Verifier, services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    await filed(services, *(dossier(parcel(number)) for number in range(1, 4)))
    now = datetime.now(UTC)
    await verifier.begin(AUDITOR, now)
    with pytest.raises(Conflict):
        await verifier.begin(AUDITOR, now)
    await verifier.finish()
    (clean,) = await verifier.last(AUDITOR)
    assert (clean.state, clean.asked_by, clean.links) == ("clean", AUDITOR.party_code, 4)
    await owner_connection.execute("DELETE FROM transitions")
    await verifier.begin(AUDITOR, now)
    await verifier.finish()
    found = (await verifier.last(AUDITOR))[0]
    assert found.state == "found"
    assert found.report.counts["evidence missing"] == 3
    assert (await view.page(AUDITOR, AuditFilter(act="audit.verify"), None, 9)).links[0].actor == AUDITOR.party_code


async def test_heads_are_signed_and_exports_are_whole(view: AuditView, service_connection: asyncpg.Connection) -> None:
    await acted(service_connection, 30, datetime.now(UTC))
    assert '"signature"' in await view.heads(AUDITOR)
    pages = [page async for page in view.export(AUDITOR, AuditFilter(act="table."), datetime.now(UTC))]
    assert sum(map(len, pages)) == 15


async def test_only_auditors_look(view: AuditView, verifier: Verifier) -> None:
    for caller in (ANALYST, SUPERVISOR):
        with pytest.raises(Forbidden):
            await view.page(caller, EVERYTHING, None, 5)
        with pytest.raises(Forbidden):
            await verifier.begin(caller, datetime.now(UTC))
        with pytest.raises(Forbidden):
            await view.heads(caller)
