"""Writing filings: from typed values to the message, in the default namespace.

`write_message` is the inverse of `read_message` but for white space between elements: signatures do not survive
re-writing, so what must be verified is `CebMessage.raw`.
"""

from collections.abc import Iterator
from typing import Any, Final

from app.ceb.message import CebMessage, CebNode, ExtendMessage
from app.ceb.messages import MessageType
from app.ceb.messages.envelope import EXTENSION, EXTENSION_BODY, SUBSCRIBE, TRANSFER
from app.ceb.messages.shape import NAMESPACE, Section
from app.ceb.xml_text import element, quoted

XML_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_message(message: CebMessage) -> bytes:
    """The message as XML in UTF-8."""
    kind = message.kind.type
    return "".join(
        (XML_DECLARATION, opening(kind.root, message.guid, message.version), *_parts(message, kind))
    ).encode()


def opening(root: str, guid: str, version: str) -> str:
    """The start tag of a message."""
    return f'<{root} xmlns="{NAMESPACE}" guid={quoted(guid)} version={quoted(version)}>'


def write_section(section: Section, values: Any, empty: frozenset[str] = frozenset()) -> Iterator[str]:
    """The elements of one section; `empty` names absent values that are written as empty elements."""
    yield f"<{section.element}>"
    for field in section.fields:
        value = getattr(values, field.name)
        if value is not None:
            yield element(field.wire, field.write(value))
        elif field.wire in empty:
            yield f"<{field.wire}/>"
    yield f"</{section.element}>"


def _parts(message: CebMessage, kind: MessageType) -> Iterator[str]:
    for node in message.nodes:
        yield from _node(node, kind)
    yield from write_section(TRANSFER, message.transfer)
    for subscribe in message.subscribe:
        yield from write_section(SUBSCRIBE, subscribe)
    if message.extension is not None:
        yield from _extension(message.extension)
    if message.signature is not None:
        yield message.signature.xml.decode()
    yield f"</{kind.root}>"


def _node(node: CebNode, kind: MessageType) -> Iterator[str]:
    def empty(number: int) -> frozenset[str]:
        return frozenset(wire for section, wire in node.empty if section == number)

    yield f"<{kind.node}>"
    yield from write_section(kind.head, node.document, empty(0))
    if kind.items is not None:
        for number, item in enumerate(node.document.items, 1):  # type: ignore[union-attr]
            yield from write_section(kind.items, item, empty(number))
    yield f"</{kind.node}>"


def _extension(extension: ExtendMessage) -> Iterator[str]:
    yield f"<{EXTENSION.element}>"
    for field in EXTENSION.fields:
        yield element(field.wire, getattr(extension, field.name))
    yield f"<{EXTENSION_BODY}>{extension.body.decode()}</{EXTENSION_BODY}></{EXTENSION.element}>"
