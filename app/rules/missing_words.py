"""What a rule lacked, in words: people read findings, and `tariff.line` tells a declarant nothing.

What belongs here: a phrase in both languages for each path that our rules name as missing. A path that is not here
(of a pack, for example) is told as it is.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from app.domain.tariff import Measure
from app.rules.kernel import Text

_ROLES: Final = {
    "platform": Text("电商平台", "the platform"),
    "merchant": Text("电商企业", "the merchant"),
    "payment": Text("支付企业", "the payment company"),
    "logistics": Text("物流企业", "the logistics company"),
    "declarant": Text("申报企业", "the declarant"),
    "warehouse": Text("区内企业", "the warehouse"),
    "guarantor": Text("担保企业", "the guarantor"),
}
_CODES: Final = {
    "country_of_departure": Text("起运国（地区）", "country of departure"),
    "currency": Text("币制", "currency"),
    "trade_mode": Text("贸易方式", "supervision mode"),
    "transport_mode": Text("运输方式", "transport mode"),
    "wrap_type": Text("包装种类", "kind of packing"),
    "unit": Text("计量单位", "unit"),
    "legal_unit": Text("法定计量单位", "legal unit"),
    "second_unit": Text("第二计量单位", "second unit"),
    "country_of_origin": Text("原产国（地区）", "country of origin"),
    "trade_country": Text("贸易国", "trade country"),
}
_MEASURES: Final = {
    Measure.KILOGRAM: Text("千克", "kilograms"),
    Measure.LITRE: Text("升", "litres"),
    Measure.PIECE: Text("件", "pieces"),
    Measure.SHEET: Text("片（张）", "sheets"),
}
_PHRASES: Final = {
    "law": Text("该日适用的法律", "a law on record for that day"),
    "parameters.limits": Text("该日的限值", "the limits of that day"),
    "parameters.limits.single_transaction_cny": Text("该日的单次交易限值", "the single limit of that day"),
    "facts.annual_used_cny": Text("订购人年度累计额", "what the buyer has used of the annual limit"),
    "facts.identity_valid": Text(
        "身份证号码前六位地区代码的记录", "a record of the county that the identity number begins with"
    ),
    "facts.waybill_uses": Text("运单编号的使用记录", "the record of this waybill number's uses"),
    "facts.parties": Text("企业备案记录", "the register of parties"),
    "facts.parties.credit_class": Text("企业信用等级", "the parties' credit classes"),
    "facts.price_history": Text("历史价格", "the history of prices"),
    "facts.inspection_draw_ppm": Text("随机布控的抽签结果", "the draw for random inspection"),
    "facts.buyer_same_day_cny": Text("订购人当日交易额", "what the buyer bought that day"),
    "facts.buyer_parcels": Text("订购人近期包裹数", "the number of the buyer's recent parcels"),
    "facts.telephone_identities": Text("该电话关联的身份", "the identities behind this telephone"),
    "facts.address_identities": Text("该地址关联的身份", "the identities behind this address"),
    "facts.payment_shared_with": Text("同一支付单的其他订单", "the other orders of this payment"),
    "facts.payment_shared_with.actual_paid_cny": Text(
        "同一支付单其他订单的实付金额", "the amount of another order of this payment"
    ),
    "facts.profile": Text("风险布控所需的数据", "what the risk profile reads"),
    "positive_list.entry": Text("该商品编码在正面清单中的记录", "an entry of this commodity code in the positive list"),
    "tariff.line": Text("该商品编码的税则记录", "a tariff line of this commodity code"),
    "tariff.mfn_rate": Text("该商品的关税税率", "the duty rate of these goods"),
    "tariff.vat_rate_percent": Text("该商品的增值税税率", "the VAT rate of these goods"),
    "tariff.consumption_tax": Text("该商品的消费税税率", "the consumption tax of these goods"),
    **{
        f"declaration.quantity_{measure.value}": Text(
            f"以{unit.zh}计的商品数量", f"the quantity of the goods in {unit.en}"
        )
        for measure, unit in _MEASURES.items()
    },
    "waybill.freight_cny": Text("运单的运费", "the waybill's freight"),
    "waybill.insurance_cny": Text("运单的保价费", "the waybill's insurance"),
}
_HEAD_CODE: Final = re.compile(r"declaration\.(\w+)")
_ITEM_CODE: Final = re.compile(r"declaration\.items\.(\d+)\.(\w+)")
_CREDIT: Final = re.compile(r"facts\.parties\.(\w+)\.credit_class")
_MEDIAN: Final = re.compile(r"facts\.price_history\.(\d+)\.median_cny")


def missing_words(paths: Iterable[str]) -> Text:
    """Everything that was missing, one after the other, without repeats."""
    phrases = [_phrase(path) for path in dict.fromkeys(paths)]
    return Text("、".join(phrase.zh for phrase in phrases), ", ".join(phrase.en for phrase in phrases))


@lru_cache(maxsize=512)
def _phrase(path: str) -> Text:
    if known := _PHRASES.get(path):
        return known
    if (item := _ITEM_CODE.fullmatch(path)) and (code := _CODES.get(item[2])):
        return Text(f"第 {item[1]} 项{code.zh}代码的代码表记录", f"a table entry for the {code.en} of item {item[1]}")
    if (head := _HEAD_CODE.fullmatch(path)) and (code := _CODES.get(head[1])):
        return Text(f"{code.zh}代码的代码表记录", f"a table entry for the {code.en}")
    if (credit := _CREDIT.fullmatch(path)) and (role := _ROLES.get(credit[1])):
        return Text(f"{role.zh}的信用等级", f"the credit class of {role.en}")
    if median := _MEDIAN.fullmatch(path):
        return Text(f"第 {median[1]} 项的历史价格", f"the history of prices of item {median[1]}")
    return Text(path, path)
