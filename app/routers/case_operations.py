"""What the OpenAPI document says of the addresses of queues."""

from typing import Any, Final

from app.domain.duties import Permission
from app.routers import cases
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
from app.schemas import case_answers as shown
from app.schemas.cases import (
    CASE_FILTERS,
    WHOSE,
    AssignBody,
    DutyBody,
    HandOverBody,
    NextBody,
    SearchBody,
    SnoozeBody,
    ViewBody,
)
from app.schemas.fields import Body
from app.schemas.queries import PAGING

_ADDRESS: Final = "/v1/cases"
_ONE: Final = "/v1/cases/{declaration_id}"
_KEY: Final = "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
_VIEW, _WORK, _HAND = Permission.VIEW_CASES, Permission.WORK_CASES, Permission.HAND_OVER


def _read(
    path: str, endpoint: Endpoint, summary: str, description: str, shape: Any, example: Any, **more: Any
) -> Operation:
    return Operation(
        method="GET", path=path, endpoint=endpoint, name=_name(endpoint), summary=summary, description=description,
        tag="officers", answers={200: Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, *((422,) if "query" in more else ())), permission=_VIEW, **more,
    )  # fmt: skip


def _act(
    path: str,
    endpoint: Endpoint,
    summary: str,
    description: str,
    permission: Permission,
    *,
    body: type[Body] | None = None,
    example: Any = None,
    answered: tuple[int, Any, Any] = (200, shown.DoneAnswer, {"done": True}),
) -> Operation:
    status, shape, answer = answered
    return Operation(
        method="POST", path=path, endpoint=endpoint, name=_name(endpoint), summary=summary, description=description,
        tag="officers", body=body, body_example=example,
        answers={status: Documented(meaning=summary, shape=shape, example=answer)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY), permission=permission,
    )  # fmt: skip


def _name(endpoint: Endpoint) -> str:
    name: str = endpoint.__name__
    return name


OPERATIONS: Final = (
    _read(
        _ADDRESS, cases.list_cases, "List the cases of a queue 案件队列",
        "Open cases of the officer's districts, most urgent first. Filters narrow together; follow `next_cursor` until "
        "it is null. What is snoozed is not shown unless `snoozed=1`.",
        shown.CasePageAnswer, shown.PAGE_EXAMPLE, query=CASE_FILTERS | PAGING,
    ),
    _read(
        f"{_ADDRESS}/counts", cases.count_cases, "Count open cases 队列数量",
        "Open cases by queue, and by district and queue, as they are kept: the answer costs the same for any number.",
        shown.CountsAnswer, shown.COUNTS_EXAMPLE,
    ),
    _act(
        f"{_ADDRESS}/search", cases.search_cases, "Find declarations 查找",
        "By order, waybill or declaration number, id, identity number, telephone, or words of goods names and notes; "
        "the answer says what the text was taken for. Finds declarations without a case too. A POST, so that what is "
        "typed stands in no address and no log; searches for a person are audited.",
        _VIEW, body=SearchBody, example={"text": "PF20240618000001"},
        answered=(200, shown.SearchAnswer, shown.SEARCH_EXAMPLE),
    ),
    _act(
        f"{_ADDRESS}/next", cases.next_case, "Take the next case 下一个案件",
        "The most urgent case of one's own, behind `after`; else the most urgent one that nobody has, claimed at once. "
        "Two officers never get the same. Null where nothing is left.",
        _WORK, body=NextBody, example={"after": _KEY, "queue": "review"},
        answered=(200, shown.NextAnswer, {"case": shown.CASE_EXAMPLE}),
    ),
    _act(
        f"{_ADDRESS}/duty", cases.switch_duty, "Take cases automatically 接收派单",
        "The switch of automatic assignment: on, and free cases of the officer's districts are given by workload.",
        _WORK, body=DutyBody, example={"takes": "on"},
    ),
    _read(
        f"{_ADDRESS}/views", cases.list_views, "List saved views 视图",
        "One's own views, and those shared with a district of one's own.",
        shown.ViewsAnswer, {"views": [shown.VIEW_EXAMPLE]},
    ),
    _act(
        f"{_ADDRESS}/views", cases.save_view, "Save a view 保存视图",
        "A queue and its filters under a name; with `district` shared there. It shows nobody more than before.",
        _VIEW, body=ViewBody,
        example={"name": "高价奶粉", "filter": "queue=review&value_from_cny=1000", "district": "2244"},
        answered=(201, shown.MadeAnswer, {"id": _KEY}),
    ),
    _act(f"{_ADDRESS}/views/{{view_id}}/remove", cases.remove_view, "Remove a view 删除视图",
        "Only the owner removes a view; the others see it no more.", _VIEW),
    _read(
        f"{_ADDRESS}/snoozes", cases.list_snoozes, "List snoozes 暂缓",
        "What hides cases of one's districts now, what ends first first.",
        shown.SnoozesAnswer, {"snoozes": [shown.SNOOZE_EXAMPLE]},
    ),
    _act(
        f"{_ADDRESS}/snoozes", cases.make_snooze, "Snooze a buyer or an article 暂缓",
        "Cases of the buyer, or with the article, are not shown in the queues of the case's district for some days. It "
        "changes no decision and stops no clock.",
        _WORK, body=SnoozeBody,
        example={"declaration_id": _KEY, "kind": "buyer", "days": 3, "reason": "待企业说明"},
        answered=(201, shown.MadeAnswer, {"id": _KEY}),
    ),
    _act(
        f"{_ADDRESS}/snoozes/{{snooze_id}}/end", cases.end_snooze, "End a snooze 结束暂缓",
        "By any officer of the district who works on cases.", _WORK,
    ),
    _read(
        f"{_ADDRESS}/hand-over", cases.summarise_hand_over, "Sum up a shift 交接班",
        "What is open in one's districts and why: counts, the oldest, escalated, by rule; and one's own cases.",
        shown.HandOverAnswer, shown.HAND_OVER_EXAMPLE, query=WHOSE,
    ),
    _act(
        f"{_ADDRESS}/hand-over", cases.hand_over_cases, "Hand over an officer's cases 移交案件",
        "By a supervisor: every open case of an officer in the supervisor's districts, to another officer or, without "
        "`to`, back to the queue.",
        _HAND, body=HandOverBody, example={"officer": "OFFICER1", "to": "OFFICER2"},
        answered=(200, shown.MovedAnswer, {"cases": 7}),
    ),
    _act(
        f"{_ONE}/claim", cases.claim_case, "Claim a case 领取",
        "Takes a case that nobody has; of two officers one has it, the other gets 409.", _WORK,
    ),
    _act(
        f"{_ONE}/release-claim", cases.release_case_claim, "Give a case back 退回队列",
        "One's own; a supervisor that of anybody.", _WORK,
    ),
    _act(
        f"{_ONE}/assign", cases.assign_case, "Assign a case 指派",
        "By a supervisor, to an officer who works on cases of the district.",
        _HAND, body=AssignBody, example={"officer": "OFFICER2"},
    ),
)  # fmt: skip
