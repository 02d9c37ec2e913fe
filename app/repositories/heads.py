"""The current rows of declarations, waybills and payment transactions: read, and written back if unchanged.

Nothing is locked while thinking: a row is written only where its `sequence` still is the one that was read, and the
unit of work starts again otherwise. Amounts are 1/100,000 yuan.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.domain.decision import Outcome
from app.domain.lifecycle import Status
from app.models.declarations import declarations, payments, waybills
from app.repositories.bulk import Connection, as_array_text, guarded_upsert_sql, transposed


class Head(msgspec.Struct, gc=False):
    """The row of one declaration, in the order of its columns."""

    declaration_id: UUID
    order_filing: UUID | None
    payment_filing: UUID | None
    declaration_filing: UUID | None
    waybill_id: UUID | None
    payment_id: UUID | None
    buyer_index: UUID | None
    received_at: datetime
    updated_at: datetime
    accepted_at: datetime | None
    deadline_at: datetime | None
    dutiable_value: int | None
    reserved_value: int | None
    order_paid: int | None
    clock: int
    sequence: int
    accepted_on: date | None
    version: int
    revision: int
    transitions: int
    status: int
    outcome: int | None
    direction: str
    platform_code: str
    order_no: str
    merchant_code: str | None = None
    declarant_code: str | None = None
    logistics_code: str | None = None
    payment_company_code: str | None = None
    waybill_no: str | None = None
    customs_code: str | None = None
    trade_mode: str | None = None
    internal_no: str | None = None
    pre_no: str | None = None
    declaration_no: str | None = None
    order_stamp: str | None = None
    payment_stamp: str | None = None
    declaration_stamp: str | None = None

    @property
    def state(self) -> Status:
        """The status as a word of the lifecycle."""
        return Status(self.status)

    @property
    def decided(self) -> Outcome | None:
        """The outcome of the latest assessment of this version."""
        return None if self.outcome is None else Outcome(self.outcome)


def new_head(declaration_id: UUID, direction: str, platform_code: str, order_no: str, now: datetime) -> Head:
    """The row of a declaration of which nothing is known yet."""
    return Head(
        declaration_id, None, None, None, None, None, None, now, now, None, None, None, None, None,
        0, 0, None, 0, 0, 0, Status.COLLECTING, None, direction, platform_code, order_no,
    )  # fmt: skip


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


HEAD_COLUMNS = ", ".join(column.name for column in declarations.columns)
_WAYBILL_COLUMNS = ", ".join(column.name for column in waybills.columns)
_PAYMENT_COLUMNS = ", ".join(column.name for column in payments.columns)
_UPSERT_HEADS = guarded_upsert_sql(declarations)
_UPSERT_WAYBILLS = guarded_upsert_sql(waybills)
_UPSERT_PAYMENTS = guarded_upsert_sql(payments)


async def load_heads(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Head]:
    """The rows that exist among `ids`."""
    if not ids:
        return {}
    rows = await connection.fetch(f"SELECT {HEAD_COLUMNS} FROM declarations WHERE declaration_id = ANY($1)", list(ids))
    return {row[0]: Head(*row) for row in rows}


async def load_waybills(connection: Connection, ids: Collection[UUID]) -> dict[UUID, WaybillHead]:
    """The rows that exist among `ids`."""
    if not ids:
        return {}
    rows = await connection.fetch(f"SELECT {_WAYBILL_COLUMNS} FROM waybills WHERE waybill_id = ANY($1)", list(ids))
    return {row[0]: WaybillHead(*row) for row in rows}


async def load_payments(connection: Connection, ids: Collection[UUID]) -> dict[UUID, PaymentHead]:
    """The rows that exist among `ids`."""
    if not ids:
        return {}
    rows = await connection.fetch(f"SELECT {_PAYMENT_COLUMNS} FROM payments WHERE payment_id = ANY($1)", list(ids))
    return {row[0]: PaymentHead(*row) for row in rows}


async def store_heads(connection: Connection, heads: Collection[Head]) -> bool:
    """Write rows whose `sequence` was raised by one; False when another writer was faster with any of them."""
    rows = [msgspec.structs.astuple(head) for head in heads]
    return await _stored(connection, _UPSERT_HEADS, rows)


async def store_waybills(connection: Connection, rows: Iterable[WaybillHead]) -> bool:
    """As `store_heads`."""
    return await _stored(
        connection,
        _UPSERT_WAYBILLS,
        [
            (row.waybill_id, row.filing_subject, row.filing, row.sequence, as_array_text(row.users), row.stamp)
            for row in rows
        ],
    )  # fmt: skip


async def store_payments(connection: Connection, rows: Iterable[PaymentHead]) -> bool:
    """As `store_heads`."""
    return await _stored(
        connection, _UPSERT_PAYMENTS, [(row.payment_id, row.sequence, as_array_text(row.users)) for row in rows]
    )


async def _stored(connection: Connection, statement: str, rows: list[tuple[object, ...]]) -> bool:
    if not rows:
        return True
    written = await connection.fetch(statement, *transposed(rows))
    return len(written) == len(rows)
