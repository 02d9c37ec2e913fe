"""Header values that say nothing: the node is answered with a negative code, its neighbours are filed."""

from collections.abc import Callable

import pytest

from app.ceb.message import Document
from app.ceb.reading import read_message, read_node
from app.domain.dossier import Declaration, Order, Payment, Waybill
from tests.builders import a_declaration, a_payment, a_waybill, an_order
from tests.ceb.samples import xml_of

SOUND: dict[type, Callable[[], Document]] = {
    Order: an_order,
    Payment: a_payment,
    Waybill: a_waybill,
    Declaration: a_declaration,
}


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (an_order(filing_type="4"), "-301009"),
        (a_payment(filing_type="9"), "-401006"),
        (a_waybill(filing_type="A"), "-504014"),
        (a_declaration(filing_type="0"), "-621001"),
        (an_order(filing_status="3"), "-301008"),
        (a_payment(filing_status="22"), "-401009"),
        (a_waybill(filing_status="x"), "-504011"),
        (a_declaration(filing_status="800"), "-621001"),
        (an_order(filed_at="20240230000000"), "-301008"),
        (a_payment(filed_at="2024-06-18 09:"), "-401009"),
        (a_waybill(filed_at="20240618246000"), "-504011"),
        (a_declaration(filed_at="２０２４０６１８００００００"), "-621001"),
        (a_declaration(filed_at="00000101000000"), "-621001"),
    ],
)
def test_an_unusable_header_refuses_its_node_alone(document: Document, status: str) -> None:
    sound = SOUND[type(document)]()
    message = read_message(xml_of(sound, document, sound))
    first, second, third = message.nodes
    assert first.refused is None
    assert third.refused is None
    assert second.refused is not None
    assert second.refused.return_status == status
    assert second.document == document
    assert read_node(second.content) == document


@pytest.mark.parametrize("document", [make() for make in SOUND.values()], ids=lambda each: type(each).__name__)
def test_a_stored_node_whose_numbers_the_door_would_refuse_now_is_read_again(document: Document) -> None:
    (node,) = read_message(xml_of(document)).nodes
    assert read_node(node.content.replace(document.order_no.encode(), b"A 12")).order_no == "A 12"


def test_the_refusal_names_the_field_and_not_the_value() -> None:
    refused = read_message(xml_of(an_order(filed_at="20240230000000"))).nodes[0].refused
    assert refused is not None
    assert refused.text_zh == "参数校验不通过，appTime"
    assert "20240230" not in refused.text_en


def test_staged_changed_and_deleted_documents_are_usable() -> None:
    for filing_type in "123":
        for filing_status in "12":
            node = read_message(xml_of(an_order(filing_type=filing_type, filing_status=filing_status))).nodes[0]
            assert node.refused is None


def test_values_that_are_merely_wrong_reach_the_rules() -> None:
    wrong = an_order(currency="502", order_type="E", buyer_id_type="2")
    read = read_message(xml_of(wrong)).nodes[0]
    assert read.refused is None
    assert isinstance(read.document, Order)
    assert (read.document.currency, read.document.order_type, read.document.buyer_id_type) == ("502", "E", "2")
    assert read_message(xml_of(a_declaration(import_export_flag="E"))).nodes[0].refused is None
    assert read_message(xml_of(a_declaration(pack_count=-5))).nodes[0].refused is None
