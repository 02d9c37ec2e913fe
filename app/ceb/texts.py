"""The texts of receipts (returnInfo): the official wording where one is known (cbec 3.3), in both languages.

What belongs here: turning a state and its findings into the text that parties read. What does not: the state itself.
Receipts are Chinese; the English is for the JSON door.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from app.domain.decision import DecidedFinding, Outcome
from app.domain.lifecycle import Status
from app.rules.kernel import Text

LONGEST: Final = 1000  # returnInfo is C..1000

STAGED: Final = Text("暂存", "staged")
STORED: Final = Text("[Code:1800;Desc:逻辑校验通过]", "[Code:1800;Desc:logic check passed]")
CANCELLED: Final = Text("清单已撤销", "the declaration was withdrawn")

_OF_OUTCOME: Final = {
    Outcome.RELEASED: Text("[Code:2600;Desc:放行]", "[Code:2600;Desc:released]"),
    Outcome.HELD: Text("[Code:1200;Desc:待人工审核]", "[Code:1200;Desc:waiting for manual review]"),
    Outcome.INSPECTION: Text("查验", "inspection"),
    Outcome.REFUSED: Text("海关退单", "refused"),
}
_OF_STATUS: Final = {
    Status.RELEASED: _OF_OUTCOME[Outcome.RELEASED],
    Status.HELD: _OF_OUTCOME[Outcome.HELD],
    Status.INSPECTION: _OF_OUTCOME[Outcome.INSPECTION],
    Status.REFUSED: _OF_OUTCOME[Outcome.REFUSED],
    Status.CONCLUDED: Text("海关审结", "concluded"),
    Status.DETAINED_CUSTOMS: Text("扣留移送通关", "detained, handed to clearance"),
    Status.DETAINED_ANTI_SMUGGLING: Text("扣留移送缉私", "detained, handed to anti-smuggling"),
    Status.DETAINED_LEGAL: Text("扣留移送法规", "detained, handed to legal affairs"),
    Status.DETAINED_OTHER: Text("其它扣留", "otherwise detained"),
    Status.SUSPENDED: Text("挂起", "suspended"),
    Status.RETURNED: Text("退运", "returned abroad"),
    Status.CLOSED: Text("结关", "closed"),
}
_MISSING: Final = {
    "order": Text("订单信息不存在", "the order is missing"),
    "payment": Text("支付信息不存在", "the payment is missing"),
    "waybill": Text("运单信息不存在", "the waybill is missing"),
}
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)+)\}")
_HIDDEN: Final = "…"
_ANNUAL_LIMIT: Final = "1313"  # its official text prints the buyer's total and the limit


def declared(message_id: str) -> Text:
    """A document was taken in."""
    return Text(f"新增申报成功[{message_id}]", f"filed [{message_id}]")


def waiting(platform_code: str, merchant_code: str, order_no: str, missing: Iterable[str]) -> Text:
    """A declaration was taken in and waits for documents, named by their words."""
    lacking = [_MISSING[word] for word in missing if word in _MISSING]
    zh, en = "，".join(text.zh for text in lacking), ", ".join(text.en for text in lacking)
    return Text(
        f"清单新增申报成功[电商企业编码：{merchant_code}订单编号：{order_no}]; "
        f"对应电商平台为[{platform_code}]订单号为[{order_no}]{zh}",
        f"declaration filed [merchant {merchant_code}, order {order_no}]; platform [{platform_code}]: {en}",
    )


def past_deadline() -> Text:
    """The documents did not come in time: an officer has it."""
    return Text("[Code:1200;Desc:单证逾期未齐，待人工审核]", "[Code:1200;Desc:documents overdue, manual review]")


def decided(outcome: Outcome, findings: Iterable[DecidedFinding]) -> Text:
    """An assessment: every finding, most severe first, after the official words of the state where it has some."""
    reasons = list(findings)
    heading = [] if outcome is Outcome.REFUSED and reasons else [_OF_OUTCOME[outcome]]
    return Text(
        joined([text.zh for text in heading] + [_entry(finding, finding.text_zh) for finding in reasons]),
        joined([text.en for text in heading] + [_entry(finding, finding.text_en) for finding in reasons]),
    )


def by_officer(outcome: Outcome, reason: str) -> Text:
    """An officer's decision; the reason goes with a refusal, where the party has to act on it."""
    text = _OF_OUTCOME[outcome]
    if outcome is not Outcome.REFUSED:
        return text
    return Text(cut(f"{text.zh}：{reason}"), cut(f"{text.en}: {reason}"))


def of_status(status: Status) -> Text:
    """The bare official words of a state."""
    return _OF_STATUS[status]


def joined(entries: list[str]) -> str:
    """Entries in one returnInfo; those that do not fit are counted, never cut in the middle."""
    kept, length = [], 0
    for position, entry in enumerate(entries):
        left = f"…(+{len(entries) - position})"
        if length + len(entry) + 1 + len(left) > LONGEST:
            return cut(",".join([*kept, left] if kept else [entry]))
        kept.append(entry)
        length += len(entry) + 1
    return ",".join(kept)


def cut(text: str) -> str:
    """A text of at most 1,000 characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + _HIDDEN


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """A finding's text with each ``{path}`` replaced by what the reader may see of it."""
    return _PLACEHOLDER.sub(lambda match: value_of(match.group(1)), text)


def _entry(finding: DecidedFinding, text: str) -> str:
    """`[Code:n;Desc:…]`, with our rule id where customs have no code. Shows no value that a party filed."""
    shown = ("parameters.", "facts.") if finding.official_code == _ANNUAL_LIMIT else ("parameters.",)

    def value_of(path: str) -> str:
        return finding.values.get(path, _HIDDEN) if path.startswith(shown) else _HIDDEN

    return f"[Code:{finding.official_code or finding.rule_id};Desc:{filled(text, value_of)}]"
