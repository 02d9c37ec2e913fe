"""What the parcels of the measurements hold: a small shop of articles over codes that the starter tables know."""

import random
from decimal import Decimal
from typing import Final

import msgspec


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


# (code, unit, what it is, how it is packed, lowest and highest price, weight of one)
_LINES: Final = (
    ("1806310000", "140", "夹心巧克力礼盒", "500克/盒", (45, 160), "0.5"),
    ("1901101090", "122", "婴幼儿配方奶粉", "800克/罐", (120, 330), "0.8"),
    ("2007991000", "122", "有机草莓果酱", "340克/罐", (25, 80), "0.34"),
    ("3304990029", "142", "保湿修护面霜", "50克/瓶", (80, 390), "0.05"),
    ("3305100090", "142", "草本洗发水", "750毫升/瓶", (40, 130), "0.75"),
    ("3401300000", "142", "温和洁面乳", "150毫升/瓶", (35, 180), "0.15"),
    ("6111200010", "127", "新生儿棉袜三件套", "均码", (30, 90), "0.1"),
    ("8516713000", "001", "半自动咖啡机", "15帕/1050瓦", (600, 1400), "3.2"),
)
_BRANDS: Final = ("森之语", "Alpen", "海岸线", "Nordlys", "晨露", "Casa Blu", "白鹭", "Kiwi&Co", "悠然", "Maple Row")
_SERIES: Final = ("经典", "限定", "轻享", "家庭装", "旅行装", "Pro", "敏感肌适用", "节日", "二代", "无糖")
_COUNTRIES: Final = ("301", "304", "305", "307", "116", "133", "502", "601", "609")
_ARTICLES: Final = 400


def shop(dice: random.Random) -> tuple[Article, ...]:
    """The articles; the same for the same dice."""
    return tuple(_article(number, dice) for number in range(_ARTICLES))


def _article(number: int, dice: random.Random) -> Article:
    hs_code, unit, what, packed, (low, high), weight = _LINES[number % len(_LINES)]
    brand = dice.choice(_BRANDS)
    return Article(
        sku=f"{dice.randint(10**11, 10**12 - 1)}",
        name=f"{brand} {dice.choice(_SERIES)}{what} {packed}",
        model=f"品牌:{brand}|规格:{packed}",
        hs_code=hs_code,
        unit=unit,
        country=dice.choice(_COUNTRIES),
        price_cny=dice.randint(low, high),
        weight_kg=Decimal(weight),
    )
