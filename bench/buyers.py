"""Who buys in the measurements: made-up people with valid identity numbers, one in five of whom was here before."""

import random
from typing import Final

import msgspec

from app.domain.identity import county_codes
from tests.builders import an_identity_number

REPEAT_SHARE: Final = 0.2
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志新宇欣怡子涵梓轩浩然思远雨桐佳琪俊熙诗文博嘉懿煜城"
)
_CITIES: Final = (
    "北京市朝阳区", "上海市浦东新区", "上海市徐汇区", "广东省广州市天河区",
    "广东省深圳市南山区", "浙江省杭州市余杭区", "浙江省宁波市鄞州区", "江苏省南京市建邺区",
    "江苏省苏州市姑苏区", "四川省成都市武侯区", "湖北省武汉市洪山区", "陕西省西安市雁塔区",
    "重庆市渝北区", "天津市和平区", "山东省青岛市市南区", "河南省郑州市金水区",
    "福建省厦门市思明区", "湖南省长沙市岳麓区", "辽宁省大连市甘井子区", "云南省昆明市盘龙区",
)  # fmt: skip
_ROADS: Final = (
    "人民路",
    "解放大道",
    "中山北路",
    "和平街",
    "建设三路",
    "文化路",
    "科技园路",
    "滨江大道",
    "学府路",
    "东湖西路",
    "新华街",
)
_ESTATES: Final = ("阳光花园", "锦绣家园", "翠湖雅苑", "万科城", "江南名府", "书香门第", "金色年华", "绿地世纪城")


class Buyer(msgspec.Struct, frozen=True, gc=False):
    """One person and where parcels go."""

    identity_number: str
    name: str
    telephone: str
    address: str
    account: str


class Buyers:
    """Gives a buyer for each order."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._counties = _counties_in_use()
        self._known: list[Buyer] = []

    def next(self) -> Buyer:
        """A new person, or in one case of five somebody who bought before."""
        if self._known and self._dice.random() < REPEAT_SHARE:
            return self._dice.choice(self._known)
        self._known.append(self._new())
        return self._known[-1]

    def _new(self) -> Buyer:
        dice = self._dice
        born = f"{dice.randint(1955, 2005)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
        identity = an_identity_number(
            county=dice.choice(self._counties), born=born, sequence=f"{dice.randint(1, 999):03}"
        )
        city, road, estate = dice.choice(_CITIES), dice.choice(_ROADS), dice.choice(_ESTATES)
        flat = f"{dice.randint(1, 30)}栋{dice.randint(1, 4)}单元{dice.randint(101, 2904)}室"
        return Buyer(
            identity_number=identity,
            name=dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, dice.randint(1, 2))),
            telephone=f"1{dice.choice('3579')}{dice.randint(0, 10**9 - 1):09}",
            address=f"{city}{road}{dice.randint(1, 999)}号{estate}{flat}",
            account=f"u{dice.randint(10**8, 10**10)}",
        )


def _counties_in_use() -> list[str]:
    """Counties whose code has always been in use: any date of birth goes with it."""
    always = [code for code, periods in county_codes().items() if len(code) == 6 and _ever(periods)]
    return sorted(code for code in always if not code.endswith("00"))


def _ever(periods: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= 1982 and last == 9999 for first, last in periods)
