"""Reading a filing: from bytes to typed values, or to the list of everything that is wrong with it.

`read_message` is for what companies file; `read_node` reads one business node again from its stored content.
Receipts are read by `app.ceb.receipt_reading`.
"""

from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import msgspec
from lxml import etree

from app.ceb.envelope import Envelope, read_envelope, read_root_attributes
from app.ceb.header import unusable_header
from app.ceb.message import BaseTransfer, CebKind, CebMessage, CebNode, Document, Signature
from app.ceb.messages import FILINGS, RECEIPTS, MessageType
from app.ceb.messages.envelope import SUBSCRIBES_AT_MOST
from app.ceb.messages.shape import ITEMS_AT_MOST, NAMESPACE, NODES_AT_MOST, SIGNATURE_NAMESPACE
from app.ceb.parsing import canonical, parse
from app.ceb.problems import UNKNOWN_MESSAGE, MalformedMessage, Problems, problem
from app.ceb.sections import SectionReader
from app.ceb.sequences import ElementSequence, Slot
from app.ceb.signature import read_signature
from app.ceb.strays import has_strays, note_attributes, note_text_between, shown_name, take_out_instructions

_NEW_DEMANDS: Final = frozenset({"not_an_identifier"})  # the door made them when documents were stored already


def read_message(body: bytes, *, require_signature: bool = False) -> CebMessage:
    """The message in `body`; `MalformedMessage` with every fault of it.

    By the schema a CEB621 has a signature; one without is accepted unless `require_signature`.
    """
    root = parse(body)
    reader = _READERS.get(str(root.tag))
    if reader is None:
        raise _not_a_filing(root)
    return reader.read(root, body, Problems(), require_signature=require_signature)


def read_node(content: bytes) -> Document:
    """The document in `CebNode.content`, equal to the one that was read from the whole message.

    What the door came to demand later is not demanded of it: its parcel waits for a decision all the same.
    """
    root = parse(content)
    message = _READERS[str(root.tag)].read(root, content, Problems(_NEW_DEMANDS), require_signature=False)
    return message.nodes[0].document


class NodeValues(msgspec.Struct):
    """One business node by the domain's names, before it is known whether the whole message is sound."""

    head: dict[str, Any]
    items: list[dict[str, Any]]
    empty: list[tuple[int, str]]
    canonical: bytes = b""


class FilingReader:
    """Reads the messages of one type."""

    def __init__(self, message: MessageType) -> None:
        self.type = message
        self._head = SectionReader(message.head)
        self._item = None if message.items is None else SectionReader(message.items)
        items = [] if message.items is None else [Slot(message.items.element, 1, ITEMS_AT_MOST)]
        self._node_parts = ElementSequence(Slot(message.head.element, 1, 1), *items)
        self._unsigned = self._root_parts(signatures=0)
        self._signed = self._root_parts(signatures=int(message.signature_required))

    def _root_parts(self, signatures: int) -> ElementSequence:
        return ElementSequence(
            Slot(self.type.node, 1, NODES_AT_MOST),
            Slot("BaseTransfer", 1, 1),
            Slot("BaseSubscribe", 0, SUBSCRIBES_AT_MOST),
            Slot("ExtendMessage", 0, 1),
            Slot("Signature", signatures, 1, SIGNATURE_NAMESPACE),
        )

    def read(self, root: etree._Element, raw: bytes, problems: Problems, *, require_signature: bool) -> CebMessage:
        """The typed message; `MalformedMessage` with the problems that were found."""
        path = f"/{self.type.root}"
        take_out_instructions(root, problems)
        careful = has_strays(root)
        if careful:
            note_text_between(root, path, problems)
        guid, version = read_root_attributes(root, path, problems)
        children = self._children(root, path, problems, require_signature=require_signature)
        nodes = [
            self._node(element, f"{path}/{self.type.node}[{number}]", problems, careful=careful)
            for number, element in enumerate(children.get(self.type.node, ()), 1)
        ]
        envelope = read_envelope(children, path, problems, careful=careful)
        signature = _signature(children.get("Signature"), path, problems)
        problems.raise_if_any(self.type.root)
        return self._message(guid, version, nodes, envelope, signature, raw)

    def _children(
        self, root: etree._Element, path: str, problems: Problems, *, require_signature: bool
    ) -> dict[str, list[etree._Element]]:
        sequence = self._signed if require_signature else self._unsigned
        elements = list(root)
        found: dict[str, list[etree._Element]] = {}
        placed = sequence.placed(tuple([element.tag for element in elements]), path, problems)
        for element, index in zip(elements, placed, strict=True):
            if index is not None:
                found.setdefault(sequence.slots[index].wire, []).append(element)
        return found

    def _node(self, element: etree._Element, path: str, problems: Problems, *, careful: bool) -> NodeValues:
        if careful:
            note_attributes(element, path, problems)
            note_text_between(element, path, problems)
        parts = list(element)
        values = NodeValues({}, [], [])
        placed = self._node_parts.placed(tuple([part.tag for part in parts]), path, problems)
        for part, index in zip(parts, placed, strict=True):
            empty: list[str] = []
            if index == 0:
                place = f"{path}/{self.type.head.element}"
                values.head = self._head.read(part, place, problems, careful=careful, empty=empty)
                values.empty += [(0, name) for name in empty]
            elif index is not None and self._item is not None:
                number = len(values.items) + 1
                place = f"{path}/{self._item.section.element}[{number}]"
                values.items.append(self._item.read(part, place, problems, careful=careful, empty=empty))
                values.empty += [(number, name) for name in empty]
        values.canonical = canonical(element, path, problems)
        return values

    def _message(
        self,
        guid: str,
        version: str,
        nodes: list[NodeValues],
        envelope: Envelope,
        signature: Signature | None,
        raw: bytes,
    ) -> CebMessage:
        transfer = envelope.transfer
        if transfer is None:
            raise AssertionError("a missing BaseTransfer was noted, so this is not reached")
        before, after = self._around(guid, version, envelope)
        return CebMessage(
            kind=CebKind(self.type.name),
            guid=guid,
            version=version,
            nodes=tuple(self._filed(values, transfer, before, after) for values in nodes),
            transfer=transfer,
            subscribe=envelope.subscribe,
            extension=envelope.extension,
            signature=signature,
            raw=raw,
        )

    def _around(self, guid: str, version: str, envelope: Envelope) -> tuple[bytes, bytes]:
        """What makes a message of its own of one canonical node."""
        opening = f'<{self.type.root} xmlns="{NAMESPACE}" guid={quoteattr(guid)} version={quoteattr(version)}>'
        return opening.encode(), envelope.transfer_xml + f"</{self.type.root}>".encode()

    def _filed(self, values: NodeValues, transfer: BaseTransfer, before: bytes, after: bytes) -> CebNode:
        fields = values.head
        if self.type.item is not None:
            fields["items"] = tuple([self.type.item(**item) for item in values.items])
        if self.type.transmitter is not None:
            fields[self.type.transmitter] = transfer.company_code
        document: Document = self.type.document(**fields)
        return CebNode(
            document=document,
            content=before + values.canonical + after,
            refused=unusable_header(document),
            empty=frozenset(values.empty),
        )


def _signature(elements: list[etree._Element] | None, path: str, problems: Problems) -> Signature | None:
    return read_signature(elements[0], f"{path}/Signature", problems) if elements else None


def _not_a_filing(root: etree._Element) -> MalformedMessage:
    name = shown_name(root.tag)
    message_type = name if name in FILINGS or name in RECEIPTS else UNKNOWN_MESSAGE
    fault = problem(f"/{name}", "wrong_root", roots=" / ".join(FILINGS), namespace=NAMESPACE)
    return MalformedMessage(message_type, (fault,))


_READERS: Final = MappingProxyType(
    {f"{{{NAMESPACE}}}{message.root}": FilingReader(message) for message in FILINGS.values()}
)
