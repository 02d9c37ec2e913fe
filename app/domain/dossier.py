"""The documents of one parcel as frozen values in customs words.

What belongs here: the four documents of a retail import and the values computed from them. What does not: wire
names (`app/ceb`, `app/schemas`), lengths and patterns (the doors check them), anything that reads or writes.

Amounts are CNY, weights kilograms, both `Decimal` with at most 19 digits and 5 decimals (N19,5 of the message
specification, 202205 edition, chapter 3). An optional text that was sent empty is None.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from app.domain.duty import TaxBill

Direction = Literal["I", "E"]


class Value(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of the documents: immutable, compared by value, untracked by the garbage collector (no cycles)."""


class Filing(Value, frozen=True, kw_only=True, gc=False):
    """The header that every document carries.

    `message_id` is the sender's 36 character guid; `filed_at` the sender's time as YYYYMMDDhhmmss in Asia/Shanghai
    (appTime). The newer of two messages of one document is the greater (filed_at, message_id).
    """

    message_id: str
    filed_at: str
    filing_type: Literal["1", "2", "3"] = "1"  # 1 new, 2 change, 3 delete (appType)
    filing_status: Literal["1", "2"] = "2"  # 1 staged, 2 declared (appStatus)

    @property
    def stamp(self) -> str:
        """What decides which of two messages of one document is the newer."""
        return self.filed_at + self.message_id


class OrderItem(Value, frozen=True, kw_only=True, gc=False):
    """One goods item of an order (OrderList, table 3-3)."""

    line_no: int  # gnum
    item_no: str | None = None  # the seller's article number (SKU)
    item_name: str
    model: str
    description: str | None = None
    bar_code: str | None = None
    unit: str
    quantity: Decimal
    price_cny: Decimal
    total_cny: Decimal
    currency: str
    country_of_origin: str
    note: str | None = None


class Order(Filing, frozen=True, kw_only=True, gc=False):
    """An electronic order 电子订单 (CEB311, table 3-3)."""

    order_type: str = "I"  # orderType: I import; another value is a finding, as ieFlag of the declaration
    order_no: str
    platform_code: str
    platform_name: str
    merchant_code: str
    merchant_name: str
    goods_value_cny: Decimal
    freight_cny: Decimal
    discount_cny: Decimal
    tax_total_cny: Decimal
    actual_paid_cny: Decimal
    currency: str
    buyer_account: str  # buyerRegNo
    buyer_name: str
    buyer_telephone: str
    buyer_id_type: str
    buyer_id_number: str
    payment_company_code: str | None = None
    payment_company_name: str | None = None
    payment_transaction_no: str | None = None
    batch_numbers: str | None = None
    consignee: str
    consignee_telephone: str
    consignee_address: str
    consignee_district: str | None = None
    note: str | None = None
    items: tuple[OrderItem, ...]


class Payment(Filing, frozen=True, kw_only=True, gc=False):
    """A payment document 支付凭证 (CEB411, table 3-10)."""

    payment_company_code: str
    payment_company_name: str
    payment_transaction_no: str
    order_no: str
    platform_code: str
    platform_name: str
    payer_id_type: str
    payer_id_number: str
    payer_name: str
    payer_telephone: str | None = None
    amount_cny: Decimal
    currency: str
    paid_at: str  # YYYYMMDDhhmmss
    note: str | None = None


class Waybill(Filing, frozen=True, kw_only=True, gc=False):
    """A waybill 物流运单 (CEB511, table 3-17). It names no platform: the declaration that names it binds it."""

    logistics_code: str
    logistics_name: str
    waybill_no: str
    bill_no: str | None = None
    order_no: str
    freight_cny: Decimal | None = None
    insurance_cny: Decimal | None = None
    currency: str
    gross_weight_kg: Decimal
    pack_count: int
    goods_info: str | None = None
    consignee: str
    consignee_address: str
    consignee_telephone: str
    note: str | None = None


class DeclarationItem(Value, frozen=True, kw_only=True, gc=False):
    """One goods item of a declaration (InventoryList, table 3-31)."""

    line_no: int  # gnum
    record_no: str | None = None  # itemRecordNo, bonded only
    item_no: str | None = None
    item_name: str | None = None
    hs_code: str  # ten digits
    goods_name: str
    model: str
    bar_code: str | None = None
    country_of_origin: str
    trade_country: str | None = None
    currency: str
    quantity: Decimal
    unit: str
    legal_quantity: Decimal
    legal_unit: str
    second_quantity: Decimal | None = None
    second_unit: str | None = None
    price_cny: Decimal
    total_cny: Decimal
    note: str | None = None


class Declaration(Filing, frozen=True, kw_only=True, gc=False):
    """A declaration 进口清单 (CEB621, table 3-31)."""

    order_no: str
    platform_code: str
    platform_name: str
    merchant_code: str
    merchant_name: str
    waybill_no: str
    logistics_code: str
    logistics_name: str
    internal_no: str | None = None  # copNo
    pre_no: str | None = None
    guarantor_code: str  # assureCode
    account_book_no: str | None = None  # emsNo, bonded only
    declaration_no: str | None = None  # invtNo
    import_export_flag: str  # ieFlag
    declared_on: str  # YYYYMMDD, the sender's; the acceptance day is ours
    customs_code: str
    port_code: str
    import_date: str | None = None
    buyer_id_type: str
    buyer_id_number: str
    buyer_name: str
    buyer_telephone: str
    consignee_address: str
    declarant_code: str  # agentCode
    declarant_name: str
    warehouse_code: str | None = None  # areaCode, bonded only
    warehouse_name: str | None = None
    trade_mode: str
    transport_mode: str
    transport_no: str | None = None  # trafNo
    voyage_no: str | None = None
    bill_no: str | None = None
    site_code: str | None = None  # loctNo
    licence_no: str | None = None
    country_of_departure: str
    freight_cny: Decimal
    insurance_cny: Decimal
    currency: str
    wrap_type: str | None = None
    pack_count: int
    gross_weight_kg: Decimal
    net_weight_kg: Decimal
    note: str | None = None
    transmitted_by: str | None = None  # copCode of BaseTransfer: who sent the message, where the door knows it
    items: tuple[DeclarationItem, ...]


class Documents(Value, frozen=True, kw_only=True, gc=False):
    """The complete set of one parcel: what an assessment is made of."""

    direction: Direction = "I"
    order: Order
    payment: Payment
    waybill: Waybill
    declaration: Declaration


class Dossier(Value, frozen=True, kw_only=True, gc=False):
    """The documents together with what is computed from them once, before any rule runs.

    Rules read this. `dutiable_value_cny` is the whole order's (goods before discounts + freight + insurance of the
    declaration, tax.md); `tax` the bill assessed under the law of the acceptance day.
    """

    order: Order
    payment: Payment
    waybill: Waybill
    declaration: Declaration
    dutiable_value_cny: Decimal
    tax: TaxBill
