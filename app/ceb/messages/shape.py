"""How a message type is described: sections of fields, and what stands around them."""

from typing import Any

import msgspec

from app.ceb.fields import Field

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
NODES_AT_MOST = 100
ITEMS_AT_MOST = 99


class Section(msgspec.Struct, frozen=True):
    """One element that holds fields in a fixed order (xs:sequence)."""

    element: str
    fields: tuple[Field, ...]


class MessageType(msgspec.Struct, frozen=True, kw_only=True):
    """A message that companies file: 1 to 100 business nodes, then the envelope and the signature."""

    name: str  # CEB621
    node: str  # the element of one business node
    head: Section
    items: Section | None = None  # 1 to 99 of them; None: the node has a head only
    document: type[Any]  # of app.domain.dossier
    item: type[Any] | None = None
    answered_by: str  # CEB622
    signature_required: bool = False  # by the schema
    transmitter: str | None = None  # the document's field for copCode of BaseTransfer

    @property
    def root(self) -> str:
        """The name of the root element."""
        return f"{self.name}Message"


class ReceiptType(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt message: 1 to 100 nodes, each a section of its own, and nothing else."""

    name: str  # CEB622
    section: Section
    receipt: type[Any]  # of app.ceb.receipts

    @property
    def root(self) -> str:
        """The name of the root element."""
        return f"{self.name}Message"
