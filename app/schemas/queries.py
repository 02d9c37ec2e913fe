"""The parameters of a list of declarations: what it may be narrowed to, how long a page is.

Unknown parameters are refused: a misspelt filter that is ignored shows everything as if it had matched.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from app.domain.decision import Outcome
from app.domain.lifecycle import Status
from app.domain.period import read_day
from app.errors import Problem
from app.schemas.times import day_or_instant
from app.services.filings import DeclarationFilter

DEFAULT_LIMIT: Final = 50
MOST_PER_PAGE: Final = 200
_LONGEST_TEXT: Final = 60
_LONGEST_CURSOR: Final = 400
_MOST_PARAMETERS: Final = 50
_UNPRINTABLE: Final = re.compile("[\0-\x1f\x7f\ufffd\ud800-\udfff]")
_STATUS_WORDS: Final = ", ".join(status.word for status in Status if status is not Status.COLLECTING)
_OUTCOME_WORDS: Final = ", ".join(outcome.word for outcome in Outcome)


class Unreadable(ValueError):
    """A parameter cannot be read; says in both languages what it should be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Parameter(NamedTuple):
    """One query parameter: how it is read, what it means, an example."""

    read: Callable[[str], Any]
    description: str
    example: str


class ListQuery(NamedTuple):
    """A readable query of a list."""

    narrowed: DeclarationFilter
    cursor: str | None
    limit: int


def query_day(value: str) -> date:
    """A day, of those that anything can be on record of."""
    try:
        return read_day(value)
    except ValueError:
        raise Unreadable("应为日期 YYYY-MM-DD", "must be a day YYYY-MM-DD") from None


def _text(value: str) -> str:
    if not 1 <= len(value) <= _LONGEST_TEXT or _UNPRINTABLE.search(value):
        raise Unreadable(
            f"应为 1 至 {_LONGEST_TEXT} 个字符的文本", f"must be a text of 1 to {_LONGEST_TEXT} characters"
        )
    return value


def _cursor(value: str) -> str:
    if not 1 <= len(value) <= _LONGEST_CURSOR or not value.isascii() or _UNPRINTABLE.search(value):
        raise Unreadable("应为上一页返回的 next_cursor", "must be the next_cursor of an earlier page")
    return value


def _status(value: str) -> Status:
    try:
        status = Status.from_word(value)
    except ValueError:
        status = Status.COLLECTING
    if status is Status.COLLECTING:
        raise Unreadable(f"应为下列之一：{_STATUS_WORDS}", f"must be one of: {_STATUS_WORDS}")
    return status


def _outcome(value: str) -> Outcome:
    try:
        return Outcome.from_word(value)
    except ValueError:
        raise Unreadable(f"应为下列之一：{_OUTCOME_WORDS}", f"must be one of: {_OUTCOME_WORDS}") from None


def _limit(value: str) -> int:
    if re.fullmatch(r"[0-9]{1,4}", value) and 1 <= int(value) <= MOST_PER_PAGE:
        return int(value)
    raise Unreadable(f"应为 1 至 {MOST_PER_PAGE} 的整数", f"must be a whole number from 1 to {MOST_PER_PAGE}")


def _from(value: str) -> datetime:
    return _instant(value, end=False)


def _to(value: str) -> datetime:
    return _instant(value, end=True)


def _instant(value: str, *, end: bool) -> datetime:
    try:
        return day_or_instant(value, end=end)
    except ValueError:
        raise Unreadable(
            "应为日期 YYYY-MM-DD 或带时区的 ISO 8601 时间",
            "must be a day YYYY-MM-DD or an ISO 8601 instant with a zone (write + as %2B)",
        ) from None


FILTERS: Final[dict[str, Parameter]] = {
    "order_no": Parameter(_text, "Order number 订单编号", "PF20240618000001"),
    "waybill_no": Parameter(_text, "Waybill number 物流运单编号", "SF2406180000011"),
    "platform_code": Parameter(_text, "Platform 电商平台代码", "3101960P01"),
    "customs_code": Parameter(_text, "Customs office 申报海关代码", "2244"),
    "trade_mode": Parameter(_text, "Trade mode 贸易方式", "9610"),
    "status": Parameter(_status, f"State of the declaration: {_STATUS_WORDS}", "held"),
    "outcome": Parameter(_outcome, f"Outcome of the latest assessment: {_OUTCOME_WORDS}", "held"),
    "accepted_from": Parameter(_from, "First day (Asia/Shanghai) or instant of acceptance, included", "2024-06-18"),
    "accepted_to": Parameter(_to, "Last day (Asia/Shanghai) or instant of acceptance, included", "2024-06-18"),
}
PAGING: Final[dict[str, Parameter]] = {
    "cursor": Parameter(_cursor, "The next_cursor of the page before", "kxkGEg"),
    "limit": Parameter(_limit, f"Declarations per page, up to {MOST_PER_PAGE}; {DEFAULT_LIMIT} if left out", "50"),
}


def list_query(query: bytes) -> tuple[ListQuery, tuple[Problem, ...]]:
    """Read the query of a list of declarations: the query, and every problem that it has."""
    read, problems = read_parameters(query, FILTERS | PAGING)
    cursor, limit = read.pop("cursor", None), read.pop("limit", DEFAULT_LIMIT)
    return ListQuery(DeclarationFilter(**read), cursor, limit), problems


def read_parameters(query: bytes, known: Mapping[str, Parameter]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Read the parameters of a query string by name; each may be given once."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except (ValueError, UnicodeError):
        return {}, (Problem("", "malformed_query", "查询字符串无法读取", "the query string cannot be read"),)
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in pairs:
        if (problem := _read_one(name, value, known, read)) is not None:
            problems.append(problem)
    return read, tuple(problems)


def _read_one(name: str, value: str, known: Mapping[str, Parameter], read: dict[str, Any]) -> Problem | None:
    pointer = "/" + re.sub(r"[^\w.-]", "?", name[:40])
    if name not in known:
        names = ", ".join(known)
        return Problem(
            pointer, "unknown_parameter", f"没有这个参数，可用：{names}", f"is no parameter; known are: {names}"
        )
    if name in read:
        return Problem(pointer, "repeated_parameter", "参数重复出现", "is given more than once")
    try:
        read[name] = known[name].read(value)
    except Unreadable as unreadable:
        return Problem(pointer, "invalid_parameter", unreadable.zh, unreadable.en)
    return None
