"""The shapes of tables and drafts over JSON, what they are asked for, and examples."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from app.repositories.reference import Version
from app.schemas.answer_shapes import Answer
from app.schemas.fields import Body, day
from app.schemas.queries import PAGING, Parameter, Unreadable, query_day
from app.services.cursors import encode_cursor
from app.services.office.tables_difference import KINDS, Difference, DifferencePage, RowChange
from app.services.office.tables_rehearsal import MOST_SAMPLED, USUAL_SAMPLE
from app.services.office.tables_views import DraftView, Rehearsal, TableState

_Note = Annotated[
    str,
    Meta(title="备注", max_length=500, description="Kept in the clear for ever: name no people", examples=["checked"]),
]


class TableNoteBody(Body, kw_only=True):
    """A note; a rejection needs one."""

    note: _Note = ""


class TableRehearsalBody(Body, kw_only=True):
    """On which stored assessments to rehearse."""

    first_day: Annotated[str, day("", "首日", example="2026-10-22", note="Of the assessments to judge.")]
    last_day: Annotated[str, day("", "末日", example="2026-11-21")]
    sample: Annotated[
        int, Meta(title="样本", ge=1, le=MOST_SAMPLED, description="Most assessments to judge", examples=[2000])
    ] = USUAL_SAMPLE


class TableVersionAnswer(Answer, frozen=True, kw_only=True):
    """One version of a table."""

    table: str
    version: int
    rows: int
    official: bool
    complete: bool
    imported_at: datetime
    imported_by: str
    sha256: str


class TableAnswer(Answer, frozen=True, kw_only=True):
    """A table; `in_force` is null before its first version."""

    name: str
    in_force: TableVersionAnswer | None


class TablesAnswer(Answer, frozen=True, kw_only=True):
    """All tables."""

    tables: tuple[TableAnswer, ...]


class TableVersionsAnswer(Answer, frozen=True, kw_only=True):
    """All versions of a table, newest first."""

    versions: tuple[TableVersionAnswer, ...]


class TableRehearsalAnswer(Answer, frozen=True, kw_only=True):
    """A rehearsal: waiting, running, passed or stopped."""

    rehearsal_id: str
    state: str
    first_day: date
    last_day: date
    judged: int | None
    released: int | None
    stopped: int | None
    share_percent: float | None
    limit_percent: float | None
    changes: dict[str, int]
    rules: dict[str, int]
    failed: str | None


class TableDraftAnswer(Answer, frozen=True, kw_only=True):
    """A draft: open, approved, rejected or withdrawn."""

    draft_id: str
    table: str
    kind: Annotated[str, Meta(description="upload or step_back")]
    status: str
    rows: int
    first_day: date | None
    file_name: str
    content_sha256: dict[str, str]
    proposed_by: str
    proposed_at: datetime
    note: str
    answered_by: str | None
    answered_at: datetime | None
    outdated: Annotated[bool, Meta(description="What is in force changed since the last rehearsal")]
    rehearsals: tuple[TableRehearsalAnswer, ...]


class TableDraftsAnswer(Answer, frozen=True, kw_only=True):
    """A page of drafts, newest first."""

    drafts: tuple[TableDraftAnswer, ...]
    next_cursor: str | None


class TableDifferenceAnswer(Answer, frozen=True, kw_only=True):
    """What a draft would change: counts of all rows, and a page of them."""

    counts: dict[str, int]
    unchanged: int
    rows: tuple[RowChange, ...]
    next_cursor: str | None


def version_answer(version: Version) -> TableVersionAnswer:
    """A version as it is told."""
    return TableVersionAnswer(
        table=version.table_name,
        version=version.version,
        rows=version.row_count,
        official=version.official,
        complete=version.complete,
        imported_at=version.imported_at,
        imported_by=version.imported_by,
        sha256=version.sha256.hex(),
    )


def table_answer(state: TableState) -> TableAnswer:
    """A table as it is told."""
    return TableAnswer(name=state.name, in_force=version_answer(state.version) if state.version else None)


def draft_answer(draft: DraftView) -> TableDraftAnswer:
    """A draft as it is told."""
    row, answer = draft.row, draft.answer
    return TableDraftAnswer(
        draft_id=str(draft.draft_id),
        table=row.subject,
        kind="step_back" if draft.is_step_back else "upload",
        status=draft.status,
        rows=draft.rows,
        first_day=row.first_day,
        file_name=row.file_name,
        content_sha256={part.table_name: part.sha256.hex() for part in draft.parts},
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        note=row.note,
        answered_by=answer.answered_by if answer else None,
        answered_at=answer.answered_at if answer else None,
        outdated=draft.outdated,
        rehearsals=tuple(map(_rehearsal, draft.rehearsals)),
    )


def difference_answer(difference: Difference, page: DifferencePage) -> TableDifferenceAnswer:
    """A difference as it is told."""
    cursor = encode_cursor(page.last) if page.last else None
    return TableDifferenceAnswer(
        counts=difference.counts, unchanged=difference.unchanged, rows=page.rows, next_cursor=cursor
    )


def _rehearsal(each: Rehearsal) -> TableRehearsalAnswer:
    result, report = each.result, each.report
    return TableRehearsalAnswer(
        rehearsal_id=str(each.request.rehearsal_id),
        state=each.state,
        first_day=each.request.first_day,
        last_day=each.request.last_day,
        judged=result.judged if result else None,
        released=result.released if result else None,
        stopped=result.stopped if result else None,
        share_percent=each.share_percent,
        limit_percent=result.limit_ppm / 10_000 if result else None,
        changes=report.changes if report else {},
        rules=report.rules if report else {},
        failed=report.failed if report else None,
    )


def _flag(value: str) -> bool:
    if value not in {"yes", "no"}:
        raise Unreadable("应为 yes 或 no", "must be yes or no")
    return value == "yes"


def _short(value: str) -> str:
    if not 1 <= len(value) <= 200 or not value.isprintable():  # noqa: PLR2004
        raise Unreadable("应为 1 至 200 个字符", "must be 1 to 200 characters")
    return value


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise Unreadable(f"应为：{'、'.join(words)}", f"must be one of: {', '.join(words)}")
        return value

    return read


UPLOAD: Final[dict[str, Parameter]] = {
    "file_name": Parameter(_short, "Name of the file; .xlsx is Excel, anything else CSV", "tariff-2025.csv"),
    "sheet": Parameter(_short, "The sheet of a workbook with several", "进口税率"),
    "first_day": Parameter(query_day, "First day of rows that name none", "2025-01-01"),
    "complete": Parameter(_flag, "The file is the whole positive list", "no"),
    "keep_earlier": Parameter(_flag, "Keep what is in force before the file's first day (default yes)", "yes"),
    "note": Parameter(_short, "Why; kept in the clear for ever", "tariff of 2025"),
}
DIFFERENCE: Final[dict[str, Parameter]] = {
    "kind": Parameter(_one_of(*KINDS), f"Only rows of this kind: {', '.join(KINDS)}", "changed"),
    "words": Parameter(_short, "Only rows that hold these words or codes", "1806310000"),
} | PAGING
DRAFTS: Final[dict[str, Parameter]] = {
    "status": Parameter(_one_of("open", "all"), "open or all (default)", "open")
} | PAGING

_HASH: Final = "9f2d" * 16
VERSION_EXAMPLE: Final[dict[str, Any]] = {
    "table": "tariff",
    "version": 3,
    "rows": 13000,
    "official": True,
    "complete": False,
    "imported_at": "2026-11-22T09:00:00Z",
    "imported_by": "OFFICER1",
    "sha256": _HASH,
}
DRAFT_EXAMPLE: Final[dict[str, Any]] = {
    "draft_id": "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
    "table": "tariff",
    "kind": "upload",
    "status": "open",
    "rows": 13000,
    "first_day": "2027-01-01",
    "file_name": "tariff-2027.csv",
    "content_sha256": {"tariff": _HASH},
    "proposed_by": "OFFICER1",
    "proposed_at": "2026-11-22T09:00:00Z",
    "note": "",
    "answered_by": None,
    "answered_at": None,
    "outdated": False,
    "rehearsals": [
        {
            "rehearsal_id": "1f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
            "state": "stopped",
            "first_day": "2026-10-22",
            "last_day": "2026-11-21",
            "judged": 2000,
            "released": 1810,
            "stopped": 97,
            "share_percent": 5.36,
            "limit_percent": 3.0,
            "changes": {"released held": 97},
            "rules": {"TAX-01": 97},
            "failed": "share",
        }
    ],
}
DIFFERENCE_EXAMPLE: Final[dict[str, Any]] = {
    "counts": {"added": 12, "removed": 3, "changed": 420},
    "unchanged": 12565,
    "rows": [
        {
            "table": "tariff",
            "kind": "changed",
            "key": "1806310000",
            "first_day": "2027-01-01",
            "cells": [{"column": "mfn_rate", "before": "8", "after": "6"}],
        }
    ],
    "next_cursor": None,
}
