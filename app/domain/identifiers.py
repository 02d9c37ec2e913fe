"""The names of things: identifiers that are computed from business keys, so that the same thing has one name.

Numbers and codes of business (order, waybill, payment, party) are equal or not; nothing is folded or stripped. So none
may hold what nobody sees: two that look alike would be two orders, and a blank one would name nothing.
"""

import hashlib
import re
import uuid
from functools import lru_cache
from typing import Final, NewType

from app.uuids import uuid_of

DeclarationId = NewType("DeclarationId", uuid.UUID)
WaybillId = NewType("WaybillId", uuid.UUID)
PaymentId = NewType("PaymentId", uuid.UUID)
DocumentId = NewType("DocumentId", uuid.UUID)
RuleId = NewType("RuleId", str)
# The documents of a parcel name one another, so each id is asked for several times; a list of 1,000 has 3,000 of them.
_IDS_KEPT: Final = 4096


# What `str.isprintable` takes for visible: the space, fillers and joiners that are letters or marks, blank Braille.
_INVISIBLE: Final = re.compile(
    "[ \u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def is_visible(text: str) -> bool:
    """Whether a text has no white space and no invisible character anywhere; so of a text made of several."""
    return text.isprintable() and (" " not in text if text.isascii() else _INVISIBLE.search(text) is None)


def declaration_id(direction: str, platform_code: str, order_no: str) -> DeclarationId:
    """The id of the declaration of one order; an order number is unique only within its platform."""
    return DeclarationId(_named("declaration", direction, platform_code, order_no))


def waybill_id(logistics_code: str, waybill_no: str) -> WaybillId:
    """The id of a waybill; its number is unique within its logistics company (for six months)."""
    return WaybillId(_named("waybill", logistics_code, waybill_no))


def payment_id(payment_company_code: str, transaction_no: str) -> PaymentId:
    """The id of a payment transaction; its number is unique within its payment company."""
    return PaymentId(_named("payment", payment_company_code, transaction_no))


def document_id(subject: uuid.UUID, canonical: bytes) -> DocumentId:
    """The id of a filed document: equal content for the same subject gives the same id (idempotent intake)."""
    return DocumentId(_uuid(hashlib.sha256(b"document\0" + subject.bytes + canonical).digest()))


def message_id(message: bytes) -> uuid.UUID:
    """The id of a whole message as it was received."""
    return _uuid(hashlib.sha256(b"message\0" + message).digest())


@lru_cache(maxsize=_IDS_KEPT)
def _named(*parts: str) -> uuid.UUID:
    # The separator cannot occur in a part: NUL is refused at the doors.
    return _uuid(hashlib.sha256("\0".join(parts).encode()).digest())


def _uuid(digest: bytes) -> uuid.UUID:
    # RFC 9562 version 8 (custom); `UUID(version=8)` needs Python 3.14.
    version, variant = 0x80 | digest[6] & 0x0F, 0x80 | digest[8] & 0x3F
    return uuid_of(b"%b%c%b%c%b" % (digest[:6], version, digest[7:8], variant, digest[9:16]))
