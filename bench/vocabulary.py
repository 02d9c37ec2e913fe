"""The words that made-up parcels are put together from: one set to measure with, one to train dictionaries with.

They share no brand, no road and no name on purpose: a dictionary that had seen what is measured would prove nothing.
"""

from typing import Final

import msgspec


class GoodsLine(msgspec.Struct, frozen=True):
    """One kind of goods: tariff code, unit, what it is, how it is packed, its prices and the weight of one."""

    hs_code: str
    unit: str
    what: str
    packed: str
    lowest_cny: int
    highest_cny: int
    weight_kg: str


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is drawn from."""

    surnames: str
    given_names: str
    cities: tuple[str, ...]
    roads: tuple[str, ...]
    estates: tuple[str, ...]
    brands: tuple[str, ...]
    series: tuple[str, ...]
    goods: tuple[GoodsLine, ...]
    waybill_letters: str
    airline: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


MEASURED: Final = Vocabulary(
    surnames="王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁",
    given_names="伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志新宇欣怡子涵梓轩浩然思远雨桐佳琪俊熙",
    cities=_words(
        "北京市朝阳区|上海市浦东新区|上海市徐汇区|广东省广州市天河区|广东省深圳市南山区|"
        "浙江省杭州市余杭区|浙江省宁波市鄞州区|江苏省南京市建邺区|江苏省苏州市姑苏区|"
        "四川省成都市武侯区|湖北省武汉市洪山区|陕西省西安市雁塔区|重庆市渝北区|天津市和平区|"
        "山东省青岛市市南区|河南省郑州市金水区|福建省厦门市思明区|湖南省长沙市岳麓区|"
        "辽宁省大连市甘井子区|云南省昆明市盘龙区"
    ),
    roads=_words("人民路|解放大道|中山北路|和平街|建设三路|文化路|科技园路|滨江大道|学府路|新华街"),
    estates=_words("阳光花园|锦绣家园|翠湖雅苑|江南名府|书香门第|金色年华|绿地世纪城"),
    brands=_words("森之语|Alpen|海岸线|Nordlys|晨露|Casa Blu|白鹭|Kiwi&Co|悠然|Maple Row"),
    series=_words("经典|限定|轻享|家庭装|旅行装|Pro|敏感肌适用|节日|二代|无糖"),
    goods=(
        GoodsLine("1806310000", "140", "夹心巧克力礼盒", "500克/盒", 45, 160, "0.5"),
        GoodsLine("1901101090", "122", "婴幼儿配方奶粉", "800克/罐", 120, 330, "0.8"),
        GoodsLine("2007991000", "122", "有机草莓果酱", "340克/罐", 25, 80, "0.34"),
        GoodsLine("3304990029", "142", "保湿修护面霜", "50克/瓶", 80, 390, "0.05"),
        GoodsLine("3305100090", "142", "草本洗发水", "750毫升/瓶", 40, 130, "0.75"),
        GoodsLine("3401300000", "142", "温和洁面乳", "150毫升/瓶", 35, 180, "0.15"),
        GoodsLine("6111200010", "127", "新生儿棉袜三件套", "均码", 30, 90, "0.1"),
        GoodsLine("8516713000", "001", "半自动咖啡机", "15帕/1050瓦", 600, 1400, "3.2"),
    ),
    waybill_letters="SF",
    airline="MU",
)

TRAINING: Final = Vocabulary(
    surnames="江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文庞樊殷施陶翟安倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢",
    given_names="振凯琳蕾婷鹏飞晨曦凡晓东雪松海燕永福春生爱莲淑珍凤文彬立群少波庆祥德顺立新承泽若溪亦菲沐阳奕辰可欣",
    cities=_words(
        "北京市海淀区|上海市闵行区|广东省佛山市禅城区|广东省东莞市|浙江省温州市鹿城区|"
        "江苏省无锡市梁溪区|四川省绵阳市涪城区|湖北省宜昌市西陵区|陕西省咸阳市秦都区|重庆市沙坪坝区|"
        "天津市南开区|山东省济南市历下区|河南省洛阳市涧西区|福建省福州市鼓楼区|湖南省株洲市天元区|"
        "辽宁省沈阳市和平区|河北省石家庄市长安区|安徽省合肥市蜀山区|江西省南昌市东湖区|"
        "广西壮族自治区南宁市青秀区|黑龙江省哈尔滨市南岗区"
    ),
    roads=_words("长江路|黄河大道|团结路|胜利西街|环城南路|工业园区创业路|花园街道|迎宾大道|朝阳街|南京路"),
    estates=_words("碧桂园|恒大名都|保利香槟国际|融创壹号院|龙湖天街|中海国际社区|幸福里小区"),
    brands=_words("Lumina|小熊|Bergland|青禾|Sol y Mar|花见|Aurum|北纬|Fjord|木子"),
    series=_words("升级版|礼盒装|儿童|原味|大容量|2代|限量版|夜间|清爽型|有机"),
    goods=(
        GoodsLine("1806310000", "140", "牛奶夹心巧克力", "200克/盒", 20, 90, "0.2"),
        GoodsLine("1901101090", "122", "幼儿配方奶粉3段", "900克/罐", 150, 360, "0.9"),
        GoodsLine("1901901000", "125", "营养麦片", "1千克/袋", 40, 120, "1"),
        GoodsLine("2106909090", "142", "复合维生素软胶囊", "60粒/瓶", 60, 320, "0.12"),
        GoodsLine("3303000010", "142", "女士香水", "100毫升/瓶", 200, 900, "0.1"),
        GoodsLine("3304990029", "142", "抗皱精华液", "30毫升/瓶", 90, 700, "0.03"),
        GoodsLine("3401300000", "142", "沐浴露", "500毫升/瓶", 25, 90, "0.5"),
        GoodsLine("4818400010", "125", "婴儿纸尿裤", "L码52片/包", 70, 180, "1.8"),
        GoodsLine("6404110000", "025", "男士运动鞋", "42码", 200, 900, "0.9"),
        GoodsLine("8510100000", "001", "电动剃须刀", "充电式", 200, 1500, "0.4"),
    ),
    waybill_letters="YT",
    airline="CZ",
)
