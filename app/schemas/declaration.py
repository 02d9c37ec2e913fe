"""The JSON form of a declaration 进口清单 (table 3-31, CEB621)."""

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET

from app.schemas.fields import (
    Absent,
    Body,
    amount,
    code,
    day,
    identifier,
    items,
    line_number,
    optional_identifier,
    optional_text,
    pack_count,
    text,
)
from app.schemas.filing import FilingBody


class DeclarationItemBody(Body, kw_only=True):
    """One goods item of a declaration; its line number is that of the order's item."""

    line_no: Annotated[int, line_number("gnum", "序号")]
    record_no: Annotated[str, optional_text("itemRecordNo", "账册备案料号", 30, note="Bonded only.")] | Absent = UNSET
    item_no: Annotated[str, optional_text("itemNo", "企业商品货号", 30, example="SKU-1001")] | Absent = UNSET
    item_name: Annotated[str, optional_text("itemName", "企业商品品名", 250)] | Absent = UNSET
    hs_code: Annotated[str, code("gcode", "商品编码", 10, example="1806310000")]
    goods_name: Annotated[str, text("gname", "商品名称", 250, example="夹心巧克力礼盒")]
    model: Annotated[str, text("gmodel", "商品规格型号", 510, example="品牌:测试|规格:500克/盒")]
    bar_code: Annotated[str, optional_text("barCode", "条码", 50)] | Absent = UNSET
    country_of_origin: Annotated[str, code("country", "原产国（地区）", 3, example="301")]
    trade_country: Annotated[str, optional_text("tradeCountry", "贸易国", 3)] | Absent = UNSET
    currency: Annotated[str, code("currency", "币制", 3, example="142", note="Limited to 142 (CNY).")]
    quantity: Annotated[Decimal, amount("qty", "数量", example="2")]
    unit: Annotated[str, code("unit", "计量单位", 3, example="140")]
    legal_quantity: Annotated[Decimal, amount("qty1", "法定数量", example="1")]
    legal_unit: Annotated[str, code("unit1", "法定计量单位", 3, example="035")]
    second_quantity: Annotated[Decimal, amount("qty2", "第二数量", example="1")] | Absent = UNSET
    second_unit: Annotated[str, code("unit2", "第二计量单位", 3, example="007")] | Absent = UNSET
    price_cny: Annotated[Decimal, amount("price", "单价", example="60.00")]
    total_cny: Annotated[Decimal, amount("totalPrice", "总价", example="120.00")]
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET


class DeclarationBody(FilingBody, kw_only=True):
    """A declaration, filed by the declarant."""

    order_no: Annotated[str, identifier("orderNo", "订单编号", 60, example="PF20240618000001")]
    platform_code: Annotated[str, identifier("ebpCode", "电商平台代码", 18, example="3101960P01")]
    platform_name: Annotated[str, text("ebpName", "电商平台名称", 100, example="测试电商平台")]
    merchant_code: Annotated[str, identifier("ebcCode", "电商企业代码", 18, example="3101960M01")]
    merchant_name: Annotated[str, text("ebcName", "电商企业名称", 100, example="测试电商企业")]
    waybill_no: Annotated[str, identifier("logisticsNo", "物流运单编号", 60, example="SF2406180000011")]
    logistics_code: Annotated[str, identifier("logisticsCode", "物流企业代码", 18, example="3101960L01")]
    logistics_name: Annotated[str, text("logisticsName", "物流企业名称", 100, example="测试物流企业")]
    internal_no: Annotated[str, optional_text("copNo", "企业内部编号", 20, example="TG20240618000001")] | Absent = UNSET
    pre_no: Annotated[str, optional_text("preNo", "预录入编号", 18)] | Absent = UNSET
    guarantor_code: Annotated[str, identifier("assureCode", "担保企业编号", 30, example="3101960P01")]
    account_book_no: Annotated[str, optional_text("emsNo", "账册编号", 30, note="Bonded only.")] | Absent = UNSET
    declaration_no: Annotated[str, optional_text("invtNo", "清单编号", 18)] | Absent = UNSET
    import_export_flag: (
        Annotated[str, code("ieFlag", "进出口标记", 1, default="I", example="I", note="I import.")] | Absent
    ) = UNSET
    declared_on: Annotated[str, day("declTime", "申报日期", example="2024-06-18")]
    customs_code: Annotated[str, identifier("customsCode", "申报海关代码", 4, shortest=4, example="2244")]
    port_code: Annotated[str, code("portCode", "口岸海关代码", 4, example="2233")]
    import_date: Annotated[str, day("ieDate", "进口日期", example="2024-06-17")] | Absent = UNSET
    buyer_id_type: Annotated[str, code("buyerIdType", "订购人证件类型", 1, example="1", note="1 identity card.")]
    buyer_id_number: Annotated[str, text("buyerIdNumber", "订购人证件号码", 60, example="310104199003070122")]
    buyer_name: Annotated[str, text("buyerName", "订购人姓名", 60, example="李明")]
    buyer_telephone: Annotated[str, text("buyerTelephone", "订购人电话", 30, example="13800000001")]
    consignee_address: Annotated[str, text("consigneeAddress", "收件地址", 200, example="上海市徐汇区测试路1号")]
    declarant_code: Annotated[str, identifier("agentCode", "申报企业代码", 18, example="3101980D01")]
    declarant_name: Annotated[str, text("agentName", "申报企业名称", 100, example="测试报关企业")]
    warehouse_code: (
        Annotated[str, optional_identifier("areaCode", "区内企业代码", 18, note="Bonded only.")] | Absent
    ) = UNSET
    warehouse_name: Annotated[str, optional_text("areaName", "区内企业名称", 100, note="Bonded only.")] | Absent = UNSET
    trade_mode: Annotated[str, code("tradeMode", "贸易方式", 4, example="9610", note="9610, 1210 or 1239.")]
    transport_mode: Annotated[str, code("trafMode", "运输方式", 1, example="5")]
    transport_no: Annotated[str, optional_text("trafNo", "运输工具编号", 100, example="MU0510")] | Absent = UNSET
    voyage_no: Annotated[str, optional_text("voyageNo", "航班航次号", 32, example="MU0510")] | Absent = UNSET
    bill_no: Annotated[str, optional_text("billNo", "提运单号", 37, example="78412345675")] | Absent = UNSET
    site_code: Annotated[str, optional_identifier("loctNo", "监管场所代码", 10)] | Absent = UNSET
    licence_no: Annotated[str, optional_text("licenseNo", "许可证件号", 19)] | Absent = UNSET
    country_of_departure: Annotated[str, code("country", "起运国（地区）", 3, example="133")]
    freight_cny: Annotated[Decimal, amount("freight", "运费", example="15.00")]
    insurance_cny: Annotated[Decimal, amount("insuredFee", "保费", example="0")]
    currency: Annotated[str, code("currency", "币制", 3, example="142", note="Limited to 142 (CNY).")]
    wrap_type: Annotated[str, code("wrapType", "包装种类代码", 1, example="2")] | Absent = UNSET
    pack_count: Annotated[int, pack_count("packNo", "件数")]
    gross_weight_kg: Annotated[Decimal, amount("grossWeight", "毛重（公斤）", example="2.10")]
    net_weight_kg: Annotated[Decimal, amount("netWeight", "净重（公斤）", example="1.75")]
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET
    items: Annotated[tuple[DeclarationItemBody, ...], items("清单商品")]
