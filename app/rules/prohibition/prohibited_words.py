"""PRO-03: names that speak of prohibited goods."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule
from app.rules.lines import line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="PRO-03",
    title=Text(zh="疑似禁止进口商品", en="Suspected prohibited goods"),
    law=Law(
        "《中华人民共和国禁止进出境物品表》",
        en="List of articles that may not enter or leave China",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="prohibited_words",
)
def prohibited_words(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """No item's name or model holds a word of the table of prohibited goods that stands there without a code.

    Interpretation: a word is a suspicion and no classification (象牙 is ivory, 象牙白 a colour): an officer looks.
    """
    prohibited, items = parameters.tables.prohibited, dossier.declaration.items
    if not prohibited.by_word:
        return NOT_APPLICABLE
    # Folding is what costs, so all texts are searched at once; which item it was is asked only where one was found.
    if prohibited.by_name("|".join([item.goods_name + "|" + item.model for item in items])) is None:
        return PASSED
    found = []
    law = name = ""
    for item in items:
        goods = prohibited.by_name(item.goods_name + "|" + item.model)
        if goods is not None:
            law, name = law or goods.law, name or goods.name
            found.append(item)
    return finding(
        zh="第 {declaration.line_no} 项的品名或规格疑似 {parameters.prohibited_name}（{parameters.prohibiting_law}）",
        en="Item {declaration.line_no}: name or model speaks of {parameters.prohibited_name}"
        " ({parameters.prohibiting_law})",
        declaration__line_no=line_numbers(found),
        parameters__prohibited_name=name,
        parameters__prohibiting_law=law,
    )
