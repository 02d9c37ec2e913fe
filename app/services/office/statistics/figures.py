"""Figures: what the sums of a period say, ready to be shown. Pure: from sums to numbers, shares and percentiles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.domain.lifecycle import Status
from app.domain.measures import FIRST, ITSELF, OFFICER, Measure, Result, percentile
from app.repositories.statistics import Sum
from app.rules import limits

LIMIT_RULES = frozenset(str(rule.id) for rule in limits.RULES)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: days in Asia/Shanghai, both included; one district or all of the caller's; a step."""

    first_day: date
    last_day: date
    district: str | None = None
    weekly: bool = False


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the inspections that a rule, a profile or an officer wanted."""

    rule: str
    hits: int
    results: dict[str, int]
    hit_rate: float | None  # share of the results that were not "conforms"; None where there is none yet


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One day, or one week beginning on that day."""

    first_day: date
    decided: int
    cleared_by_itself: int
    by_officer: int
    refused: int
    overdue: int


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Papers that a party owes: declarations past their deadline that wait for this document."""

    document: str
    party_code: str  # empty where no other document names it
    declarations: int


class Age(msgspec.Struct, frozen=True, kw_only=True):
    """Open cases that wait for at least so long, and less than the next age."""

    queue: str
    from_seconds: int
    cases: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the dashboard shows of a period; shares are between 0 and 1, None where there is nothing."""

    first_day: date
    last_day: date
    district: str | None
    as_of: datetime | None  # every event up to then is counted; None while the first reading is under way
    links_behind: int
    decided: dict[str, dict[str, int]]  # status it ended in: by itself, by officers
    share_cleared_by_itself: float | None
    seconds_to_decision: dict[str, dict[str, float | None]]  # all, itself, officer: p50, p99
    first_assessments: dict[str, int]
    share_right_first_time: float | None
    overdue: dict[str, int]  # by platform
    inspections: list[Inspected]
    findings: dict[str, dict[str, int]]  # rule: outcome it led to
    limits_refused: dict[str, int]
    steps: list[Step]
    waiting: list[Age]
    missing: list[Missing]
    missing_at_least: bool  # there are more than were looked at


def figures_of(
    period: Period,
    sums: Sequence[Sum],
    waiting: Sequence[Age],
    missing: Sequence[Missing],
    *,
    missing_at_least: bool,
    as_of: datetime | None,
    links_behind: int,
) -> Figures:
    """The figures of a period."""
    decided = _table(sums, Measure.DECIDED)
    first = {word: parts[FIRST] for word, parts in _table(sums, Measure.ASSESSED).items() if FIRST in parts}
    findings = _table(sums, Measure.FINDING)
    all_decided = sum(sum(parts.values()) for parts in decided.values())
    return Figures(
        first_day=period.first_day,
        last_day=period.last_day,
        district=period.district,
        as_of=as_of,
        links_behind=links_behind,
        decided=decided,
        share_cleared_by_itself=_share(decided.get(Status.RELEASED.word, {}).get(ITSELF, 0), all_decided),
        seconds_to_decision=_times(sums),
        first_assessments=first,
        # An inspection that was drawn says nothing about the papers.
        share_right_first_time=_share(first.get("released", 0) + first.get("inspection", 0), sum(first.values())),
        overdue={name: parts[""] for name, parts in _table(sums, Measure.OVERDUE).items()},
        inspections=_inspections(sums),
        findings=findings,
        limits_refused={rule: parts["refused"] for rule, parts in findings.items() if _limit_refused(rule, parts)},
        steps=_steps(period, sums),
        waiting=list(waiting),
        missing=list(missing),
        missing_at_least=missing_at_least,
    )


def _table(sums: Iterable[Sum], measure: Measure) -> dict[str, dict[str, int]]:
    """Name and part to amount, the largest names first."""
    found: dict[str, Counter[str]] = {}
    for each in sums:
        if each.measure == measure:
            found.setdefault(each.name, Counter())[each.part] += each.amount
    return {name: dict(sorted(found[name].items())) for name in sorted(found, key=lambda n: (-found[n].total(), n))}


def _times(sums: Sequence[Sum]) -> dict[str, dict[str, float | None]]:
    histograms = {name: Counter[int]() for name in ("all", ITSELF, OFFICER)}
    for each in sums:
        if each.measure == Measure.TIME:
            histograms["all"][int(each.part)] += each.amount
            histograms[each.name][int(each.part)] += each.amount
    return {
        name: {"p50": percentile(buckets, 0.5), "p99": percentile(buckets, 0.99)}
        for name, buckets in histograms.items()
    }


def _inspections(sums: Sequence[Sum]) -> list[Inspected]:
    hits, results = _table(sums, Measure.HIT), _table(sums, Measure.RESULT)
    return [
        Inspected(
            rule=rule,
            hits=sum(hits.get(rule, {}).values()),
            results=results.get(rule, {}),
            hit_rate=_hit_rate(results.get(rule, {})),
        )
        for rule in [*hits, *(rule for rule in results if rule not in hits)]
    ]


def _hit_rate(results: dict[str, int]) -> float | None:
    total = sum(results.values())
    return _share(total - results.get(Result.CONFORMS, 0), total)


def _limit_refused(rule: str, parts: dict[str, int]) -> bool:
    return rule in LIMIT_RULES and "refused" in parts


def _steps(period: Period, sums: Sequence[Sum]) -> list[Step]:
    found: dict[date, Counter[str]] = {day: Counter() for day in _days(period)}
    for each in sums:
        if each.day is None:
            continue
        step = found[_step_of(each.day, period)]
        if each.measure == Measure.OVERDUE:
            step["overdue"] += each.amount
        elif each.measure == Measure.DECIDED:
            step["decided"] += each.amount
            step["by_officer"] += each.amount if each.part == OFFICER else 0
            released = each.name == Status.RELEASED.word and each.part == ITSELF
            step["cleared_by_itself"] += each.amount if released else 0
            step["refused"] += each.amount if each.name == Status.REFUSED.word else 0
    names = ("decided", "cleared_by_itself", "by_officer", "refused", "overdue")
    return [Step(first_day=day, **{name: step[name] for name in names}) for day, step in sorted(found.items())]


def _days(period: Period) -> list[date]:
    count = (period.last_day - period.first_day).days + 1
    days = (period.first_day + timedelta(days=n) for n in range(count))
    return list(dict.fromkeys(_step_of(day, period) for day in days))


def _step_of(day: date, period: Period) -> date:
    """The day itself, or the Monday of its week."""
    return day - timedelta(days=day.weekday()) if period.weekly else day


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole > 0 else None
