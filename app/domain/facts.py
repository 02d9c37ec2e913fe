"""What a rule may know beside the documents and the law: read once before thinking, stored with the assessment.

Facts change with time, so every one that `assess` receives is kept: documents + facts + book + day give the same
assessment again (promise P4). Amounts are CNY. A fact that could not be loaded is None, and a rule that needs it is
undetermined: unknown is a type, not a default.
"""

from datetime import date
from decimal import Decimal

import msgspec

from app.domain.velocity import Contacts, ProfileDraw, Velocity


class PartyStanding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the register says of one party in one role on the acceptance day."""

    role: str  # platform, merchant, payment, logistics, declarant, warehouse, guarantor
    code: str
    registered: bool  # in this role, on this day
    suspended: bool = False
    credit_class: str | None = None  # advanced, ordinary, discredited


class SharedPayment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Another order that the same payment transaction was filed for; its amount is None while it is not known."""

    order_no: str
    platform_code: str
    actual_paid_cny: Decimal | None


class WaybillUse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Another declaration that used the same waybill number and still stands (neither refused nor cancelled)."""

    order_no: str
    used_on: date


class PriceHistory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Earlier unit prices of one (platform, item no.): how many were read, and their median."""

    line_no: int
    count: int
    median_cny: Decimal | None


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everything that is read besides the documents, for one declaration."""

    accepted_on: date
    parties: tuple[PartyStanding, ...]
    transmission_mandated: bool = True  # the transmitting party is the declarant or holds its mandate
    annual_used_cny: Decimal | None  # of the buyer, in the year of the acceptance day, before this declaration
    payment_shared_with: tuple[SharedPayment, ...] | None
    waybill_uses: tuple[WaybillUse, ...] | None  # in the look-back window
    buyer_parcels: int | None  # declarations of this identity in the risk window, without this one
    buyer_same_day_cny: Decimal | None  # dutiable value of the buyer's other declarations of the same day
    telephone_identities: int | None  # other identities seen with this telephone in the risk window
    address_identities: int | None  # other identities seen with this address in the risk window
    price_history: tuple[PriceHistory, ...] | None
    inspection_draw_ppm: int | None  # 0..999,999: the declaration's draw under the secret of the acceptance day
    inspection_rate_ppm: int | None = None  # an operator's override of the rate by credit class
    identity_valid: bool | None = None  # GB 11643 check of the buyer's number, made once per distinct number
    # Loaded only where a risk profile in force reads them; otherwise they are not even written.
    velocities: tuple[Velocity, ...] | msgspec.UnsetType = msgspec.UNSET
    profile_draws: tuple[ProfileDraw, ...] | msgspec.UnsetType = msgspec.UNSET
    contacts: Contacts | msgspec.UnsetType = msgspec.UNSET

    def party(self, role: str, code: str) -> PartyStanding | None:
        """The standing of `code` in `role`, None where it was not loaded."""
        for standing in self.parties:
            if standing.role == role and standing.code == code:
                return standing
        return None
