"""TRI-07: who pays is who buys."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.folding import same_identity_number, same_text
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import PASSED, Law, Result, Text, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY


@rule(
    id="TRI-07",
    title=Text(zh="支付人与订购人一致", en="The payer is the buyer"),
    law=Law(
        "海关总署公告2016年第26号, 六; 海关总署公告2018年第194号 (2019-01-01, MEMORY)",
        zh="海关总署公告2016年第26号，六；海关总署公告2018年第194号（2019-01-01）",
        en="GACC announcement 26/2016, point 6; GACC announcement 194/2018 (2019-01-01)",
        verified=False,
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="triple_check",
)
def payer_is_buyer(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Where the buyer's identity is not verified, buyer and payer are the same person: name and identity number.

    Interpretation: no message says whether an enterprise verified the identity, so it is asked of every parcel. Names
    are compared after folding, the check character X of a number may be small.
    """
    order, payment = dossier.order, dossier.payment
    if order.buyer_name == payment.payer_name and order.buyer_id_number == payment.payer_id_number:
        return PASSED
    differences: list[Difference] = []
    if not same_text(order.buyer_name, payment.payer_name):
        differences.append(
            difference("姓名", "name", order__buyer_name=order.buyer_name, payment__payer_name=payment.payer_name)
        )
    if not same_identity_number(order.buyer_id_number, payment.payer_id_number):
        differences.append(
            difference(
                "身份证件号码",
                "identity number",
                order__buyer_id_number=order.buyer_id_number,
                payment__payer_id_number=payment.payer_id_number,
            )
        )
    if not differences:
        return PASSED
    return differing(Text("订购人与支付人不一致", "Buyer and payer are not the same person"), differences)
