"""Writing receipts: one message of 1 to 100 return nodes, valid against the official schema whatever is in them.

Receipts must arrive (P9), so a value that does not fit its field is fitted: cut when it is too long, filled up when it
is required and too short, left out when it is optional. The doors accept nothing that would need it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from app.ceb.fields import Field
from app.ceb.message import ReceiptKind
from app.ceb.messages.shape import ReceiptType
from app.ceb.receipts import InventoryReturn, LogisticsReturn, MessageReturn, OrderReturn, PaymentReturn, ReceiptData
from app.ceb.writing import XML_DECLARATION, opening
from app.ceb.xml_text import element

VERSION: Final = "1.0"
_FILLER: Final = "-"
_KIND_OF: Final = {
    OrderReturn: ReceiptKind.ORDER,
    PaymentReturn: ReceiptKind.PAYMENT,
    LogisticsReturn: ReceiptKind.WAYBILL,
    InventoryReturn: ReceiptKind.DECLARATION,
}


def receipt_kind(receipt: ReceiptData) -> ReceiptKind:
    """The message that carries a receipt."""
    return _KIND_OF[type(receipt)]


def write_receipts(guid: str, receipts: Sequence[ReceiptData]) -> bytes:
    """The receipt message of 1 to 100 receipts of one kind."""
    kind = receipt_kind(receipts[0]).type
    return write_receipt_message(kind, guid, receipts)


def write_receipt_message(
    kind: ReceiptType, guid: str, receipts: Sequence[ReceiptData | MessageReturn], version: str = VERSION
) -> bytes:
    """A receipt message of a given type."""
    nodes = (part for receipt in receipts for part in _node(kind, receipt))
    return "".join((XML_DECLARATION, opening(kind.root, guid, version), *nodes, f"</{kind.root}>")).encode()


def _node(kind: ReceiptType, receipt: ReceiptData | MessageReturn) -> Iterator[str]:
    yield f"<{kind.section.element}>"
    for field in kind.section.fields:
        value = fitted(field, getattr(receipt, field.name))
        if value is not None:
            yield element(field.wire, value)
    yield f"</{kind.section.element}>"


def fitted(field: Field, value: str | None) -> str | None:
    """The value as the field allows it; None where an optional one is left out."""
    minimum, maximum = field.minimum or 0, field.maximum or 0
    if not field.required and (value is None or not minimum <= len(value) <= maximum):
        return None
    return (value or "")[:maximum].ljust(minimum, _FILLER)
