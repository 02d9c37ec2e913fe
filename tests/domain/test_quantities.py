"""Declared quantities in the measures of the law."""

from decimal import Decimal

import pytest

from app.domain.quantities import is_one_article, quantity_in
from app.domain.tariff import Measure
from tests.builders import a_declaration_item, declaration_items


@pytest.mark.parametrize(
    ("unit", "measure", "expected"),
    [
        ("035", Measure.KILOGRAM, "3"),
        ("036", Measure.KILOGRAM, "0.003"),
        ("070", Measure.KILOGRAM, "3000"),
        ("095", Measure.LITRE, "3"),
        ("096", Measure.LITRE, "0.003"),
        ("011", Measure.PIECE, "3"),
        ("020", Measure.SHEET, "3"),
        ("035", Measure.LITRE, None),
        ("095", Measure.KILOGRAM, None),
        ("127", Measure.PIECE, None),  # a dozen is not one piece
        ("140", Measure.PIECE, None),  # nor is a box
    ],
)
def test_units_are_counted_in_the_measures_of_the_law(unit: str, measure: Measure, expected: str | None) -> None:
    item = a_declaration_item(legal_unit=unit, legal_quantity=Decimal(3), unit="122", quantity=Decimal(1))
    assert quantity_in(item, measure) == (None if expected is None else Decimal(expected))


def test_the_legal_quantity_is_asked_before_the_others() -> None:
    item = a_declaration_item(
        unit="036", quantity=Decimal(1), second_unit="070", second_quantity=Decimal(1), legal_quantity=Decimal(2)
    )
    assert quantity_in(item, Measure.KILOGRAM) == 2


def test_the_second_quantity_is_asked_before_the_quantity_as_sold() -> None:
    item = a_declaration_item(unit="011", quantity=Decimal(9), second_unit="011", second_quantity=Decimal(5))
    assert quantity_in(item, Measure.PIECE) == 5


def test_a_quantity_of_zero_tells_nothing() -> None:
    assert quantity_in(a_declaration_item(legal_quantity=Decimal(0)), Measure.KILOGRAM) is None


def test_sheets_are_counted_before_pieces() -> None:
    item = a_declaration_item(unit="020", quantity=Decimal(10), second_unit="011", second_quantity=Decimal(1))
    assert quantity_in(item, Measure.SHEET) == 10


def test_where_no_sheets_are_declared_pieces_stand_for_them() -> None:
    assert quantity_in(a_declaration_item(second_unit="011", second_quantity=Decimal(4)), Measure.SHEET) == 4


def test_one_article_is_one_item_with_quantity_one() -> None:
    assert is_one_article((a_declaration_item(quantity=Decimal(1)),))
    assert is_one_article((a_declaration_item(quantity=Decimal("1.00000")),))
    assert not is_one_article((a_declaration_item(quantity=Decimal(2)),))
    assert not is_one_article(declaration_items())


@pytest.mark.parametrize("field", ["legal", "second"])
def test_a_case_that_holds_several_pieces_is_not_one_article(field: str) -> None:
    pieces = {f"{field}_unit": "011", f"{field}_quantity": Decimal(12)}
    assert not is_one_article((a_declaration_item(quantity=Decimal(1), **pieces),))


def test_one_box_of_masks_is_one_article() -> None:
    item = a_declaration_item(quantity=Decimal(1), second_unit="020", second_quantity=Decimal(10))
    assert is_one_article((item,))
