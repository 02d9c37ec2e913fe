"""DEC-15, DEC-16: who answers for the tax, and who may send the declaration."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Law, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, SPECIFICATION, specified


@rule(
    id="DEC-15",
    title=Text(zh="担保企业", en="Guarantor"),
    law=specified(
        DECLARATION,
        "assureCode 只限清单的电商平台企业、电商企业、物流企业",
        en="assureCode is the platform, the merchant or the carrier of the declaration",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def guarantor(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The guarantor of the tax is a party of the declaration.

    Interpretation: the specification allows platform, merchant and logistics company, the note in its XSD declarant,
    merchant and logistics company; whoever is in one of the two lists is accepted.
    """
    declaration = dossier.declaration
    code = declaration.guarantor_code
    if code in (
        declaration.platform_code,
        declaration.merchant_code,
        declaration.logistics_code,
        declaration.declarant_code,
    ):
        return PASSED
    return finding(
        zh="担保企业 {declaration.guarantor_code} 不是清单的电商平台企业、电商企业、物流企业或申报企业",
        en="The guarantor {declaration.guarantor_code} is neither platform, merchant, logistics company nor declarant"
        " of the declaration",
        declaration__guarantor_code=code,
    )


@rule(
    id="DEC-16",
    title=Text(zh="申报企业与传输企业", en="The declarant sends"),
    law=Law(
        f"{SPECIFICATION}, BaseTransfer copCode 需要与接入客户端的企业身份一致; 错误代码 -621015",
        zh=f"{SPECIFICATION}：BaseTransfer copCode 需要与接入客户端的企业身份一致；错误代码 -621015",
        en="Message specification of the unified cross-border system, edition 202205: copCode of "
        "BaseTransfer is the party whose client sends; error code -621015",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def declarant_sends(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declarant sends the declaration itself, or somebody who holds its mandate does.

    The loader says whether there is a mandate; a door that does not say who sent the message has checked the caller.
    """
    declaration = dossier.declaration
    if facts.transmission_mandated or declaration.transmitted_by == declaration.declarant_code:
        return PASSED
    return finding(
        zh="传输企业 {declaration.transmitted_by} 与申报企业 {declaration.declarant_code} 不一致，且无委托",
        en="The declaration was sent by {declaration.transmitted_by}, who is not the declarant"
        " {declaration.declarant_code} and holds no mandate of it",
        declaration__transmitted_by=declaration.transmitted_by,
        declaration__declarant_code=declaration.declarant_code,
    )
