"""What officers send to decide on cases and on proposals."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

from app.domain.lifecycle import Act, Status
from app.domain.personal_numbers import personal_number_in
from app.errors import Problem
from app.schemas.cases import id_in
from app.schemas.faults import InvalidBody, fault
from app.schemas.fields import Body, words
from app.schemas.times import instant
from app.services.desk import Decision

LONGEST_REASON: Final = 500
ActWord = Literal[
    "release", "inspect", "conform", "request_documents", "amend", "refuse", "suspend", "resume", "conclude", "close",
    "release_despite", "return", "detain", "lift_detention", "correct",
]  # fmt: skip
DetainedWord = Literal["detained_customs", "detained_anti_smuggling", "detained_legal", "detained_other"]
_ACT: Final = Meta(
    title="处理",
    description="What to do. `release_despite`, `return`, `detain`, `lift_detention` and `correct` have to be proposed "
    "(/v1/proposals).",
    examples=["release"],
)
_REASON: Final = words("理由", LONGEST_REASON, example="单证核对一致", note="Stands in receipts: name no person.")
_STATUS: Final = Meta(
    title="扣留去向", description="To whom detained goods are handed over: of `detain`", examples=["detained_legal"]
)
_DUE: Final = Meta(
    title="补单期限",
    description="Until when documents that are asked for may come: of `request_documents`",
    examples=["2024-06-20T18:00:00+08:00"],
)
_IDS: Final = Meta(
    title="清单",
    description="Ids of declarations, at most 100",
    min_length=1,
    max_length=100,
    examples=[["0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"]],
)


_Id = Annotated[str, words("清单", 36, example="0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9", note="Id of a declaration.")]


class ActBody(Body, kw_only=True):
    """What an officer decides, and why."""

    act: Annotated[ActWord, _ACT]
    reason: Annotated[str, _REASON]
    status: Annotated[DetainedWord | None, _STATUS] = None
    due_at: Annotated[str | None, _DUE] = None


class BulkActBody(ActBody, kw_only=True):
    """The same for many; with `preview` nothing is done, and the answer says what would be."""

    declaration_ids: Annotated[tuple[_Id, ...], _IDS]
    preview: Annotated[bool, Meta(title="预览", description="Only say what would be done", examples=[True])] = False


class ProposalBody(ActBody, kw_only=True):
    """What an officer proposes for one declaration or many."""

    declaration_ids: Annotated[tuple[_Id, ...], _IDS]


class VerdictBody(Body, kw_only=True):
    """What the second officer has to say; may be empty."""

    note: Annotated[str, Meta(title="意见", description="Sealed", max_length=LONGEST_REASON, examples=["同意"])] = ""


def decision_in(body: ActBody) -> Decision:
    """The decision of a body; InvalidBody where its reason says nothing or names somebody, or its time is none."""
    if not body.reason.strip():
        raise InvalidBody((fault("/reason", "empty"),))
    if number := personal_number_in(body.reason):
        raise InvalidBody((fault("/reason", number),))
    return Decision(
        act=Act(body.act),
        reason=body.reason,
        status=Status.from_word(body.status) if body.status else None,
        due_at=_instant(body.due_at),
    )


def ids_in(texts: tuple[str, ...]) -> list[UUID]:
    """The ids of a body."""
    read = [id_in(text, f"/declaration_ids/{place}") for place, text in enumerate(texts)]
    problems = tuple(problem for _, found in read for problem in found)
    if problems:
        raise InvalidBody(problems)
    return [key for key, _ in read if key]


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return instant(text)
    except ValueError:
        en = "must be an ISO 8601 instant with a zone, such as 2024-06-18T10:00:00+08:00"
        raise InvalidBody((Problem("/due_at", "not_an_instant", "应为带时区的 ISO 8601 时间", en),)) from None
