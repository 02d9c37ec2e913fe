"""The documents side by side: what must agree, and what is marked."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from app.ceb.messages.declaration import CEB621
from app.ceb.messages.order import CEB311
from app.ceb.messages.payment import CEB411
from app.ceb.messages.waybill import CEB511
from app.domain.comparison import FIELDS, ITEM_FIELDS, Comparison, Side, Tolerances, compare
from tests import builders

EXACT = Tolerances()
MESSAGES = {"order": CEB311, "payment": CEB411, "waybill": CEB511, "declaration": CEB621}


def side(**changes: dict[str, Any]) -> Side:
    documents = builders.documents()
    return Side(
        **{
            name: msgspec.structs.replace(getattr(documents, name), **changes.get(name, {}))
            for name in ("order", "payment", "waybill", "declaration")
        }
    )


def differing(comparison: Comparison) -> set[str]:
    return {line.name for line in comparison.lines if line.differs}


def test_a_clean_parcel_has_no_difference() -> None:
    assert compare(side(), EXACT).differences == 0


@pytest.mark.parametrize(
    ("document", "field", "value", "marked"),
    [
        ("payment", "amount_cny", Decimal("230.01"), "actual_paid_cny"),
        ("payment", "payer_name", "王芳", "buyer_name"),
        ("declaration", "buyer_telephone", "13900000000", "buyer_telephone"),
        ("waybill", "consignee_address", "北京市东城区测试路2号", "consignee_address"),
        ("waybill", "order_no", "OTHER", "order_no"),
        ("declaration", "merchant_code", "3101960M02", "merchant_code"),
        ("declaration", "currency", "502", "currency"),
        ("waybill", "freight_cny", Decimal("15.01"), "freight_cny"),
    ],
)
def test_a_field_that_differs_is_marked(document: str, field: str, value: object, marked: str) -> None:
    assert differing(compare(side(**{document: {field: value}}), EXACT)) == {marked}


def test_only_the_documents_that_differ_from_the_first_are_marked_with_it() -> None:
    line = next(
        line for line in compare(side(declaration={"buyer_name": "王芳"}), EXACT).lines if line.name == "buyer_name"
    )
    assert [cell.document for cell in line.cells if cell.differs] == ["order", "declaration"]


def test_what_is_only_written_differently_agrees() -> None:
    changed = side(
        declaration={"buyer_telephone": f"+86 {builders.TELEPHONE}"},
        waybill={"consignee_address": builders.ADDRESS.replace("1号", "１号 ")},
    )
    assert compare(changed, EXACT).differences == 0


def test_an_optional_field_that_is_absent_is_no_difference() -> None:
    assert compare(side(order={"payment_transaction_no": None}), EXACT).differences == 0


def test_tolerances_of_the_day_are_kept() -> None:
    parcel = side(payment={"amount_cny": Decimal("230.03")}, waybill={"gross_weight_kg": Decimal("1.71")})
    weight = {line.name: line for line in compare(parcel, EXACT).lines}["gross_weight_kg"]
    assert weight.differs
    allowed = Tolerances(amount_cny=Decimal("0.01"), gross_weight_percent=Decimal(50))
    assert compare(parcel, allowed).differences == 0


def test_items_are_matched_by_their_line() -> None:
    declaration = builders.documents().declaration
    first, second = declaration.items
    changed = msgspec.structs.replace(first, quantity=Decimal(3))
    found = compare(side(declaration={"items": (second, changed)}), EXACT).items
    assert [(item.line_no, item.differs, item.missing_in) for item in found] == [(1, True, None), (2, False, None)]
    assert {line.name for line in found[0].lines if line.differs} == {"quantity"}


def test_an_item_that_the_order_lacks_is_named() -> None:
    order = builders.documents().order
    found = compare(side(order={"items": order.items[:1]}), EXACT).items
    assert [(item.line_no, item.missing_in) for item in found] == [(1, None), (2, "order")]


def test_what_never_came_is_absent_and_makes_no_difference() -> None:
    comparison = compare(msgspec.structs.replace(side(), payment=None), EXACT)
    assert comparison.absent == ("payment",)
    assert comparison.differences == 0
    assert all(line.cell("payment") is None for line in comparison.lines)


@pytest.mark.parametrize("document", MESSAGES)
def test_every_field_has_the_wire_name_of_its_message(document: str) -> None:
    message = MESSAGES[document]
    head = {field.name: field.wire for field in message.head.fields}
    items = {field.name: field.wire for field in message.items.fields} if message.items else {}
    for fields, known in ((FIELDS, head), (ITEM_FIELDS, items)):
        for field in fields:
            for of, name, wire in field.places:
                if of == document:
                    assert known.get(name) == wire, (document, name)
