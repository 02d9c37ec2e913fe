"""What is told of tables and drafts: shapes only."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.models.table_drafts import APPROVED, REJECTED, STEP_BACK, WITHDRAWN
from app.repositories.reference import Version
from app.repositories.table_drafts import AnswerRow, DraftRow, PartRow, RehearsalRow, RequestRow, unpacked
from app.services.filings import Caller
from app.services.office.tables_rehearsal import Progress, Report
from app.services.reading import in_district

_VERDICTS = {APPROVED: "approved", REJECTED: "rejected", WITHDRAWN: "withdrawn"}
_report = msgspec.json.Decoder(Report)


class Made(msgspec.Struct, frozen=True):
    """What an approval made of one table: the version before and the one in force since; of parties, how many rows."""

    table: str
    before: int | None
    version: int | None
    rows: int


class TableState(msgspec.Struct, frozen=True):
    """A table and its version in force; None before the first import."""

    name: str
    version: Version | None


class Rehearsal(msgspec.Struct, frozen=True):
    """A rehearsal: asked for, under way, or with its result."""

    request: RequestRow
    result: RehearsalRow | None
    report: Report | None
    progress: Progress | None

    @property
    def state(self) -> str:
        """waiting, running, passed or stopped."""
        if self.result is not None:
            return "passed" if self.result.passed else "stopped"
        return "running" if self.progress else "waiting"

    @property
    def share_percent(self) -> float | None:
        """Of what is released now, how much would not be; None without a result or where nothing is released."""
        if self.result is None or not self.result.released:
            return None
        return round(100 * self.result.stopped / self.result.released, 2)


_made = msgspec.json.Decoder(tuple[Made, ...]).decode


class DraftView(msgspec.Struct, frozen=True):
    """A draft with everything that happened to it."""

    row: DraftRow
    parts: tuple[PartRow, ...]
    answer: AnswerRow | None
    rehearsals: tuple[Rehearsal, ...] = ()
    outdated: bool = False  # a table or register that it is of has changed since the last rehearsal

    @property
    def draft_id(self) -> UUID:
        """Its name."""
        return self.row.draft_id

    @property
    def is_step_back(self) -> bool:
        """Whether it goes back to the version before."""
        return self.row.kind == STEP_BACK

    @property
    def status(self) -> str:
        """open, approved, rejected or withdrawn."""
        return "open" if self.answer is None else _VERDICTS[self.answer.verdict]

    @property
    def first_day(self) -> date | None:
        """The first day that it speaks of."""
        return self.row.first_day

    @property
    def made(self) -> tuple[Made, ...]:
        """What its approval made; nothing while it is open."""
        return _made(self.answer.made) if self.answer is not None and self.answer.made else ()

    @property
    def newest(self) -> Rehearsal | None:
        """The rehearsal that ended last."""
        return newest_of(self.rehearsals)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(part.row_count for part in self.parts)


class DraftPage(msgspec.Struct, frozen=True):
    """Drafts, newest first."""

    drafts: tuple[DraftView, ...]
    last: tuple[datetime, UUID] | None


def newest_of(rehearsals: Iterable[Rehearsal]) -> Rehearsal | None:
    """The rehearsal that ended last; None where none has."""
    ended = [(each.result.finished_at, each) for each in rehearsals if each.result is not None]
    return max(ended, key=lambda pair: pair[0])[1] if ended else None


def rehearsal_of(
    caller: Caller, request: RequestRow, result: RehearsalRow | None, progress: Progress | None
) -> Rehearsal:
    """A rehearsal with its report; examples are of the reader's districts."""
    if result is None:
        return Rehearsal(request, None, None, progress)
    report = _report.decode(unpacked(result.report))
    examples = tuple(each for each in report.examples if in_district(caller, each.district))
    return Rehearsal(request, result, msgspec.structs.replace(report, examples=examples), progress)
