"""The client's ledger against the record: pure, so that each kind of damage can be shown to be found."""

from collections import Counter, defaultdict
from decimal import Decimal
from uuid import UUID

from app.domain.money import to_stored_units
from chaos.findings import Findings, Kind
from chaos.ledger import Acknowledged
from chaos.record import Stored, StoredRecord

_RELEASED, _REFUSED = "released", "refused"


def compare(acknowledged: dict[str, Acknowledged], record: StoredRecord, found: Findings) -> None:
    """Everything that was acknowledged is there, once, as it was acknowledged; nothing else is."""
    for order_no, answer in acknowledged.items():
        _compare_one(order_no, answer, record.declarations.get(order_no, []), found)
    for order_no in record.declarations.keys() - acknowledged.keys():
        found.add(Kind.DUPLICATED, f"order {order_no} is there, and was never acknowledged")
    _compare_numbers(record, found)
    _compare_limits(acknowledged, record, found)
    for lane in record.lanes:
        if not lane.whole:
            found.add(Kind.GAPS, f"lane {lane.lane}: {lane}")


def _compare_one(order_no: str, answer: Acknowledged, rows: list[Stored], found: Findings) -> None:
    if not rows:
        found.add(Kind.LOST, f"order {order_no} was acknowledged as {answer.outcome} and is not there")
        return
    if len(rows) > 1:
        found.add(Kind.DUPLICATED, f"order {order_no} is there {len(rows)} times")
    (stored, *_) = rows
    for name in ("declaration_id", "outcome", "version", "pre_no", "declaration_no"):
        said = getattr(answer, name)
        if said is not None and said != getattr(stored, name):
            found.add(Kind.LOST, f"order {order_no}: {name} was answered {said}, is {getattr(stored, name)}")
    if (stored.revision, stored.assessments, stored.moves, stored.version) != (1, 1, stored.transitions, 1):
        found.add(Kind.TWICE, f"order {order_no}: {stored}")
    if stored.entries > 1:
        found.add(Kind.TWICE, f"order {order_no} has {stored.entries} entries in the limit ledger")


def _compare_numbers(record: StoredRecord, found: Findings) -> None:
    """An allotted number is allotted once."""
    rows = [row for rows in record.declarations.values() for row in rows]
    for name in ("pre_no", "declaration_no"):
        counted = Counter(number for row in rows if (number := getattr(row, name)) is not None)
        for number, count in counted.items():
            if count > 1:
                found.add(Kind.DUPLICATED, f"{name} {number} was allotted {count} times")


def _compare_limits(acknowledged: dict[str, Acknowledged], record: StoredRecord, found: Findings) -> None:
    """Balances equal their ledger, and equal what the client adds up of its own documents and the outcomes."""
    for person, year, balance, ledger in record.disagreements:
        found.add(Kind.LIMITS, f"buyer {person} in {year}: the balance is {balance}, its ledger {ledger}")
    buyers = _by_buyer(acknowledged, record, found)
    for buyer, answers in buyers.items():
        used = sum(to_stored_units(each.parcel.value_cny) for each in answers if each.outcome != _REFUSED)
        confirmed = sum(to_stored_units(each.parcel.value_cny) for each in answers if each.outcome == _RELEASED)
        stored = (0, 0) if buyer is None else record.balances.get(buyer, (0, 0))
        if stored != (used, confirmed):
            found.add(Kind.LIMITS, f"buyer {buyer}: the client adds up {used} and {confirmed}, stored is {stored}")
    for stranger in record.balances.keys() - buyers.keys():
        if any(record.balances[stranger]):
            found.add(Kind.LIMITS, f"buyer {stranger} has a balance, and no parcel was acknowledged")


def _by_buyer(
    acknowledged: dict[str, Acknowledged], record: StoredRecord, found: Findings
) -> dict[UUID | None, list[Acknowledged]]:
    """The client's parcels by the blind index of their buyer; one person has one index, and one index one person."""
    persons: dict[UUID | None, str] = {}
    buyers: dict[UUID | None, list[Acknowledged]] = defaultdict(list)
    for order_no, answer in acknowledged.items():
        for stored in record.declarations.get(order_no, [])[:1]:
            buyers[stored.buyer_index].append(answer)
            if persons.setdefault(stored.buyer_index, answer.parcel.buyer) != answer.parcel.buyer:
                found.add(Kind.LIMITS, f"order {order_no} counts for another buyer")
            if answer.value_cny is not None and answer.value_cny != answer.parcel.value_cny:
                found.add(Kind.LIMITS, f"order {order_no}: value {answer.value_cny} answered")
            if Decimal(stored.value) / 100_000 != answer.parcel.value_cny:
                found.add(Kind.LIMITS, f"order {order_no}: value {stored.value} stored")
    return buyers
