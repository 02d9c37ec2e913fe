"""The figures as a table that a spreadsheet reads: CSV, or a workbook. A text that would be a formula stays a text."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from app.domain.spreadsheets import harmless
from app.services.office.statistics.figures import Figures

Cell = str | int | float | None
HEADINGS: Final = ("section", "figure", "name", "part", "value")
_BOM: Final = "\ufeff"  # by which spreadsheets know that the file is UTF-8


def rows_of(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    """Every figure as (section, figure, name, part, value)."""
    yield "period", "first_day", "", "", figures.first_day.isoformat()
    yield "period", "last_day", "", "", figures.last_day.isoformat()
    yield "period", "district", "", "", figures.district or "*"
    yield "period", "as_of", "", "", figures.as_of.isoformat() if figures.as_of else ""
    yield from _efficient(figures)
    yield from _convenient(figures)
    yield from _safe(figures)
    for step in figures.steps:
        for name in ("decided", "cleared_by_itself", "by_officer", "refused", "overdue"):
            yield "trend", name, step.first_day.isoformat(), "", getattr(step, name)


def _efficient(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    yield "efficient", "share_cleared_by_itself", "", "", figures.share_cleared_by_itself
    for status, parts in figures.decided.items():
        for by, amount in parts.items():
            yield "efficient", "decided", status, by, amount
    for by, times in figures.seconds_to_decision.items():
        for name, seconds in times.items():
            yield "efficient", "seconds_to_decision", by, name, None if seconds is None else round(seconds)
    for age in figures.waiting:
        yield "efficient", "waiting", age.queue, f"{age.from_seconds}", age.cases


def _convenient(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    yield "convenient", "share_right_first_time", "", "", figures.share_right_first_time
    for outcome, amount in figures.first_assessments.items():
        yield "convenient", "first_assessments", outcome, "", amount
    for each in figures.missing:
        yield "convenient", "missing", each.document, each.party_code, each.declarations
    for platform, amount in figures.overdue.items():
        yield "convenient", "overdue", platform, "", amount


def _safe(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    for each in figures.inspections:
        yield "safe", "inspections", each.rule, "hits", each.hits
        yield "safe", "inspections", each.rule, "hit_rate", each.hit_rate
        for result, amount in each.results.items():
            yield "safe", "inspections", each.rule, result, amount
    for rule, amount in figures.limits_refused.items():
        yield "safe", "limits_refused", rule, "", amount
    for rule, parts in figures.findings.items():
        for outcome, amount in parts.items():
            yield "safe", "findings", rule, outcome, amount


def as_csv(figures: Figures) -> bytes:
    """A file of comma-separated values."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    writer.writerows(tuple(map(harmless, row)) for row in rows_of(figures))
    return (_BOM + written.getvalue()).encode()


def as_workbook(figures: Figures) -> bytes:
    """A workbook of one sheet; takes tenths of a second, so not on the event loop."""
    from openpyxl import Workbook  # takes a third of a second

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("tongguan")
    sheet.append(HEADINGS)
    for row in rows_of(figures):
        sheet.append([_writable(harmless(cell)) for cell in row])
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _writable(cell: object) -> object:
    """Without the characters that a workbook cannot hold."""
    return "".join(each for each in cell if each >= " ") if isinstance(cell, str) else cell
