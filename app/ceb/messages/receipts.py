"""CEB312, CEB412, CEB512, CEB622 and CEB900: what customs answers (tables 3-7, 3-14, 3-21, 3-35, 3-65)."""

from app.ceb.fields import code, optional_code, optional_text, text
from app.ceb.messages.shape import ReceiptType, Section
from app.ceb.receipts import InventoryReturn, LogisticsReturn, MessageReturn, OrderReturn, PaymentReturn

_GUID = code("guid", "guid", 36)
_STATUS, _TIME = text("returnStatus", "return_status", 1, 10), code("returnTime", "return_time", 17)
_RESULT = (_STATUS, _TIME, text("returnInfo", "return_info", 1, 1000))

CEB312 = ReceiptType(
    name="CEB312",
    section=Section(
        "OrderReturn",
        (
            _GUID,
            text("ebpCode", "platform_code", 1, 18),
            text("ebcCode", "merchant_code", 1, 18),
            text("orderNo", "order_no", 1, 60),
            *_RESULT,
        ),
    ),
    receipt=OrderReturn,
)
CEB412 = ReceiptType(
    name="CEB412",
    section=Section(
        "PaymentReturn",
        (
            _GUID,
            text("payCode", "payment_company_code", 1, 18),
            text("payTransactionId", "payment_transaction_no", 1, 60),
            *_RESULT,
        ),
    ),
    receipt=PaymentReturn,
)
CEB512 = ReceiptType(
    name="CEB512",
    section=Section(
        "LogisticsReturn",
        (
            _GUID,
            text("logisticsCode", "logistics_code", 1, 18),
            text("logisticsNo", "waybill_no", 1, 60),
            *_RESULT,
        ),
    ),
    receipt=LogisticsReturn,
)
CEB622 = ReceiptType(
    name="CEB622",
    section=Section(
        "InventoryReturn",
        (
            _GUID,
            optional_code("customsCode", "customs_code", 4),
            optional_text("ebpCode", "platform_code", 1, 18),
            optional_text("ebcCode", "merchant_code", 1, 18),
            optional_text("agentCode", "declarant_code", 1, 18),
            text("copNo", "internal_no", 1, 20),  # optional in CEB621, required here
            code("preNo", "pre_no", 18),
            optional_code("invtNo", "declaration_no", 18),
            *_RESULT,
        ),
    ),
    receipt=InventoryReturn,
)
CEB900 = ReceiptType(
    name="CEB900",
    section=Section(
        "MessageReturn",
        (
            _GUID,
            _STATUS,
            text("returnInfo", "return_info", 0, 5000),
            _TIME,
            text("oriCopMsgId", "original_transport_id", 0, 255),
            text("oriMessageType", "original_message_type", 0, 15),
            text("oriBizMessage", "original_message", 0, 2**31),
        ),
    ),
    receipt=MessageReturn,
)
