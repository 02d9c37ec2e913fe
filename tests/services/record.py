"""What the database says happened: evidence in the clear, and the invariants that hold after whatever was done."""

from itertools import pairwise

import asyncpg

from app.domain.canonical import decode_assessment, decode_facts
from app.domain.decision import Assessment
from app.domain.facts import Facts
from app.domain.lifecycle import Status
from app.repositories.evidence import EventRow, all_assessments
from app.repositories.limits import Entry, disagreements
from app.services.clearance.chain import chained
from app.services.clearance.views import unseal_assessments
from app.services.filings import Caller, FeedEntry
from app.services.service import ClearanceServices


async def decisions(services: ClearanceServices) -> list[tuple[Facts, Assessment]]:
    """Every assessment with the facts that it was made from."""
    async with services._pool.acquire() as connection:
        rows = await all_assessments(connection, None, 1000)
        opened = await unseal_assessments(connection, services._means.envelope, rows)
    return [(decode_facts(stored.facts), decode_assessment(stored.assessment)) for _, stored in opened]


async def facts_of(services: ClearanceServices, order_no: str) -> Facts:
    """What was known when the one assessment of an order's declaration was made."""
    async with services._pool.acquire() as connection:
        rows = await all_assessments(connection, None, 1000)
        key = await connection.fetchval("SELECT declaration_id FROM declarations WHERE order_no = $1", order_no)
        own = [row for row in rows if row.declaration_id == key]
        ((_, stored),) = await unseal_assessments(connection, services._means.envelope, own)
    return decode_facts(stored.facts)


async def whole_feed(services: ClearanceServices, caller: Caller) -> list[FeedEntry]:
    """Everything that is addressed to a party, read in pages."""
    entries: list[FeedEntry] = []
    while page := await services.receipts(caller, entries[-1].cursor if entries else None, 500):
        entries += page
    return entries


def statuses(entries: list[FeedEntry], message: str = "CEB622") -> list[str]:
    """The return statuses of the receipts of one kind, in order."""
    return [each.xml.split("<returnStatus>")[1].split("<")[0] for each in entries if each.message == message]


async def demand_invariants(connection: asyncpg.Connection) -> None:
    """Whatever was done, in whatever order: this is true of what is stored."""
    assert await disagreements(connection) == []
    await _demand_confirmed(connection)
    await _demand_reserved(connection)
    await _demand_transitions(connection)
    await demand_chains(connection)
    await _demand_numbered(connection)
    await _demand_latest(connection)


async def demand_chains(connection: asyncpg.Connection) -> None:
    """Every lane is gap-free, and every link follows from the one before."""
    columns = ", ".join(EventRow.__struct_fields__)
    for lane in await connection.fetch("SELECT lane, position, head FROM lanes"):
        rows = await connection.fetch(f"SELECT {columns} FROM events WHERE lane = $1 ORDER BY position", lane["lane"])
        head = bytes(32)
        for position, row in enumerate(rows, 1):
            event = EventRow(*row)
            assert event.position == position
            head = chained(head, event)
            assert event.chain == head
        assert (lane["position"], lane["head"]) == (len(rows), head)


async def _demand_numbered(connection: asyncpg.Connection) -> None:
    """The events of each declaration are numbered 1, 2, 3 … in their order, whatever lanes they stand in."""
    told = await connection.fetch(
        "SELECT array_agg(sequence ORDER BY clock) FROM events "
        "WHERE declaration_id IS NOT NULL AND sequence IS NOT NULL GROUP BY declaration_id"
    )
    for (numbers,) in told:
        assert numbers == list(range(1, len(numbers) + 1))


async def _demand_confirmed(connection: asyncpg.Connection) -> None:
    """What is confirmed of a balance is what released parcels took."""
    differing = await connection.fetch(
        "SELECT buyer_index, year, balance.confirmed, ledger.confirmed FROM limit_balances AS balance FULL JOIN "
        "(SELECT buyer_index, year, COALESCE(sum(amount) FILTER (WHERE entry % 10 IN ($1, $2)), 0) - "
        " COALESCE(sum(amount) FILTER (WHERE entry % 10 = $3), 0) AS confirmed "
        " FROM limit_ledger GROUP BY 1, 2) AS ledger USING (buyer_index, year) "
        "WHERE COALESCE(balance.confirmed, 0) <> COALESCE(ledger.confirmed, 0)",
        Entry.SPEND, Entry.CONFIRM, Entry.UNCONFIRM,
    )  # fmt: skip
    assert differing == []


async def _demand_reserved(connection: asyncpg.Connection) -> None:
    """A declaration holds of its buyer's limit exactly what its state says."""
    held = await connection.fetch(
        "SELECT d.status, COALESCE(d.reserved_value, 0), COALESCE(taken.amount, 0) FROM declarations d LEFT JOIN "
        "(SELECT declaration_id, sum(CASE entry WHEN 3 THEN -amount WHEN 0 THEN amount WHEN 1 THEN amount ELSE 0 END) "
        " AS amount FROM limit_ledger GROUP BY 1) AS taken USING (declaration_id)"
    )
    fallen = {Status.REFUSED, Status.CANCELLED, Status.RETURNED}
    for status, reserved, taken in held:
        assert taken == (0 if status in fallen else reserved)


async def _demand_latest(connection: asyncpg.Connection) -> None:
    """The outcome of a declaration is that of its latest assessment, which is of its present version."""
    heads = await connection.fetch(
        "SELECT head.version, head.outcome, made.version, made.outcome FROM declarations head "
        "LEFT JOIN assessments made ON made.declaration_id = head.declaration_id AND made.revision = head.revision "
        "WHERE head.outcome IS NOT NULL"
    )
    assert all((head[0], head[1]) == (head[2], head[3]) for head in heads)


async def _demand_transitions(connection: asyncpg.Connection) -> None:
    """Numbered without a gap, each from where the former led; the last one led to where the declaration is."""
    rows = await connection.fetch("SELECT * FROM transitions ORDER BY declaration_id, number")
    for former, latter in pairwise(rows):
        if former["declaration_id"] == latter["declaration_id"]:
            assert latter["number"] == former["number"] + 1
            assert latter["from_status"] in (former["to_status"], Status.STAGED)
    last = {row["declaration_id"]: row for row in rows}
    heads = await connection.fetch("SELECT declaration_id, status, transitions, revision FROM declarations")
    for head in heads:
        if moved := last.get(head["declaration_id"]):
            assert (moved["to_status"], moved["number"]) == (head["status"], head["transitions"])
        else:
            assert head["status"] in (Status.COLLECTING, Status.STAGED)
    counted = await connection.fetch("SELECT declaration_id, max(revision), count(*) FROM assessments GROUP BY 1")
    revisions = {row[0]: row[1] for row in counted}
    assert all(row[1] == row[2] for row in counted)
    assert all(revisions.get(head["declaration_id"], 0) == head["revision"] for head in heads)
