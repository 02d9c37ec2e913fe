"""The message types as data: one small module per message, and the table of all of them."""

from types import MappingProxyType
from typing import Final

from app.ceb.messages import declaration, order, payment, receipts, waybill
from app.ceb.messages.shape import MessageType, ReceiptType

FILINGS: Final = MappingProxyType(
    {message.root: message for message in (order.CEB311, payment.CEB411, waybill.CEB511, declaration.CEB621)}
)
RECEIPTS: Final = MappingProxyType(
    {message.root: message for message in (receipts.CEB312, receipts.CEB412, receipts.CEB512, receipts.CEB622)}
)

__all__ = ["FILINGS", "RECEIPTS", "MessageType", "ReceiptType"]
