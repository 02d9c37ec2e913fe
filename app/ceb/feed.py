"""The feed: a stored receipt becomes its message when it is read. The same receipt gives the same bytes, always."""

from app.ceb.receipt_writing import receipt_kind, write_receipts
from app.ceb.receipts import ReceiptData, named


def render(receipt: ReceiptData) -> tuple[str, str]:
    """The name of the receipt message (CEB622) and its XML; the message carries the guid of its one receipt."""
    told = named(receipt)
    return receipt_kind(told).value, write_receipts(told.guid, [told]).decode()
