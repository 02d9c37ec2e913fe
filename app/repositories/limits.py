"""Annual limits: an append-only ledger beside one locked balance per buyer and year.

The balance row is the only row that a unit of work locks before it thinks: two parcels of one buyer, wherever they
are handled, are decided one after the other. Amounts are 1/100,000 yuan.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.models.evidence import limit_ledger
from app.repositories.bulk import Connection, insert_sql, transposed
from app.repositories.together import Statement


class Entry(enum.IntEnum):
    """What a ledger row says. Unique by (buyer, year, declaration, version, entry): nothing is given back twice."""

    SPEND = 0  # reserved and confirmed at once: released by the assessment
    RESERVE = 1
    CONFIRM = 2
    GIVE_BACK = 3
    UNCONFIRM = 4  # a mistaken release was taken back: confirmed before, reserved again


# A release may be taken back and given again: each round has numbers of its own for its confirmations.
_ROUND = 10


def numbered(entry: Entry, corrected: int) -> int:
    """How an entry is stored after so many corrections of the declaration."""
    return entry + _ROUND * corrected if entry in (Entry.CONFIRM, Entry.UNCONFIRM) else int(entry)


def entry_of(number: int) -> Entry:
    """The inverse of `numbered`."""
    return Entry(number % _ROUND)


class LedgerRow(msgspec.Struct, gc=False):
    """One movement of a buyer's annual limit."""

    buyer_index: UUID
    year: int
    declaration_id: UUID
    version: int
    entry: int
    amount: int
    at: datetime


BuyerYear = tuple[UUID, int]
_INSERT_LEDGER = insert_sql(limit_ledger)

_LOCK = """
INSERT INTO limit_balances (buyer_index, year, used, confirmed)
SELECT buyer_index, year, amount, amount
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[]) AS expected (buyer_index, year, amount) ORDER BY buyer_index, year
ON CONFLICT (buyer_index, year) DO UPDATE SET used = limit_balances.used + EXCLUDED.used,
  confirmed = limit_balances.confirmed + EXCLUDED.confirmed
RETURNING buyer_index, year, used
"""

_MOVE = """
UPDATE limit_balances AS balance SET used = balance.used + moved.used, confirmed = balance.confirmed + moved.confirmed
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[]) AS moved (buyer_index, year, used, confirmed)
WHERE balance.buyer_index = moved.buyer_index AND balance.year = moved.year
"""


def balances_locked(expected: Mapping[BuyerYear, int]) -> Statement | None:
    """Reads what each buyer has used, locked until the transaction ends, and adds what is expected to be spent.

    Nineteen of twenty parcels are released and spend what they are worth, so their balances are written once; what
    comes out otherwise is moved back by `balances_moved`. An upsert, because a distributed engine has no
    SELECT … FOR UPDATE over several keys.
    """
    rows = [(*key, amount) for key, amount in sorted(expected.items())]
    return Statement(_LOCK, transposed(rows)) if rows else None


def balances_from(rows: Iterable[Any], expected: Mapping[BuyerYear, int]) -> dict[BuyerYear, int]:
    """What was used before `balances_locked` added to it, by buyer and year."""
    return {(row[0], row[1]): row[2] - expected[row[0], row[1]] for row in rows}


def balances_moved(moved: Mapping[BuyerYear, tuple[int, int]]) -> Statement | None:
    """Adds (used, confirmed) to locked balances; negative amounts give back."""
    changes = [(*key, used, confirmed) for key, (used, confirmed) in sorted(moved.items()) if used or confirmed]
    return Statement(_MOVE, transposed(changes), answers=False) if changes else None


def ledger_added(rows: Sequence[LedgerRow]) -> Statement | None:
    """Adds movements; one that was made before is a UniqueViolation."""
    values = [msgspec.structs.astuple(row) for row in rows]
    return Statement(_INSERT_LEDGER, (values,), answers=False) if values else None


async def disagreements(connection: Connection) -> list[tuple[UUID, int, int, int]]:
    """Balances that do not equal their ledger: (buyer, year, balance, ledger). Empty when all is well."""
    rows = await connection.fetch(
        "SELECT buyer_index, year, COALESCE(balance.used, 0), COALESCE(ledger.used, 0) FROM limit_balances AS balance "
        "FULL JOIN (SELECT buyer_index, year, sum(CASE entry WHEN 0 THEN amount WHEN 1 THEN amount WHEN 3 THEN -amount "
        "ELSE 0 END)::bigint AS used FROM limit_ledger GROUP BY 1, 2) AS ledger USING (buyer_index, year) "
        "WHERE COALESCE(balance.used, 0) <> COALESCE(ledger.used, 0)"
    )
    return [tuple(row) for row in rows]
