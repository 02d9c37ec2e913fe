"""CEB311 电子订单: table 3-3 of the specification."""

from app.ceb.fields import amount, code, identifier, optional_code, optional_identifier, optional_text, text, whole
from app.ceb.messages.shape import MessageType, Section
from app.domain.dossier import Order, OrderItem

_HEAD = Section(
    "OrderHead",
    (
        code("guid", "message_id", 36),
        code("appType", "filing_type", 1),
        code("appTime", "filed_at", 14),
        text("appStatus", "filing_status", 1, 3),
        code("orderType", "order_type", 1),
        identifier("orderNo", "order_no", 1, 60),
        identifier("ebpCode", "platform_code", 1, 18),
        text("ebpName", "platform_name", 1, 100),
        identifier("ebcCode", "merchant_code", 1, 18),
        text("ebcName", "merchant_name", 1, 100),
        amount("goodsValue", "goods_value_cny"),
        amount("freight", "freight_cny"),
        amount("discount", "discount_cny"),
        amount("taxTotal", "tax_total_cny"),
        amount("acturalPaid", "actual_paid_cny"),  # sic
        text("currency", "currency", 3, 3, fixed="142"),
        text("buyerRegNo", "buyer_account", 1, 60),
        text("buyerName", "buyer_name", 1, 60),
        text("buyerTelephone", "buyer_telephone", 1, 30),
        code("buyerIdType", "buyer_id_type", 1),
        text("buyerIdNumber", "buyer_id_number", 1, 60),
        optional_identifier("payCode", "payment_company_code", 18),
        optional_text("payName", "payment_company_name", 0, 100),
        optional_identifier("payTransactionId", "payment_transaction_no", 60),
        optional_text("batchNumbers", "batch_numbers", 0, 100),
        text("consignee", "consignee", 1, 100),
        text("consigneeTelephone", "consignee_telephone", 1, 50),
        text("consigneeAddress", "consignee_address", 1, 200),
        optional_code("consigneeDistrict", "consignee_district", 6),
        optional_text("note", "note", 0, 1000),
    ),
)
_ITEM = Section(
    "OrderList",
    (
        whole("gnum", "line_no"),
        optional_text("itemNo", "item_no", 0, 30),
        text("itemName", "item_name", 1, 250),
        text("gmodel", "model", 1, 510),
        optional_text("itemDescribe", "description", 0, 1000),
        optional_text("barCode", "bar_code", 0, 50),
        code("unit", "unit", 3),
        amount("qty", "quantity"),
        amount("price", "price_cny"),
        amount("totalPrice", "total_cny"),
        text("currency", "currency", 3, 3, fixed="142"),
        code("country", "country_of_origin", 3),
        optional_text("note", "note", 0, 1000),
    ),
)
CEB311 = MessageType(
    name="CEB311", node="Order", head=_HEAD, items=_ITEM, document=Order, item=OrderItem, answered_by="CEB312"
)
