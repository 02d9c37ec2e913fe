"""The parcels of the measurements: 94 of 100 clear, 3 are held or inspected, 3 are refused; 1 to 5 items each.

Every parcel is another one: own numbers, own people (one in five bought before), own mixture of articles. The parties
are the demo parties, so that the same bodies can be sent to a service that was started by `tongguan serve`.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from app.domain.dossier import Declaration, DeclarationItem, Documents, Order, OrderItem, Payment, Waybill
from app.domain.period import SHANGHAI, compact, shanghai_day
from app.domain.valuation import tax_bill
from app.rules.catalogue import OUR_RULES
from app.rules.parameter_groups import Parameters
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.starter import starter_tables
from bench.buyers import Buyer, Buyers
from bench.goods import Article, shop
from bench.vocabulary import MEASURED, Vocabulary
from tests import builders

CENT: Final = Decimal("0.01")
ITEM_COUNTS: Final = (1, 2, 3, 4, 5)
ITEM_WEIGHTS: Final = (45, 25, 15, 10, 5)
FREIGHTS_CNY: Final = ("0.00", "10.00", "15.00", "22.50", "30.00")
_NUMBERS_EACH: Final = 10_000_000
_SPREADING: Final = 7_368_787_193  # has no divisor in common with 10
HELD_SHARE: Final = 0.03
REFUSED_SHARE: Final = 0.03


class Lines(msgspec.Struct, gc=False):
    """The goods of one parcel, as the order and as the declaration list them."""

    ordered: tuple[OrderItem, ...]
    declared: tuple[DeclarationItem, ...]
    value_cny: Decimal
    net_weight_kg: Decimal


class Parcels:
    """An endless, reproducible supply of parcels that were filed during the last hour."""

    def __init__(self, seed: int, now: datetime, words: Vocabulary = MEASURED) -> None:
        self._dice = random.Random(seed)
        self._now = now.astimezone(SHANGHAI)
        self._words = words
        self._numbers = _numbers(seed)
        self._shop = shop(self._dice, words)
        self._buyers = Buyers(self._dice, words)
        self._law = _law_of(shanghai_day(now))
        self._facts = msgspec.structs.replace(builders.facts(), accepted_on=shanghai_day(now))

    def take(self, count: int) -> list[Documents]:
        """The next parcels."""
        return [self._parcel() for _ in range(count)]

    def _parcel(self) -> Documents:
        dice, buyer, lines = self._dice, self._buyers.next(), self._lines()
        freight = Decimal(dice.choice(FREIGHTS_CNY))
        discount = Decimal(dice.choice((0, 0, 0, 5, 10, 20))) + Decimal("0.00")
        taxes = tax_bill(lines.value_cny + freight, lines.declared, self._facts, self._law).total_cny
        order = self._order(buyer, lines, freight, discount, taxes)
        payment = self._payment(order, buyer)
        waybill = self._waybill(order, buyer, lines)
        declaration = self._declaration(order, waybill, lines)
        return self._spoilt(Documents(order=order, payment=payment, waybill=waybill, declaration=declaration))

    def _lines(self) -> Lines:
        (count,) = self._dice.choices(ITEM_COUNTS, ITEM_WEIGHTS)
        articles = self._dice.sample(self._shop, count)
        pairs = [self._line(number, article) for number, article in enumerate(articles, 1)]
        return Lines(
            ordered=tuple(ordered for ordered, _ in pairs),
            declared=tuple(declared for _, declared in pairs),
            value_cny=sum((ordered.total_cny for ordered, _ in pairs), Decimal(0)),
            net_weight_kg=sum((declared.legal_quantity for _, declared in pairs), Decimal(0)),
        )

    def _line(self, number: int, article: Article) -> tuple[OrderItem, DeclarationItem]:
        pieces = self._dice.choices((1, 2, 3), (70, 22, 8))[0]
        price = (Decimal(article.price_cny) * self._dice.randint(92, 108) / 100).quantize(CENT)
        common = {"line_no": number, "item_no": article.sku, "item_name": article.name, "model": article.model}
        amounts = {"quantity": Decimal(pieces), "price_cny": price, "total_cny": price * pieces, "unit": article.unit}
        ordered = builders.an_order_item(**common, **amounts, country_of_origin=article.country)
        declared = builders.a_declaration_item(
            **common,
            **amounts,
            hs_code=article.hs_code,
            goods_name=article.name,
            country_of_origin=article.country,
            trade_country=article.country,
            legal_quantity=article.weight_kg * pieces,
        )
        return ordered, declared

    def _order(self, buyer: Buyer, lines: Lines, freight: Decimal, discount: Decimal, taxes: Decimal) -> Order:
        return builders.an_order(
            **self._header(),
            order_no=f"{self._now:%Y%m%d}{next(self._numbers):010}",
            goods_value_cny=lines.value_cny,
            freight_cny=freight,
            discount_cny=discount,
            tax_total_cny=taxes,
            actual_paid_cny=lines.value_cny + freight + taxes - discount,
            buyer_account=buyer.account,
            buyer_name=buyer.name,
            buyer_telephone=buyer.telephone,
            buyer_id_number=buyer.identity_number,
            payment_transaction_no=f"{self._now:%Y%m%d}2200{self._dice.randint(0, 10**16 - 1):016}",
            consignee=buyer.name,
            consignee_telephone=buyer.telephone,
            consignee_address=buyer.address,
            consignee_district=buyer.identity_number[:6],
            items=lines.ordered,
        )

    def _payment(self, order: Order, buyer: Buyer) -> Payment:
        return builders.a_payment(
            **self._header(),
            payment_transaction_no=order.payment_transaction_no,
            order_no=order.order_no,
            payer_id_number=buyer.identity_number,
            payer_name=buyer.name,
            payer_telephone=buyer.telephone,
            amount_cny=order.actual_paid_cny,
            paid_at=compact(self._now - timedelta(seconds=self._dice.randint(4000, 80000))),
        )

    def _waybill(self, order: Order, buyer: Buyer, lines: Lines) -> Waybill:
        return builders.a_waybill(
            **self._header(),
            waybill_no=f"{self._words.waybill_letters}{self._dice.randint(0, 999):03}{next(self._numbers):010}",
            bill_no=f"784{self._dice.randint(0, 10**8 - 1):08}",
            order_no=order.order_no,
            freight_cny=order.freight_cny,
            gross_weight_kg=lines.net_weight_kg + Decimal("0.35"),
            goods_info="、".join(item.item_name or "" for item in lines.declared)[:60],
            consignee=buyer.name,
            consignee_address=buyer.address,
            consignee_telephone=buyer.telephone,
        )

    def _declaration(self, order: Order, waybill: Waybill, lines: Lines) -> Declaration:
        today = f"{self._now:%Y%m%d}"
        flight = f"{self._words.airline}{self._dice.randint(100, 999):04}"
        return builders.a_declaration(
            **self._header(),
            order_no=order.order_no,
            waybill_no=waybill.waybill_no,
            internal_no=f"TG{today}{self._dice.randint(0, 10**8 - 1):08}",
            declared_on=today,
            import_date=today,
            buyer_id_number=order.buyer_id_number,
            buyer_name=order.buyer_name,
            buyer_telephone=order.buyer_telephone,
            consignee_address=order.consignee_address,
            transport_no=flight,
            voyage_no=flight,
            bill_no=waybill.bill_no,
            freight_cny=order.freight_cny,
            gross_weight_kg=waybill.gross_weight_kg,
            net_weight_kg=lines.net_weight_kg,
            items=lines.declared,
        )

    def _header(self) -> dict[str, str]:
        filed_at = self._now - timedelta(seconds=self._dice.randint(0, 3600))
        return {
            "message_id": str(UUID(int=self._dice.getrandbits(128), version=4)).upper(),
            "filed_at": compact(filed_at),
        }

    def _spoilt(self, clean: Documents) -> Documents:
        """Most parcels as they are; some weigh something else than was said, some were paid with another amount."""
        lot = self._dice.random()
        if lot < HELD_SHARE:
            heavier = clean.waybill.gross_weight_kg * 3
            return msgspec.structs.replace(
                clean, waybill=msgspec.structs.replace(clean.waybill, gross_weight_kg=heavier)
            )
        if lot < HELD_SHARE + REFUSED_SHARE:
            less = clean.payment.amount_cny - Decimal("1.00")
            return msgspec.structs.replace(clean, payment=msgspec.structs.replace(clean.payment, amount_cny=less))
        return clean


def _numbers(seed: int) -> Iterator[int]:
    """Numbers of ten digits that look drawn by lot and never repeat, not even between the first thousand seeds.

    Drawn ones do: among a million of ten digits there are fifty pairs, and the second order of a pair is a correction.
    """
    first = seed % 1000 * _NUMBERS_EACH
    return (number * _SPREADING % 10**10 for number in range(first, first + _NUMBERS_EACH))


def _law_of(day: date) -> Parameters:
    return RuleBook.load(OUR_RULES, read_tree(), starter_tables()).on(day).parameters
