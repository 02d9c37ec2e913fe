"""The receipts that customs send, as typed values; the feed stores them in events and renders them when read.

Positions of the fields are storage: a new field goes to the end and has a default. A stored receipt has no guid: it
follows from everything else that the receipt says (`named`).
"""

import hashlib
import uuid
from datetime import datetime
from typing import Final

import msgspec

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.period import compact_milliseconds

# CEB622 demands a preNo of exactly 18 characters, also where a declaration was refused before one was allotted.
NO_PRE_NO: Final = "0" * 18


class OrderReturn(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="CEB312"):
    """电子订单回执 (CEB312, table 3-7)."""

    guid: str
    platform_code: str
    merchant_code: str
    order_no: str
    return_status: str
    return_time: str  # YYYYMMDDhhmmssSSS
    return_info: str


class PaymentReturn(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="CEB412"):
    """支付凭证回执 (CEB412, table 3-14)."""

    guid: str
    payment_company_code: str
    payment_transaction_no: str
    return_status: str
    return_time: str
    return_info: str


class LogisticsReturn(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="CEB512"):
    """物流运单回执 (CEB512, table 3-21)."""

    guid: str
    logistics_code: str
    waybill_no: str
    return_status: str
    return_time: str
    return_info: str


class InventoryReturn(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="CEB622"):
    """进口清单回执 (CEB622, table 3-35); `internal_no` and `pre_no` are required by the schema."""

    guid: str
    customs_code: str | None
    platform_code: str | None
    merchant_code: str | None
    declarant_code: str | None
    internal_no: str
    pre_no: str
    declaration_no: str | None
    return_status: str
    return_time: str
    return_info: str


class MessageReturn(msgspec.Struct, frozen=True, gc=False):
    """报文格式校验回执 (CEB900, table 3-65): answers a message that breaks the schema; never stored."""

    guid: str
    return_status: str
    return_info: str
    return_time: str
    original_transport_id: str
    original_message_type: str
    original_message: str


ReceiptData = OrderReturn | PaymentReturn | LogisticsReturn | InventoryReturn


def receipt_for(
    document: Order | Payment | Waybill | Declaration,
    *,
    return_status: str,
    return_info: str,
    at: datetime,
    pre_no: str | None = None,
    declaration_no: str | None = None,
) -> ReceiptData:
    """The receipt that answers a filed document; `pre_no` and `declaration_no` are the allotted ones."""
    return named(
        nameless_receipt_for(
            document,
            return_status=return_status,
            return_info=return_info,
            at=at,
            pre_no=pre_no,
            declaration_no=declaration_no,
        )
    )


def nameless_receipt_for(
    document: Order | Payment | Waybill | Declaration,
    *,
    return_status: str,
    return_info: str,
    at: datetime,
    pre_no: str | None = None,
    declaration_no: str | None = None,
) -> ReceiptData:
    """The same as it is stored: without its guid."""
    time = compact_milliseconds(at)
    guid = ""
    match document:
        case Order():
            return OrderReturn(
                guid,
                document.platform_code,
                document.merchant_code,
                document.order_no,
                return_status,
                time,
                return_info,
            )
        case Payment():
            return PaymentReturn(
                guid,
                document.payment_company_code,
                document.payment_transaction_no,
                return_status,
                time,
                return_info,
            )
        case Waybill():
            return LogisticsReturn(guid, document.logistics_code, document.waybill_no, return_status, time, return_info)
        case Declaration():
            pre = _pre_no(pre_no, document.pre_no)
            return InventoryReturn(
                guid,
                document.customs_code,
                document.platform_code,
                document.merchant_code,
                document.declarant_code,
                document.internal_no or pre,
                pre,
                declaration_no,
                return_status,
                time,
                return_info,
            )


def named(receipt: ReceiptData) -> ReceiptData:
    """The receipt with its guid: equal receipts have equal guids."""
    _, *says = msgspec.structs.astuple(receipt)
    return msgspec.structs.replace(receipt, guid=receipt_guid(type(receipt).__name__, *(one or "" for one in says)))


def receipt_guid(*about: str) -> str:
    """A guid of 36 upper-case characters, the same for the same receipt: a replayed filing gets the same bytes."""
    digest = hashlib.sha256("\0".join(("receipt", *about)).encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5)).upper()


def _pre_no(*numbers: str | None) -> str:
    """The first number that has the required 18 characters."""
    return next((number for number in numbers if number and len(number) == len(NO_PRE_NO)), NO_PRE_NO)
