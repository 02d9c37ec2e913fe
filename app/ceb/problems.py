"""What can be wrong with a message, one sentence each in both languages, collected: the sender is told everything.

A sentence never quotes a value: messages hold personal data, and problems end in answers and logs.
"""

from typing import Final

from app.errors import Malformed, Problem

# A hostile message can hold hundreds of thousands of faults; this many are described, the others are counted.
DESCRIBED_AT_MOST: Final = 10_000
UNKNOWN_MESSAGE: Final = "Unknown"

# code: (Chinese, English); the words in braces are what is allowed, or a length, never what was sent.
_SENTENCES: Final = {
    "missing": ("缺少必填元素", "is required and missing"),
    "unexpected": ("不应有此元素", "is not expected here"),
    "too_many": ("元素过多，至多 {most} 个", "is one too many, at most {most}"),
    "out_of_order": ("顺序有误，应在 {after} 之前", "is out of order, must precede {after}"),
    "wrong_length": ("长度为 {length} 位，应为 {zh} 位", "has {length} characters, must have {en}"),
    "not_an_identifier": (
        "编号和代码不得含有空格或不可见字符",
        "is a number or code: it must not hold spaces or invisible characters",
    ),
    "not_an_amount": (
        "应为不超过19位、其中小数不超过5位的十进制数",
        "must be a decimal number of at most 19 digits, 5 of them decimals",
    ),
    "negative_number": ("不得为负数", "must not be negative"),
    "not_whole": ("应为 {low} 至 {high} 的整数", "must be a whole number from {low} to {high}"),
    "has_elements": ("字段内不应有子元素", "must not contain elements"),
    "text_between": ("元素之间不应有文字", "has text between its elements"),
    "unexpected_attribute": ("不应有此属性", "is an attribute that is not allowed"),
    "wrong_attribute": ("必填属性，应为 {zh} 位", "is a required attribute of {en} characters"),
    "missing_attribute": ("缺少必填属性", "is a required attribute and missing"),
    "not_base64": ("应为 base64", "must be base64"),
    "one_element": ("至多一个元素", "must contain at most one element"),
    "relative_namespace": ("命名空间应为绝对 URI", "declares a namespace that is no absolute URI"),
    "instruction": ("不接受处理指令", "processing instructions are not accepted"),
    "wrong_root": (
        "根元素应为命名空间 {namespace} 中的 {roots}",
        "the root must be {roots} in the namespace {namespace}",
    ),
    "encoding": ("编码应为 UTF-8，不接受 {encoding}", "the encoding must be UTF-8, {encoding} is not accepted"),
    "version": ("只接受 XML 1.0", "only XML 1.0 is accepted"),
    "nul": ("报文含有 NUL 字符", "the message contains a NUL character"),
    "doctype": ("不接受 DOCTYPE（文档类型声明）", "a DOCTYPE is not accepted"),
    "elements": (
        "元素过多，至多 {nodes} 个业务节点、每个 {items} 个商品项",
        "too many elements: at most {nodes} business nodes of {items} items each",
    ),
    "attributes": ("属性过多", "too many attributes"),
    "xml_syntax": (
        "XML 格式错误，第 {line} 行第 {column} 列：{detail}",
        "not well-formed XML, line {line}, column {column}: {detail}",
    ),
}


def problem(path: str, code: str, **words: object) -> Problem:
    """One fault at one path, such as /CEB621Message/Inventory[2]/InventoryList[1]/gcode."""
    zh, en = _SENTENCES[code]
    return Problem(pointer=path, code=code, zh=zh.format(**words), en=en.format(**words))


class Problems:
    """A growing collection of problems that stays bounded."""

    __slots__ = ("described", "forgiven", "total")

    def __init__(self, forgiven: frozenset[str] = frozenset()) -> None:
        self.described: list[Problem] = []
        self.forgiven = forgiven
        self.total = 0

    def add(self, path: str, code: str, **words: object) -> None:
        """Note one problem, unless it is forgiven; beyond the bound it is only counted."""
        if code in self.forgiven:
            return
        self.total += 1
        if self.total <= DESCRIBED_AT_MOST:
            self.described.append(problem(path, code, **words))

    def raise_if_any(self, message_type: str) -> None:
        """Raise `MalformedMessage` when something was noted."""
        if self.total:
            raise MalformedMessage(message_type, tuple(self.described), self.total)


class MalformedMessage(Malformed):
    """A message breaks the official schema; nothing of it was stored."""

    code = "malformed_message"

    def __init__(self, message_type: str, problems: tuple[Problem, ...], total: int | None = None) -> None:
        self.message_type = message_type  # CEB621Message, or Unknown
        self.total = len(problems) if total is None else total  # described and merely counted ones
        super().__init__(
            f"{message_type} has {self.total} fault(s); correct what is listed and send it again.", problems=problems
        )


def unreadable(code: str, **words: object) -> MalformedMessage:
    """The error for bytes that are no message at all."""
    return MalformedMessage(UNKNOWN_MESSAGE, (problem("/", code, **words),))
