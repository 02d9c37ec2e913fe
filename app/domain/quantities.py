"""Declared quantities in the measures that the law counts in: kilograms, litres, pieces, sheets."""

from decimal import Decimal
from typing import Final

from app.domain.dossier import DeclarationItem
from app.domain.money import ZERO
from app.domain.tariff import Measure

_ONE: Final = Decimal(1)
_THOUSANDTH: Final = Decimal("0.001")
_THOUSAND: Final = Decimal(1000)

# Unit codes of customs (three digits). A dozen, a case or a set is no piece: how many it holds is not declared.
FACTORS: Final[dict[Measure, dict[str, Decimal]]] = {
    Measure.KILOGRAM: {"035": _ONE, "036": _THOUSANDTH, "070": _THOUSAND},  # 千克, 克, 吨
    Measure.LITRE: {"095": _ONE, "096": _THOUSANDTH, "063": _THOUSAND},  # 升, 毫升, 千升
    Measure.PIECE: dict.fromkeys(
        # 台 个 只 张 件 支 枝 条 把 块 片 枚
        ("001", "007", "008", "010", "011", "012", "013", "015", "016", "017", "020", "134"),
        _ONE,
    ),
    Measure.SHEET: {"020": _ONE, "010": _ONE},  # 片, 张
}


def quantity_in(item: DeclarationItem, measure: Measure) -> Decimal | None:
    """The item's quantity in a measure, None where no declared unit tells it.

    The legal quantity is asked first, then the second, then the quantity as sold. Sheets that are not declared as
    such are counted as pieces (Interpretation: tax.md names the threshold of 15 yuan "per piece").
    """
    quantity = _stated(item, FACTORS[measure])
    if quantity is None and measure is Measure.SHEET:
        return _stated(item, FACTORS[Measure.PIECE])
    return quantity


def _stated(item: DeclarationItem, factors: dict[str, Decimal]) -> Decimal | None:
    for unit, quantity in (
        (item.legal_unit, item.legal_quantity),
        (item.second_unit, item.second_quantity),
        (item.unit, item.quantity),
    ):
        if unit is not None and unit in factors and quantity is not None and quantity > ZERO:
            return quantity * factors[unit]
    return None


def is_one_article(items: tuple[DeclarationItem, ...]) -> bool:
    """Whether an order holds one indivisible article: one item with quantity 1, and no other count of pieces.

    Interpretation: 财关税〔2018〕49号 speaks of orders "with only one item"; no text defines it further. One case
    that holds twelve pieces by its legal quantity is divisible.
    """
    if len(items) != 1 or items[0].quantity != _ONE:
        return False
    pieces = FACTORS[Measure.PIECE].keys() - FACTORS[Measure.SHEET].keys()
    item = items[0]
    return not (
        (item.legal_unit in pieces and item.legal_quantity != _ONE)
        or (item.second_unit in pieces and item.second_quantity != _ONE)
    )
