"""COD-03: second quantity and second unit come together."""

from app.domain.dossier import DeclarationItem, Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.lines import line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified


@rule(
    id="COD-03",
    title=Text(zh="第二数量与第二计量单位", en="Second quantity and second unit"),
    law=specified(
        DECLARATION,
        "第二计量单位为空时第二数量为空，否则应大于零（同 CEB625）",
        en="the second quantity is empty where the second unit is, else above zero (as in CEB625)",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="codes",
)
def second_quantity(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """An item states a second quantity exactly where it states a second unit, and it is more than zero.

    Interpretation: the specification says so of the return application (CEB625); the declaration has the same fields.
    """
    broken = [item for item in dossier.declaration.items if not _agree(item)]
    if not broken:
        return PASSED
    return finding(
        zh="第 {declaration.line_no} 项的第二数量与第二计量单位应同时填写且数量大于零，或同时为空",
        en="Item {declaration.line_no}: second quantity (more than zero) and second unit are stated together or not"
        " at all",
        declaration__line_no=line_numbers(broken),
    )


def _agree(item: DeclarationItem) -> bool:
    if item.second_unit is None:
        return item.second_quantity is None
    return item.second_quantity is not None and item.second_quantity > 0
