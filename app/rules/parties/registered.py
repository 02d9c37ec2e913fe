"""PTY-01 to PTY-07: every party is registered in its role and not suspended on the acceptance day."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts, PartyStanding
from app.rules.kernel import NOT_APPLICABLE, PASSED, Law, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified

REGISTRATION: Final = Law(
    "海关总署公告2016年第26号; since 2019-01-01 海关总署公告2018年第194号: "
    "参与跨境电商零售进口业务的企业向海关办理注册登记 (article: MEMORY)",
    zh="海关总署公告2016年第26号；自2019-01-01起海关总署公告2018年第194号：参与跨境电商零售进口业务的企业向海关办理注册登记",
    en="GACC announcement 26/2016, from 2019-01-01 announcement 194/2018: enterprises of the "
    "retail import trade register with customs",
    verified=False,
)


@rule(
    id="PTY-01",
    title=Text(zh="电商平台备案", en="Platform registered"),
    law=REGISTRATION,
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def platform_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The platform is registered with customs and not suspended."""
    code = dossier.declaration.platform_code
    return _standing(facts.party("platform", code), Text("电商平台", "platform"), "declaration.platform_code", code)


@rule(
    id="PTY-02",
    title=Text(zh="电商企业备案", en="Merchant registered"),
    law=REGISTRATION,
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def merchant_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The e-commerce enterprise (or its agent in China) is registered with customs and not suspended."""
    code = dossier.declaration.merchant_code
    return _standing(facts.party("merchant", code), Text("电商企业", "merchant"), "declaration.merchant_code", code)


@rule(
    id="PTY-03",
    title=Text(zh="支付企业备案", en="Payment company registered"),
    law=REGISTRATION,
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def payment_company_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The payment company is registered with customs and not suspended."""
    code = dossier.payment.payment_company_code
    role = Text("支付企业", "payment company")
    return _standing(facts.party("payment", code), role, "payment.payment_company_code", code)


@rule(
    id="PTY-04",
    title=Text(zh="物流企业备案", en="Logistics company registered"),
    law=REGISTRATION,
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def logistics_company_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The logistics company is registered with customs and not suspended."""
    code = dossier.declaration.logistics_code
    role = Text("物流企业", "logistics company")
    return _standing(facts.party("logistics", code), role, "declaration.logistics_code", code)


@rule(
    id="PTY-05",
    title=Text(zh="申报企业备案", en="Declarant registered"),
    law=REGISTRATION,
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
    version="2",
)
def declarant_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The declarant is registered with customs and not suspended.

    A declaration is sent by the e-commerce enterprise or its agent (message specification, CEB621): a merchant that
    declares its own goods needs no registration as a declarant besides the one that it has.
    """
    declaration = dossier.declaration
    code = declaration.declarant_code
    standing = facts.party("declarant", code)
    if code == declaration.merchant_code and (standing is None or not standing.registered):
        standing = facts.party("merchant", code) or standing
    return _standing(standing, Text("申报企业", "declarant"), "declaration.declarant_code", code)


@rule(
    id="PTY-06",
    title=Text(zh="区内企业备案", en="Warehouse registered"),
    law=specified(
        DECLARATION,
        "areaCode 保税模式必填，区内仓储企业的海关注册登记编号",
        en="areaCode has to be filled in for bonded import: customs registration number of the warehouse in the zone",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def warehouse_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The warehouse of a bonded import is registered with customs and not suspended; DEC-14 asks that it is named."""
    declaration = dossier.declaration
    code = declaration.warehouse_code
    if not code or declaration.trade_mode not in parameters.declaration.bonded_modes:
        return NOT_APPLICABLE
    return _standing(facts.party("warehouse", code), Text("区内企业", "warehouse"), "declaration.warehouse_code", code)


@rule(
    id="PTY-07",
    title=Text(zh="担保企业备案", en="Guarantor registered"),
    law=specified(
        DECLARATION,
        "assureCode 担保扣税的企业海关注册登记编号",
        en="assureCode is the customs registration number of who guarantees the tax",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="party",
)
def guarantor_registered(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The guarantor is registered with customs and not suspended.

    Interpretation: there is no registration as guarantor; a guarantor is registered in the role that it has in the
    declaration (DEC-15). Where facts bring a standing as guarantor, that one counts.
    """
    declaration = dossier.declaration
    code = declaration.guarantor_code
    standing = facts.party("guarantor", code)
    if standing is None:
        for role, candidate in (
            ("platform", declaration.platform_code),
            ("merchant", declaration.merchant_code),
            ("logistics", declaration.logistics_code),
            ("declarant", declaration.declarant_code),
        ):
            if candidate == code:
                standing = facts.party(role, code)
                break
    return _standing(standing, Text("担保企业", "guarantor"), "declaration.guarantor_code", code)


def _standing(standing: PartyStanding | None, role: Text, path: str, code: str) -> Result:
    if standing is None:
        return undetermined("facts.parties", **{path: code})
    if not standing.registered:
        return finding(
            zh=f"{role.zh}未备案：{{{path}}}",
            en=f"The {role.en} {{{path}}} is not registered with customs in this role",
            **{path: code},
        )
    if standing.suspended:
        return finding(
            zh=f"{role.zh}已被暂停业务：{{{path}}}", en=f"The {role.en} {{{path}}} is suspended", **{path: code}
        )
    return PASSED
