"""WGT-01, WGT-02: the weights of declaration and waybill fit together."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, operational, specified

_PERCENT: Final = 100


@rule(
    id="WGT-01",
    title=Text(zh="毛重不小于净重", en="Gross weight covers net weight"),
    law=specified(
        DECLARATION,
        "netWeight 货物的毛重减去外包装材料后的重量",
        en="netWeight is the gross weight without the outer packing",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="weight",
)
def gross_covers_net(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The gross weight is not below the net weight, which is the gross weight without outer packing."""
    gross_kg, net_kg = dossier.declaration.gross_weight_kg, dossier.declaration.net_weight_kg
    if gross_kg >= net_kg:
        return PASSED
    return finding(
        zh="清单毛重 {declaration.gross_weight_kg} 千克小于净重 {declaration.net_weight_kg} 千克",
        en="The gross weight, {declaration.gross_weight_kg} kg, is below the net weight,"
        " {declaration.net_weight_kg} kg",
        declaration__gross_weight_kg=gross_kg,
        declaration__net_weight_kg=net_kg,
    )


@rule(
    id="WGT-02",
    title=Text(zh="毛重与运单一致", en="Gross weight fits the waybill"),
    law=operational(
        "weights declared and carried are compared; no official tolerance is known",
        zh="比对申报重量与运输重量；未见官方公布的容差",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="weight",
)
def gross_fits_waybill(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The gross weight of the declaration is the weight of the waybill, within a tolerance in percent of the latter."""
    declared_kg, carried_kg = dossier.declaration.gross_weight_kg, dossier.waybill.gross_weight_kg
    if declared_kg == carried_kg:
        return PASSED
    tolerance_percent = parameters.declaration.gross_weight_tolerance_percent
    if abs(declared_kg - carried_kg) * _PERCENT <= carried_kg * tolerance_percent:
        return PASSED
    return finding(
        zh="清单毛重 {declaration.gross_weight_kg} 千克与运单重量 {waybill.gross_weight_kg} 千克相差超过"
        " {parameters.gross_weight_tolerance_percent}%",
        en="The gross weight, {declaration.gross_weight_kg} kg, is more than"
        " {parameters.gross_weight_tolerance_percent} % off the waybill's, {waybill.gross_weight_kg} kg",
        declaration__gross_weight_kg=declared_kg,
        waybill__gross_weight_kg=carried_kg,
        parameters__gross_weight_tolerance_percent=tolerance_percent,
    )
