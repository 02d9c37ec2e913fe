"""DEC-17: the items of order and declaration are numbered 1, 2, 3 …"""

from collections.abc import Sequence

from app.domain.dossier import DeclarationItem, Dossier, OrderItem
from app.domain.facts import Facts
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Result, Text, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, ORDER, specified


@rule(
    id="DEC-17",
    title=Text(zh="商品序号", en="Item numbers"),
    law=specified(
        f"{ORDER}, {DECLARATION}", "gnum 从1开始的递增序号; 从1开始连续序号", en="gnum counts from 1 without gaps"
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def line_numbers(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Item numbers begin with 1, are consecutive and none occurs twice.

    Interpretation: so do the order's, although its table only says "increasing": the two correspond one to one. The
    sequence in which the items stand in a message does not matter.
    """
    ordered, declared = dossier.order.items, dossier.declaration.items
    differences: list[Difference] = []
    if not _consecutive(ordered):
        differences.append(difference("订单", "order", order__line_numbers=_listed(ordered)))
    if not _consecutive(declared):
        differences.append(difference("清单", "declaration", declaration__line_numbers=_listed(declared)))
    if not differences:
        return PASSED
    return differing(Text("商品序号应从1开始连续", "Item numbers must be 1, 2, 3 and so on"), differences)


def _consecutive(items: Sequence[OrderItem | DeclarationItem]) -> bool:
    for expected, item in enumerate(items, 1):
        if item.line_no != expected:
            return sorted(each.line_no for each in items) == list(range(1, len(items) + 1))
    return True


def _listed(items: Sequence[OrderItem | DeclarationItem]) -> str:
    return ", ".join(str(item.line_no) for item in items)
