"""The words of risk profiles: every field that may be compared, how it is called, and what it is.

A profile can say nothing else. To add a field: one line here, and a phrase for people in both languages. Names are
stored in profiles on record and are never given another meaning.
"""

import enum
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

import msgspec

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.identity import born_on
from app.domain.velocity import WINDOWS_DAYS, Counted
from app.rules.kernel import Text

# What a field says of one dossier (and goods item, for those of an item); None: unknown.
Reader = Callable[[Dossier, Facts, Any], Any]
_RESIDENT: Final = "1"  # buyerIdType of the message specification: resident identity card
_REGION_DIGITS: Final = 6


class Form(enum.StrEnum):
    """What a field's values are."""

    CODE = "code"  # compared as it is, or by how it begins
    WORDS = "words"  # a text: contains
    NUMBER = "number"
    LISTED = "listed"  # a person's datum: only blind indexes are kept and compared
    VELOCITY = "velocity"  # a number that may be known only from below


class Comparison(enum.StrEnum):
    """How a field is compared with the values of a condition."""

    ONE_OF = "one_of"
    NONE_OF = "none_of"
    STARTS_WITH = "starts_with"
    CONTAINS = "contains"
    ABOVE = "above"
    AT_LEAST = "at_least"
    EQUAL = "equal"
    AT_MOST = "at_most"
    BELOW = "below"


_NUMBERS: Final = (Comparison.ABOVE, Comparison.AT_LEAST, Comparison.EQUAL, Comparison.AT_MOST, Comparison.BELOW)
COMPARISONS: Final[Mapping[Form, tuple[Comparison, ...]]] = {
    Form.CODE: (Comparison.ONE_OF, Comparison.NONE_OF, Comparison.STARTS_WITH),
    Form.WORDS: (Comparison.CONTAINS,),
    Form.NUMBER: _NUMBERS,
    Form.LISTED: (Comparison.ONE_OF, Comparison.NONE_OF),
    Form.VELOCITY: tuple(each for each in _NUMBERS if each is not Comparison.EQUAL),
}
COMPARISON_TEXTS: Final[Mapping[Comparison, Text]] = {
    Comparison.ONE_OF: Text("是其中之一", "is one of"),
    Comparison.NONE_OF: Text("不是其中任何一个", "is none of"),
    Comparison.STARTS_WITH: Text("开头是其中之一", "begins with one of"),
    Comparison.CONTAINS: Text("包含其中之一", "contains one of"),
    Comparison.ABOVE: Text("大于", "is above"),
    Comparison.AT_LEAST: Text("不少于", "is at least"),
    Comparison.EQUAL: Text("等于", "is"),
    Comparison.AT_MOST: Text("不多于", "is at most"),
    Comparison.BELOW: Text("小于", "is below"),
}


class Counter(msgspec.Struct, frozen=True):
    """Which velocity counter a field reads."""

    counted: Counted
    days: int
    value: bool  # the dutiable value instead of the number of declarations


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the vocabulary."""

    name: str
    text: Text
    form: Form
    read: Reader
    of_item: bool = False
    counter: Counter | None = None


def _of_dossier(path: str) -> Reader:
    get = attrgetter(path)
    return lambda dossier, _facts, _item: get(dossier)


def _of_item(name: str) -> Reader:
    get = attrgetter(name)
    return lambda _dossier, _facts, item: get(item)


def _buyer_region(dossier: Dossier, _facts: Facts, _item: Any) -> str | None:
    declaration = dossier.declaration
    return declaration.buyer_id_number[:_REGION_DIGITS] if declaration.buyer_id_type == _RESIDENT else None


def _buyer_age(dossier: Dossier, facts: Facts, _item: Any) -> int | None:
    declaration = dossier.declaration
    born = born_on(declaration.buyer_id_number) if declaration.buyer_id_type == _RESIDENT else None
    if born is None:
        return None
    day = facts.accepted_on
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _contact(name: str) -> Reader:
    def read(_dossier: Dossier, facts: Facts, _item: Any) -> str | None:
        return None if facts.contacts is msgspec.UNSET else getattr(facts.contacts, name)

    return read


def _velocity(counter: Counter) -> Reader:
    """The counter's `Velocity` itself: the comparison has to know whether it is known only from below."""

    def read(_dossier: Dossier, facts: Facts, item: Any) -> Any:
        line_no = item.line_no if counter.counted is Counted.ITEM else None
        if facts.velocities is msgspec.UNSET:
            return None
        for velocity in facts.velocities:
            if (velocity.counted, velocity.days, velocity.line_no) == (counter.counted, counter.days, line_no):
                return velocity
        return None

    return read


def _item_count(dossier: Dossier, _facts: Facts, _item: Any) -> int:
    return len(dossier.declaration.items)


_CODES: Final = (
    ("platform", "platform_code", "电商平台", "platform"),
    ("merchant", "merchant_code", "电商企业", "merchant"),
    ("declarant", "declarant_code", "申报企业", "declarant"),
    ("logistics", "logistics_code", "物流企业", "logistics company"),
    ("trade_mode", "trade_mode", "贸易方式", "trade mode"),
    ("transport_mode", "transport_mode", "运输方式", "transport mode"),
    ("customs", "customs_code", "申报海关", "customs office"),
    ("port", "port_code", "口岸海关", "port"),
    ("departure", "country_of_departure", "起运国（地区）", "country of departure"),
)
_AMOUNTS: Final = (
    ("dutiable_value", "dutiable_value_cny", "完税价格（元）", "dutiable value (CNY)"),
    ("goods_value", "order.goods_value_cny", "商品价格（元）", "goods value (CNY)"),
    ("discount", "order.discount_cny", "非现金抵扣金额（元）", "discount (CNY)"),
    ("paid", "order.actual_paid_cny", "实际支付金额（元）", "amount paid (CNY)"),
    ("gross_weight", "waybill.gross_weight_kg", "毛重（千克）", "gross weight (kg)"),
    ("net_weight", "declaration.net_weight_kg", "净重（千克）", "net weight (kg)"),
)
_ITEM_CODES: Final = (
    ("hs_code", "hs_code", "商品编码", "commodity code"),
    ("origin", "country_of_origin", "原产国（地区）", "country of origin"),
)
_ITEM_WORDS: Final = (
    ("goods_name", "goods_name", "商品名称", "goods name"),
    ("goods_model", "model", "商品规格型号", "specification of the goods"),
)
_ITEM_AMOUNTS: Final = (
    ("item_price", "price_cny", "单价（元）", "unit price (CNY)"),
    ("item_total", "total_cny", "总价（元）", "total of the item (CNY)"),
    ("item_quantity", "quantity", "数量", "quantity"),
)
_LISTS: Final = (
    ("buyer_list", "buyer", "订购人证件号码名单", "list of buyers' identity numbers"),
    ("telephone_list", "telephone", "订购人电话名单", "list of buyers' telephones"),
    ("address_list", "address", "收货地址名单", "list of addresses"),
)
_BY: Final = {
    Counted.BUYER: Text("同一订购人", "the same buyer"),
    Counted.TELEPHONE: Text("同一电话", "the same telephone"),
    Counted.ADDRESS: Text("同一地址", "the same address"),
    Counted.PLATFORM: Text("同一平台", "the same platform"),
    Counted.ITEM: Text("同一商品", "the same article"),
}


def _counters() -> list[Field]:
    found = []
    for counted, by in _BY.items():
        for value in (False,) if counted is Counted.ITEM else (False, True):
            for days in WINDOWS_DAYS:
                zh = f"近 {days} 天{by.zh}其他清单{'完税价格合计（元）' if value else '数'}"
                what = "dutiable value (CNY) of other" if value else "other"
                en = f"{what} declarations of {by.en} in {days} day{'s' if days > 1 else ''}"
                counter = Counter(counted, days, value)
                found.append(
                    Field(
                        name=f"{counted}_{'value' if value else 'count'}_{days}d",
                        text=Text(zh, en),
                        form=Form.VELOCITY,
                        read=_velocity(counter),
                        of_item=counted is Counted.ITEM,
                        counter=counter,
                    )
                )
    return found


def _fields() -> list[Field]:
    code, number = Form.CODE, Form.NUMBER
    return [
        *(Field(name=n, text=Text(zh, en), form=code, read=_of_dossier(f"declaration.{p}")) for n, p, zh, en in _CODES),
        Field(
            name="payment_company",
            text=Text("支付企业", "payment company"),
            form=code,
            read=_of_dossier("payment.payment_company_code"),
        ),
        *(Field(name=n, text=Text(zh, en), form=number, read=_of_dossier(p)) for n, p, zh, en in _AMOUNTS),
        Field(name="item_count", text=Text("商品项数", "number of goods items"), form=number, read=_item_count),
        *(Field(name=n, text=Text(zh, en), form=code, read=_of_item(p), of_item=True) for n, p, zh, en in _ITEM_CODES),
        *(
            Field(name=n, text=Text(zh, en), form=Form.WORDS, read=_of_item(p), of_item=True)
            for n, p, zh, en in _ITEM_WORDS
        ),
        *(
            Field(name=n, text=Text(zh, en), form=number, read=_of_item(p), of_item=True)
            for n, p, zh, en in _ITEM_AMOUNTS
        ),
        Field(
            name="buyer_region",
            text=Text("订购人证件地区代码", "region of the buyer's identity number"),
            form=code,
            read=_buyer_region,
        ),
        Field(name="buyer_age", text=Text("订购人年龄", "age of the buyer"), form=number, read=_buyer_age),
        *(Field(name=n, text=Text(zh, en), form=Form.LISTED, read=_contact(p)) for n, p, zh, en in _LISTS),
        *_counters(),
    ]


FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _fields()}
