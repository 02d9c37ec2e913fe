"""A message that was read: typed values, and beside each the bytes that are evidence."""

import enum

import msgspec

from app.ceb.messages import FILINGS, RECEIPTS, MessageType, ReceiptType
from app.ceb.receipts import ReceiptData
from app.domain.dossier import Declaration, Order, Payment, Waybill

Document = Order | Payment | Waybill | Declaration


class CebKind(enum.StrEnum):
    """The messages that companies file."""

    ORDER = "CEB311"
    PAYMENT = "CEB411"
    WAYBILL = "CEB511"
    DECLARATION = "CEB621"

    @property
    def type(self) -> MessageType:
        """Its description."""
        return FILINGS[f"{self.value}Message"]


class ReceiptKind(enum.StrEnum):
    """The messages that answer them."""

    ORDER = "CEB312"
    PAYMENT = "CEB412"
    WAYBILL = "CEB512"
    DECLARATION = "CEB622"

    @property
    def type(self) -> ReceiptType:
        """Its description."""
        return RECEIPTS[f"{self.value}Message"]


class Refused(msgspec.Struct, frozen=True, gc=False):
    """Why a node that fits the schema cannot be filed: a header value that says nothing we could act upon."""

    return_status: str
    text_zh: str
    text_en: str


class CebNode(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One business node. A node with `refused` must not be filed: its document carries a value outside its type.

    `content` is a message of this node alone, each part in canonical XML as it was sent: `read_node` reads it again.
    `empty` names the optional elements that were sent without content, as (section number, wire name); the head is 0.
    """

    document: Document
    content: bytes = b""
    refused: Refused | None = None
    empty: frozenset[tuple[int, str]] = frozenset()


class BaseTransfer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who transmits the message (基础报文传输实体)."""

    company_code: str  # copCode
    company_name: str = ""
    exchange_mode: str = "DXP"
    exchange_id: str = ""
    note: str | None = None  # "" where it was sent empty


class BaseSubscribe(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who else wants data or receipts (基础回执订阅实体)."""

    status: str
    exchange_mode: str = "DXP"
    exchange_address: str = ""
    note: str | None = None


class ExtendMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A company's own addition (扩展自定义数据实体); `body` is the element inside it, canonical and unread."""

    name: str
    version: str
    body: bytes = b""


class SignedReference(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a signature covers."""

    uri: str | None
    transforms: tuple[str, ...]
    digest_algorithm: str
    digest: bytes


class Signature(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A W3C enveloped signature: parsed and kept, not verified here. Verification needs the message's raw bytes."""

    canonicalization_algorithm: str
    signature_algorithm: str
    references: tuple[SignedReference, ...]
    value: bytes
    key_name: str | None = None
    certificate: bytes | None = None  # X.509, DER
    xml: bytes = b""  # the element itself, canonical


class CebMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A filing of 1 to 100 business nodes. `raw` is what was received, byte for byte."""

    kind: CebKind
    guid: str
    version: str = "1.0"
    nodes: tuple[CebNode, ...]
    transfer: BaseTransfer
    subscribe: tuple[BaseSubscribe, ...] = ()
    extension: ExtendMessage | None = None
    signature: Signature | None = None
    raw: bytes = b""


class CebReceipts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A receipt message of 1 to 100 nodes."""

    kind: ReceiptKind
    guid: str
    version: str = "1.0"
    receipts: tuple[ReceiptData, ...]
