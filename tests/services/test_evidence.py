"""Evidence: chained, sealed, and out of reach of the service's own role."""

import asyncpg
import pytest

from app.domain.decision import Outcome
from app.models import EVIDENCE
from app.repositories.evidence import EventRow
from app.repositories.reference import current_contents
from app.rules.tables.canonical import rows_of
from app.rules.tables.specifications import SPECIFICATIONS
from app.security.packing import unpack
from app.services.clearance.chain import chained
from app.services.reference_rows import Draft
from app.services.reference_tables import Provenance, import_draft
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, PLATFORM, Opened, dossier, filed, submission
from tests.services.parcels import parcel
from tests.statements import noted


async def test_every_lane_is_gap_free_and_every_link_follows_from_the_one_before(
    open_services: Opened, service_connection: asyncpg.Connection
) -> None:
    for worker in (await open_services(), await open_services()):
        await filed(worker, *[dossier(parcel(n)) for n in range(30)])
    lanes = {row["lane"]: row for row in await service_connection.fetch("SELECT * FROM lanes")}
    columns = ", ".join(EventRow.__struct_fields__)
    for number, lane in lanes.items():
        rows = await service_connection.fetch(f"SELECT {columns} FROM events WHERE lane = $1 ORDER BY position", number)
        head = bytes(32)
        for position, row in enumerate(rows, 1):
            event = EventRow(*row)
            assert event.position == position
            head = chained(head, event)
            assert event.chain == head
        assert (lane["position"], lane["head"]) == (len(rows), head)


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_service_role_cannot_change_evidence(
    service_connection: asyncpg.Connection, table: str, verb: str
) -> None:
    column = await service_connection.fetchval(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 LIMIT 1", table
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service_connection.execute(verb.format(table, column, column))


async def test_personal_data_is_nowhere_in_the_clear(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, dossier(documents))
    planted = [
        documents.declaration.buyer_id_number,
        documents.declaration.buyer_name,
        documents.declaration.buyer_telephone,
        documents.declaration.consignee_address,
    ]
    tables = await owner_connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        for secret in planted:
            found = await owner_connection.fetchval(
                f"SELECT count(*) FROM {table} AS row WHERE position($1 IN row::text) > 0 "
                "OR position(encode(convert_to($1, 'UTF8'), 'hex') IN row::text) > 0",
                secret,
            )
            assert found == 0, (table, secret)
    packed = await owner_connection.fetch("SELECT payload FROM events")
    assert packed
    told = b"".join(unpack(row["payload"]) for row in packed)  # packed, but not sealed
    assert not [secret for secret in planted if secret.encode() in told]


async def test_the_number_of_statements_does_not_depend_on_the_length_of_the_list(
    open_services: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1", TONGGUAN_UNIT_SIZE="100")
    await filed(services, dossier(parcel(1000)))  # number blocks are reserved now and then, not in every unit
    statements = noted(monkeypatch)
    counts = []
    for first, size in ((0, 1), (100, 60)):
        statements.clear()
        await filed(services, *[dossier(parcel(first + n)) for n in range(size)])
        counts.append(len(statements))
    assert counts == [5, 5]  # begin, load, facts, store, commit


async def test_an_assessment_is_sealed_with_all_facts_that_it_read(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(builders.documents()))
    assert answer.declaration is not None
    explained = await services.explanation(PLATFORM, answer.declaration.declaration_id)
    assert explained.replay.equal
    assert explained.assessment.outcome is Outcome.RELEASED
    assert {trace.result for trace in explained.traces} <= {"passed", "not_applicable"}


async def test_numbers_are_claimed_once_for_ever(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    await filed(services, *[dossier(parcel(n)) for n in range(10)], submission(parcel(11).declaration))
    claims = await service_connection.fetch("SELECT number FROM number_claims")
    assert len(claims) == len({row[0] for row in claims}) == 22


async def test_a_decision_replays_under_the_tables_of_its_own_book(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    async with service_connection.transaction():
        content = (await current_contents(service_connection))["positive_list"].replace(b"18063100", b"18063199")
        draft = Draft(SPECIFICATIONS["positive_list"], tuple(rows_of(content)))
        provenance = Provenance(by="test", at=AT, official=True, complete=True)
        await import_draft(service_connection, draft, provenance, keep_earlier=False)
    (off_list,) = await filed(services, dossier(parcel(2)))
    assert off_list.declaration is not None
    assert off_list.declaration.outcome is Outcome.HELD
    explained = await services.explanation(PLATFORM, answer.declaration.declaration_id)
    assert explained.replay.equal
    assert explained.replay.same_book
