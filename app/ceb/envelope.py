"""Reading what surrounds the business nodes: the root's attributes, transfer, subscriptions, extension."""

from typing import Any, Final

import msgspec
from lxml import etree

from app.ceb.message import BaseSubscribe, BaseTransfer, ExtendMessage
from app.ceb.messages.envelope import EXTENSION, EXTENSION_BODY, SUBSCRIBE, TRANSFER
from app.ceb.messages.shape import NAMESPACE
from app.ceb.parsing import canonical
from app.ceb.problems import Problems
from app.ceb.sections import SectionReader
from app.ceb.sequences import Slot
from app.ceb.strays import is_blank, note_text_between, shown_name

_TRANSFER: Final = SectionReader(TRANSFER)
_SUBSCRIBE: Final = SectionReader(SUBSCRIBE)
_EXTENSION: Final = SectionReader(EXTENSION, Slot(EXTENSION_BODY, 1, 1))
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
# A schema's address is allowed on any element; it is ignored, and never fetched.
_HINTS: Final = frozenset({f"{_INSTANCE}schemaLocation", f"{_INSTANCE}noNamespaceSchemaLocation"})
GUID_LENGTH: Final = 36
VERSION_LENGTH: Final = 10


class Envelope(msgspec.Struct, frozen=True):
    """What surrounds the nodes of a filing; values of parts that are faulty are None or missing."""

    transfer: BaseTransfer | None
    transfer_xml: bytes
    subscribe: tuple[BaseSubscribe, ...]
    extension: ExtendMessage | None


def read_root_attributes(root: etree._Element, path: str, problems: Problems) -> tuple[str, str]:
    """The guid and version of a message."""
    for name in root.keys():  # noqa: SIM118 - not a mapping
        if name not in ("guid", "version") and name not in _HINTS:
            problems.add(f"{path}/@{shown_name(name)}", "unexpected_attribute")
    guid, version = root.get("guid"), root.get("version")
    if guid is None or len(guid) != GUID_LENGTH:
        problems.add(f"{path}/@guid", "wrong_attribute", zh="36", en="36")
    if not version or len(version) > VERSION_LENGTH:
        problems.add(f"{path}/@version", "wrong_attribute", zh="1 至 10", en="1 to 10")
    return guid or "", version or ""


def read_envelope(
    children: dict[str, list[etree._Element]], path: str, problems: Problems, *, careful: bool
) -> Envelope:
    """The parts of the envelope among the children of the root, by name."""

    def read(reader: SectionReader, element: etree._Element, place: str) -> dict[str, Any] | None:
        before = problems.total
        values = reader.read(element, place, problems, careful=careful)
        return values if problems.total == before else None

    transfers = [read(_TRANSFER, element, f"{path}/BaseTransfer") for element in children.get("BaseTransfer", ())]
    subscribes = [
        read(_SUBSCRIBE, element, f"{path}/BaseSubscribe[{number}]")
        for number, element in enumerate(children.get("BaseSubscribe", ()), 1)
    ]
    extensions = [
        _extension(element, f"{path}/ExtendMessage", problems) for element in children.get("ExtendMessage", ())
    ]
    return Envelope(
        transfer=BaseTransfer(**transfers[0]) if transfers and transfers[0] else None,
        transfer_xml=b"".join(
            canonical(element, f"{path}/BaseTransfer", problems) for element in children.get("BaseTransfer", ())
        ),
        subscribe=tuple(BaseSubscribe(**values) for values in subscribes if values),
        extension=extensions[0] if extensions else None,
    )


def _extension(element: etree._Element, path: str, problems: Problems) -> ExtendMessage | None:
    before = problems.total
    values = _EXTENSION.read(element, path, problems, careful=True)
    body = element.find(f"{{{NAMESPACE}}}{EXTENSION_BODY}")
    content = b"" if body is None else _extension_body(body, f"{path}/{EXTENSION_BODY}", problems)
    return ExtendMessage(**values, body=content) if problems.total == before else None


def _extension_body(body: etree._Element, path: str, problems: Problems) -> bytes:
    if len(body) > 1:
        problems.add(path, "one_element")
    if len(body) == 0:
        if not is_blank(body.text):
            problems.add(path, "text_between")
        return b""
    note_text_between(body, path, problems)
    return canonical(body[0], path, problems)
