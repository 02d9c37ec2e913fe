"""What can be wrong with a JSON body, one sentence each in both languages, collected with their places.

What belongs here: codes, sentences, JSON pointers (RFC 6901). What does not: finding the faults (`checking`) and HTTP.
A sentence never repeats a value that was sent: it may be personal.
"""

from typing import Final

from app.errors import Malformed, Problem

MOST_FAULTS: Final = 200
MOST_HINTS: Final = 10
_LONGEST_KEY: Final = 64

# code: (Chinese, English); the words in braces are limits of the field, never what was sent.
SENTENCES: Final = {
    "body_empty": ("请求体为空，应为 JSON 对象", "the body is empty: send a JSON object"),
    "json_syntax": ("不是合法的 JSON（{at}）", "is not valid JSON ({at})"),
    "json_encoding": ("不是合法的 UTF-8（第 {at} 字节）", "is not valid UTF-8 (byte {at})"),
    "json_too_deep": ("嵌套超过 {limit} 层", "is nested more than {limit} levels deep"),
    "json_too_complex": (
        "对象和数组超过 {limit} 个",
        "has more than {limit} objects and arrays",
    ),
    "duplicate_key": ("字段重复出现", "the field is given more than once"),
    "unknown_field": ("没有这个字段{hint_zh}", "there is no such field{hint_en}"),
    "missing_field": ("缺少必填字段", "the field is required"),
    "wrong_type": ("类型不符，应为{zh}", "must be {en}"),
    "empty": ("不得为空", "must not be empty"),
    "wrong_length": ("应为 {length} 个字符", "must have exactly {length} characters"),
    "too_long": ("不得超过 {length} 个字符", "must have at most {length} characters"),
    "not_an_identifier": (
        "编号和代码不得含有空格或不可见字符",
        "is a number or code: it must not hold spaces or invisible characters",
    ),
    "control_character": (
        "含有不允许的控制字符（如 NUL）",
        "holds a control character that is not allowed (such as NUL)",
    ),
    "lone_surrogate": ("含有不成对的代理字符（\\uD800 至 \\uDFFF）", "holds a lone surrogate (\\uD800 to \\uDFFF)"),
    "not_a_number": ("NaN 和 Infinity 不是 JSON 数值", "NaN and Infinity are not JSON numbers"),
    "not_plain_number": (
        "文本形式的数值只能由数字和一个小数点组成",
        "a number sent as text consists of digits and one point only",
    ),
    "number_out_of_range": (
        "超出 N19,5：整数部分最多 14 位，小数部分最多 5 位",
        "is beyond N19,5: at most 14 digits before and 5 after the point",
    ),
    "negative_number": ("不得为负数", "must not be negative"),
    "integer_out_of_range": ("应在 {low} 至 {high} 之间", "must be from {low} to {high}"),
    "not_one_of": ("应为下列之一：{values}", "must be one of: {values}"),
    "not_an_instant": (
        "应为带时区的 ISO 8601 时间，或北京时间 YYYYMMDDhhmmss",
        "must be an ISO 8601 instant with a zone, or YYYYMMDDhhmmss in Asia/Shanghai",
    ),
    "not_a_day": ("应为日期 YYYY-MM-DD 或 YYYYMMDD", "must be a day: YYYY-MM-DD or YYYYMMDD"),
    "not_an_id": ("应为编号（UUID）", "must be an id (UUID)"),
    "too_few": ("至少要有 {count} 项", "must have at least {count} entries"),
    "too_many": ("最多 {count} 项", "must have at most {count} entries"),
    "more_faults": ("错误超过 {count} 处，其余未列出", "there are more than {count} faults; the rest is not listed"),
    "identity_number": (
        "含有身份证号码，而理由会写入回执：请勿填写",
        "holds an identity number, and a reason stands in receipts: leave it out",
    ),
    "telephone": (
        "含有手机号码，而理由会写入回执：请勿填写",
        "holds a mobile telephone number, and a reason stands in receipts: leave it out",
    ),
    "malformed": ("无法读取", "cannot be read"),
}


class InvalidBody(Malformed):
    """A JSON body that is no document; `problems` are all of its faults."""

    code = "invalid_body"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            f"The body has {len(problems)} fault(s); correct what `errors` lists and send it again.", problems=problems
        )


class Faults:
    """The faults found so far, in the order of the body."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._hints = 0

    def add(self, pointer: str, code: str, **words: object) -> None:
        """Note one fault; beyond `MOST_FAULTS` only that there are more."""
        if len(self._found) < MOST_FAULTS:
            self._found.append(fault(pointer, code, **words))
        elif len(self._found) == MOST_FAULTS:
            self._found.append(fault("", "more_faults", count=MOST_FAULTS))

    def hint_wanted(self) -> bool:
        """Whether one more look for the nearest known name is worth its time (some tenths of a millisecond)."""
        self._hints += 1
        return self._hints <= MOST_HINTS

    @property
    def full(self) -> bool:
        """Whether further faults would not be listed anyway."""
        return len(self._found) > MOST_FAULTS

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them."""
        return tuple(self._found)


def fault(pointer: str, code: str, **words: object) -> Problem:
    """One fault at one place."""
    zh, en = SENTENCES[code]
    return Problem(pointer=pointer, code=code, zh=zh.format(**words), en=en.format(**words))


def below(pointer: str, key: str | int) -> str:
    """The pointer of a member or element (RFC 6901); a long or unwritable key is shortened, it is for reading."""
    if isinstance(key, int):
        return f"{pointer}/{key}"
    writable = key[:_LONGEST_KEY].encode("utf-8", "backslashreplace").decode("utf-8")
    return f"{pointer}/{writable.replace('~', '~0').replace('/', '~1')}"
