"""The triple check 三单对碰, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.triple_check.consignee import consignee
from app.rules.triple_check.order_amounts import actual_paid, goods_value, item_total
from app.rules.triple_check.payer_is_buyer import payer_is_buyer
from app.rules.triple_check.payment_amount import payment_amount, shared_payment
from app.rules.triple_check.payment_names import payment_company, payment_names_order, payment_transaction
from app.rules.triple_check.waybill_names_order import waybill_names_order

RULES: tuple[Rule, ...] = (
    actual_paid,
    payment_amount,
    shared_payment,
    payment_names_order,
    waybill_names_order,
    payment_company,
    payer_is_buyer,
    consignee,
    item_total,
    goods_value,
    payment_transaction,
)
