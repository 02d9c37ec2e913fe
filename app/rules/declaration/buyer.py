"""DEC-01, DEC-02, DEC-03: the buyer of the declaration is the buyer of the order."""

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.folding import same_identity_number, same_telephone, same_text
from app.rules.kernel import PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, SINCE_FORMAT_OF_2018, specified


@rule(
    id="DEC-01",
    title=Text(zh="订购人姓名", en="Buyer's name"),
    law=specified(DECLARATION, "buyerName 订购人的真实姓名", en="buyerName is the buyer's true name"),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
    official_code="13127",
)
def buyer_name(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The buyer's name of the declaration is the one of the order.

    Interpretation: compared after folding; the middle dot of a name, its width and spaces make no difference.
    """
    declared, ordered = dossier.declaration.buyer_name, dossier.order.buyer_name
    if same_text(declared, ordered):
        return PASSED
    return finding(
        zh="清单上的订购人姓名与订单上的订购人姓名不一致：清单 {declaration.buyer_name}，订单 {order.buyer_name}",
        en="The buyer's name differs: declaration {declaration.buyer_name}, order {order.buyer_name}",
        declaration__buyer_name=declared,
        order__buyer_name=ordered,
    )


@rule(
    id="DEC-02",
    title=Text(zh="订购人电话", en="Buyer's telephone"),
    law=specified(
        DECLARATION,
        "buyerTelephone 订购人电话 (on the order since GACC 113/2018; the day 2018-09-30 is MEMORY)",
        zh="buyerTelephone 订购人电话；自海关总署公告2018年第113号（2018-09-30）起列入电子订单",
        en="buyerTelephone is the buyer's telephone; on the order since GACC announcement 113/2018, from 2018-09-30",
        verified=False,
    ),
    in_force=SINCE_FORMAT_OF_2018,
    consequence="declaration_check",
    official_code="130126",
)
def buyer_telephone(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The buyer's telephone of the declaration is the one of the order.

    Interpretation: the way a number is written (+86, hyphens) makes no difference. Before the format of 2018 an order
    had no telephone.
    """
    declared, ordered = dossier.declaration.buyer_telephone, dossier.order.buyer_telephone
    if same_telephone(declared, ordered):
        return PASSED
    return finding(
        zh="清单上的订购人电话号码与订单上的订购人电话号码不一致："
        "清单 {declaration.buyer_telephone}，订单 {order.buyer_telephone}",
        en="The buyer's telephone differs: declaration {declaration.buyer_telephone}, order {order.buyer_telephone}",
        declaration__buyer_telephone=declared,
        order__buyer_telephone=ordered,
    )


@rule(
    id="DEC-03",
    title=Text(zh="订购人证件号码", en="Buyer's identity number"),
    law=specified(
        DECLARATION,
        "buyerIdNumber 订购人的身份证件号码",
        en="buyerIdNumber is the number of the buyer's identity document",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def buyer_id_number(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """The buyer's identity number of the declaration is the one of the order."""
    declared, ordered = dossier.declaration.buyer_id_number, dossier.order.buyer_id_number
    if same_identity_number(declared, ordered):
        return PASSED
    return finding(
        zh="清单上的订购人证件号码与订单上的订购人证件号码不一致："
        "清单 {declaration.buyer_id_number}，订单 {order.buyer_id_number}",
        en="The buyer's identity number differs: declaration {declaration.buyer_id_number}, order"
        " {order.buyer_id_number}",
        declaration__buyer_id_number=declared,
        order__buyer_id_number=ordered,
    )
