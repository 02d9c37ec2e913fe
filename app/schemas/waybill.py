"""The JSON form of a waybill 物流运单 (table 3-17, CEB511)."""

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET

from app.schemas.fields import Absent, amount, code, identifier, optional_text, pack_count, text
from app.schemas.filing import FilingBody


class WaybillBody(FilingBody, kw_only=True):
    """A waybill, filed by the logistics company. It names no platform: the declaration that names it binds it."""

    logistics_code: Annotated[str, identifier("logisticsCode", "物流企业代码", 18, example="3101960L01")]
    logistics_name: Annotated[str, text("logisticsName", "物流企业名称", 100, example="测试物流企业")]
    waybill_no: Annotated[
        str,
        identifier(
            "logisticsNo",
            "物流运单编号",
            60,
            example="SF2406180000011",
            note="Unique within its logistics company for six months.",
        ),
    ]
    bill_no: Annotated[str, optional_text("billNo", "提运单号", 37)] | Absent = UNSET
    order_no: Annotated[str, identifier("orderNo", "订单编号", 60, example="PF20240618000001")]
    freight_cny: Annotated[Decimal, amount("freight", "运费", example="15.00")] | Absent = UNSET
    insurance_cny: Annotated[Decimal, amount("insuredFee", "保价费", example="0")] | Absent = UNSET
    currency: Annotated[str, code("currency", "币制", 3, example="142", note="Limited to 142 (CNY).")]
    gross_weight_kg: Annotated[Decimal, amount("weight", "毛重（公斤）", example="2.10")]
    pack_count: Annotated[int, pack_count("packNo", "件数")]
    goods_info: Annotated[str, optional_text("goodsInfo", "主要货物信息", 200)] | Absent = UNSET
    consignee: Annotated[str, text("consignee", "收货人姓名", 100, example="李明")]
    consignee_address: Annotated[str, text("consigneeAddress", "收货地址", 200, example="上海市徐汇区测试路1号")]
    consignee_telephone: Annotated[str, text("consigneeTelephone", "收货人电话", 50, example="13800000001")]
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET
