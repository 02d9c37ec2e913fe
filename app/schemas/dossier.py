"""What one parcel may be filed with in a single request: its declaration and any of the three documents."""

from typing import Annotated

from msgspec import UNSET, Meta

from app.schemas.declaration import DeclarationBody
from app.schemas.fields import Absent, Body
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.waybill import WaybillBody


class DossierBody(Body, kw_only=True):
    """A declaration, alone or together with documents that are filed with it.

    A document may stand here when the caller owns it or holds its party's mandate; documents that are left out were
    filed, or will be, by their own parties.
    """

    order: Annotated[OrderBody, Meta(title="电子订单")] | Absent = UNSET
    payment: Annotated[PaymentBody, Meta(title="支付凭证")] | Absent = UNSET
    waybill: Annotated[WaybillBody, Meta(title="物流运单")] | Absent = UNSET
    declaration: Annotated[DeclarationBody, Meta(title="进口清单")]
