"""The field tables say what the official schemas say: names, order, presence, lengths, types."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.ceb.fields import Field, read_amount
from app.ceb.messages import FILINGS, RECEIPTS
from app.ceb.messages.envelope import EXTENSION, SUBSCRIBE, TRANSFER
from app.ceb.messages.receipts import CEB900
from app.ceb.messages.shape import Section
from tests.ceb.samples import EDITIONS

XS = "{http://www.w3.org/2001/XMLSchema}"
# Where the editions differ, the tables take what either accepts.
EITHER: dict[str, set[Any]] = {
    "InventoryList/itemNo": {(False, 0, 30), (False, 0, 20)},
    "InventoryList/tradeCountry": {(False, 3, 3), (False, 1, 3)},
}
WIDER = {"InventoryList/itemNo": (False, 0, 30), "InventoryList/tradeCountry": (False, 1, 3)}
UNBOUNDED = 2**31


def _sections() -> list[Section]:
    filings = [section for message in FILINGS.values() for section in (message.head, message.items) if section]
    return [*filings, *(receipt.section for receipt in RECEIPTS.values()), CEB900.section, TRANSFER, SUBSCRIBE]


def _official(shared: Path, edition: str, section: Section) -> dict[str, Any]:
    tree = etree.parse(shared / "ceb" / "xsd" / edition / "import.xsd")
    (element,) = tree.findall(f"{XS}element[@name='{section.element}']")
    fields = element.findall(f"{XS}complexType/{XS}sequence/{XS}element")
    return {str(field.get("name")): _facets(field) for field in fields}


def _facets(field: etree._Element) -> Any:
    required = field.get("minOccurs", "1") == "1"
    restriction = field.find(f"{XS}simpleType/{XS}restriction")
    base = field.get("type") if restriction is None else restriction.get("base")
    values = {} if restriction is None else {etree.QName(facet).localname: facet.get("value") for facet in restriction}
    if base == "xs:decimal":
        assert values == {"totalDigits": "19", "fractionDigits": "5"}
        return (required, "decimal")
    if base == "xs:int":
        return (required, "int", values.get("totalDigits"))
    length = values.get("length")
    if length is not None:
        return (required, int(length), int(length))
    return (required, int(values.get("minLength") or 0), int(values.get("maxLength") or UNBOUNDED))


def _ours(field: Field) -> Any:
    if field.maximum is not None:
        return (field.required, field.minimum, field.maximum)
    if field.read is read_amount:
        return (field.required, "decimal")
    nine_digits = not isinstance(field.read("999999999"), int) or not isinstance(field.read("1000000000"), int)
    return (field.required, "int", "9" if nine_digits else None)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("section", _sections(), ids=lambda section: section.element)
def test_a_table_is_the_official_one(section: Section, edition: str, shared_dir: Path) -> None:
    official = _official(shared_dir, edition, section)
    ours = {field.wire: _ours(field) for field in section.fields}
    assert list(ours) == list(official)
    for wire, facets in ours.items():
        name = f"{section.element}/{wire}"
        if name in EITHER:
            assert official[wire] in EITHER[name]
            assert facets == WIDER[name]
        else:
            assert facets == official[wire], name


def test_the_extension_has_its_two_names(shared_dir: Path) -> None:
    official = _official(shared_dir, "202205", Section("ExtendMessage", ()))
    assert list(official) == [*(field.wire for field in EXTENSION.fields), "Message"]
    for field in EXTENSION.fields:
        assert _ours(field) == official[field.wire]


@pytest.mark.parametrize("section", _sections(), ids=lambda section: section.element)
def test_every_field_has_a_place_in_the_domain(section: Section) -> None:
    types = [kind for message in FILINGS.values() for kind in (message.document, message.item) if kind]
    types += [receipt.receipt for receipt in RECEIPTS.values()] + [CEB900.receipt]
    names = [field.name for field in section.fields]
    assert len(names) == len(set(names))
    if section not in (TRANSFER, SUBSCRIBE):
        assert any(set(names) <= set(kind.__struct_fields__) for kind in types)
