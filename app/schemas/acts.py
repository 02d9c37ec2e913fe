"""What a declarant or an officer sends to act on a declaration."""

from typing import Annotated, Literal

from msgspec import Meta

from app.domain.personal_numbers import personal_number_in
from app.schemas.faults import InvalidBody, fault
from app.schemas.fields import Body, words

LONGEST_REASON = 1000  # the reason stands in the receipt (returnInfo)


class CancelBody(Body, kw_only=True):
    """Why the declarant withdraws the declaration."""

    reason: Annotated[str, words("撤销原因", LONGEST_REASON, example="买家取消订单", note="Why it is withdrawn.")]


class DecisionBody(Body, kw_only=True):
    """What an officer decides on a held parcel, and why."""

    action: Annotated[
        Literal["release", "refuse", "inspect"],
        Meta(title="处理", description="release, refuse or inspect", examples=["release"]),
    ]
    reason: Annotated[
        str, words("理由", LONGEST_REASON, example="单证核对一致", note="Stands in the receipt: name no person.")
    ]


def told_reason(body: CancelBody | DecisionBody) -> str:
    """The reason of an act; InvalidBody where it says nothing, or a person's number, for receipts repeat it."""
    if not body.reason.strip():
        raise InvalidBody((fault("/reason", "empty"),))
    if number := personal_number_in(body.reason):
        raise InvalidBody((fault("/reason", number),))
    return body.reason
