"""The harness itself must be able to fail: each kind of damage is found, and named as what it is."""

from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from chaos.comparing import compare
from chaos.filings import Parcel, Request
from chaos.findings import Findings, Kind
from chaos.ledger import Acknowledged, Ledger
from chaos.record import Stored, StoredLane, StoredRecord

BUYER = UUID(int=7)
PARCEL = Parcel("PF-1", "BG-1", "310104198103017201", Decimal("220.00"))
ANSWER = Acknowledged(PARCEL, "released", "id-1", Decimal("220.00"), 1, "B1", "D1")
STORED = Stored("id-1", "released", 1, 1, 1, "B1", "D1", BUYER, 22_000_000, 22_000_000, 1, 1, 1, 1)
LANE = StoredLane(1, position=3, links=3, first=1, last=3, places=3)
RECORD = StoredRecord({"PF-1": [STORED]}, {BUYER: (22_000_000, 22_000_000)}, [LANE], [])


def changed(**changes: object) -> StoredRecord:
    """The record with another row of the one declaration."""
    return msgspec.structs.replace(RECORD, declarations={"PF-1": [msgspec.structs.replace(STORED, **changes)]})


def kinds(record: StoredRecord, answer: Acknowledged = ANSWER) -> set[Kind]:
    """What is found wrong."""
    found = Findings()
    compare({"PF-1": answer}, record, found)
    return set(found.counts)


def test_what_agrees_is_not_found_wrong() -> None:
    assert kinds(RECORD) == set()


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (msgspec.structs.replace(RECORD, declarations={}, balances={}), {Kind.LOST}),
        (changed(outcome="held"), {Kind.LOST}),
        (changed(declaration_id="id-2"), {Kind.LOST}),
        (changed(declaration_no="D2"), {Kind.LOST}),
        (msgspec.structs.replace(RECORD, declarations={"PF-1": [STORED, STORED]}), {Kind.DUPLICATED}),
        (changed(assessments=2), {Kind.TWICE}),
        (changed(revision=2, assessments=2, transitions=2, moves=2), {Kind.TWICE}),
        (changed(entries=2), {Kind.TWICE}),
        (changed(value=22_000_001), {Kind.LIMITS}),
        (msgspec.structs.replace(RECORD, balances={BUYER: (22_000_001, 22_000_000)}), {Kind.LIMITS}),
        (msgspec.structs.replace(RECORD, balances={BUYER: (22_000_000, 0)}), {Kind.LIMITS}),
        (msgspec.structs.replace(RECORD, disagreements=[(BUYER, 2024, 1, 2)]), {Kind.LIMITS}),
        (msgspec.structs.replace(RECORD, lanes=[msgspec.structs.replace(LANE, links=2, places=2)]), {Kind.GAPS}),
        (msgspec.structs.replace(RECORD, lanes=[msgspec.structs.replace(LANE, links=4)]), {Kind.GAPS}),
        (msgspec.structs.replace(RECORD, lanes=[msgspec.structs.replace(LANE, position=4)]), {Kind.GAPS}),
    ],
)
def test_every_kind_of_damage_is_found(record: StoredRecord, found: set[Kind]) -> None:
    assert kinds(record) >= found


def test_a_declaration_that_nobody_was_answered_is_found() -> None:
    found = Findings()
    compare({}, RECORD, found)
    assert found.counts[Kind.DUPLICATED] == 1


def test_two_answers_that_differ_are_a_contradiction() -> None:
    ledger = Ledger()
    ledger.acknowledge(msgspec.structs.replace(ANSWER, declaration_id=None))
    ledger.acknowledge(ANSWER)
    assert ledger.contradictions == []
    assert ledger.acknowledged["PF-1"].declaration_id == "id-1", "what one door does not say another may"
    ledger.acknowledge(msgspec.structs.replace(ANSWER, outcome="held"))
    assert len(ledger.contradictions) == 1


def test_other_bytes_under_the_same_key_are_noted() -> None:
    ledger = Ledger()
    request = Request("/v1/declarations", "application/json", b"{}", (PARCEL,), key="key")
    for content in (b"first", b"first", b"second"):
        ledger.note_key(request, 201, content)
    assert len(ledger.unequal_replays) == 1
