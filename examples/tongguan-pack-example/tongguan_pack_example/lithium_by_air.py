"""EXA-01: lithium batteries as air freight."""

from datetime import date
from typing import Final

from app.domain.decision import Outcome
from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.period import InForce
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule
from app.rules.parameters import Parameters

AIR: Final = "5"
WORDS: Final = ("锂电池", "充电宝")


@rule(
    id="EXA-01",
    title=Text(zh="航空运输锂电池", en="Lithium batteries by air"),
    law=Law("office order of the example, article 1"),
    in_force=InForce(first_day=date(2024, 1, 1)),
    consequence=Outcome.HELD,
)
def lithium_by_air(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Loose lithium batteries and power banks do not come as air freight of a parcel.

    Interpretation: the declared name of the goods decides; a battery built into a device is no finding.
    """
    declaration = dossier.declaration
    if declaration.transport_mode != AIR:
        return NOT_APPLICABLE
    for item in declaration.items:
        if any(word in item.goods_name for word in WORDS):
            return finding(
                zh="第 {declaration.line_no} 项商品 {declaration.goods_name} 疑为航空运输的锂电池",
                en="Item {declaration.line_no}, {declaration.goods_name}, seems to be a lithium battery by air",
                declaration__line_no=item.line_no,
                declaration__goods_name=item.goods_name,
            )
    return PASSED
