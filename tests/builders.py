"""Sane documents and facts for tests: a clean 9610 parcel that is released on 2024-06-18, and a bonded variant.

Every field has a default and is a keyword. Amounts add up: goods 205.00, freight 15.00, tax 20.02, discount 10.00.
Names, numbers and addresses are made up; identity numbers have the right check digit and belong to nobody we know.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.domain.dossier import (
    Declaration,
    DeclarationItem,
    Documents,
    Order,
    OrderItem,
    Payment,
    Waybill,
)
from app.domain.facts import Facts, PartyStanding

ACCEPTED_ON: Final = date(2024, 6, 18)
ORDER_NO: Final = "PF20240618000001"
PLATFORM: Final = "3101960P01"
MERCHANT: Final = "3101960M01"
PAYMENT_COMPANY: Final = "3101960Y01"
LOGISTICS: Final = "3101960L01"
DECLARANT: Final = "3101980D01"
WAREHOUSE: Final = "3122460W01"
WAYBILL_NO: Final = "SF2406180000011"
TRANSACTION_NO: Final = "2024061722001400000001"
BUYER: Final = "李明"
TELEPHONE: Final = "13800000001"
ADDRESS: Final = "上海市徐汇区测试路1号2单元301室"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def an_identity_number(*, county: str = "310104", born: str = "19900307", sequence: str = "012") -> str:
    """A synthetic identity number with the check digit of GB 11643-1999 (ISO 7064 MOD 11-2)."""
    body = county + born + sequence
    remainder = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[remainder]


IDENTITY: Final = an_identity_number()


def header(message_id: str) -> dict[str, Any]:
    """The header of a document; the guid has 36 characters."""
    return {"message_id": f"00000000-0000-4000-8000-{message_id:>012}".upper(), "filed_at": "20240618093000"}


def an_order_item(**changes: Any) -> OrderItem:
    """The first item: two boxes of filled chocolate."""
    values: dict[str, Any] = {
        "line_no": 1,
        "item_no": "SKU-1001",
        "item_name": "夹心巧克力礼盒",
        "model": "品牌:测试|规格:500克/盒",
        "unit": "140",
        "quantity": Decimal(2),
        "price_cny": Decimal("60.00"),
        "total_cny": Decimal("120.00"),
        "currency": "142",
        "country_of_origin": "301",
    }
    return OrderItem(**values | changes)


def order_items() -> tuple[OrderItem, ...]:
    """Both items of the default parcel."""
    return (
        an_order_item(),
        an_order_item(
            line_no=2,
            item_no="SKU-1002",
            item_name="草本洗发水",
            model="品牌:测试|规格:750毫升/瓶",
            unit="142",
            quantity=Decimal(1),
            price_cny=Decimal("85.00"),
            total_cny=Decimal("85.00"),
            country_of_origin="133",
        ),
    )


def an_order(**changes: Any) -> Order:
    """The order of the default parcel."""
    values: dict[str, Any] = header("311") | {
        "order_no": ORDER_NO,
        "platform_code": PLATFORM,
        "platform_name": "测试电商平台",
        "merchant_code": MERCHANT,
        "merchant_name": "测试电商企业",
        "goods_value_cny": Decimal("205.00"),
        "freight_cny": Decimal("15.00"),
        "discount_cny": Decimal("10.00"),
        "tax_total_cny": Decimal("20.02"),
        "actual_paid_cny": Decimal("230.02"),
        "currency": "142",
        "buyer_account": "buyer-0001",
        "buyer_name": BUYER,
        "buyer_telephone": TELEPHONE,
        "buyer_id_type": "1",
        "buyer_id_number": IDENTITY,
        "payment_company_code": PAYMENT_COMPANY,
        "payment_company_name": "测试支付企业",
        "payment_transaction_no": TRANSACTION_NO,
        "consignee": BUYER,
        "consignee_telephone": TELEPHONE,
        "consignee_address": ADDRESS,
        "consignee_district": "310104",
        "items": order_items(),
    }
    return Order(**values | changes)


def a_payment(**changes: Any) -> Payment:
    """The payment of the default parcel, by the buyer."""
    values: dict[str, Any] = header("411") | {
        "payment_company_code": PAYMENT_COMPANY,
        "payment_company_name": "测试支付企业",
        "payment_transaction_no": TRANSACTION_NO,
        "order_no": ORDER_NO,
        "platform_code": PLATFORM,
        "platform_name": "测试电商平台",
        "payer_id_type": "1",
        "payer_id_number": IDENTITY,
        "payer_name": BUYER,
        "payer_telephone": TELEPHONE,
        "amount_cny": Decimal("230.02"),
        "currency": "142",
        "paid_at": "20240617221500",
    }
    return Payment(**values | changes)


def a_waybill(**changes: Any) -> Waybill:
    """The waybill of the default parcel."""
    values: dict[str, Any] = header("511") | {
        "logistics_code": LOGISTICS,
        "logistics_name": "测试物流企业",
        "waybill_no": WAYBILL_NO,
        "bill_no": "78412345675",
        "order_no": ORDER_NO,
        "freight_cny": Decimal("15.00"),
        "insurance_cny": Decimal(0),
        "currency": "142",
        "gross_weight_kg": Decimal("2.10"),
        "pack_count": 1,
        "goods_info": "巧克力、洗发水",
        "consignee": BUYER,
        "consignee_address": ADDRESS,
        "consignee_telephone": TELEPHONE,
    }
    return Waybill(**values | changes)


def a_declaration_item(**changes: Any) -> DeclarationItem:
    """The first item: two boxes of filled chocolate, one kilogram together."""
    values: dict[str, Any] = {
        "line_no": 1,
        "item_no": "SKU-1001",
        "item_name": "夹心巧克力礼盒",
        "hs_code": "1806310000",
        "goods_name": "夹心巧克力礼盒",
        "model": "品牌:测试|规格:500克/盒",
        "bar_code": "无",
        "country_of_origin": "301",
        "trade_country": "301",
        "currency": "142",
        "quantity": Decimal(2),
        "unit": "140",
        "legal_quantity": Decimal(1),
        "legal_unit": "035",
        "price_cny": Decimal("60.00"),
        "total_cny": Decimal("120.00"),
    }
    return DeclarationItem(**values | changes)


def declaration_items() -> tuple[DeclarationItem, ...]:
    """Both items of the default parcel."""
    return (
        a_declaration_item(),
        a_declaration_item(
            line_no=2,
            item_no="SKU-1002",
            item_name="草本洗发水",
            hs_code="3305100090",
            goods_name="草本洗发水",
            model="品牌:测试|规格:750毫升/瓶",
            country_of_origin="133",
            trade_country="133",
            quantity=Decimal(1),
            unit="142",
            legal_quantity=Decimal("0.75"),
            price_cny=Decimal("85.00"),
            total_cny=Decimal("85.00"),
        ),
    )


def a_declaration(**changes: Any) -> Declaration:
    """The declaration of the default parcel: direct purchase 9610 by air at Pudong airport."""
    values: dict[str, Any] = header("621") | {
        "order_no": ORDER_NO,
        "platform_code": PLATFORM,
        "platform_name": "测试电商平台",
        "merchant_code": MERCHANT,
        "merchant_name": "测试电商企业",
        "waybill_no": WAYBILL_NO,
        "logistics_code": LOGISTICS,
        "logistics_name": "测试物流企业",
        "internal_no": "TG20240618000001",
        "guarantor_code": PLATFORM,
        "import_export_flag": "I",
        "declared_on": "20240618",
        "customs_code": "2244",
        "port_code": "2233",
        "import_date": "20240617",
        "buyer_id_type": "1",
        "buyer_id_number": IDENTITY,
        "buyer_name": BUYER,
        "buyer_telephone": TELEPHONE,
        "consignee_address": ADDRESS,
        "declarant_code": DECLARANT,
        "declarant_name": "测试报关企业",
        "trade_mode": "9610",
        "transport_mode": "5",
        "transport_no": "MU0510",
        "voyage_no": "MU0510",
        "bill_no": "78412345675",
        "country_of_departure": "133",
        "freight_cny": Decimal("15.00"),
        "insurance_cny": Decimal(0),
        "currency": "142",
        "wrap_type": "2",
        "pack_count": 1,
        "gross_weight_kg": Decimal("2.10"),
        "net_weight_kg": Decimal("1.75"),
        "transmitted_by": DECLARANT,
        "items": declaration_items(),
    }
    return Declaration(**values | changes)


def a_bonded_declaration(**changes: Any) -> Declaration:
    """The same parcel out of a bonded warehouse (1210): account book, record numbers, no means of transport."""
    items = tuple(msgspec.structs.replace(item, record_no=f"{item.line_no:09}") for item in declaration_items())
    bonded: dict[str, Any] = {
        "trade_mode": "1210",
        "transport_mode": "Y",
        "transport_no": None,
        "voyage_no": None,
        "bill_no": None,
        "country_of_departure": "142",
        "account_book_no": "T2244W000001",
        "warehouse_code": WAREHOUSE,
        "warehouse_name": "测试区内企业",
        "items": items,
    }
    return a_declaration(**bonded | changes)


def documents(
    *,
    order: Order | None = None,
    payment: Payment | None = None,
    waybill: Waybill | None = None,
    declaration: Declaration | None = None,
) -> Documents:
    """The four documents of the default parcel, or the given ones."""
    return Documents(
        order=order or an_order(),
        payment=payment or a_payment(),
        waybill=waybill or a_waybill(),
        declaration=declaration or a_declaration(),
    )


def bonded_documents() -> Documents:
    """The four documents of the bonded variant."""
    return documents(declaration=a_bonded_declaration(), waybill=a_waybill(bill_no=None))


def a_party(role: str, code: str, **changes: Any) -> PartyStanding:
    """A party in good standing."""
    values: dict[str, Any] = {"role": role, "code": code, "registered": True, "credit_class": "ordinary"}
    return PartyStanding(**values | changes)


def parties() -> tuple[PartyStanding, ...]:
    """Every party of the default parcel, in good standing."""
    return (
        a_party("platform", PLATFORM),
        a_party("merchant", MERCHANT),
        a_party("payment", PAYMENT_COMPANY),
        a_party("logistics", LOGISTICS),
        a_party("declarant", DECLARANT),
        a_party("warehouse", WAREHOUSE),
        a_party("guarantor", PLATFORM),
    )


def facts(**changes: Any) -> Facts:
    """What is known beside the documents: a buyer with nothing on record this year, a draw that inspects nobody."""
    values: dict[str, Any] = {
        "accepted_on": ACCEPTED_ON,
        "parties": parties(),
        "transmission_mandated": True,
        "annual_used_cny": Decimal(0),
        "payment_shared_with": (),
        "waybill_uses": (),
        "buyer_parcels": 0,
        "buyer_same_day_cny": Decimal(0),
        "telephone_identities": 0,
        "address_identities": 0,
        "price_history": (),
        "inspection_draw_ppm": 999_999,
        "inspection_rate_ppm": None,
        "identity_valid": True,
    }
    return Facts(**values | changes)
