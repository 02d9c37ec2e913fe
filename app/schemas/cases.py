"""What officers ask of queues: filters of a page, and the bodies of what they do with cases.

Filters are spelt alike everywhere: in an address, in a form of the console, in a saved view.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from msgspec import Meta

from app.domain.queues import Queue
from app.errors import Problem
from app.schemas.fields import Body, words
from app.schemas.queries import DEFAULT_LIMIT, PAGING, Parameter, Unreadable, read_parameters
from app.security.tags import CODE_HEADS
from app.services.office.queues import OPEN_QUEUES, QueueFilter
from app.services.office.snoozes import LONGEST_REASON, MOST_DAYS

_QUEUE_WORDS: Final = ", ".join(queue.word for queue in OPEN_QUEUES)
_AGE: Final = re.compile(r"([1-9][0-9]{0,3})(m|h|d)")
_MINUTES: Final = {"m": 1, "h": 60, "d": 1440}
_AMOUNT: Final = re.compile(r"[0-9]{1,14}(\.[0-9]{1,5})?")


def _matching(pattern: str, zh: str, en: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def read(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise Unreadable(zh, en)
        return value

    return read


def _queue(value: str) -> Queue:
    try:
        queue = Queue.from_word(value)
    except ValueError:
        queue = Queue.CLOSED
    if queue is Queue.CLOSED:
        raise Unreadable(f"应为下列之一：{_QUEUE_WORDS}", f"must be one of: {_QUEUE_WORDS}")
    return queue


def _code(value: str) -> str:
    if not value.isascii() or not value.isdigit() or len(value) not in CODE_HEADS:
        raise Unreadable(
            "应为商品编码的前 2、4、6、8 或全部 10 位数字", "must be the first 2, 4, 6, 8 or all 10 digits"
        )
    return value


def _amount(value: str) -> Decimal:
    if _AMOUNT.fullmatch(value) is None:
        raise Unreadable("应为金额，例如 1000 或 99.50", "must be an amount such as 1000 or 99.50")
    return Decimal(value)


def _age(value: str) -> int:
    found = _AGE.fullmatch(value)
    if found is None:
        raise Unreadable("应为时长，例如 90m、36h 或 3d", "must be an age such as 90m, 36h or 3d")
    return int(found[1]) * _MINUTES[found[2]]


def _yes(value: str) -> bool:
    if value not in {"1", "0", "true", "false"}:
        raise Unreadable("应为 1 或 0", "must be 1 or 0")
    return value in {"1", "true"}


_short: Final = _matching(r"[0-9A-Za-z-]{1,20}", "应为 1 至 20 位代码", "must be a code of 1 to 20 characters")
CASE_FILTERS: Final[dict[str, Parameter]] = {
    "queue": Parameter(_queue, f"Queue 队列: {_QUEUE_WORDS}; review if left out", "review"),
    "district": Parameter(
        _matching("[0-9]{2}([0-9]{2})?", "应为四位关区代码或两位直属海关代码", "must be four digits, or two"),
        "Customs office 关区, within the officer's own", "2244",
    ),
    "platform_code": Parameter(_short, "Platform 电商平台代码", "3101960P01"),
    "trade_mode": Parameter(
        _matching("[0-9]{4}", "应为四位贸易方式代码", "must be four digits"), "Trade mode 贸易方式", "9610"
    ),
    "rule": Parameter(_short, "Rule that found something 规则编号", "WGT-01"),
    "hs_code": Parameter(_code, "Commodity code 商品编码: its first 2, 4, 6, 8 or all 10 digits", "1806"),
    "value_from_cny": Parameter(_amount, "Least dutiable value 完税价格下限, included", "1000"),
    "value_to_cny": Parameter(_amount, "Highest dutiable value 完税价格上限, included", "5000"),
    "older": Parameter(_age, "Waits longer than 等待超过: 90m, 36h, 3d", "36h"),
    "younger": Parameter(_age, "Waits no longer than 等待不超过: 90m, 36h, 3d", "3d"),
    "assignee": Parameter(_short, "Officer 承办人: me, nobody, or a code", "me"),
    "escalated": Parameter(_yes, "Only what waits longer than it should 仅超时: 1", "1"),
    "words": Parameter(
        _matching(r"[^\x00-\x1f\x7f]{1,60}", "应为 1 至 60 个字符", "must be 1 to 60 characters"),
        "Words of goods names and notes 商品名称与备注中的词: all of them", "巧克力",
    ),
    "snoozed": Parameter(_yes, "Show what is snoozed too 包括暂缓: 1", "1"),
}  # fmt: skip
WHOSE: Final[dict[str, Parameter]] = {
    "officer": Parameter(_short, "Whose cases 关员, for a supervisor; one's own if left out", "OFFICER1"),
}
_FIELD: Final = {"older": "older_minutes", "younger": "younger_minutes"}


class CaseQuery(NamedTuple):
    """A readable query of a queue."""

    wanted: QueueFilter
    cursor: str | None
    limit: int


def case_query(query: bytes) -> tuple[CaseQuery, tuple[Problem, ...]]:
    """Read the query of a page of cases. What is left empty, as forms send it, counts as left out."""
    read, problems = read_parameters(_filled(query), CASE_FILTERS | PAGING)
    cursor, limit = read.pop("cursor", None), read.pop("limit", DEFAULT_LIMIT)
    return CaseQuery(
        QueueFilter(**{_FIELD.get(name, name): value for name, value in read.items()}), cursor, limit
    ), problems


def query_of(wanted: QueueFilter) -> str:
    """The inverse: a filter as a query string, without what is left out."""
    texts: dict[str, str] = {"queue": wanted.queue.word}
    for name in CASE_FILTERS:
        value: Any = getattr(wanted, _FIELD.get(name, name))
        if name != "queue" and value is not None and value is not False:
            texts[name] = _spelt(name, value)
    return urlencode(texts)


def _spelt(name: str, value: Any) -> str:
    if name in _FIELD:
        unit = next(unit for unit in "dhm" if value % _MINUTES[unit] == 0)
        return f"{value // _MINUTES[unit]}{unit}"
    return "1" if value is True else str(value)


def _filled(query: bytes) -> bytes:
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except (ValueError, UnicodeError):
        return query
    return urlencode([(name, value.strip()) for name, value in pairs if value.strip()]).encode()


class SearchBody(Body, kw_only=True):
    """What an officer was told: any number, a telephone, an identity number, or words."""

    text: Annotated[str, words("查找内容", 100, example="PF20240618000001", note="It stands in no log.")]


class NextBody(Body, kw_only=True):
    """Which case an officer has just looked at, and in which queue the next one is wanted; both may be left out."""

    after: Annotated[
        str | None,
        Meta(title="当前清单", description="Id of a declaration", examples=["0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"]),
    ] = None
    queue: Annotated[
        Literal["review", "inspection", "suspended", "overdue", "amended", "awaiting"] | None,
        Meta(title="队列", description="Only this queue", examples=["review"]),
    ] = None


class AssignBody(Body, kw_only=True):
    """Who is to have the case."""

    officer: Annotated[str, words("关员", 20, example="OFFICER2", note="Code of an officer of the district.")]


class HandOverBody(Body, kw_only=True):
    """Whose cases go to whom; without `to` back to the queue."""

    officer: Annotated[str, words("移交人", 20, example="OFFICER1", note="Code of the officer who has them.")]
    to: Annotated[str | None, Meta(title="接收人", description="Code of an officer", examples=["OFFICER2"])] = None


class DutyBody(Body, kw_only=True):
    """The switch of automatic assignment."""

    takes: Annotated[Literal["on", "off"], Meta(title="接收派单", description="on or off", examples=["on"])]


class ViewBody(Body, kw_only=True):
    """A filter under a name."""

    name: Annotated[str, words("名称", 60, example="高价奶粉", note="Sealed when stored.")]
    filter: Annotated[
        str,
        words(
            "筛选条件", 1000, example="queue=review&value_from_cny=1000", note="Spelt as the query of GET /v1/cases."
        ),
    ]
    district: Annotated[str | None, Meta(title="共享关区", description="Shared there", examples=["2244"])] = None


class SnoozeBody(Body, kw_only=True):
    """What is not to be shown for some days: the buyer of a case, or one of its articles."""

    declaration_id: Annotated[
        str, words("清单", 36, example="0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9", note="The case it is made on.")
    ]
    kind: Annotated[Literal["buyer", "article"], Meta(title="对象", description="buyer or article", examples=["buyer"])]
    item_no: Annotated[
        str | None, Meta(title="货号", description="The article's number on the platform", examples=["SKU-1"])
    ] = None
    days: Annotated[int, Meta(title="天数", description=f"1 to {MOST_DAYS}", ge=1, le=MOST_DAYS, examples=[3])]
    reason: Annotated[str, words("理由", LONGEST_REASON, example="待企业说明", note="Sealed; name no person.")]


def id_in(text: str | None, pointer: str) -> tuple[UUID | None, tuple[Problem, ...]]:
    """An id that was sent as a text; the problem where it is none."""
    if text is None:
        return None, ()
    try:
        return UUID(text), ()
    except ValueError:
        return None, (Problem(pointer, "not_an_id", "不是有效的编号", "must be an id that this service gave out"),)


def filter_in(text: str) -> tuple[QueueFilter, tuple[Problem, ...]]:
    """A filter that was sent as a query string."""
    quoted = urlencode(parse_qsl(text, keep_blank_values=True)).encode()
    query, problems = case_query(quoted)
    return query.wanted, tuple(Problem("/filter" + each.pointer, each.code, each.zh, each.en) for each in problems)
