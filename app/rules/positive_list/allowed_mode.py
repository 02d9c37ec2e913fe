"""LST-02: some goods come only out of bonded stock."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="LST-02",
    title=Text(zh="清单备注的监管方式", en="Supervision mode of the positive list's note"),
    law=Law(
        "跨境电子商务零售进口商品清单 备注（仅限网购保税商品）",
        en="Positive list of the retail import trade, notes: bonded import only",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="positive_list",
)
def allowed_mode(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Goods whose entry is noted for bonded imports only are not declared as direct purchase.

    Interpretation: the note speaks of bonded goods, so it covers both 1210 and 1239; the list's column `modes` says
    which modes an entry allows, and an entry without a note allows all.
    """
    entry_of, mode = parameters.tables.positive_list.entry, dossier.declaration.trade_mode
    noted, broken = False, []
    for item in dossier.declaration.items:
        entry = entry_of(item.hs_code)
        if entry is not None and entry.modes:
            noted = True
            if mode not in entry.modes:
                broken.append(item)
    if not broken:
        return PASSED if noted else NOT_APPLICABLE
    return finding(
        zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 按清单备注不得以监管方式"
        " {declaration.trade_mode} 进口",
        en="Item {declaration.line_no}: the positive list's note on {declaration.hs_code} does not allow"
        " supervision mode {declaration.trade_mode}",
        declaration__line_no=line_numbers(broken),
        declaration__hs_code=hs_codes(broken),
        declaration__trade_mode=mode,
    )
