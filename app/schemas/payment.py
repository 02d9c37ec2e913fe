"""The JSON form of a payment document 支付凭证 (table 3-10, CEB411)."""

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET

from app.schemas.fields import Absent, amount, code, identifier, instant, optional_text, text
from app.schemas.filing import FilingBody


class PaymentBody(FilingBody, kw_only=True):
    """A payment, filed by the payment company."""

    payment_company_code: Annotated[str, identifier("payCode", "支付企业代码", 18, example="3101960Y01")]
    payment_company_name: Annotated[str, text("payName", "支付企业名称", 100, example="测试支付企业")]
    payment_transaction_no: Annotated[
        str, identifier("payTransactionId", "支付交易编号", 60, example="202406172200000001")
    ]
    order_no: Annotated[str, identifier("orderNo", "订单编号", 60, example="PF20240618000001")]
    platform_code: Annotated[str, identifier("ebpCode", "电商平台代码", 18, example="3101960P01")]
    platform_name: Annotated[str, text("ebpName", "电商平台名称", 100, example="测试电商平台")]
    payer_id_type: Annotated[str, code("payerIdType", "支付人证件类型", 1, example="1", note="1 identity card.")]
    payer_id_number: Annotated[str, text("payerIdNumber", "支付人证件号码", 60, example="310104199003070122")]
    payer_name: Annotated[str, text("payerName", "支付人姓名", 60, example="李明")]
    payer_telephone: Annotated[str, optional_text("telephone", "支付人电话", 60)] | Absent = UNSET
    amount_cny: Annotated[Decimal, amount("amountPaid", "支付金额", example="230.02")]
    currency: Annotated[str, code("currency", "支付币制", 3, example="142", note="Limited to 142 (CNY).")]
    paid_at: Annotated[str, instant("payTime", "支付时间", example="2024-06-17T22:15:00+08:00")]
    note: Annotated[str, optional_text("note", "备注", 1000)] | Absent = UNSET
