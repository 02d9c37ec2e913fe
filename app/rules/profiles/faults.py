"""What can be wrong with a profile, each with what to do, in both languages."""

from typing import Final

from app.errors import Problem
from app.rules.kernel import Text

TEXTS: Final[dict[str, Text]] = {
    "missing": Text("必须填写", "is required"),
    "wrong_type": Text("类型不对，应为{wanted}", "has the wrong type, it should be {wanted}"),
    "unknown_key": Text("不认识“{key}”", "knows no {key!r}"),
    "too_long": Text("最长 {most} 个字符", "may have up to {most} characters"),
    "unprintable": Text("含有控制字符", "holds control characters"),
    "identity_number": Text(
        "含有证件号码：请改用名单条件，号码保存时转换为不可还原的索引",
        "holds an identity number: use a list condition, which keeps an index instead of the number",
    ),
    "not_a_day": Text("不是日期，应为 YYYY-MM-DD", "is no day: write YYYY-MM-DD"),
    "day_range": Text("日期应在 {first} 至 {last} 之间", "must lie from {first} to {last}"),
    "days_order": Text("截止日早于起始日", "lies before the first day"),
    "district": Text("不是关区代码，应为 2 位或 4 位数字", "is no customs district: write two or four digits"),
    "action": Text("应为 hold（审核）或 inspect（查验）", "must be hold or inspect"),
    "rate": Text("抽样比例应为 1 至 1000000 的整数（百万分之）", "must be a whole number from 1 to 1000000 (ppm)"),
    "kind": Text("应为 compare、all、any、none 或 item", "must be compare, all, any, none or item"),
    "empty_group": Text("条件组至少要有一个条件", "must hold at least one condition"),
    "too_deep": Text("条件嵌套最多 {most} 层", "is nested deeper than {most} levels"),
    "too_many_comparisons": Text("一个布控最多 {most} 个条件", "has more than {most} comparisons"),
    "not_of_item": Text(
        "只有商品项的字段可放在“同一商品项”组中", "is no field of goods items, the group asks for these"
    ),
    "item_in_item": Text("“同一商品项”组中不能再有同类组", "is such a group already, there is one item at a time"),
    "no_field": Text("请选择字段", "must name a field of the vocabulary"),
    "field": Text("没有字段“{value}”{hint_zh}", "is no field of the vocabulary: {value!r}{hint_en}"),
    "comparison": Text("该字段可用的比较：{allowed_zh}", "does not fit the field; these do: {allowed_en}"),
    "no_values": Text("至少填写一个值", "needs at least one value"),
    "too_many_values": Text("最多 {most} 个值", "has more than {most} values"),
    "one_value": Text("只能有一个值", "takes one value"),
    "not_a_number": Text(
        "“{value}”不是从 0 起、最多五位小数的数", "is no number from 0 with up to five decimals: {value!r}"
    ),
    "counter_bound": Text(
        "计数最多数到 {most}，请填不大于它的数", "counts up to {most} only: compare with no more than that"
    ),
    "not_a_code": Text("“{value}”不是代码（数字和字母）", "is no code of digits and letters: {value!r}"),
    "word_length": Text("词应有 1 至 {most} 个字符", "must have 1 to {most} characters"),
    "not_a_datum": Text("“{value}”不是有效的证件号码、电话或地址", "is no identity number, telephone or address"),
}


def fault(pointer: str, code: str, **words: object) -> Problem:
    """One fault at a place (a JSON pointer)."""
    text = TEXTS[code]
    return Problem(pointer, code, text.zh.format(**words), text.en.format(**words))
