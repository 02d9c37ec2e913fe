"""PRO-01: goods that may not be imported at all."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="PRO-01",
    title=Text(zh="禁止进口商品", en="Prohibited goods"),
    law=Law(
        "《中华人民共和国禁止进出境物品表》；海关监管条件代码 9（禁止进口商品）",
        en="List of articles that may not enter or leave China; supervision mark 9 (prohibited imports)",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="prohibited",
)
def prohibited_goods(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """No item is of a code that the tariff marks as import-prohibited (mark 9) or that the table of prohibited goods
    names.

    Interpretation: where a row of that table holds words beside a code, the goods name must hold one of them too. Mark
    8 prohibits exports and says nothing of an import.
    """
    tables = parameters.tables
    by_code = tables.prohibited.by_code
    found = []
    law = ""
    for item in dossier.declaration.items:
        line = tables.tariff_line(item.hs_code)
        goods = by_code(item.hs_code, item.goods_name)
        if goods is not None:
            law = law or goods.law
            found.append(item)
        elif line is not None and line.import_prohibited:
            law = law or "海关监管条件代码 9"
            found.append(item)
    if not found:
        return PASSED
    return finding(
        zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 为禁止进口商品（{parameters.prohibiting_law}）",
        en="Item {declaration.line_no}: goods of {declaration.hs_code} may not be imported"
        " ({parameters.prohibiting_law})",
        declaration__line_no=line_numbers(found),
        declaration__hs_code=hs_codes(found),
        parameters__prohibiting_law=law,
    )
