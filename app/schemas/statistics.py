"""The query of the statistics, and an example of their answer."""

import re
from datetime import date
from typing import Any, Final

from app.errors import Problem
from app.schemas.queries import Parameter, Unreadable, query_day, read_parameters
from app.services.office.statistics.figures import Period

DEFAULT_DAYS: Final = 30
_DISTRICT: Final = re.compile(r"[0-9]{4}")


def _district(value: str) -> str | None:
    if not value:
        return None
    if not _DISTRICT.fullmatch(value):
        raise Unreadable("应为四位海关代码", "must be a customs office of four digits")
    return value


def _step(value: str) -> bool:
    if value not in ("day", "week"):
        raise Unreadable("应为 day 或 week", "must be day or week")
    return value == "week"


PERIOD: Final[dict[str, Parameter]] = {
    "first_day": Parameter(query_day, f"First day (Asia/Shanghai), {DEFAULT_DAYS} days ago if left out", "2024-06-01"),
    "last_day": Parameter(query_day, "Last day (Asia/Shanghai), included; today if left out", "2024-06-30"),
    "district": Parameter(_district, "One customs office 海关代码; all of yours if left out", "2244"),
    "step": Parameter(_step, "Step of the trend: day or week", "day"),
}


def period_of(query: bytes, today: date) -> tuple[Period, tuple[Problem, ...]]:
    """Read the query of the statistics: the period, and every problem that it has. Empty fields are left out."""
    read, problems = read_parameters(re.sub(rb"(^|&)\w+=(?=&|$)", b"", query).strip(b"&"), PERIOD)
    last_day: date = read.get("last_day", today)
    first_day: date = read.get("first_day") or _before(last_day)
    period = Period(
        first_day=first_day, last_day=last_day, district=read.get("district"), weekly=read.get("step", False)
    )
    return period, problems


def _before(last_day: date) -> date:
    return date.fromordinal(max(1, last_day.toordinal() - DEFAULT_DAYS + 1))


FIGURES_EXAMPLE: Final[dict[str, Any]] = {
    "first_day": "2024-06-18",
    "last_day": "2024-06-18",
    "district": "2244",
    "as_of": "2024-06-18T10:00:02+08:00",
    "links_behind": 0,
    "decided": {"released": {"itself": 9512, "officer": 231}, "refused": {"itself": 204, "officer": 53}},
    "share_cleared_by_itself": 0.9512,
    "seconds_to_decision": {
        "all": {"p50": 1.0, "p99": 3981.1},
        "itself": {"p50": 1.0, "p99": 1.0},
        "officer": {"p50": 1778.3, "p99": 7943.3},
    },
    "first_assessments": {"released": 9512, "held": 240, "inspection": 51, "refused": 204},
    "share_right_first_time": 0.955631,
    "overdue": {"3101960P01": 4},
    "inspections": [
        {"rule": "RSK-06", "hits": 51, "results": {"conforms": 44, "amend": 2, "refuse": 1}, "hit_rate": 0.06383}
    ],
    "findings": {"TRI-02": {"refused": 120}, "LIM-01": {"refused": 61}},
    "limits_refused": {"LIM-01": 61},
    "steps": [
        {
            "first_day": "2024-06-18",
            "decided": 10000,
            "cleared_by_itself": 9512,
            "by_officer": 284,
            "refused": 257,
            "overdue": 4,
        }
    ],
    "waiting": [{"queue": "review", "from_seconds": 3600, "cases": 9}],
    "missing": [{"document": "payment", "party_code": "3101960Z01", "declarations": 3}],
    "missing_at_least": False,
}
