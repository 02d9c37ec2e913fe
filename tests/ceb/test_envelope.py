"""What surrounds the business nodes: counts, transfer, subscriptions, extension, signature, namespace, BOM."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from app.ceb.message import BaseSubscribe, BaseTransfer, ExtendMessage, SignedReference
from app.ceb.messages.shape import NAMESPACE, SIGNATURE_NAMESPACE
from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message, read_node
from app.ceb.writing import write_message
from app.domain.dossier import Declaration
from tests.builders import a_declaration, a_declaration_item, a_payment, an_order
from tests.ceb.samples import a_message, one_of_each, same_infoset, violations, xml_of

SIGNATURE = f"""<ds:Signature xmlns:ds="{SIGNATURE_NAMESPACE}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>
<ds:SignatureMethod Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"/>
<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{SIGNATURE_NAMESPACE}enveloped-signature"/></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"/><ds:DigestValue>AAEC</ds:DigestValue>
</ds:Reference></ds:SignedInfo><ds:SignatureValue>
AwQF
</ds:SignatureValue><ds:KeyInfo><ds:KeyName>0001</ds:KeyName></ds:KeyInfo></ds:Signature>"""


def _with_signature(xml: bytes, signature: str = SIGNATURE) -> bytes:
    root = etree.fromstring(xml)
    root.append(etree.fromstring(signature))
    return etree.tostring(root, encoding="utf-8")


def _faults(xml: bytes, *, require_signature: bool = False) -> dict[str, str]:
    with pytest.raises(MalformedMessage) as malformed:
        read_message(xml, require_signature=require_signature)
    return {problem.pointer: problem.code for problem in malformed.value.problems}


def _changed(xml: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(xml)
    change(root)
    return etree.tostring(root, encoding="utf-8")


def test_100_nodes_are_accepted_and_101_are_not() -> None:
    payments = [a_payment(order_no=f"A{number}") for number in range(101)]
    assert len(read_message(xml_of(*payments[:100])).nodes) == 100
    assert _faults(xml_of(*payments)) == {"/CEB411Message/Payment[101]": "too_many"}


def test_99_items_are_accepted_and_100_are_not() -> None:
    items = tuple(a_declaration_item(line_no=number) for number in range(1, 101))
    read = read_message(xml_of(a_declaration(items=items[:99]))).nodes[0].document
    assert isinstance(read, Declaration)
    assert len(read.items) == 99
    faults = _faults(xml_of(a_declaration(items=items)))
    assert faults == {"/CEB621Message/Inventory[1]/InventoryList[100]": "too_many"}


def test_a_node_without_items_is_named() -> None:
    assert _faults(xml_of(an_order(items=()))) == {"/CEB311Message/Order[1]/OrderList": "missing"}


def test_a_message_without_nodes_or_transfer_is_named() -> None:
    def change(root: etree._Element) -> None:
        for child in list(root):
            root.remove(child)

    faults = _faults(_changed(xml_of(a_payment()), change))
    assert faults == {"/CEB411Message/Payment": "missing", "/CEB411Message/BaseTransfer": "missing"}


def test_root_attributes_are_required_and_no_others_allowed() -> None:
    def change(root: etree._Element) -> None:
        root.set("guid", "short")
        del root.attrib["version"]
        root.set("extra", "1")

    assert _faults(_changed(xml_of(a_payment()), change)) == {
        "/CEB411Message/@extra": "unexpected_attribute",
        "/CEB411Message/@guid": "wrong_attribute",
        "/CEB411Message/@version": "wrong_attribute",
    }


def test_text_and_attributes_outside_of_fields_are_named_where_they_are() -> None:
    def faults(change: Callable[[etree._Element], None]) -> dict[str, str]:
        return _faults(_changed(xml_of(an_order()), change))

    def set_tail(element: etree._Element) -> None:
        element.tail = " stray "

    order = "/CEB311Message/Order[1]"
    assert faults(lambda root: set_tail(root[0])) == {"/CEB311Message": "text_between"}
    assert faults(lambda root: set_tail(root[0][0])) == {order: "text_between"}
    assert faults(lambda root: set_tail(root[0][1][2])) == {f"{order}/OrderList[1]": "text_between"}
    assert faults(lambda root: set_tail(root[1][0])) == {"/CEB311Message/BaseTransfer": "text_between"}
    assert faults(lambda root: root[0].set("a", "")) == {f"{order}/@a": "unexpected_attribute"}
    assert faults(lambda root: root[0][0].set("a", "")) == {f"{order}/OrderHead/@a": "unexpected_attribute"}
    assert faults(lambda root: root[1].set("a", "")) == {"/CEB311Message/BaseTransfer/@a": "unexpected_attribute"}


def test_a_schema_location_on_the_root_is_ignored() -> None:
    hint = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
    xml = _changed(xml_of(a_payment()), lambda root: root.set(hint, f"{NAMESPACE} import.xsd"))
    assert read_message(xml).nodes[0].document == a_payment()


def test_six_subscriptions_are_one_too_many() -> None:
    subscribe = tuple(BaseSubscribe(status="ALL", exchange_address=f"DXPENT{number}") for number in range(6))
    five = msgspec.structs.replace(a_message(a_payment()), subscribe=subscribe[:5])
    assert read_message(write_message(five)).subscribe == subscribe[:5]
    six = msgspec.structs.replace(five, subscribe=subscribe)
    assert _faults(write_message(six)) == {"/CEB411Message/BaseSubscribe[6]": "too_many"}


def test_an_extension_is_kept_unread(shared_dir: Path) -> None:
    body = b'<x:own xmlns:x="urn:own" a="1">text <x:b></x:b></x:own>'
    sent = write_message(
        msgspec.structs.replace(a_message(a_payment()), extension=ExtendMessage(name="own", version="1", body=body))
    )
    read = read_message(sent)
    assert read.extension == ExtendMessage(name="own", version="1", body=body)
    assert same_infoset(write_message(read), sent)
    assert violations(shared_dir, "202205", sent) == []


def test_an_extension_with_two_elements_or_text_is_named() -> None:
    def extended(body: bytes) -> bytes:
        extension = ExtendMessage(name="own", version="1", body=body)
        return write_message(msgspec.structs.replace(a_message(a_payment()), extension=extension))

    path = "/CEB411Message/ExtendMessage/Message"
    assert _faults(extended(b"<a/><b/>")) == {path: "one_element"}
    assert _faults(extended(b"text")) == {path: "text_between"}
    assert _faults(extended(b"<a/>text")) == {path: "text_between"}


def test_the_transfer_says_who_sent_a_declaration() -> None:
    node = read_message(write_message(a_message(a_declaration(), company_code="3101980X99"))).nodes[0]
    assert isinstance(node.document, Declaration)
    assert node.document.transmitted_by == "3101980X99"
    assert read_node(node.content) == node.document


def test_the_transfer_is_read_and_faulty_fields_of_it_named() -> None:
    assert read_message(xml_of(a_payment())).transfer == BaseTransfer(
        company_code="3101980D01", company_name="测试传输企业", exchange_id="DXPENT0000000001"
    )

    def change(root: etree._Element) -> None:
        root[1][0].text = ""
        root[1][2].text = "DX"

    assert _faults(_changed(xml_of(a_payment()), change)) == {
        "/CEB411Message/BaseTransfer/copCode": "wrong_length",
        "/CEB411Message/BaseTransfer/dxpMode": "wrong_length",
    }


def test_a_declaration_without_signature_is_accepted_unless_one_is_demanded() -> None:
    xml = xml_of(a_declaration())
    assert read_message(xml).signature is None
    assert _faults(xml, require_signature=True) == {"/CEB621Message/Signature": "missing"}
    assert read_message(_with_signature(xml), require_signature=True).signature is not None


def test_other_documents_never_need_a_signature() -> None:
    for document in one_of_each()[:3]:
        assert read_message(xml_of(document), require_signature=True).signature is None


def test_a_signature_is_read_into_typed_values() -> None:
    signature = read_message(_with_signature(xml_of(a_payment()))).signature
    assert signature is not None
    assert signature.signature_algorithm.endswith("#sm2-sm3")
    assert signature.value == b"\x03\x04\x05"
    assert signature.key_name == "0001"
    assert signature.certificate is None
    assert signature.references == (
        SignedReference(
            uri="",
            transforms=(f"{SIGNATURE_NAMESPACE}enveloped-signature",),
            digest_algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm3",
            digest=b"\x00\x01\x02",
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("AwQF", "!!", ("SignatureValue", "not_base64")),
        ("AAEC", "A", ("SignedInfo/Reference[1]/DigestValue", "not_base64")),
        ('<ds:Reference URI="">', "<ds:Reference/><ds:Reference>", ("SignedInfo/Reference[1]/DigestMethod", "missing")),
        ("<ds:KeyInfo>", "<ds:Other/><ds:KeyInfo>", (f"{{{SIGNATURE_NAMESPACE}}}Other", "unexpected")),
        (
            'ds:SignatureMethod Algorithm="',
            'ds:SignatureMethod X="',
            ("SignedInfo/SignatureMethod/@Algorithm", "missing_attribute"),
        ),
    ],
)
def test_a_broken_signature_is_named(before: str, after: str, fault: tuple[str, str]) -> None:
    assert before in SIGNATURE
    faults = _faults(_with_signature(xml_of(a_payment()), SIGNATURE.replace(before, after)))
    path, code = fault
    assert faults[f"/CEB411Message/Signature/{path}"] == code


def test_prefix_default_namespace_bom_comments_and_cdata_make_no_difference() -> None:
    plain = xml_of(a_payment()).decode()
    prefixed = plain.replace("<", "<ceb:").replace("<ceb:/", "</ceb:").replace("<ceb:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:ceb=")
    variants = {
        "prefix": prefixed.encode(),
        "bom": b"\xef\xbb\xbf" + plain.encode(),
        "no declaration": plain.partition("\n")[2].encode(),
        "lower-case encoding": plain.replace("UTF-8", "utf-8").encode(),
        "comment in a value": plain.replace("测试支付企业", "测试<!-- x -->支付企业").encode(),
        "cdata": plain.replace("测试支付企业", "<![CDATA[测试]]>支付<![CDATA[企业]]>").encode(),
        "character references": plain.replace("测试支付企业", "&#27979;&#x8bd5;支付企业").encode(),
    }
    for name, xml in variants.items():
        node = read_message(xml).nodes[0]
        assert node.document == a_payment(), name
        assert read_node(node.content) == node.document, name


def test_a_message_outside_the_namespace_is_refused() -> None:
    xml = xml_of(a_payment()).replace(f' xmlns="{NAMESPACE}"'.encode(), b"")
    assert _faults(xml) == {"/CEB411Message": "wrong_root"}


def test_a_foreign_or_unknown_root_is_refused_by_name() -> None:
    for root, message_type in (("CEB312Message", "CEB312Message"), ("CEB303Message", "Unknown"), ("a", "Unknown")):
        with pytest.raises(MalformedMessage) as malformed:
            read_message(f'<{root} xmlns="{NAMESPACE}"/>'.encode())
        assert malformed.value.message_type == message_type
        assert malformed.value.problems[0].code == "wrong_root"


def test_white_space_is_part_of_a_text_and_not_of_a_number() -> None:
    xml = xml_of(a_payment(payer_name="LI MING"))
    read = read_message(xml.replace(b"LI MING", b" LI\n MING ").replace(b">230.02<", b">\n 230.02\t<"))
    assert read.nodes[0].document == a_payment(payer_name=" LI\n MING ")
