"""Whatever an owner of the database changes is found, in the database and in an export of it alike."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest

from app.repositories.evidence import EventRow
from app.services.auditing.discrepancies import Kind
from app.services.clearance.chain import chained
from tests.services.auditing.conftest import Auditor

FLIPPED = "set_byte({0}, 30, get_byte({0}, 30) # 1)"
LINK = "WHERE lane = 2 AND position = 3"
ONE = "WHERE ctid = (SELECT min(ctid) FROM {table})"
DECLARED = "(SELECT declaration_id FROM assessments ORDER BY assessed_at LIMIT 1)"


def flip(table: str, column: str, where: str = "") -> str:
    """Change one bit of one value."""
    return f"UPDATE {table} SET {column} = {FLIPPED.format(column)} {where or ONE.format(table=table)}"


CHANGED_LINKS = {
    "payload": flip("events", "payload", LINK),
    "chain": flip("events", "chain", LINK),
    "clock": f"UPDATE events SET clock = clock + 1 {LINK}",
    "instant": f"UPDATE events SET at = at + interval '1 microsecond' {LINK}",
    "sequence": f"UPDATE events SET sequence = 9 {LINK}",
    "declaration": f"UPDATE events SET declaration_id = {DECLARED} {LINK}",
    "last chain": flip("events", "chain", "WHERE lane = 2 AND position = (SELECT max(position) FROM events)"),
}


@pytest.mark.parametrize("statement", CHANGED_LINKS.values(), ids=CHANGED_LINKS)
async def test_a_changed_link_is_named_once(tampered: Auditor, owner: asyncpg.Connection, statement: str) -> None:
    await owner.execute(statement)
    await in_database_and_export(tampered, Kind.LINK_CHANGED)
    assert tampered.found.counts[Kind.LINK_CHANGED] == 1
    assert next(each.where for each in tampered.found.kept if each.kind is Kind.LINK_CHANGED).startswith("lane 2, link")


TAMPERED: dict[str, tuple[str, tuple[Kind, ...]]] = {
    "link left out": (f"DELETE FROM events {LINK}", (Kind.LINKS_MISSING,)),
    "first link left out": ("DELETE FROM events WHERE lane = 2 AND position = 1", (Kind.LINKS_MISSING,)),
    "links exchanged": (
        (
            "UPDATE events SET position = -position WHERE lane = 2 AND position IN (3, 4); "
            "UPDATE events SET position = position + 7 WHERE lane = 2 AND position < 0"
        ),
        (Kind.LINK_CHANGED,),
    ),
    "link of another month": (
        (
            "INSERT INTO events SELECT month - interval '1 month', lane, position, clock, declaration_id, sequence, "
            f"at, payload, chain FROM events {LINK}"
        ),
        (Kind.LINK_REPEATED, Kind.EVIDENCE_ADDED),
    ),
    "tail cut off": ("DELETE FROM events WHERE lane = 2 AND position > 10", (Kind.LANE_CUT,)),
    "whole lane cut off": ("DELETE FROM events WHERE lane = 2", (Kind.LANE_CUT,)),
    "lane set back": ("UPDATE lanes SET position = 10 WHERE lane = 2", (Kind.LANE_SET_BACK,)),
    "lane head changed": (flip("lanes", "head", "WHERE lane = 2"), (Kind.LANE_HEAD,)),
    "lane row deleted": ("DELETE FROM lanes WHERE lane = 2", (Kind.LANE_UNKNOWN,)),
    "document changed": (flip("documents", "sealed"), (Kind.EVIDENCE_CHANGED,)),
    "sender changed": (f"UPDATE documents SET sender_code = 'X' {ONE}", (Kind.EVIDENCE_CHANGED,)),
    "document left out": (f"DELETE FROM documents {ONE}", (Kind.EVIDENCE_MISSING,)),
    "document of another day": (f"UPDATE documents SET month = '2020-01-01' {ONE}", (Kind.EVIDENCE_MISSING,)),
    "document added": (
        (
            f"INSERT INTO documents SELECT month, received_at, subject_id, gen_random_uuid(), door, kinds, filed_at, "
            f"sender_code, sealed FROM documents {ONE}"
        ),
        (Kind.EVIDENCE_ADDED,),
    ),
    "assessment changed": (flip("assessments", "sealed"), (Kind.EVIDENCE_CHANGED,)),
    "outcome changed": (f"UPDATE assessments SET outcome = 3 - outcome {ONE}", (Kind.EVIDENCE_CHANGED,)),
    "book changed": (f"UPDATE assessments SET book = sha256(book) {ONE}", (Kind.EVIDENCE_CHANGED,)),
    "assessment left out": (f"DELETE FROM assessments {ONE}", (Kind.EVIDENCE_MISSING,)),
    "assessment added": (
        (
            "INSERT INTO assessments SELECT month, assessed_at, declaration_id, (revision + 1)::smallint, version, "
            "outcome, accepted_on, order_filing, payment_filing, waybill_subject, waybill_filing, "
            f"declaration_filing, book, sealed FROM assessments {ONE}"
        ),
        (Kind.EVIDENCE_ADDED,),
    ),
    "reason taken away": ("UPDATE transitions SET reason = NULL WHERE reason IS NOT NULL", (Kind.EVIDENCE_CHANGED,)),
    "actor changed": (f"UPDATE transitions SET actor = 'nobody' {ONE}", (Kind.EVIDENCE_CHANGED,)),
    "transition left out": (f"DELETE FROM transitions {ONE}", (Kind.EVIDENCE_MISSING, Kind.STRAYED)),
    "ledger changed": (f"UPDATE limit_ledger SET amount = 1 {ONE}", (Kind.EVIDENCE_CHANGED, Kind.STRAYED)),
    "ledger entry left out": (f"DELETE FROM limit_ledger {ONE}", (Kind.EVIDENCE_MISSING, Kind.STRAYED)),
    "ledger entry added": (
        (
            f"INSERT INTO limit_ledger SELECT buyer_index, year, declaration_id, 9::smallint, 2::smallint, amount, at "
            f"FROM limit_ledger {ONE}"
        ),
        (Kind.EVIDENCE_ADDED,),
    ),
    "delivery left out": (f"DELETE FROM deliveries {ONE}", (Kind.DELIVERY_MISSING,)),
    "delivery of one link left out": (
        "UPDATE deliveries SET offsets = offsets[2:] WHERE cardinality(offsets) > 1",
        (Kind.DELIVERY_MISSING,),
    ),
    "delivery added": (
        f"UPDATE deliveries SET offsets = offsets || 100::smallint {ONE}",
        (Kind.EVIDENCE_ADDED,),
    ),
    "signed message left out": ("DELETE FROM signed_messages", (Kind.EVIDENCE_MISSING,)),
    "signed message changed": (flip("signed_messages", "sealed"), (Kind.STRAYED,)),
    "signed message exchanged": (
        "UPDATE signed_messages SET message_id = gen_random_uuid()",
        (Kind.EVIDENCE_MISSING, Kind.STRAYED),
    ),
    "state changed": ("UPDATE declarations SET status = 800 WHERE status = 100", (Kind.STRAYED,)),
    "state of before": (
        "UPDATE declarations SET status = 300, transitions = 1 WHERE status = 100 AND transitions = 2",
        (Kind.STRAYED,),
    ),
    "balance changed": (
        "UPDATE limit_balances SET used = 0 WHERE ctid = (SELECT min(ctid) FROM limit_balances WHERE used > 0)",
        (Kind.STRAYED,),
    ),
}


@pytest.mark.parametrize(("statement", "kinds"), TAMPERED.values(), ids=TAMPERED)
async def test_whatever_is_tampered_with_is_found(
    tampered: Auditor, owner: asyncpg.Connection, statement: str, kinds: tuple[Kind, ...]
) -> None:
    table = next(word for word in statement.split() if word.isidentifier() and word.islower())
    await owner.execute(statement.replace("{table}", table))
    await in_database_and_export(tampered, *kinds)


async def test_a_tail_that_is_cut_off_with_everything_else_is_found_by_an_exported_head(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    heads = await tampered.heads()
    await cut_tail(owner, 3, 1)
    await tampered.verify()
    assert tampered.kinds == set(), "nothing is left that could show it"
    export = await tampered.export()
    await in_database_and_export(tampered, Kind.HEAD_NOT_REACHED, heads=[heads], export=export)


async def test_a_chain_that_is_computed_anew_is_found_by_an_exported_head(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    heads = await tampered.heads()
    await owner.execute(f"UPDATE events SET sequence = sequence + 1 {LINK}")
    await compute_anew(owner, 2)
    await tampered.verify()
    assert tampered.kinds == set(), "it is a perfect chain, only another one"
    export = await tampered.export()
    await in_database_and_export(tampered, Kind.HEAD_CONTRADICTED, heads=[heads], export=export)
    await tampered.verify(heads, await tampered.heads())
    assert tampered.kinds == {Kind.HEAD_CONTRADICTED}, "an export from after it does not make it right"


async def test_an_epoch_that_was_set_back_is_found_by_an_exported_head(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    heads = await tampered.heads()
    await owner.execute("UPDATE lanes SET epoch = 0 WHERE lane = 2")
    await in_database_and_export(tampered, Kind.LANE_SET_BACK, heads=[heads])


async def test_a_lane_that_is_gone_altogether_is_found_by_an_exported_head(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    heads = await tampered.heads()
    await owner.execute("DELETE FROM events WHERE lane = 2")
    await owner.execute("DELETE FROM lanes WHERE lane = 2")
    await tampered.verify(heads)
    assert Kind.HEAD_NOT_REACHED in tampered.kinds


async def test_garbage_in_every_payload_is_told_and_not_stumbled_over(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    for number in range(256):
        garbage = bytes([number % 8, number]) * (number % 7)
        await owner.execute("UPDATE events SET payload = $1 WHERE lane = 2 AND position = 1 + $2 % 15", garbage, number)
    await in_database_and_export(tampered, Kind.LINK_CHANGED, Kind.LINK_UNREADABLE)


async def in_database_and_export(
    tampered: Auditor, *kinds: Kind, heads: Sequence[str] = (), export: Path | None = None
) -> None:
    """All these kinds are found; in an export too, where its own heads may show even more."""
    path = await tampered.export() if export is None else export
    tampered.verify_export(path, *heads)
    exported = set(tampered.found.kept)
    await tampered.verify(*heads)
    assert set(kinds) <= tampered.kinds, tampered.found.kept
    assert exported >= set(tampered.found.kept)


async def cut_tail(owner: asyncpg.Connection, lane: int, links: int) -> None:
    """Take the last links of a lane away, so that the lane's row fits."""
    await owner.execute(
        "DELETE FROM events WHERE lane = $1 AND position > (SELECT max(position) - $2 FROM events WHERE lane = $1)",
        lane,
        links,
    )
    await owner.execute(
        "UPDATE lanes SET (position, head) = (SELECT position, chain FROM events WHERE lane = $1 "
        "ORDER BY position DESC LIMIT 1) WHERE lane = $1",
        lane,
    )


async def compute_anew(owner: asyncpg.Connection, lane: int) -> None:
    """Make a lane's chain fit whatever its links say now."""
    head = bytes(32)
    columns = ", ".join(EventRow.__struct_fields__)
    for row in await owner.fetch(f"SELECT {columns} FROM events WHERE lane = $1 ORDER BY position", lane):
        head = chained(head, EventRow(*row))
        await owner.execute(
            "UPDATE events SET chain = $3 WHERE lane = $1 AND position = $2", lane, row["position"], head
        )
    await owner.execute("UPDATE lanes SET head = $2 WHERE lane = $1", lane, head)
