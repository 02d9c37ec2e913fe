"""Rehearsing a draft: stored assessments are judged again by the law in force and by the law with the draft.

Both judge the same documents and facts, on the day of acceptance or, where the draft begins later, on its first day:
so the only difference is the draft. What belongs here: sampling, judging, the report. What does not: who may ask.

A rehearsal reads behind the intake, a slice at a time, and thinks in a thread: it may take minutes and holds up nobody.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from app.domain.canonical import decode_facts
from app.domain.decision import Assessment, Outcome
from app.domain.dossier import Documents
from app.domain.facts import Facts
from app.errors import Unavailable
from app.repositories.assessment_samples import assessed_up_to, sampled
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow
from app.repositories.table_drafts import RehearsalRow, RequestRow, packed
from app.rules.evaluation import assess
from app.rules.rulebook import RuleBook
from app.services.clearance.stored import Library
from app.services.clearance.unit import Means
from app.services.clearance.views import unseal_assessments
from app.services.database_errors import borrowed
from app.services.explaining import references_of
from app.services.registry import Snapshot

SLICE: Final = 20
MOST_SAMPLED: Final = 10_000
USUAL_SAMPLE: Final = 2_000
LEAST_JUDGED: Final = 100  # fewer say little: then all that is stored has to be judged
_EXAMPLES: Final = 100
_MILLION: Final = 1_000_000


class Law(msgspec.Struct, frozen=True):
    """What a draft is rehearsed against: the book and registers in force, and those with the draft."""

    book: RuleBook
    draft_book: RuleBook
    registers: bytes
    days: tuple[date, ...]  # on which something of the draft begins: judged is on each, or on acceptance if later
    parties: tuple[Snapshot, Snapshot] | None = None  # in force, with the draft; None: facts as they were stored


class Example(msgspec.Struct, frozen=True):
    """One declaration that would be decided otherwise."""

    declaration_id: UUID
    district: str
    before: str
    after: str
    rules: tuple[str, ...]


class Report(msgspec.Struct, frozen=True):
    """What a rehearsal found, beside its figures."""

    changes: dict[str, int]  # "released held": how many
    rules: dict[str, int]  # of those stopped, how many each rule would stop
    examples: tuple[Example, ...]
    failed: str | None = None  # a word for why it did not pass: share, few, none_released, empty, broken, slow


class Tally:
    """Counts judged assessments."""

    def __init__(self) -> None:
        self.judged = self.skipped = self.released = self.stopped = 0
        self._changes: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._examples: list[Example] = []

    def take(self, declaration_id: UUID, district: str, before: Assessment, after: Assessment) -> None:
        """Compare two judgements of one declaration."""
        self.judged += 1
        was_released = before.outcome is Outcome.RELEASED
        self.released += was_released
        if before.outcome is after.outcome:
            return
        known = {finding.rule_id for finding in before.findings}
        rules = tuple(finding.rule_id for finding in after.findings if finding.rule_id not in known)
        self._changes[f"{before.outcome.word} {after.outcome.word}"] += 1
        if was_released:
            self.stopped += 1
            self._rules.update(rules)
        if len(self._examples) < _EXAMPLES:
            self._examples.append(Example(declaration_id, district, before.outcome.word, after.outcome.word, rules))

    def report(self, failed: str | None) -> Report:
        """What is told beside the figures."""
        changes, rules = dict(self._changes.most_common()), dict(self._rules.most_common(50))
        return Report(changes, rules, tuple(self._examples), failed)

    def failure(self, limit_ppm: int, assessed: int) -> str | None:
        """Why the draft is stopped; None where it is not. `assessed`: how many declarations were, up to a few."""
        if self.judged == 0 and (self.skipped or assessed):
            return "empty"
        if self.judged < min(LEAST_JUDGED, assessed - self.skipped):  # what cannot be read can never be judged
            return "few"
        if self.judged and not self.released:
            return "none_released"  # nothing shows what the draft would hold: no share of nothing is a pass
        return "share" if self.stopped * _MILLION > limit_ppm * self.released else None


class Progress(msgspec.Struct):
    """How far a rehearsal has come."""

    rehearsal_id: UUID
    done: int = 0
    total: int = 0


async def rehearse(
    pool: asyncpg.Pool, means: Means, law: Law, request: RequestRow, limit_ppm: int, progress: Progress
) -> tuple[Tally, str | None]:
    """Judge the sample; the tally, and why the draft is stopped."""
    async with borrowed(pool) as connection:
        rows = await sampled(connection, request.first_day, request.last_day, request.sample)
    tally, progress.total = Tally(), len(rows)
    for start in range(0, len(rows), SLICE):
        part = rows[start : start + SLICE]
        dossiers = await _read(pool, means, part)
        tally.skipped += len(part) - len(dossiers)
        await asyncio.to_thread(_judge, law, dossiers, tally)
        progress.done += len(part)
    async with borrowed(pool) as connection:
        assessed = await assessed_up_to(connection, LEAST_JUDGED + tally.skipped)
    return tally, tally.failure(limit_ppm, assessed)


def row_of(
    request: RequestRow, law: Law, tally: Tally, failed: str | None, limit_ppm: int, at: datetime
) -> RehearsalRow:
    """The result as it is stored."""
    return RehearsalRow(
        draft_id=request.draft_id,
        rehearsal_id=request.rehearsal_id,
        finished_at=at,
        book=bytes.fromhex(law.book.hash),
        registers=law.registers,
        judged=tally.judged,
        skipped=tally.skipped,
        released=tally.released,
        stopped=tally.stopped,
        limit_ppm=limit_ppm,
        passed=failed is None,
        report=packed(msgspec.json.encode(tally.report(failed))),
    )


_Dossier = tuple[AssessmentRow, Documents, Facts]


async def _read(pool: asyncpg.Pool, means: Means, rows: Sequence[AssessmentRow]) -> list[_Dossier]:
    """Documents and facts of a slice; what a shredded key has closed is left out."""
    async with borrowed(pool) as connection:
        try:
            return await _opened(connection, means, rows)
        except Unavailable:
            found: list[_Dossier] = []
            for row in rows:  # one of them is gone: the others still count
                try:
                    found += await _opened(connection, means, [row])
                except Unavailable:
                    continue
            return found


async def _opened(connection: Connection, means: Means, rows: Sequence[AssessmentRow]) -> list[_Dossier]:
    library = Library(means.envelope, means.readers)
    await library.fetch(connection, [filing for row in rows for filing in references_of(row).all()])
    opened = await unseal_assessments(connection, means.envelope, rows)
    return [(row, library.dossier(references_of(row)), decode_facts(stored.facts)) for row, stored in opened]


def _judge(law: Law, dossiers: Sequence[_Dossier], tally: Tally) -> None:
    for row, documents, facts in dossiers:
        days = dict.fromkeys(max(row.accepted_on, day) for day in law.days or (row.accepted_on,))
        judged = [_both(law, day, documents, facts) for day in days]
        tally.take(row.declaration_id, documents.declaration.customs_code, *max(judged, key=_weight))


def _both(law: Law, day: date, documents: Documents, facts: Facts) -> tuple[Assessment, Assessment]:
    now, then = _facts(law, facts, day)
    return assess(law.book.on(day), documents, now), assess(law.draft_book.on(day), documents, then)


def _weight(pair: tuple[Assessment, Assessment]) -> int:
    """Of several days that one counts on which a released parcel would be stopped, then one of any change."""
    before, after = pair
    if before.outcome is after.outcome:
        return 0
    return 2 if before.outcome is Outcome.RELEASED else 1


def _facts(law: Law, facts: Facts, day: date) -> tuple[Facts, Facts]:
    """The facts under both registers; the same where the draft is of no register."""
    if law.parties is None:
        return facts, facts
    now, then = (
        msgspec.structs.replace(
            facts, parties=tuple(register.standing(each.role, each.code, day) for each in facts.parties)
        )
        for register in law.parties
    )
    return now, then
