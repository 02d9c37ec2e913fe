"""COD-04: legal units are those of the tariff."""

from app.domain.dossier import DeclarationItem, Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.lines import hs_codes, line_numbers
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified
from app.rules.tables.lookups import TablesOfTheDay


@rule(
    id="COD-04",
    title=Text(zh="法定计量单位", en="Legal units"),
    law=specified(
        DECLARATION, "按照商品编码规则对应的法定计量单位填写", en="the legal unit that belongs to the commodity code"
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="codes",
)
def legal_units(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The legal unit, and the second unit where one is stated, are those of the tariff line.

    Interpretation: a line whose units the tariff does not say is not compared, and a second unit that is left out is
    no finding (the field is optional); a tax that needs the quantity is undetermined without it (TAX-01).
    """
    tables = parameters.tables
    broken = [item for item in dossier.declaration.items if not _fits(item, tables)]
    if not broken:
        return PASSED
    return finding(
        zh="第 {declaration.line_no} 项商品编码 {declaration.hs_code} 的法定计量单位与税则不符",
        en="Item {declaration.line_no}: the legal units of {declaration.hs_code} are not those of the tariff",
        declaration__line_no=line_numbers(broken),
        declaration__hs_code=hs_codes(broken),
    )


def _fits(item: DeclarationItem, tables: TablesOfTheDay) -> bool:
    line = tables.tariff_line(item.hs_code)
    if line is None or line.legal_unit is None:
        return True
    if item.legal_unit != line.legal_unit:
        return False
    return item.second_unit is None or line.second_legal_unit is None or item.second_unit == line.second_legal_unit
