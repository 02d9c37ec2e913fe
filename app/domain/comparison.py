"""The four documents of a parcel side by side: which of their fields must agree, and where they do not.

What belongs here: the table of fields with their words, and comparing. What does not: what a difference leads to (the
rules decide that) and masking. Names, addresses and telephones are compared after folding, as the rules compare them.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.domain.dossier import Declaration, DeclarationItem, Order, OrderItem, Payment, Waybill
from app.domain.folding import same_identity_number, same_telephone, same_text
from app.domain.money import canonical_amount

DOCUMENTS: Final = ("order", "payment", "waybill", "declaration")
_PERCENT: Final = 100


class Tolerances(msgspec.Struct, frozen=True, kw_only=True):
    """What may differ without being a difference: parameters of the acceptance day."""

    amount_cny: Decimal = Decimal(0)
    gross_weight_percent: Decimal = Decimal(0)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """The documents that are there; those that never came are None."""

    order: Order | None = None
    payment: Payment | None = None
    waybill: Waybill | None = None
    declaration: Declaration | None = None


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One field of one document: where it stands, its value in canonical text, whether it differs from the others."""

    document: str
    field: str
    wire: str
    value: str | None
    differs: bool = False

    @property
    def path(self) -> str:
        """As in findings: ``order.buyer_name``; of an item ``order.items.1.quantity``."""
        return f"{self.document}.{self.field}"


class Line(msgspec.Struct, frozen=True, gc=False):
    """One field across the documents; a document that has no such field has no cell."""

    name: str
    zh: str
    en: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the documents do not agree here."""
        return any(cell.differs for cell in self.cells)

    def cell(self, document: str) -> Cell | None:
        """The cell of a document."""
        return next((cell for cell in self.cells if cell.document == document), None)


class ItemLines(msgspec.Struct, frozen=True, gc=False):
    """One goods item of order and declaration; `missing_in` names the document that lacks the line."""

    line_no: int
    lines: tuple[Line, ...]
    missing_in: str | None

    @property
    def differs(self) -> bool:
        """Whether the item is not the same in both."""
        return self.missing_in is not None or any(line.differs for line in self.lines)


class Comparison(msgspec.Struct, frozen=True, gc=False):
    """Everything side by side."""

    absent: tuple[str, ...]  # documents that never came
    lines: tuple[Line, ...]
    items: tuple[ItemLines, ...]

    @property
    def differences(self) -> int:
        """How many fields, and items, differ."""
        return sum(line.differs for line in self.lines) + sum(item.differs for item in self.items)


Agree = Callable[[Any, Any, Tolerances], bool]


def _equal(one: Any, other: Any, _tolerances: Tolerances) -> bool:
    return bool(one == other)


def _text(one: str, other: str, _tolerances: Tolerances) -> bool:
    return same_text(one, other)


def _telephone(one: str, other: str, _tolerances: Tolerances) -> bool:
    return same_telephone(one, other)


def _identity(one: str, other: str, _tolerances: Tolerances) -> bool:
    return same_identity_number(one, other)


def _amount(one: Decimal, other: Decimal, tolerances: Tolerances) -> bool:
    return abs(one - other) <= tolerances.amount_cny


def _weight(one: Decimal, other: Decimal, tolerances: Tolerances) -> bool:
    """The first is the waybill's: the tolerance is in percent of what was carried, as in WGT-02."""
    return abs(one - other) * _PERCENT <= one * tolerances.gross_weight_percent


class Field(msgspec.Struct, frozen=True):
    """One line of the table: words, where it stands (document, field, wire name), which of these must agree.

    Where `agree` is None the values stand side by side only; `among` are the documents that must agree.
    """

    name: str
    zh: str
    en: str
    places: tuple[tuple[str, str, str], ...]
    agree: Agree | None = None
    among: tuple[str, ...] = DOCUMENTS


def _field(
    name: str, zh: str, en: str, agree: Agree | None = None, among: Sequence[str] = DOCUMENTS, **at: str
) -> Field:
    """`at`: document=``field/wire``; the field is `name` where only the wire name is given."""
    places = []
    for document, place in at.items():
        field, _, wire = place.rpartition("/")
        places.append((document, field or name, wire))
    return Field(name, zh, en, tuple(places), agree, tuple(among))


FIELDS: Final = (
    _field("order_no", "订单编号", "Order number", _equal,
           order="orderNo", payment="orderNo", waybill="orderNo", declaration="orderNo"),
    _field("platform_code", "电商平台代码", "Platform code", _equal,
           order="ebpCode", payment="ebpCode", declaration="ebpCode"),
    _field("platform_name", "电商平台名称", "Platform name",
           order="ebpName", payment="ebpName", declaration="ebpName"),
    _field("merchant_code", "电商企业代码", "Merchant code", _equal, order="ebcCode", declaration="ebcCode"),
    _field("merchant_name", "电商企业名称", "Merchant name", order="ebcName", declaration="ebcName"),
    _field("buyer_name", "订购人姓名", "Buyer's name", _text,
           order="buyerName", payment="payer_name/payerName", declaration="buyerName"),
    _field("buyer_id_type", "订购人证件类型", "Buyer's identity type", _equal,
           order="buyerIdType", payment="payer_id_type/payerIdType", declaration="buyerIdType"),
    _field("buyer_id_number", "订购人证件号码", "Buyer's identity number", _identity,
           order="buyerIdNumber", payment="payer_id_number/payerIdNumber", declaration="buyerIdNumber"),
    _field("buyer_telephone", "订购人电话", "Buyer's telephone", _telephone, ("order", "declaration"),
           order="buyerTelephone", payment="payer_telephone/telephone", declaration="buyerTelephone"),
    _field("buyer_account", "订购人注册号", "Buyer's account", order="buyerRegNo"),
    _field("consignee", "收货人", "Consignee", _text, order="consignee", waybill="consignee"),
    _field("consignee_telephone", "收货人电话", "Consignee's telephone", _telephone,
           order="consigneeTelephone", waybill="consigneeTelephone"),
    _field("consignee_address", "收货地址", "Consignee's address", _text,
           order="consigneeAddress", waybill="consigneeAddress", declaration="consigneeAddress"),
    _field("goods_value_cny", "商品价格", "Value of the goods", order="goodsValue"),
    _field("discount_cny", "抵扣金额", "Discount", order="discount"),
    _field("tax_total_cny", "代扣税款", "Tax withheld", order="taxTotal"),
    _field("actual_paid_cny", "实际支付金额", "Amount paid", _amount,
           order="acturalPaid", payment="amount_cny/amountPaid"),
    _field("paid_at", "支付时间", "Paid at", payment="payTime"),
    _field("freight_cny", "运费", "Freight", _amount, ("waybill", "declaration"),
           order="freight", waybill="freight", declaration="freight"),
    _field("insurance_cny", "保费", "Insurance", _amount, waybill="insuredFee", declaration="insuredFee"),
    _field("currency", "币制", "Currency", _equal,
           order="currency", payment="currency", waybill="currency", declaration="currency"),
    _field("payment_company_code", "支付企业代码", "Payment company code", _equal, order="payCode", payment="payCode"),
    _field("payment_company_name", "支付企业名称", "Payment company name", order="payName", payment="payName"),
    _field("payment_transaction_no", "支付交易编号", "Payment transaction", _equal,
           order="payTransactionId", payment="payTransactionId"),
    _field("logistics_code", "物流企业代码", "Logistics company code", _equal,
           waybill="logisticsCode", declaration="logisticsCode"),
    _field("logistics_name", "物流企业名称", "Logistics company name",
           waybill="logisticsName", declaration="logisticsName"),
    _field("waybill_no", "物流运单编号", "Waybill number", _equal, waybill="logisticsNo", declaration="logisticsNo"),
    _field("bill_no", "提运单号", "Bill of lading", _equal, waybill="billNo", declaration="billNo"),
    _field("gross_weight_kg", "毛重（千克）", "Gross weight (kg)", _weight,
           waybill="weight", declaration="grossWeight"),
    _field("net_weight_kg", "净重（千克）", "Net weight (kg)", declaration="netWeight"),
    _field("pack_count", "件数", "Packages", _equal, waybill="packNo", declaration="packNo"),
    _field("goods_info", "主要货物信息", "Goods, as carried", waybill="goodsInfo"),
    _field("declarant_code", "申报企业代码", "Declarant code", declaration="agentCode"),
    _field("declarant_name", "申报企业名称", "Declarant name", declaration="agentName"),
    _field("guarantor_code", "担保企业编号", "Guarantor code", declaration="assureCode"),
    _field("warehouse_code", "区内企业代码", "Warehouse code", declaration="areaCode"),
    _field("site_code", "监管场所代码", "Site code", declaration="loctNo"),
    _field("customs_code", "申报海关代码", "Customs office", declaration="customsCode"),
    _field("port_code", "口岸海关代码", "Office of entry", declaration="portCode"),
    _field("trade_mode", "贸易方式", "Trade mode", declaration="tradeMode"),
    _field("transport_mode", "运输方式", "Transport mode", declaration="trafMode"),
    _field("transport_no", "运输工具编号", "Means of transport", declaration="trafNo"),
    _field("voyage_no", "航班航次号", "Voyage or flight", declaration="voyageNo"),
    _field("country_of_departure", "起运国（地区）", "Country of departure", declaration="country"),
    _field("wrap_type", "包装种类代码", "Packing", declaration="wrapType"),
    _field("licence_no", "许可证件号", "Licence", declaration="licenseNo"),
    _field("note", "备注", "Note", order="note", payment="note", waybill="note", declaration="note"),
)  # fmt: skip
ITEM_FIELDS: Final = (
    _field("goods_name", "商品名称", "Goods", _text, order="item_name/itemName", declaration="gname"),
    _field("item_no", "企业商品货号", "Article number", _equal, order="itemNo", declaration="itemNo"),
    _field("hs_code", "商品编码", "Commodity code", declaration="gcode"),
    _field("model", "规格型号", "Model", order="gmodel", declaration="gmodel"),
    _field("bar_code", "条码", "Bar code", _equal, order="barCode", declaration="barCode"),
    _field("country_of_origin", "原产国（地区）", "Country of origin", _equal, order="country", declaration="country"),
    _field("quantity", "数量", "Quantity", _equal, order="qty", declaration="qty"),
    _field("unit", "计量单位", "Unit", _equal, order="unit", declaration="unit"),
    _field("legal_quantity", "法定数量", "Legal quantity", declaration="qty1"),
    _field("legal_unit", "法定计量单位", "Legal unit", declaration="unit1"),
    _field("second_quantity", "第二数量", "Second quantity", declaration="qty2"),
    _field("second_unit", "第二计量单位", "Second unit", declaration="unit2"),
    _field("price_cny", "单价", "Unit price", _equal, order="price", declaration="price"),
    _field("total_cny", "总价", "Total", _equal, order="totalPrice", declaration="totalPrice"),
    _field("note", "备注", "Note", order="note", declaration="note"),
)


def compare(side: Side, tolerances: Tolerances) -> Comparison:
    """The documents field by field and item by item; fields that nobody filled are left out."""
    given = {name: getattr(side, name) for name in DOCUMENTS}
    lines = (_compared(field, given, tolerances) for field in FIELDS)
    return Comparison(
        absent=tuple(name for name in DOCUMENTS if given[name] is None),
        lines=tuple(line for line in lines if _filled(line)),
        items=_items(side, tolerances),
    )


def _items(side: Side, tolerances: Tolerances) -> tuple[ItemLines, ...]:
    ordered: dict[int, OrderItem] = {item.line_no: item for item in side.order.items} if side.order else {}
    declared: dict[int, DeclarationItem] = (
        {item.line_no: item for item in side.declaration.items} if side.declaration else {}
    )
    both = side.order is not None and side.declaration is not None
    found = []
    for line_no in sorted(ordered.keys() | declared.keys()):
        given = {"order": ordered.get(line_no), "declaration": declared.get(line_no)}
        lines = (_compared(field, given, tolerances, f"items.{line_no}.") for field in ITEM_FIELDS)
        missing = next((name for name, item in given.items() if item is None), None) if both else None
        found.append(ItemLines(line_no, tuple(line for line in lines if _filled(line)), missing))
    return tuple(found)


def _compared(field: Field, given: dict[str, Any], tolerances: Tolerances, prefix: str = "") -> Line:
    values = [
        (document, name, wire, getattr(given[document], name))
        for document, name, wire in field.places
        if given[document] is not None
    ]
    compared = [(document, value) for document, _, _, value in values if document in field.among and value is not None]
    differing = _differing(field, compared, tolerances)
    cells = (
        Cell(document, prefix + name, wire, _spelt(value), document in differing)
        for document, name, wire, value in values
    )
    return Line(field.name, field.zh, field.en, tuple(cells))


def _differing(field: Field, compared: list[tuple[str, Any]], tolerances: Tolerances) -> frozenset[str]:
    """The documents that do not say what the first of them says, and the first with them; none where all agree."""
    if field.agree is None or not compared:
        return frozenset()
    first, value = compared[0]
    others = [document for document, other in compared[1:] if not field.agree(value, other, tolerances)]
    return frozenset((first, *others)) if others else frozenset()


def _spelt(value: Any) -> str | None:
    if value is None:
        return None
    return format(canonical_amount(value), "f") if isinstance(value, Decimal) else str(value)


def _filled(line: Line) -> bool:
    return any(cell.value is not None for cell in line.cells)
