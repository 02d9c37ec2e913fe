"""RSK-01, RSK-02, RSK-03: name, telephone, identity and address belong together one to one."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, operational

PATTERN: Final[Law] = operational(
    "repeat patterns of the trade: one telephone or address with several identities, high-frequency recipients",
    zh="行业常见的重复特征：同一电话或地址对应多个身份、高频收件人",
)


@rule(
    id="RSK-01",
    title=Text(zh="同一电话多个身份", en="One telephone, several identities"),
    law=PATTERN,
    in_force=FROM_THE_FIRST_DAY,
    consequence="risk",
)
def shared_telephone(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The buyer's telephone was seen with few other identities in the risk window: buying with borrowed identities."""
    others, limit = facts.telephone_identities, parameters.risk.identities_per_telephone
    if others is None:
        return undetermined("facts.telephone_identities")
    if others <= limit:
        return PASSED
    return finding(
        zh="同一电话 {order.buyer_telephone} 在 {parameters.window_days} 天内"
        "另有 {facts.telephone_identities} 个身份使用，超过 {parameters.identities_per_telephone} 个",
        en="Telephone {order.buyer_telephone} was used by {facts.telephone_identities} other identities within"
        " {parameters.window_days} days, more than {parameters.identities_per_telephone}",
        order__buyer_telephone=dossier.order.buyer_telephone,
        facts__telephone_identities=others,
        parameters__identities_per_telephone=limit,
        parameters__window_days=parameters.risk.window_days,
    )


@rule(
    id="RSK-02",
    title=Text(zh="同一地址多个身份", en="One address, several identities"),
    law=PATTERN,
    in_force=FROM_THE_FIRST_DAY,
    consequence="risk",
)
def shared_address(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The consignee's address was seen with few other identities in the risk window: collected for a second sale."""
    others, limit = facts.address_identities, parameters.risk.identities_per_address
    if others is None:
        return undetermined("facts.address_identities")
    if others <= limit:
        return PASSED
    return finding(
        zh="同一收货地址 {order.consignee_address} 在 {parameters.window_days} 天内"
        "另有 {facts.address_identities} 个身份使用，超过 {parameters.identities_per_address} 个",
        en="Address {order.consignee_address} was used by {facts.address_identities} other identities within"
        " {parameters.window_days} days, more than {parameters.identities_per_address}",
        order__consignee_address=dossier.order.consignee_address,
        facts__address_identities=others,
        parameters__identities_per_address=limit,
        parameters__window_days=parameters.risk.window_days,
    )


@rule(
    id="RSK-03",
    title=Text(zh="同一身份频繁购买", en="One identity too often"),
    law=PATTERN,
    in_force=FROM_THE_FIRST_DAY,
    consequence="risk",
)
def frequent_identity(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """One identity buys for personal use: few other parcels in the risk window."""
    others, limit = facts.buyer_parcels, parameters.risk.parcels_per_identity
    if others is None:
        return undetermined("facts.buyer_parcels")
    if others <= limit:
        return PASSED
    return finding(
        zh="同一订购人在 {parameters.window_days} 天内另有 {facts.buyer_parcels} 票清单，"
        "超过 {parameters.parcels_per_identity} 票",
        en="The buyer has {facts.buyer_parcels} other parcels within {parameters.window_days} days, more than"
        " {parameters.parcels_per_identity}",
        facts__buyer_parcels=others,
        parameters__parcels_per_identity=limit,
        parameters__window_days=parameters.risk.window_days,
    )
