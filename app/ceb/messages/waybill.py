"""CEB511 物流运单: table 3-17 of the specification."""

from app.ceb.fields import amount, code, identifier, optional_amount, optional_text, text, whole
from app.ceb.messages.shape import MessageType, Section
from app.domain.dossier import Waybill

_HEAD = Section(
    "LogisticsHead",
    (
        code("guid", "message_id", 36),
        code("appType", "filing_type", 1),
        code("appTime", "filed_at", 14),
        text("appStatus", "filing_status", 1, 3),
        identifier("logisticsCode", "logistics_code", 1, 18),
        text("logisticsName", "logistics_name", 1, 100),
        identifier("logisticsNo", "waybill_no", 1, 60),
        optional_text("billNo", "bill_no", 0, 37),
        identifier("orderNo", "order_no", 1, 60),
        optional_amount("freight", "freight_cny"),
        optional_amount("insuredFee", "insurance_cny"),
        text("currency", "currency", 3, 3, fixed="142"),
        amount("weight", "gross_weight_kg"),
        whole("packNo", "pack_count", digits=9),
        optional_text("goodsInfo", "goods_info", 0, 200),
        text("consignee", "consignee", 1, 100),
        text("consigneeAddress", "consignee_address", 1, 200),
        text("consigneeTelephone", "consignee_telephone", 1, 50),
        optional_text("note", "note", 0, 1000),
    ),
)
CEB511 = MessageType(name="CEB511", node="Logistics", head=_HEAD, document=Waybill, answered_by="CEB512")
