"""The words of receipts (returnInfo), in Chinese as customs print them and in our English.

Official texts are quoted from receipts that were seen (cbec 3.2, 3.3). A receipt of a declaration goes to declarant,
platform and merchant alike, so no text repeats a value that one of them filed, nor a fact about the buyer (P6): of the
placeholders of a finding only values of the law and of our own assessment are filled.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from app.domain.decision import DecidedFinding, FindingKind, Outcome
from app.domain.lifecycle import STATUS_OF_OUTCOME, Status
from app.domain.period import SHANGHAI
from app.rules.kernel import Text

INFO_LENGTH: Final = 1000  # returnInfo of CEB312, 412, 512, 622
_HIDDEN: Final = "…"  # as the JSON door writes it
_SHOWN_TO_ALL: Final = frozenset({"parameters", "tax"})
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z0-9_.\[\]]+)\}")
_CUT: Final = "…"


def _coded(code: str, zh: str, en: str) -> Text:
    return Text(f"[Code:{code};Desc:{zh}]", f"[Code:{code};Desc:{en}]")


STAGED: Final = Text("暂存", "staged")
STORED: Final = _coded("1800", "逻辑校验通过", "logical checks passed")
RELEASED: Final = _coded("2600", "放行", "released")
MANUAL_REVIEW: Final = _coded("1200", "待人工审核", "waiting for manual review")
INSPECTION: Final = Text("查验", "inspection")
REFUSED: Final = Text("海关退单", "refused by customs")
CANCELLED: Final = Text("申报企业已撤销清单", "cancelled by the declarant")

# The description that customs print with an official code; 1313 has figures and comes from its rule.
_OFFICIAL: Final = MappingProxyType(
    {
        "1320": "清单表体商品项与订单表体商品项的项数不一致",
        "1322": "订单清单表体商品项不一致",
        "1332": "支付单支付金额与订单支付金额不一致",
        "13035": "支付企业不一致",
        "13127": "清单上的订购人姓名与订单上的订购人姓名不一致",
        "130126": "清单上的订购人电话号码与订单上的订购人电话号码不一致",
    }
)
_STATUS: Final = MappingProxyType(
    {
        Status.COLLECTING: Text("申报中", "being declared"),
        Status.STAGED: STAGED,
        Status.WAITING: Text("申报中", "being declared"),
        Status.HELD: MANUAL_REVIEW,
        Status.INSPECTION: INSPECTION,
        Status.RELEASED: RELEASED,
        Status.REFUSED: REFUSED,
        Status.CANCELLED: CANCELLED,
        Status.CONCLUDED: Text("海关审结", "concluded"),
        Status.DETAINED_CUSTOMS: Text("扣留移送通关", "detained, handed to clearance"),
        Status.DETAINED_ANTI_SMUGGLING: Text("扣留移送缉私", "detained, handed to anti-smuggling"),
        Status.DETAINED_LEGAL: Text("扣留移送法规", "detained, handed to legal affairs"),
        Status.DETAINED_OTHER: Text("其它扣留", "detained for another reason"),
        Status.SUSPENDED: Text("挂起", "suspended"),
        Status.RETURNED: Text("退运", "returned abroad"),
        Status.CLOSED: Text("结关", "closed"),
    }
)
_LEADING: Final = MappingProxyType(
    {Outcome.RELEASED: RELEASED, Outcome.HELD: MANUAL_REVIEW, Outcome.INSPECTION: INSPECTION, Outcome.REFUSED: None}
)
_MISSING: Final = MappingProxyType(
    {
        "order": Text("订单信息不存在", "its order has not been filed"),
        "payment": Text("支付信息不存在", "its payment has not been filed"),
        "waybill": Text("运单信息不存在", "its waybill has not been filed"),
        "declaration": Text("清单信息不存在", "its declaration has not been filed"),
    }
)


def declared(message_id: str) -> Text:
    """A filing was accepted."""
    return Text(f"新增申报成功[{message_id}]", f"declared [{message_id}]")


def waiting(platform_code: str, merchant_code: str, order_no: str, missing: Sequence[str]) -> Text:
    """A declaration was accepted; documents (order, payment, waybill) are still missing."""
    of_order = f"[电商企业编码：{merchant_code}订单编号：{order_no}]"
    absent_zh = "，".join(_MISSING[word].zh for word in missing)
    absent_en = ", ".join(_MISSING[word].en for word in missing)
    return Text(
        f"清单新增申报成功{of_order}; 对应电商平台为[{platform_code}]订单号为[{order_no}]{absent_zh}",
        f"declaration accepted [merchant {merchant_code}, order {order_no}]; platform {platform_code}: {absent_en}",
    )


def past_deadline() -> Text:
    """A declaration whose documents never came went to an officer."""
    return Text(f"{MANUAL_REVIEW.zh},单证未在期限内到齐", f"{MANUAL_REVIEW.en},documents were not complete in time")


def documents_wanted(what: str, due_at: datetime) -> Text:
    """An officer asks for more papers, until an instant; the words are the officer's."""
    day = due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return Text(
        cut(f"{MANUAL_REVIEW.zh},请于{day}前补充单证：{what}"),
        cut(f"{MANUAL_REVIEW.en},documents wanted by {day}: {what}"),
    )


def of_status(status: Status) -> Text:
    """The plain text of a status, as officers' acts leave it."""
    return _STATUS[status]


def decided(outcome: Outcome, findings: Iterable[DecidedFinding]) -> Text:
    """The text of a decision: every finding, most severe first, each with its official code or our rule id."""
    found = list(findings)
    if not found:
        return _LEADING[outcome] or REFUSED
    leading = _LEADING[outcome]
    return Text(
        _joined(leading.zh if leading else None, [_group(finding, _described_zh(finding)) for finding in found]),
        _joined(leading.en if leading else None, [_group(finding, finding_en(finding)) for finding in found]),
    )


def by_officer(outcome: Outcome, reason: str) -> Text:
    """An officer's decision; a refusal carries the reason, because the declarant has to act on it."""
    text = of_status(STATUS_OF_OUTCOME[outcome])
    if outcome is not Outcome.REFUSED:
        return text
    return Text(cut(f"{text.zh}：{reason}"), cut(f"{text.en}: {reason}"))


def finding_zh(finding: DecidedFinding) -> str:
    """The Chinese text of a finding with only those values that everyone may see."""
    return _filled(finding.text_zh, finding.values)


def finding_en(finding: DecidedFinding) -> str:
    """The same in English."""
    return _filled(finding.text_en, finding.values)


def cut(text: str, length: int = INFO_LENGTH) -> str:
    """The text, at most `length` characters; what was cut is marked."""
    return text if len(text) <= length else text[: length - 1] + _CUT


def _described_zh(finding: DecidedFinding) -> str:
    official = _OFFICIAL.get(finding.official_code or "") if finding.kind is FindingKind.FINDING else None
    return official or finding_zh(finding)


def _group(finding: DecidedFinding, description: str) -> str:
    # Receivers split at the brackets, so a description must hold none.
    plain = description.replace("[", "【").replace("]", "】")
    head = f"[Code:{finding.official_code or finding.rule_id};Desc:"
    return head + cut(plain, INFO_LENGTH - len(head) - 1) + "]"


def _joined(leading: str | None, groups: list[str]) -> str:
    """Groups joined by commas within the length of the field; those that do not fit are counted, never cut in two."""
    parts = [leading, *groups] if leading else groups
    text = ",".join(parts)
    if len(text) <= INFO_LENGTH:
        return text
    for kept in range(len(parts) - 1, 0, -1):
        text = ",".join([*parts[:kept], f"+{len(parts) - kept}"])
        if len(text) <= INFO_LENGTH:
            return text
    return cut(parts[0])


def _filled(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        path = match[1]
        return values.get(path, _HIDDEN) if path.partition(".")[0] in _SHOWN_TO_ALL else _HIDDEN

    return _PLACEHOLDER.sub(value, text)
