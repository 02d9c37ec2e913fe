"""What the forms of acts send."""

from collections.abc import Iterable
from uuid import UUID

from app.console.forms import Form
from app.domain.lifecycle import Act, Status
from app.domain.personal_numbers import personal_number_in
from app.errors import Malformed
from app.services.desk import Decision

LONGEST_REASON = 500


def ids_of(form: Form) -> list[UUID]:
    """The ticked declarations."""
    return list(_ids(form.texts("declaration_id")))


def decision_of(form: Form) -> Decision:
    """The decision that was filled in; Malformed says what is wrong with it."""
    act = act_of(form.text("act"))
    if act is None:
        raise Malformed("Choose what to do.", zh="请选择处理方式。")
    status = _status(form.text("status")) if act is Act.DETAIN else None
    return Decision(act=act, reason=_reason(form.text("reason")), status=status)


def act_of(text: str) -> Act | None:
    """The act of a word; None where it is none."""
    try:
        return Act(text)
    except ValueError:
        return None


def _reason(reason: str) -> str:
    if not reason:
        raise Malformed("Give a reason.", zh="请填写理由。")
    if len(reason) > LONGEST_REASON:
        raise Malformed(f"A reason has at most {LONGEST_REASON} characters.", zh=f"理由最多 {LONGEST_REASON} 个字符。")
    number = personal_number_in(reason)
    if number == "identity_number":
        raise Malformed(
            "The reason stands in receipts: leave the identity number out.", zh="理由会出现在回执中，请勿填写身份证号。"
        )
    if number:
        raise Malformed(
            "The reason stands in receipts: leave the telephone number out; it may stand in a note of the case.",
            zh="理由会出现在回执中，请勿填写手机号码；确需记录的，请写入案件备注。",
        )
    return reason


def _status(text: str) -> Status:
    try:
        return Status.from_word(text)
    except ValueError:
        raise Malformed("Say to whom the goods are handed over.", zh="请选择扣留移送的部门。") from None


def _ids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            raise Malformed(
                "A ticked box names no declaration; load the page again.", zh="勾选项无效，请刷新页面。"
            ) from None
