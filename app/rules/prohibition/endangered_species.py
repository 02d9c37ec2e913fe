"""PRO-02: goods of endangered species."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="PRO-02",
    title=Text(zh="濒危物种商品", en="Goods of endangered species"),
    law=Law(
        "海关监管条件代码 E、F（濒危物种允许进出口证明书）；清单备注",
        en="Supervision marks E and F (permit for endangered species); notes of the positive list",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="endangered",
)
def endangered_species(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """No item is of a code whose supervision marks ask for a permit for endangered species (E or F).

    Interpretation: the positive list excludes goods of the catalogue of wild fauna and flora, but a permit may exist:
    an officer looks.
    """
    tariff_line = parameters.tables.tariff_line
    found = []
    for item in dossier.declaration.items:
        line = tariff_line(item.hs_code)
        if line is not None and line.endangered:
            found.append(item)
    if not found:
        return PASSED
    return finding(
        zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 涉及濒危物种，需要允许进出口证明书",
        en="Item {declaration.line_no}: {declaration.hs_code} concerns endangered species and needs a permit",
        declaration__line_no=line_numbers(found),
        declaration__hs_code=hs_codes(found),
    )
