"""The statements that the service sends are of the kinds that a distributed engine takes, but for those named here."""

import re
from pathlib import Path

import asyncpg
import pytest

from app.database_url import with_database
from app.embedded.server import EmbeddedServer
from app.security.keyring import KeyRing
from app.services.clearance.writer import RETRIED
from tests.conftest import FreshDatabase
from tests.services.conftest import Opened
from tests.services.distribution.needs import Catalogue, objections
from tests.services.distribution.placing import placing
from tests.services.distribution.recording import do_everything, recorded

# What is known and said in docs/scaling.md: a part of the statement, and what stands against it. The first ones are
# right as they are (rows locked by SELECT are those of one shard; what is nested is asked by the distribution column);
# the others have to be rewritten before the service runs on a distributed engine.
KNOWN = {
    "WHERE o.officer_code = $1 FOR UPDATE OF o": ("locks rows",),
    "FROM officers WHERE 'administrator' = ANY(duties)": ("locks rows",),
    "FROM profile_rehearsals WHERE finished_at IS NULL": ("locks rows",),
    "FROM profile_places WHERE lane = $1 FOR UPDATE SKIP LOCKED": ("locks rows",),
    "EXISTS (SELECT 1 FROM transitions t WHERE t.declaration_id = h.declaration_id": ("nests a query",),
    "pg_advisory_xact_lock(7403)": ("locks by hand",),
    "pg_try_advisory_xact_lock(7404)": ("locks by hand",),
    "AS waiting (number) CROSS JOIN LATERAL": ("nests a query",),
    "AS own (code, most) CROSS JOIN LATERAL": ("nests a query",),
    "WITH RECURSIVE known (month)": ("asks itself",),
    "AS part (of_month, since, til) CROSS JOIN LATERAL": ("nests a query",),
    "FROM unnest(tags) AS own (tag)": ("nests a query",),
    "FROM events WHERE month = of_month AND lane = ": ("nests a query",),
    "FROM events WHERE month = $1 AND lane = of_lane": ("nests a query",),
    "INSERT INTO idempotency_keys": ("has a subquery within INSERT",),
    "SELECT lanes.lane, sent.position, events.payload": ("nests a query", "joins tables that lie apart"),
    "FROM declarations d WHERE d.telephone_index": ("nests a query",),
    "FROM item_prices p": ("nests a query",),
    "FROM deliveries WHERE party_code = party": ("nests a query",),
}
INTROSPECTION = ("WITH RECURSIVE typeinfo_tree(", "SELECT current_setting('jit')", "SELECT set_config('jit'")


@pytest.fixture(scope="session")
async def catalogue(database_server: EmbeddedServer) -> Catalogue:
    """Functions by what the server says of them; a name counts as the most volatile function that has it."""
    connection = await asyncpg.connect(with_database(database_server.urls.owner, "postgres"))
    rows = await connection.fetch("SELECT DISTINCT proname, provolatile::text FROM pg_proc")
    await connection.close()
    placed = placing()
    return Catalogue(
        placed.column | dict.fromkeys(placed.everywhere, ""),
        placed.group,
        frozenset(name for name, volatility in rows if volatility == "v"),
        frozenset(name for name, volatility in rows if volatility != "i"),
    )


@pytest.fixture
async def statements(
    open_services: Opened, registered: FreshDatabase, keyring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """What is sent while a worker does a little of everything; what goes together in one trip is sent one by one."""
    with recorded(monkeypatch) as sent:
        services = await open_services()
        await do_everything(services, registered.service_url, keyring, tmp_path)
    return {statement for statement in sent if not statement.startswith(INTROSPECTION)}


async def test_no_statement_asks_for_what_a_distributed_engine_does_not_give(
    statements: set[str], catalogue: Catalogue
) -> None:
    found = {(statement, each) for statement in statements for each in objections(statement, catalogue)}
    for part, against in KNOWN.items():
        for objection in against:
            known = {each for each in found if part in each[0] and each[1].startswith(objection)}
            assert known, f"not met any more, take it off the list: {part}: {objection}"
            found -= known
    assert found == set()


async def test_the_record_covers_every_table_and_every_kind_of_write(statements: set[str]) -> None:
    """A test that looks at statements proves nothing of those that it never saw."""
    named = {name for statement in statements for name in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE) (\w+)", statement)}
    placed = placing()
    assert {*placed.column, *placed.everywhere} - named == set()
    written = {found[1] for statement in statements if (found := re.match(r"(?:INSERT INTO|UPDATE) (\w+)", statement))}
    assert set(placed.column) <= written
    assert not any(statement.startswith("WITH part_") for statement in statements), "sent together, not one by one"


def test_a_unit_of_work_writes_no_table_that_is_copied_everywhere() -> None:
    """Every write of such a table goes to all nodes: only the command line may do that."""
    from app.repositories import counters, evidence, heads, limits, numbers

    texts = " ".join(
        str(value) for module in (counters, evidence, heads, limits, numbers) for value in vars(module).values()
    )
    written = set(re.findall(r"(?:INSERT INTO|UPDATE) (\w+)", texts))
    assert written.isdisjoint(placing().everywhere)
    assert len(written) > 10


def test_what_a_distributed_engine_asks_to_be_tried_again_is_tried_again() -> None:
    assert issubclass(asyncpg.SerializationError, RETRIED)
    assert issubclass(asyncpg.DeadlockDetectedError, RETRIED)


REFUSED = {
    "SELECT used FROM limit_balances WHERE buyer_index = ANY($1) FOR UPDATE": "locks rows by SELECT",
    "SELECT used FROM limit_balances WHERE buyer_index = ANY($1) FOR NO KEY UPDATE": "locks rows by SELECT",
    "LISTEN events": "depends on LISTEN",
    "SELECT pg_notify($1, $2)": "depends on LISTEN",
    "SELECT pg_try_advisory_lock(1)": "locks by hand",
    "SET search_path = x": "keeps state in the session",
    "UPDATE declarations SET updated_at = clock_timestamp() WHERE declaration_id = $1": "calls a volatile function",
    "UPDATE declarations SET declaration_id = $2 WHERE declaration_id = $1": "moves a row",
    "UPDATE declarations SET status = 1 FROM waybills WHERE waybills.waybill_id = $1": "updates from something else",
    "DELETE FROM idempotency_keys WHERE random() < $1": "calls a volatile function",
    "INSERT INTO lanes (lane, epoch) SELECT lane, epoch FROM other ORDER BY lane": "inserts neither",
    "INSERT INTO lanes (lane, epoch) SELECT lane, epoch FROM unnest($1::int[], $2::int[]) AS row (lane, epoch)": (
        "locks many rows in no order"
    ),
    "INSERT INTO limit_ledger (buyer_index, year) VALUES ($1, $2) ON CONFLICT (year) DO NOTHING": "meets conflicts",
    "INSERT INTO lanes (lane, head) VALUES ($1, $2) ON CONFLICT (lane) DO UPDATE SET lane = $3": "moves a row",
    "INSERT INTO lanes (lane, at) VALUES ($1, $2) ON CONFLICT (lane) DO UPDATE SET at = now()": "calls a function",
    "SELECT * FROM events JOIN deliveries USING (lane, position)": "joins tables that lie apart",
    "WITH own AS (SELECT 1) SELECT f.version FROM transitions f WHERE EXISTS (SELECT FROM own)": "nests a query",
    "WITH RECURSIVE known AS (SELECT min(month) FROM events) SELECT month FROM known": "asks itself",
    "SELECT ARRAY(SELECT d.status FROM declarations d WHERE d.status = f.version) FROM transitions f": "nests a query",
}


@pytest.mark.parametrize(("statement", "objection"), REFUSED.items())
def test_what_would_be_refused_is_seen(statement: str, objection: str, catalogue: Catalogue) -> None:
    assert any(each.startswith(objection) for each in objections(statement, catalogue))
