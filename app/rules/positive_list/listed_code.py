"""LST-01: only goods on the positive list come as retail imports."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="LST-01",
    title=Text(zh="跨境电商零售进口商品清单", en="Positive list"),
    law=Law(
        "商财发〔2018〕486号 二；财关税〔2016〕18号 二；跨境电子商务零售进口商品清单",
        en="Shangcaifa 486/2018, point 2; Caiguanshui 18/2016, point 2; positive list of the retail import trade",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="positive_list",
)
def listed_code(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The first eight digits of every commodity code stand on the positive list of the acceptance day.

    Interpretation: a list that was not imported as the whole list of its days proves presence, never absence: a code
    that is not on it is undetermined. Remarks that exclude part of a code (for example 列入《进出口野生动植物种商品
    目录》的商品除外) are the declarant's to judge: a code cannot tell.
    """
    positive_list = parameters.tables.positive_list
    entries = positive_list.entries
    off = [item for item in dossier.declaration.items if item.hs_code[:8] not in entries]
    if not off:
        return PASSED
    read = {"declaration__line_no": line_numbers(off), "declaration__hs_code": hs_codes(off)}
    if not positive_list.complete:
        return undetermined("positive_list.entry", **read)
    return finding(
        zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 不在跨境电商零售进口商品清单内",
        en="Item {declaration.line_no}: the commodity code {declaration.hs_code} is not on the positive list",
        **read,
    )
