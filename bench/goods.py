"""What the parcels of the measurements hold: a small shop of articles over codes that the starter tables know."""

import random
from decimal import Decimal
from typing import Final

import msgspec

from bench.vocabulary import GoodsLine, Vocabulary


class Article(msgspec.Struct, frozen=True, gc=False):
    """One article of the shop; its price moves a little from order to order."""

    sku: str
    name: str
    model: str
    hs_code: str
    unit: str
    country: str
    price_cny: int
    weight_kg: Decimal


_COUNTRIES: Final = ("301", "304", "305", "307", "116", "133", "502", "601", "609")
_ARTICLES: Final = 400


def shop(dice: random.Random, words: Vocabulary) -> tuple[Article, ...]:
    """The articles; the same for the same dice."""
    return tuple(_article(words.goods[number % len(words.goods)], dice, words) for number in range(_ARTICLES))


def _article(line: GoodsLine, dice: random.Random, words: Vocabulary) -> Article:
    brand = dice.choice(words.brands)
    return Article(
        sku=f"{dice.randint(10**11, 10**12 - 1)}",
        name=f"{brand} {dice.choice(words.series)}{line.what} {line.packed}",
        model=f"品牌:{brand}|规格:{line.packed}",
        hs_code=line.hs_code,
        unit=line.unit,
        country=dice.choice(_COUNTRIES),
        price_cny=dice.randint(line.lowest_cny, line.highest_cny),
        weight_kg=Decimal(line.weight_kg),
    )
