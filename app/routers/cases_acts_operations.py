"""What the OpenAPI document says of deciding on cases."""

from typing import Any, Final

from app.domain.duties import Permission
from app.routers import cases_acts
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
from app.schemas import example_answers
from app.schemas import office_act_answers as shown
from app.schemas.answer_shapes import DeclarationAnswer
from app.schemas.fields import Body
from app.schemas.office_acts import ActBody, BulkActBody, ProposalBody, VerdictBody
from app.schemas.queries import PAGING

_KEY: Final = "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
_PROPOSALS: Final = "/v1/proposals"
_ONE: Final = "/v1/proposals/{proposal_id}"


def _act(
    path: str,
    endpoint: Endpoint,
    summary: str,
    description: str,
    body: tuple[type[Body], Any],
    answer: tuple[int, Any, Any],
    permission: Permission = Permission.WORK_CASES,
) -> Operation:
    status, shape, example = answer
    return Operation(
        method="POST",
        path=path,
        endpoint=endpoint,
        name=_name(endpoint),
        summary=summary,
        description=description,
        tag="officers",
        body=body[0],
        body_example=body[1],
        answers={status: Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
        permission=permission,
    )


def _read(
    path: str, endpoint: Endpoint, summary: str, description: str, answer: tuple[Any, Any], **more: Any
) -> Operation:
    return Operation(
        method="GET",
        path=path,
        endpoint=endpoint,
        name=_name(endpoint),
        summary=summary,
        description=description,
        tag="officers",
        answers={200: Documented(meaning=summary, shape=answer[0], example=answer[1])},
        permission=Permission.VIEW_CASES,
        **more,
    )


def _name(endpoint: Endpoint) -> str:
    name: str = endpoint.__name__
    return name


OPERATIONS: Final = (
    _act(
        "/v1/cases/acts",
        cases_acts.act_on_cases,
        "Decide on many cases 批量处理",
        "One decision on up to 100 declarations, in one transaction; each is answered by itself. With `preview` "
        "nothing is done. More than one officer may decide on alone is 409 `second_officer_needed`: propose it.",
        (BulkActBody, {"declaration_ids": [_KEY], "act": "release", "reason": "抽查一致", "preview": True}),
        (200, shown.ActsAnswer, shown.ACTS_EXAMPLE),
    ),
    _act(
        "/v1/cases/{declaration_id}/acts",
        cases_acts.act_on_case,
        "Decide on a case 处理案件",
        "By an officer of the district, as the table of transitions allows. Who sends the same again after an answer "
        "was lost is answered as done; of two officers one wins, the other gets 409. What needs a second officer is "
        "409 `second_officer_needed`.",
        (ActBody, {"act": "suspend", "reason": "待技术鉴定"}),
        (200, DeclarationAnswer, example_answers.FILED),
    ),
    _read(
        _PROPOSALS,
        cases_acts.list_proposals,
        "List open proposals 待复核",
        "Of one's districts, newest first. What nobody answered for 30 days lapses.",
        (shown.ProposalPage, {"proposals": [shown.LINE_EXAMPLE], "next_cursor": None}),
        query=PAGING,
        problems=(*WITH_KEY, 403, 422),
    ),
    _act(
        _PROPOSALS,
        cases_acts.propose_act,
        "Propose a decision 提出建议",
        "For detention, return abroad, release in spite of an inspection, taking a release back, and bulk. It holds "
        "for the declarations as they stand now.",
        (ProposalBody, {"declaration_ids": [_KEY], "act": "detain", "status": "detained_legal", "reason": "疑似侵权"}),
        (201, shown.ProposedAnswer, shown.PROPOSED_EXAMPLE),
    ),
    _read(
        _ONE,
        cases_acts.read_proposal,
        "Read a proposal 查看建议",
        "With its reason, and the declarations that moved since.",
        (shown.ProposalAnswer, shown.PROPOSAL_EXAMPLE),
        problems=(*WITH_KEY, 403, 404),
    ),
    _act(
        f"{_ONE}/approve",
        cases_acts.approve_proposal,
        "Approve a proposal 批准",
        "By another officer than the proposer, of the same districts: it is carried out at once. Declarations that "
        "moved since are left alone and named.",
        (VerdictBody, {"note": "同意"}),
        (200, shown.VerdictAnswer, shown.VERDICT_EXAMPLE),
        Permission.APPROVE,
    ),
    _act(
        f"{_ONE}/reject",
        cases_acts.reject_proposal,
        "Reject a proposal 驳回",
        "By another officer than the proposer; nothing is done.",
        (VerdictBody, {"note": "证据不足"}),
        (200, shown.VerdictAnswer, {"verdict": "rejected", "results": []}),
        Permission.APPROVE,
    ),
    _act(
        f"{_ONE}/withdraw",
        cases_acts.withdraw_proposal,
        "Withdraw a proposal 撤回",
        "By the officer who made it; nothing is done.",
        (VerdictBody, {"note": ""}),
        (200, shown.VerdictAnswer, {"verdict": "withdrawn", "results": []}),
    ),
)
