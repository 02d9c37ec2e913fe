"""CEB411 支付凭证: table 3-10 of the specification."""

from app.ceb.fields import amount, code, identifier, optional_text, text
from app.ceb.messages.shape import MessageType, Section
from app.domain.dossier import Payment

_HEAD = Section(
    "PaymentHead",
    (
        code("guid", "message_id", 36),
        code("appType", "filing_type", 1),
        code("appTime", "filed_at", 14),
        text("appStatus", "filing_status", 1, 3),
        identifier("payCode", "payment_company_code", 1, 18),
        text("payName", "payment_company_name", 1, 100),
        identifier("payTransactionId", "payment_transaction_no", 1, 60),
        identifier("orderNo", "order_no", 1, 60),
        identifier("ebpCode", "platform_code", 1, 18),
        text("ebpName", "platform_name", 1, 100),
        code("payerIdType", "payer_id_type", 1),
        text("payerIdNumber", "payer_id_number", 1, 60),
        text("payerName", "payer_name", 1, 60),
        optional_text("telephone", "payer_telephone", 0, 60),
        amount("amountPaid", "amount_cny"),
        text("currency", "currency", 3, 3, fixed="142"),
        code("payTime", "paid_at", 14),
        optional_text("note", "note", 0, 1000),
    ),
)
CEB411 = MessageType(name="CEB411", node="Payment", head=_HEAD, document=Payment, answered_by="CEB412")
