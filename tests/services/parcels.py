"""Many parcels from the builders' one: other numbers, other buyers, other amounts, still consistent."""

from decimal import Decimal
from typing import TypeVar

import msgspec

from app.domain.dossier import Declaration, Documents, Order, Payment, Waybill
from tests import builders

AnyDocument = TypeVar("AnyDocument", Order, Payment, Waybill, Declaration)


def parcel(number: int, *, buyer: str | None = None, price_cny: str = "60.00", quantity: int = 2) -> Documents:
    """A clean parcel with numbers of its own and, where a price is given, amounts that follow from it."""
    documents = builders.documents()
    identity = buyer or builders.an_identity_number(sequence=f"{number % 1000:03d}", born=_born(number))
    ids = {"order_no": f"ORDER{number:08d}"}
    people = {"buyer_id_number": identity, "buyer_telephone": f"139{number:08d}"}
    address = f"上海市浦东新区测试路{number}号"
    order = msgspec.structs.replace(
        documents.order,
        **ids,
        **people,
        **_message("A", number),
        payment_transaction_no=f"PAY{number:010d}",
        consignee_address=address,
        consignee_telephone=people["buyer_telephone"],
    )
    payment = msgspec.structs.replace(
        documents.payment,
        **ids,
        **_message("B", number),
        payer_id_number=identity,
        payment_transaction_no=f"PAY{number:010d}",
    )
    waybill = msgspec.structs.replace(
        documents.waybill,
        **ids,
        **_message("C", number),
        waybill_no=f"WB{number:010d}",
        consignee_address=address,
        consignee_telephone=people["buyer_telephone"],
    )
    declaration = msgspec.structs.replace(
        documents.declaration,
        **ids,
        **people,
        **_message("D", number),
        waybill_no=f"WB{number:010d}",
        consignee_address=address,
        internal_no=f"TG{number:010d}",
    )
    whole = Documents(order=order, payment=payment, waybill=waybill, declaration=declaration)
    return priced(whole, Decimal(price_cny), quantity)


def priced(documents: Documents, price_cny: Decimal, quantity: int) -> Documents:
    """The same parcel with one goods item at this price; withheld tax 0 is lawful."""
    total = price_cny * quantity
    goods = {"quantity": Decimal(quantity), "price_cny": price_cny, "total_cny": total}
    paid = total + documents.order.freight_cny - documents.order.discount_cny
    return Documents(
        order=msgspec.structs.replace(
            documents.order,
            items=(msgspec.structs.replace(documents.order.items[0], **goods),),
            goods_value_cny=total,
            tax_total_cny=Decimal(0),
            actual_paid_cny=paid,
        ),
        payment=msgspec.structs.replace(documents.payment, amount_cny=paid),
        waybill=documents.waybill,
        declaration=msgspec.structs.replace(
            documents.declaration, items=(msgspec.structs.replace(documents.declaration.items[0], **goods),)
        ),
    )


def later(document: AnyDocument, seconds: int = 60, **changes: object) -> AnyDocument:
    """A newer message of the same document."""
    stamp = int(document.filed_at) + seconds
    message_id = f"{document.message_id[:-4]}{seconds:04d}"
    return msgspec.structs.replace(document, filed_at=str(stamp), message_id=message_id, **changes)


def _message(letter: str, number: int) -> dict[str, str]:
    return {"message_id": f"{letter}0000000-0000-4000-8000-{number:012d}"}


def _born(number: int) -> str:
    return f"19{60 + number // 1000 % 40:02d}0307"
