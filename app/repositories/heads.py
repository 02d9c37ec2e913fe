"""The current rows of declarations, waybills and payment transactions: read, and written back if unchanged.

Nothing is locked while thinking: a row is written only where its `sequence` still is the one that was read, and the
unit of work starts again otherwise. Amounts are 1/100,000 yuan.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import msgspec

from app.models.declarations import declarations, payments, waybills
from app.repositories.bulk import Connection, guarded_upsert_sql
from app.repositories.head_form import Head, head_from, new_head, row_of
from app.repositories.stamps import packed_stamp, unpacked_stamp
from app.repositories.together import Statement, together

__all__ = ["Head", "head_from", "new_head"]


class WaybillHead(msgspec.Struct, gc=False):
    """The row of one waybill: its document, and who names it."""

    waybill_id: UUID
    filing_subject: UUID | None = None
    filing: UUID | None = None
    sequence: int = 0
    users: list[UUID] = []
    stamp: str | None = None


class PaymentHead(msgspec.Struct, gc=False):
    """The row of one payment transaction: the declarations it was filed for."""

    payment_id: UUID
    sequence: int = 0
    users: list[UUID] = []


_ID_BYTES = 16
HEAD_COLUMNS = ", ".join(column.name for column in declarations.columns)
_WAYBILL_COLUMNS = ", ".join(column.name for column in waybills.columns)
_PAYMENT_COLUMNS = ", ".join(column.name for column in payments.columns)
_UPSERT_HEADS = guarded_upsert_sql(declarations)
_UPSERT_WAYBILLS = guarded_upsert_sql(waybills)
_UPSERT_PAYMENTS = guarded_upsert_sql(payments)


def heads_wanted(ids: Collection[UUID]) -> Statement | None:
    """Reads the rows that exist among `ids`."""
    text = f"SELECT {HEAD_COLUMNS} FROM declarations WHERE declaration_id = ANY($1)"
    return Statement(text, (list(ids),)) if ids else None


def waybills_wanted(ids: Collection[UUID]) -> Statement | None:
    """Reads the rows that exist among `ids`."""
    text = f"SELECT {_WAYBILL_COLUMNS} FROM waybills WHERE waybill_id = ANY($1)"
    return Statement(text, (list(ids),)) if ids else None


def payments_wanted(ids: Collection[UUID]) -> Statement | None:
    """Reads the rows that exist among `ids`."""
    text = f"SELECT {_PAYMENT_COLUMNS} FROM payments WHERE payment_id = ANY($1)"
    return Statement(text, (list(ids),)) if ids else None


def heads_from(rows: Iterable[Any]) -> dict[UUID, Head]:
    """The rows that `heads_wanted` reads, by id."""
    return {row[0]: head_from(row) for row in rows}


def waybills_from(rows: Iterable[Any]) -> dict[UUID, WaybillHead]:
    """The rows that `waybills_wanted` reads, by id."""
    return {
        row[0]: WaybillHead(row[0], row[1], row[2], row[3], _parted(row[4]), unpacked_stamp(row[5])) for row in rows
    }


def payments_from(rows: Iterable[Any]) -> dict[UUID, PaymentHead]:
    """The rows that `payments_wanted` reads, by id."""
    return {row[0]: PaymentHead(row[0], row[1], _parted(row[2])) for row in rows}


async def load_heads(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Head]:
    """The rows that exist among `ids`."""
    (rows,) = await together(connection, [heads_wanted(ids)])
    return heads_from(rows)


async def load_waybills(connection: Connection, ids: Collection[UUID]) -> dict[UUID, WaybillHead]:
    """The rows that exist among `ids`."""
    (rows,) = await together(connection, [waybills_wanted(ids)])
    return waybills_from(rows)


async def load_payments(connection: Connection, ids: Collection[UUID]) -> dict[UUID, PaymentHead]:
    """The rows that exist among `ids`."""
    (rows,) = await together(connection, [payments_wanted(ids)])
    return payments_from(rows)


def heads_written(heads: Collection[Head]) -> Statement | None:
    """Writes rows whose `sequence` was raised by one; answers those that nobody else changed meanwhile."""
    return _written(_UPSERT_HEADS, [row_of(head) for head in heads])


def waybills_written(rows: Iterable[WaybillHead]) -> Statement | None:
    """As `heads_written`."""
    return _written(
        _UPSERT_WAYBILLS,
        [
            (
                row.waybill_id,
                row.filing_subject,
                row.filing,
                row.sequence,
                _joined(row.users),
                packed_stamp(row.stamp),
            )
            for row in rows
        ],
    )


def payments_written(rows: Iterable[PaymentHead]) -> Statement | None:
    """As `heads_written`."""
    return _written(_UPSERT_PAYMENTS, [(row.payment_id, row.sequence, _joined(row.users)) for row in rows])


def _written(text: str, rows: list[tuple[object, ...]]) -> Statement | None:
    return Statement(text, (rows,)) if rows else None


def _joined(ids: Iterable[UUID]) -> bytes:
    return b"".join(each.bytes for each in ids)


def _parted(ids: bytes) -> list[UUID]:
    return [UUID(bytes=ids[start : start + _ID_BYTES]) for start in range(0, len(ids), _ID_BYTES)]
