"""The JSON form of an order 电子订单 (table 3-3, CEB311)."""

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET

from app.schemas.fields import (
    Absent,
    Body,
    amount,
    code,
    identifier,
    items,
    line_number,
    optional_identifier,
    optional_text,
    text,
)
from app.schemas.filing import FilingBody


class OrderItemBody(Body, kw_only=True):
    """One goods item of an order."""

    line_no: Annotated[int, line_number("gnum", "商品序号")]
    item_no: Annotated[str, optional_text("itemNo", "企业商品货号", 30, example="SKU-1001")] | Absent = UNSET
    item_name: Annotated[str, text("itemName", "企业商品名称", 250, example="夹心巧克力礼盒")]
    model: Annotated[str, text("gmodel", "商品规格型号", 510, example="品牌:测试|规格:500克/盒")]
    description: Annotated[str, optional_text("itemDescribe", "企业商品描述", 1000)] | Absent = UNSET
    bar_code: Annotated[str, optional_text("barCode", "条形码", 50)] | Absent = UNSET
    unit: Annotated[str, code("unit", "单位", 3, example="140", note="JGS-20 unit code.")]
    quantity: Annotated[Decimal, amount("qty", "数量", example="2")]
    price_cny: Annotated[Decimal, amount("price", "单价", example="60.00", note="A gift costs 0.")]
    total_cny: Annotated[Decimal, amount("totalPrice", "总价", example="120.00", note="Price times quantity.")]
    currency: Annotated[str, code("currency", "币制", 3, example="142", note="Limited to 142 (CNY).")]
    country_of_origin: Annotated[str, code("country", "原产国", 3, example="301", note="JGS-20 country code.")]
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET


class OrderBody(FilingBody, kw_only=True):
    """An order, filed by the platform or the merchant."""

    order_type: (
        Annotated[str, code("orderType", "订单类型", 1, default="I", example="I", note="I import.")] | Absent
    ) = UNSET
    order_no: Annotated[
        str, identifier("orderNo", "订单编号", 60, example="PF20240618000001", note="Unique within its platform.")
    ]
    platform_code: Annotated[str, identifier("ebpCode", "电商平台代码", 18, example="3101960P01")]
    platform_name: Annotated[str, text("ebpName", "电商平台名称", 100, example="测试电商平台")]
    merchant_code: Annotated[str, identifier("ebcCode", "电商企业代码", 18, example="3101960M01")]
    merchant_name: Annotated[str, text("ebcName", "电商企业名称", 100, example="测试电商企业")]
    goods_value_cny: Annotated[Decimal, amount("goodsValue", "商品价格", example="205.00")]
    freight_cny: Annotated[Decimal, amount("freight", "运杂费", example="15.00", note="0 where there is none.")]
    discount_cny: Annotated[Decimal, amount("discount", "非现金抵扣金额", example="10.00")]
    tax_total_cny: Annotated[Decimal, amount("taxTotal", "代扣税款", example="20.02")]
    actual_paid_cny: Annotated[
        Decimal, amount("acturalPaid", "实际支付金额", example="230.02", note="Goods + freight + tax - discount.")
    ]
    currency: Annotated[str, code("currency", "币制", 3, example="142", note="Limited to 142 (CNY).")]
    buyer_account: Annotated[str, text("buyerRegNo", "订购人注册号", 60, example="buyer-0001")]
    buyer_name: Annotated[str, text("buyerName", "订购人姓名", 60, example="李明")]
    buyer_telephone: Annotated[str, text("buyerTelephone", "订购人电话", 30, example="13800000001")]
    buyer_id_type: Annotated[str, code("buyerIdType", "订购人证件类型", 1, example="1", note="1 identity card.")]
    buyer_id_number: Annotated[str, text("buyerIdNumber", "订购人证件号码", 60, example="310104199003070122")]
    payment_company_code: Annotated[str, optional_identifier("payCode", "支付企业代码", 18)] | Absent = UNSET
    payment_company_name: Annotated[str, optional_text("payName", "支付企业名称", 100)] | Absent = UNSET
    payment_transaction_no: Annotated[str, optional_identifier("payTransactionId", "支付交易编号", 60)] | Absent = UNSET
    batch_numbers: Annotated[str, optional_text("batchNumbers", "商品批次号", 100)] | Absent = UNSET
    consignee: Annotated[str, text("consignee", "收货人姓名", 100, example="李明")]
    consignee_telephone: Annotated[str, text("consigneeTelephone", "收货人电话", 50, example="13800000001")]
    consignee_address: Annotated[str, text("consigneeAddress", "收货地址", 200, example="上海市徐汇区测试路1号")]
    consignee_district: (
        Annotated[str, code("consigneeDistrict", "收货地址行政区划代码", 6, example="310104")] | Absent
    ) = UNSET
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET
    items: Annotated[tuple[OrderItemBody, ...], items("订单商品")]
