"""Reading receipts: what customs answered, as typed values. Strict, as reading filings is."""

from types import MappingProxyType
from typing import Final

from lxml import etree

from app.ceb.envelope import read_root_attributes
from app.ceb.message import CebReceipts, ReceiptKind
from app.ceb.messages import RECEIPTS, ReceiptType
from app.ceb.messages.shape import NAMESPACE, NODES_AT_MOST
from app.ceb.parsing import parse
from app.ceb.problems import UNKNOWN_MESSAGE, MalformedMessage, Problems, problem
from app.ceb.sections import SectionReader
from app.ceb.sequences import ElementSequence, Slot
from app.ceb.strays import has_strays, note_text_between, shown_name, take_out_instructions


def read_receipts(body: bytes) -> CebReceipts:
    """The receipts in `body`; `MalformedMessage` with every fault of it."""
    root = parse(body)
    kind = _TYPES.get(root.tag)
    if kind is None:
        fault = problem(f"/{shown_name(root.tag)}", "wrong_root", roots=" / ".join(RECEIPTS), namespace=NAMESPACE)
        raise MalformedMessage(UNKNOWN_MESSAGE, (fault,))
    return _read(root, kind)


def _read(root: etree._Element, kind: ReceiptType) -> CebReceipts:
    problems, path, reader = Problems(), f"/{kind.root}", SectionReader(kind.section)
    take_out_instructions(root, problems)
    careful = has_strays(root)
    if careful:
        note_text_between(root, path, problems)
    guid, version = read_root_attributes(root, path, problems)
    nodes = list(root)
    sequence = ElementSequence(Slot(kind.section.element, 1, NODES_AT_MOST))
    placed = sequence.placed(tuple([node.tag for node in nodes]), path, problems)
    found = [
        reader.read(node, f"{path}/{kind.section.element}[{number}]", problems, careful=careful)
        for number, (node, index) in enumerate(zip(nodes, placed, strict=True), 1)
        if index is not None
    ]
    problems.raise_if_any(kind.root)
    absent = {field.name: None for field in kind.section.fields if not field.required}
    receipts = tuple(kind.receipt(**(absent | values)) for values in found)
    return CebReceipts(kind=ReceiptKind(kind.name), guid=guid, version=version, receipts=receipts)


_TYPES: Final = MappingProxyType({f"{{{NAMESPACE}}}{kind.root}": kind for kind in RECEIPTS.values()})
