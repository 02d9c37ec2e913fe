"""Official schemas and samples, and messages made from the builders."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from app.ceb.message import BaseTransfer, CebKind, CebMessage, CebNode, Document
from app.ceb.messages import FILINGS, RECEIPTS
from app.ceb.writing import write_message
from app.domain.dossier import Declaration, Order, Payment, Waybill
from tests.builders import DECLARANT, a_declaration, a_payment, a_waybill, an_order

EDITIONS = ("2018-113", "202205")
GUID = "4CDE1CFD-EDED-46B1-946C-B8022E42FC94"
KINDS = {Order: CebKind.ORDER, Payment: CebKind.PAYMENT, Waybill: CebKind.WAYBILL, Declaration: CebKind.DECLARATION}


@cache
def schema(shared: Path, edition: str) -> etree.XMLSchema:
    """The official import schema of an edition."""
    return etree.XMLSchema(etree.parse(shared / "ceb" / "xsd" / edition / "import.xsd"))


def violations(shared: Path, edition: str, xml: bytes) -> list[str]:
    """What the official schema says against a message."""
    checked = schema(shared, edition)
    checked.validate(etree.fromstring(xml))
    log: Any = checked.error_log  # the stubs do not know that it can be walked
    return [error.message for error in log]


def sample_files(shared: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """The sample files of import messages with these names (CEB311)."""
    for path in sorted((shared / "ceb" / "samples").glob("*_imp_*.xml")):
        if any(f"_imp_{name}" in path.name for name in names):
            yield path


FILING_NAMES = tuple(kind.name for kind in FILINGS.values())
RECEIPT_NAMES = tuple(kind.name for kind in RECEIPTS.values())


def same_infoset(one: bytes, other: bytes) -> bool:
    """Whether two messages say the same: names, attributes and texts; prefixes and white space between apart."""
    return _canonical(one) == _canonical(other)


def _canonical(xml: bytes) -> str:
    root = etree.fromstring(xml, etree.XMLParser(remove_comments=True))
    for element in root.iter():
        if len(element):
            element.text = None
        element.tail = None
    text = etree.tostring(root, encoding="unicode")
    return str(etree.canonicalize(text, rewrite_prefixes=True))


def a_message(*documents: Document, company_code: str = DECLARANT) -> CebMessage:
    """An unsigned message of documents of one kind."""
    return CebMessage(
        kind=KINDS[type(documents[0])],
        guid=GUID,
        nodes=tuple(CebNode(document=document) for document in documents),
        transfer=BaseTransfer(company_code=company_code, company_name="测试传输企业", exchange_id="DXPENT0000000001"),
    )


def xml_of(*documents: Document) -> bytes:
    """The same as XML."""
    return write_message(a_message(*documents))


def one_of_each() -> tuple[Document, ...]:
    """The four documents of the default parcel."""
    return an_order(), a_payment(), a_waybill(), a_declaration()
