"""Gathering facts: everything a rule may know beside the documents, loaded for the whole list before thinking.

Each source is one statement for all declarations of the unit. What two parcels of one unit show about each other is
added in memory, because neither is in the database yet.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from app.domain.dossier import Documents
from app.domain.facts import Facts, PartyStanding, PriceHistory, SharedPayment, WaybillUse
from app.domain.identity import is_valid_identity_number
from app.domain.lifecycle import Status
from app.domain.money import from_units, to_stored_units
from app.domain.period import shanghai_day
from app.domain.sampling import day_ends, draw_ppm, secret_of_day
from app.domain.valuation import dutiable_value_cny
from app.repositories import counters
from app.repositories.bulk import Connection
from app.repositories.counters import EarlierPrices, FeatureRow, Sightings
from app.repositories.heads import Head, PaymentHead, WaybillHead
from app.repositories.limits import BuyerYear, balances_from, balances_locked
from app.repositories.together import together
from app.rules.rulebook import LawOfTheDay
from app.security.blind_index import BlindIndexes, item_index
from app.services.authority import transmission_mandated
from app.services.clearance.price_samples import PriceSamples
from app.services.clearance.velocities import Velocities, Watched
from app.services.clearance.working import MOST_USERS, Working

_NOT_STANDING = frozenset({Status.COLLECTING, Status.STAGED, Status.REFUSED, Status.CANCELLED})


class Candidate(msgspec.Struct, gc=False):
    """A complete declaration that is about to be assessed."""

    head: Head
    documents: Documents
    law: LawOfTheDay
    accepted_on: date
    features: FeatureRow
    prices: dict[int, EarlierPrices] = {}

    @property
    def buyer_year(self) -> BuyerYear:
        """Whose limit it takes, and of which year."""
        return self.features.identity_index, self.accepted_on.year

    @property
    def watched(self) -> Watched:
        """As the counters of risk profiles see it."""
        return Watched(self.features, self.documents, shanghai_day(self.head.received_at), self.law.wanted)


def candidate(head: Head, documents: Documents, law: LawOfTheDay, indexes: BlindIndexes) -> Candidate:
    """A declaration with the features that counters read of it."""
    if (accepted_on := head.accepted_on) is None:
        raise AssertionError("a declared head has its acceptance day")
    features = features_of(head.declaration_id, documents, accepted_on, indexes)
    return Candidate(head, documents, law, accepted_on, features)


def features_of(declaration_id: UUID, documents: Documents, accepted_on: date, indexes: BlindIndexes) -> FeatureRow:
    """What counters compare of a declaration."""
    declaration = documents.declaration
    return FeatureRow(
        declaration_id,
        indexes.identity(declaration.buyer_id_number),
        indexes.telephone(declaration.buyer_telephone),
        indexes.address(declaration.consignee_address),
        to_stored_units(dutiable_value_cny(documents.order, declaration)),
        accepted_on,
    )


def expected_amounts(candidates: Iterable[Candidate]) -> dict[BuyerYear, int]:
    """What each buyer will have spent if all is released."""
    expected: dict[BuyerYear, int] = {}
    for each in candidates:
        expected[each.buyer_year] = expected.get(each.buyer_year, 0) + each.features.amount
    return expected


class FactSource:
    """The loaded facts of one unit, and what its own parcels add to them one after the other."""

    def __init__(
        self, working: Working, sampling_key: bytes, inspection_rate_ppm: int | None, samples: PriceSamples
    ) -> None:
        self._working = working
        self._sampling_key = sampling_key
        self._rate = inspection_rate_ppm
        self._samples = samples
        self._sightings: dict[UUID, Sightings] = {}
        self._used: dict[BuyerYear, int] = {}
        self._velocities = Velocities()
        self._profiled = False  # whether any profile wants facts of its own
        self._decided: dict[UUID | int, list[Candidate]] = {}  # by what counters compare: identity, telephone, address

    async def load(self, connection: Connection, candidates: Sequence[Candidate]) -> None:
        """One round trip: counters, price history, and the balances, locked until the commit."""
        windows = [(each.features, _window_start(each)) for each in candidates]
        items = self._items_to_read(candidates)
        expected = expected_amounts(candidates)
        self._profiled = any(each.law.wanted for each in candidates)
        profiled = self._velocities.statements([each.watched for each in candidates]) if self._profiled else []
        sightings, prices, used, *counted = await together(
            connection,
            [
                counters.sightings_wanted(windows),
                counters.prices_wanted(items),
                balances_locked(expected),
                *profiled,
            ],
        )
        if counted:
            self._velocities.read(*counted)
        self._sightings = counters.sightings_from(sightings)
        found = counters.prices_from(prices)
        for each in candidates:
            each.prices |= found.get(each.head.declaration_id, {})
        for declaration_id, line_no, item, day in items:
            self._samples.keep(item, day, found[declaration_id][line_no])
        self._used = balances_from(used, expected)

    def facts(self, each: Candidate) -> Facts:
        """What is known for one declaration, after those of the same unit that were decided before it."""
        seen = self._seen(each)
        declaration = each.documents.declaration
        secret = self._secret_of(each)
        profiled = self._velocities.facts(each.watched, secret) if self._profiled else {}
        return Facts(
            accepted_on=each.accepted_on,
            parties=self._parties(each),
            transmission_mandated=transmission_mandated(declaration, self._working.registry, each.accepted_on),
            annual_used_cny=from_units(self._used[each.buyer_year]),
            payment_shared_with=self._payment_shared_with(each.head),
            waybill_uses=self._waybill_uses(each.head),
            buyer_parcels=seen.buyer_parcels,
            buyer_same_day_cny=from_units(seen.buyer_same_day),
            telephone_identities=len(seen.telephone_identities),
            address_identities=len(seen.address_identities),
            price_history=self._price_history(each),
            inspection_draw_ppm=None if secret is None else draw_ppm(secret, each.head.declaration_id),
            inspection_rate_ppm=self._rate,
            identity_valid=is_valid_identity_number(declaration.buyer_id_number, each.accepted_on),
            **profiled,
        )

    def _secret_of(self, each: Candidate) -> bytes | None:
        """What the parcel is drawn with; None once the secret of its day may be public.

        Whoever reads a published secret knows the draw, and could send the last paper only where it spares the parcel:
        what was with an officer for want of papers stays there.
        """
        published_at = day_ends(each.accepted_on) + timedelta(hours=self._working.deadline_hours)
        if each.head.state is Status.HELD and each.head.updated_at >= published_at:
            return None
        return _secret(self._sampling_key, each.accepted_on)

    def decided(self, each: Candidate, reserved: int) -> None:
        """Let the next parcels of the unit see this one, and what it took of its buyer's limit."""
        self._used[each.buyer_year] += reserved
        for key in _compared_by(each):
            self._decided.setdefault(key, []).append(each)
        if self._profiled:
            self._velocities.decided(each.watched, stands=each.head.state not in _NOT_STANDING)

    def _items_to_read(self, candidates: Sequence[Candidate]) -> list[tuple[UUID, int, int, date]]:
        """The articles whose samples are not at hand; one that is assessed again must not see its own prices."""
        to_read = []
        for each in candidates:
            for row in _items(each):
                known = None if each.head.revision else self._samples.known(row[2], row[3])
                if known:
                    each.prices[row[1]] = known
                else:
                    to_read.append(row)
        return to_read

    def _seen(self, each: Candidate) -> Sightings:
        seen = self._sightings[each.head.declaration_id]
        alike = (other for key in _compared_by(each) for other in self._decided.get(key, ()))
        for other in {other.head.declaration_id: other for other in alike}.values():
            _count(other, each, seen)
        return seen

    def _parties(self, each: Candidate) -> tuple[PartyStanding, ...]:
        declaration, registry, day = each.documents.declaration, self._working.registry, each.accepted_on
        named = [
            ("platform", declaration.platform_code),
            ("merchant", declaration.merchant_code),
            ("payment", each.documents.payment.payment_company_code),
            ("logistics", declaration.logistics_code),
            ("declarant", declaration.declarant_code),
            ("guarantor", declaration.guarantor_code),
        ]
        if declaration.warehouse_code:
            named.append(("warehouse", declaration.warehouse_code))
        return tuple(registry.standing(role, code, day) for role, code in named)

    def _payment_shared_with(self, head: Head) -> tuple[SharedPayment, ...] | None:
        others = self._others(self._working.payments.get(head.payment_id) if head.payment_id else None, head)
        if others is None:
            return None
        shared = (
            SharedPayment(
                order_no=other.order_no,
                platform_code=other.platform_code,
                actual_paid_cny=None if other.order_paid is None else from_units(other.order_paid),
            )
            for other in others
            if other.payment_id == head.payment_id and other.payment_filing
        )
        return tuple(sorted(shared, key=lambda one: (one.platform_code, one.order_no)))

    def _waybill_uses(self, head: Head) -> tuple[WaybillUse, ...] | None:
        others = self._others(self._working.waybills.get(head.waybill_id) if head.waybill_id else None, head)
        if others is None:
            return None
        uses = (
            WaybillUse(order_no=other.order_no, used_on=other.accepted_on)
            for other in others
            if other.waybill_id == head.waybill_id and other.accepted_on and other.state not in _NOT_STANDING
        )
        return tuple(sorted(uses, key=lambda use: (use.used_on, use.order_no)))

    def _others(self, row: WaybillHead | PaymentHead | None, head: Head) -> list[Head] | None:
        """The other declarations that name a waybill or a payment; None where they are too many to be known."""
        users = row.users if row else []
        if len(users) >= MOST_USERS:
            return None
        others = (self._working.heads.get(user) for user in users if user != head.declaration_id)
        return [other for other in others if other]

    def _price_history(self, each: Candidate) -> tuple[PriceHistory, ...]:
        found = []
        for item in each.documents.declaration.items:
            earlier = each.prices.get(item.line_no)
            median_cny = None if earlier is None or earlier.median is None else from_units(earlier.median)
            found.append(
                PriceHistory(line_no=item.line_no, count=earlier.count if earlier else 0, median_cny=median_cny)
            )
        return tuple(found)


def _compared_by(each: Candidate) -> tuple[UUID, int, int]:
    features = each.features
    return features.identity_index, features.telephone_index, features.address_index


def _count(other: Candidate, each: Candidate, seen: Sightings) -> None:
    theirs, ours = other.features, each.features
    if not _window_start(each) <= other.accepted_on <= each.accepted_on:
        return
    if theirs.identity_index == ours.identity_index:
        if other.head.state not in _NOT_STANDING:
            seen.buyer_parcels += 1
            seen.buyer_same_day += theirs.amount if other.accepted_on == each.accepted_on else 0
        return
    if theirs.telephone_index == ours.telephone_index:
        seen.telephone_identities.add(theirs.identity_index)
    if theirs.address_index == ours.address_index:
        seen.address_identities.add(theirs.identity_index)


def _window_start(each: Candidate) -> date:
    return each.accepted_on - timedelta(days=each.law.parameters.risk.window_days - 1)


def _items(each: Candidate) -> list[tuple[UUID, int, int, date]]:
    platform = each.documents.declaration.platform_code
    return [
        (each.head.declaration_id, item.line_no, item_index(platform, item.item_no), each.accepted_on)
        for item in each.documents.declaration.items
        if item.item_no
    ]


@lru_cache(maxsize=64)
def _secret(sampling_key: bytes, day: date) -> bytes:
    return secret_of_day(sampling_key, day)
