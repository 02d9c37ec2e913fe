"""What the audit is asked for over JSON and in the console, its shapes, and examples."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta

from app.repositories.audit_links import BEGINNING
from app.schemas.answer_shapes import Answer
from app.schemas.queries import MOST_PER_PAGE, Parameter, Unreadable, query_day
from app.services.cursors import decode_cursor, encode_cursor
from app.services.office.audit_view import AuditFilter, Cursor, LinkItem, LinkPage
from app.services.office.audit_view_checking import FindingShown, Verification, Walk

_LONGEST_CURSOR: Final = 8000  # a place of every lane


class LinksAnswer(Answer, frozen=True, kw_only=True):
    """A page of links, newest first; a search reads a part of the record for each page and then goes on."""

    links: tuple[LinkItem, ...]
    read: Annotated[int, Meta(description="How many links were looked at for this page")]
    next_cursor: str | None


class AuditLinkAnswer(Answer, frozen=True, kw_only=True):
    """One link with what it attests and whether it fits."""

    link: LinkItem
    lane_name: str
    chain: Annotated[str, Meta(description="SHA-256 over the link before and this one")]
    fits_chain: bool
    fits_evidence: bool
    attested_digest: str | None
    found_digest: str | None
    missing: tuple[str, ...]


class VerificationAnswer(Answer, frozen=True, kw_only=True):
    """A verification: clean, found (findings) or broken (no end)."""

    state: str
    asked_by: str
    started_at: datetime
    finished_at: datetime
    lanes: int
    links: int
    evidence_rows: int
    findings: int
    counts: dict[str, int]
    first_findings: tuple[FindingShown, ...]
    heads_compared: int


class RunningAnswer(Answer, frozen=True, kw_only=True):
    """A verification under way."""

    asked_by: str
    started_at: datetime
    links: int


class VerificationsAnswer(Answer, frozen=True, kw_only=True):
    """The one under way, and the last results, newest first."""

    running: RunningAnswer | None
    verifications: tuple[VerificationAnswer, ...]


def links_answer(page: LinkPage) -> LinksAnswer:
    """A page as it is told."""
    return LinksAnswer(
        links=page.links, read=page.read, next_cursor=encode_cursor(page.cursor) if page.cursor else None
    )


def verifications_answer(walk: Walk | None, found: list[Verification]) -> VerificationsAnswer:
    """Verifications as they are told."""
    running = RunningAnswer(asked_by=walk.asked_by, started_at=walk.started_at, links=walk.links) if walk else None
    return VerificationsAnswer(running=running, verifications=tuple(map(_verification, found)))


def _verification(each: Verification) -> VerificationAnswer:
    return VerificationAnswer(
        state=each.state,
        asked_by=each.asked_by,
        started_at=each.started_at,
        finished_at=each.finished_at,
        lanes=each.lanes,
        links=each.links,
        evidence_rows=each.evidence_rows,
        findings=each.findings,
        counts=each.report.counts,
        first_findings=each.report.findings,
        heads_compared=each.report.exports,
    )


def _short(value: str) -> str:
    if not 1 <= len(value) <= 60 or not value.isprintable():  # noqa: PLR2004
        raise Unreadable("应为 1 至 60 个字符", "must be 1 to 60 characters")
    return value


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Unreadable("应为清单标识", "must be the id of a declaration") from None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004
        raise Unreadable("应为整数", "must be a whole number")
    return int(value)


def _limit(value: str) -> int:
    number = _number(value)
    if not 1 <= number <= MOST_PER_PAGE:
        raise Unreadable(f"应为 1 至 {MOST_PER_PAGE} 的整数", f"must be a whole number from 1 to {MOST_PER_PAGE}")
    return number


def _cursor(value: str) -> str:
    if not 1 <= len(value) <= _LONGEST_CURSOR or not value.isascii():
        raise Unreadable("应为上一页返回的 next_cursor", "must be the next_cursor of an earlier page")
    return value


_Position = Annotated[int, Meta(ge=0, le=BEGINNING)]


def read_cursor(text: str) -> Cursor:
    """The place that a cursor names; Malformed for one that is not ours."""
    return decode_cursor(text, tuple[date, dict[int, _Position]])


FILTERS: Final[dict[str, Parameter]] = {
    "actor": Parameter(_short, "Who acted: code of an officer or party, or who at the command line", "OFFICER1"),
    "act": Parameter(_short, "What was done; with a point at its end everything that begins so", "table."),
    "lane": Parameter(_number, "Number of a lane", "3"),
    "first_day": Parameter(query_day, "First day (Asia/Shanghai)", "2026-11-01"),
    "last_day": Parameter(query_day, "Last day (Asia/Shanghai)", "2026-11-22"),
    "declaration_id": Parameter(_id, "Only links of this declaration", "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"),
}
PAGING: Final[dict[str, Parameter]] = {
    "cursor": Parameter(_cursor, "The next_cursor of the page before", "kxkGEg"),
    "limit": Parameter(_limit, f"Links per page, up to {MOST_PER_PAGE}; 50 if left out", "50"),
}


def filter_of(asked: dict[str, Any]) -> AuditFilter:
    """The filter that parameters say."""
    return AuditFilter(**{name: value for name, value in asked.items() if name in FILTERS})


LINK_EXAMPLE: Final[dict[str, Any]] = {
    "lane": 3,
    "position": 1200,
    "at": "2026-11-22T09:00:00Z",
    "act": "table.approve",
    "actor": "OFFICER2",
    "declaration_id": None,
    "receipts": 0,
    "attested": False,
    "note": '{"draft":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","proposed_by":"OFFICER1"}',
}
DETAIL_EXAMPLE: Final[dict[str, Any]] = {
    "link": LINK_EXAMPLE,
    "lane_name": "command-line",
    "chain": "9f2d" * 16,
    "fits_chain": True,
    "fits_evidence": True,
    "attested_digest": None,
    "found_digest": None,
    "missing": [],
}
VERIFICATIONS_EXAMPLE: Final[dict[str, Any]] = {
    "running": None,
    "verifications": [
        {
            "state": "clean",
            "asked_by": "AUDITOR1",
            "started_at": "2026-11-22T09:00:00Z",
            "finished_at": "2026-11-22T09:03:10Z",
            "lanes": 6,
            "links": 1204311,
            "evidence_rows": 5011201,
            "findings": 0,
            "counts": {},
            "first_findings": [],
            "heads_compared": 24,
        }
    ],
}
