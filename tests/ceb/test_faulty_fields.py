"""Every field of every message, broken one way at a time, is named; and the official schema agrees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from app.ceb.fields import Field
from app.ceb.message import Document
from app.ceb.messages import FILINGS, MessageType
from app.ceb.messages.shape import NAMESPACE, Section
from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message
from tests.builders import a_declaration, a_payment, a_waybill, an_order
from tests.ceb.samples import EDITIONS, violations, xml_of

_SOUND: dict[str, Callable[[], Document]] = {
    "CEB311": an_order,
    "CEB411": a_payment,
    "CEB511": a_waybill,
    "CEB621": a_declaration,
}
Change = Callable[[etree._Element], None]


def _texts(field: Field) -> Iterator[str]:
    """Texts at and beyond every edge of a field."""
    if field.maximum is None:
        yield from ("", "x", "1e5", "NaN", "INF", "1,5", "１", "0x10", "--1", "1.2.3", ".", "9" * 20, "9" * 400)
        yield from ("1.000001", "12345678901234.123456", " 1 ", "+1", "01", "007", "0", "2147483648", "1234567890")
        yield from ("123456789012345.12345", "12345678901234.12345", "1234567890123456789", "12345678901234567890")
        yield from ("123456789", "9999999999", "-0", "\n1\n", "1.", ".5", "123456789012345.00000", "1.5000000000")
        return
    minimum = field.minimum or 0
    yield from ("中" * length for length in {minimum - 1, minimum, field.maximum, field.maximum + 1} if length >= 0)
    yield " " * field.maximum
    yield ""


def _cases() -> Iterator[tuple[MessageType, Section, Field]]:
    for message in FILINGS.values():
        for section in (message.head, message.items):
            if section is not None:
                for field in section.fields:
                    yield message, section, field


CASES = pytest.mark.parametrize(
    ("message", "section", "field"), [pytest.param(*case, id=f"{case[1].element}-{case[2].wire}") for case in _cases()]
)


def _with(message: MessageType, section: Section, field: Field, change: Change) -> bytes:
    root = etree.fromstring(xml_of(_SOUND[message.name]()))
    parent = root.find(f".//{{{NAMESPACE}}}{section.element}")
    assert parent is not None
    found = parent.find(f"{{{NAMESPACE}}}{field.wire}")
    if found is None:
        found = _inserted(parent, section, field)
    change(found)
    return etree.tostring(root, encoding="utf-8")


def _inserted(parent: etree._Element, section: Section, field: Field) -> etree._Element:
    names = [each.wire for each in section.fields]
    before = set(names[: names.index(field.wire)])
    place = sum(1 for child in parent if etree.QName(child).localname in before)
    element = etree.Element(f"{{{NAMESPACE}}}{field.wire}")
    parent.insert(place, element)
    return element


def _path(message: MessageType, section: Section, field: Field) -> str:
    repeated = "[1]" if section is message.items else ""
    return f"/{message.root}/{message.node}[1]/{section.element}{repeated}/{field.wire}"


def _faults(xml: bytes) -> list[str]:
    try:
        read_message(xml)
    except MalformedMessage as malformed:
        return [problem.pointer for problem in malformed.problems]
    return []


def _set_text(text: str) -> Change:
    def change(element: etree._Element) -> None:
        element.text = text

    return change


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _repeat(element: etree._Element) -> None:
    again = etree.Element(element.tag)
    again.text = element.text
    element.addnext(again)


def _nest(element: etree._Element) -> None:
    element.text = "1"
    etree.SubElement(element, f"{{{NAMESPACE}}}inner")


def _attribute(element: etree._Element) -> None:
    element.text = "1"
    element.set("unit", "kg")


def _stray_text(element: etree._Element) -> None:
    element.tail = "stray"


@CASES
def test_a_missing_field_is_named(message: MessageType, section: Section, field: Field) -> None:
    faults = _faults(_with(message, section, field, _remove))
    assert faults == ([_path(message, section, field)] if field.required else [])


@CASES
def test_a_repeated_field_is_named(message: MessageType, section: Section, field: Field) -> None:
    xml = _with(message, section, field, _repeat)
    assert _path(message, section, field) in _faults(xml)


@CASES
@pytest.mark.parametrize("change", [_nest, _attribute], ids=["element", "attribute"])
def test_an_element_or_attribute_inside_a_field_is_named(
    message: MessageType, section: Section, field: Field, change: Change
) -> None:
    xml = _with(message, section, field, change)
    assert any(fault.startswith(_path(message, section, field)) for fault in _faults(xml))


@CASES
def test_a_text_beside_a_field_is_named(message: MessageType, section: Section, field: Field) -> None:
    xml = _with(message, section, field, _stray_text)
    assert _path(message, section, field).rpartition("/")[0] in _faults(xml)


@CASES
def test_a_text_is_accepted_when_either_edition_accepts_it(
    message: MessageType, section: Section, field: Field, shared_dir: Path
) -> None:
    for text in _texts(field):
        xml = _with(message, section, field, _set_text(text))
        accepted_by_schema = any(_breaks_only_fixed(violations(shared_dir, edition, xml)) for edition in EDITIONS)
        faults = _faults(xml)
        if field.identifier and text.isspace():  # narrower on purpose
            assert faults == [_path(message, section, field)], text
        elif accepted_by_schema:
            assert faults == [], (text, faults)
        else:
            assert faults == [_path(message, section, field)], (text, faults)


def _breaks_only_fixed(messages: list[str]) -> bool:
    """Apart from what is accepted on purpose: another currency, and no signature (the messages here have none)."""
    on_purpose = ("does not match the fixed value constraint", "Missing child element(s). Expected is")
    return all(any(reason in message for reason in on_purpose) for message in messages)


@pytest.mark.parametrize("hidden", ["\u3000", "\u200b", " ", "\ufeff", "\u3164"], ids=ascii)
@CASES
def test_a_number_or_code_that_hides_something_is_named(
    message: MessageType, section: Section, field: Field, hidden: str
) -> None:
    if not field.identifier:
        return
    for text in ("A12" + hidden, hidden + "A12", "A1" + hidden + "2", hidden * 4):  # as long as a customs code
        xml = _with(message, section, field, _set_text(text))
        for _ in range(2):  # the second time in an order that is known
            assert _faults(xml) == [_path(message, section, field)]


def test_the_numbers_and_codes_are_those_that_documents_and_parties_are_found_by() -> None:
    assert {field.wire for _, _, field in _cases() if field.identifier} == {
        *("orderNo", "logisticsNo", "payTransactionId", "ebpCode", "ebcCode", "payCode", "logisticsCode"),
        *("assureCode", "agentCode", "areaCode", "loctNo", "customsCode"),
    }


@pytest.mark.parametrize("text", ["-1", "-0.00001", "-99999999999999"])
@CASES
def test_a_negative_amount_is_refused_at_the_door(
    message: MessageType, section: Section, field: Field, text: str
) -> None:
    faults = _faults(_with(message, section, field, _set_text(text)))
    if field.maximum is None and field.wire not in ("gnum", "packNo"):
        assert faults == [_path(message, section, field)]


def test_all_faults_of_all_nodes_are_reported_at_once() -> None:
    root = etree.fromstring(xml_of(*[a_declaration() for _ in range(3)]))
    for element in root.iter(f"{{{NAMESPACE}}}gcode"):
        element.text = "123"
    for element in root.iter(f"{{{NAMESPACE}}}agentName"):
        element.text = ""
    with pytest.raises(MalformedMessage) as malformed:
        read_message(etree.tostring(root))
    pointers = {problem.pointer for problem in malformed.value.problems}
    assert len(pointers) == malformed.value.total == 9
    assert "/CEB621Message/Inventory[2]/InventoryList[2]/gcode" in pointers
    assert "/CEB621Message/Inventory[3]/InventoryHead/agentName" in pointers


def test_a_problem_says_what_is_wrong_and_what_is_allowed_in_both_languages() -> None:
    root = etree.fromstring(xml_of(a_declaration()))
    for element in root.iter(f"{{{NAMESPACE}}}gcode"):
        element.text = "123456789"
        break
    with pytest.raises(MalformedMessage) as malformed:
        read_message(etree.tostring(root))
    (problem,) = malformed.value.problems
    assert problem.code == "wrong_length"
    assert problem.zh == "长度为 9 位，应为 10 位"
    assert problem.en == "has 9 characters, must have exactly 10"


def test_a_faulty_order_of_fields_is_named_every_time() -> None:
    root = etree.fromstring(xml_of(an_order()))
    root[0][0].remove(root[0][0][3])
    for _ in range(2):
        assert _faults(etree.tostring(root)) == ["/CEB311Message/Order[1]/OrderHead/appStatus"]


def test_fields_in_another_order_are_named() -> None:
    root = etree.fromstring(xml_of(an_order()))
    head = root[0][0]
    head.append(head[0])
    assert _faults(etree.tostring(root)) == ["/CEB311Message/Order[1]/OrderHead/guid"]


def test_parts_of_a_node_in_another_order_are_named() -> None:
    root = etree.fromstring(xml_of(an_order()))
    root[0].append(root[0][0])
    assert _faults(etree.tostring(root)) == ["/CEB311Message/Order[1]/OrderHead"]
