"""The pydantic models that one would write by hand for a dossier: the fields and limits of ours, as one declares them.

A test compares them with the bodies of `app/schemas`, so that the baseline checks neither less nor more than we do.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Code1 = Annotated[str, Field(min_length=1, max_length=1)]
Code3 = Annotated[str, Field(min_length=3, max_length=3)]
Code4 = Annotated[str, Field(min_length=4, max_length=4)]
Code6 = Annotated[str, Field(min_length=6, max_length=6)]
Code10 = Annotated[str, Field(min_length=10, max_length=10)]
Code36 = Annotated[str, Field(min_length=36, max_length=36)]
Text18 = Annotated[str, Field(min_length=1, max_length=18)]
Text30 = Annotated[str, Field(min_length=1, max_length=30)]
Text50 = Annotated[str, Field(min_length=1, max_length=50)]
Text60 = Annotated[str, Field(min_length=1, max_length=60)]
Text100 = Annotated[str, Field(min_length=1, max_length=100)]
Text200 = Annotated[str, Field(min_length=1, max_length=200)]
Text250 = Annotated[str, Field(min_length=1, max_length=250)]
Text510 = Annotated[str, Field(min_length=1, max_length=510)]
UpTo3 = Annotated[str, Field(max_length=3)]
UpTo10 = Annotated[str, Field(max_length=10)]
UpTo18 = Annotated[str, Field(max_length=18)]
UpTo19 = Annotated[str, Field(max_length=19)]
UpTo20 = Annotated[str, Field(max_length=20)]
UpTo30 = Annotated[str, Field(max_length=30)]
UpTo32 = Annotated[str, Field(max_length=32)]
UpTo37 = Annotated[str, Field(max_length=37)]
UpTo50 = Annotated[str, Field(max_length=50)]
UpTo60 = Annotated[str, Field(max_length=60)]
UpTo100 = Annotated[str, Field(max_length=100)]
UpTo200 = Annotated[str, Field(max_length=200)]
UpTo250 = Annotated[str, Field(max_length=250)]
UpTo1000 = Annotated[str, Field(max_length=1000)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=19, decimal_places=5)]
LineNo = Annotated[int, Field(ge=1, le=9999)]
PackCount = Annotated[int, Field(ge=0, le=999_999_999)]
FilingType = Literal["1", "2", "3", "new", "change", "delete"]
FilingStatus = Literal["1", "2", "staged", "declared"]


class Body(BaseModel):
    """Every field is known; a misspelt one is refused."""

    model_config = ConfigDict(extra="forbid")


class Filing(Body):
    """The header of every document."""

    message_id: Code36 | None = None
    filed_at: datetime | None = None
    filing_type: FilingType | None = None
    filing_status: FilingStatus | None = None


class OrderItem(Body):
    """One goods item of an order."""

    line_no: LineNo
    item_no: UpTo30 | None = None
    item_name: Text250
    model: Text510
    description: UpTo1000 | None = None
    bar_code: UpTo50 | None = None
    unit: Code3
    quantity: Amount
    price_cny: Amount
    total_cny: Amount
    currency: Code3
    country_of_origin: Code3
    note: UpTo1000 | None = None


class Order(Filing):
    """An order."""

    order_type: Code1 | None = None
    order_no: Text60
    platform_code: Text18
    platform_name: Text100
    merchant_code: Text18
    merchant_name: Text100
    goods_value_cny: Amount
    freight_cny: Amount
    discount_cny: Amount
    tax_total_cny: Amount
    actual_paid_cny: Amount
    currency: Code3
    buyer_account: Text60
    buyer_name: Text60
    buyer_telephone: Text30
    buyer_id_type: Code1
    buyer_id_number: Text60
    payment_company_code: UpTo18 | None = None
    payment_company_name: UpTo100 | None = None
    payment_transaction_no: UpTo60 | None = None
    batch_numbers: UpTo100 | None = None
    consignee: Text100
    consignee_telephone: Text50
    consignee_address: Text200
    consignee_district: Code6 | None = None
    note: UpTo1000 | None = None
    items: Annotated[list[OrderItem], Field(min_length=1, max_length=99)]


class Payment(Filing):
    """A payment."""

    payment_company_code: Text18
    payment_company_name: Text100
    payment_transaction_no: Text60
    order_no: Text60
    platform_code: Text18
    platform_name: Text100
    payer_id_type: Code1
    payer_id_number: Text60
    payer_name: Text60
    payer_telephone: UpTo60 | None = None
    amount_cny: Amount
    currency: Code3
    paid_at: datetime
    note: UpTo1000 | None = None


class Waybill(Filing):
    """A waybill."""

    logistics_code: Text18
    logistics_name: Text100
    waybill_no: Text60
    bill_no: UpTo37 | None = None
    order_no: Text60
    freight_cny: Amount | None = None
    insurance_cny: Amount | None = None
    currency: Code3
    gross_weight_kg: Amount
    pack_count: PackCount
    goods_info: UpTo200 | None = None
    consignee: Text100
    consignee_address: Text200
    consignee_telephone: Text50
    note: UpTo1000 | None = None


class DeclarationItem(Body):
    """One goods item of a declaration."""

    line_no: LineNo
    record_no: UpTo30 | None = None
    item_no: UpTo30 | None = None
    item_name: UpTo250 | None = None
    hs_code: Code10
    goods_name: Text250
    model: Text510
    bar_code: UpTo50 | None = None
    country_of_origin: Code3
    trade_country: UpTo3 | None = None
    currency: Code3
    quantity: Amount
    unit: Code3
    legal_quantity: Amount
    legal_unit: Code3
    second_quantity: Amount | None = None
    second_unit: Code3 | None = None
    price_cny: Amount
    total_cny: Amount
    note: UpTo1000 | None = None


class Declaration(Filing):
    """A declaration."""

    order_no: Text60
    platform_code: Text18
    platform_name: Text100
    merchant_code: Text18
    merchant_name: Text100
    waybill_no: Text60
    logistics_code: Text18
    logistics_name: Text100
    internal_no: UpTo20 | None = None
    pre_no: UpTo18 | None = None
    guarantor_code: Text30
    account_book_no: UpTo30 | None = None
    declaration_no: UpTo18 | None = None
    import_export_flag: Code1 | None = None
    declared_on: date
    customs_code: Code4
    port_code: Code4
    import_date: date | None = None
    buyer_id_type: Code1
    buyer_id_number: Text60
    buyer_name: Text60
    buyer_telephone: Text30
    consignee_address: Text200
    declarant_code: Text18
    declarant_name: Text100
    warehouse_code: UpTo18 | None = None
    warehouse_name: UpTo100 | None = None
    trade_mode: Code4
    transport_mode: Code1
    transport_no: UpTo100 | None = None
    voyage_no: UpTo32 | None = None
    bill_no: UpTo37 | None = None
    site_code: UpTo10 | None = None
    licence_no: UpTo19 | None = None
    country_of_departure: Code3
    freight_cny: Amount
    insurance_cny: Amount
    currency: Code3
    wrap_type: Code1 | None = None
    pack_count: PackCount
    gross_weight_kg: Amount
    net_weight_kg: Amount
    note: UpTo1000 | None = None
    items: Annotated[list[DeclarationItem], Field(min_length=1, max_length=99)]


class Dossier(Body):
    """A declaration and what is filed with it."""

    order: Order | None = None
    payment: Payment | None = None
    waybill: Waybill | None = None
    declaration: Declaration


class Batch(Body):
    """Many dossiers in one body."""

    declarations: Annotated[list[Dossier], Field(min_length=1, max_length=1000)]
